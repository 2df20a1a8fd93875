"""The verifier finds what was altered, with a seal that fits or without."""

import json
import random
from typing import Any

import pytest

from bench.draw_families import family
from protocol.draw.drawing import draw
from protocol.draw_check.verifier import verify
from protocol.draw_format.lists import DrawList, read_list
from protocol.draw_format.transcripts import opened, seal_of, sealed, to_bytes

SEED = bytes(32)
ALTERATIONS = 1_000


def made(name: str, people: int) -> tuple[DrawList, bytes]:
    source = read_list(json.dumps(family(name, people, 3)).encode())
    return source, draw(source, SEED)


def alter(document: dict[str, Any], pick: random.Random) -> None:
    """One seat, one lot, one reason or something else becomes another."""
    people, meetings = document["people"], document["meetings"]
    row = pick.choice(people)
    kind = pick.randrange(8)
    if kind == 0:
        row["lot"] += pick.choice((-1, 1, 7))
    elif kind == 1 and "seat" in row:
        row["seat"] = pick.choice([m["id"] for m in meetings if m["id"] != row["seat"]])
    elif kind == 2 and "why" in row:
        row["why"] = pick.choice(
            [w for w in ("nothing", "closed", "full", "blocked", "procedure") if w != row["why"]]
        )
    elif kind == 3 and "rank" in row:
        row["rank"] += 1
    elif kind == 4:
        meeting = pick.choice(meetings)
        meeting["lot"] += 1
    elif kind == 5:
        other = pick.choice([one for one in people if one is not row])
        row["lot"], other["lot"] = other["lot"], row["lot"]
    elif kind == 6:
        key = pick.choice(sorted(document["totals"]))
        document["totals"][key] += 1
    else:
        people.remove(row)


@pytest.mark.parametrize("name", ["std", "short", "dense", "rand"])
def test_finds_each_of_1000_random_alterations(name: str) -> None:
    source, raw = made(name, 40)
    pick = random.Random(name)
    missed = []
    for number in range(ALTERATIONS // 4):
        document = opened(raw)
        before = to_bytes(document)
        alter(document, pick)
        if (
            to_bytes(document) != before
            and not verify(json.dumps(document).encode(), source).doubts
        ):
            missed.append(number)
    assert missed == []


@pytest.mark.parametrize("name", ["std", "short", "dense", "rand"])
def test_a_seal_that_fits_hides_only_another_possible_draw(name: str) -> None:
    """What is still true of every line is found by drawing again, and by nothing else."""
    source, raw = made(name, 40)
    pick = random.Random(name)
    for _ in range(ALTERATIONS // 4):
        document = opened(raw)
        before = to_bytes(document)
        alter(document, pick)
        if to_bytes(document) == before:
            continue
        document["seal"] = seal_of(document)
        altered = sealed(document)
        verdict = verify(altered, source)
        assert verdict.doubts or draw(source, SEED) != altered
        moved = [row for row in document["people"] if row not in opened(raw)["people"]]
        if not verdict.doubts:  # a reason that is no reason is counted and said
            assert verdict.unexplained or all("seat" in row for row in moved)


def test_every_cut_is_found() -> None:
    source, raw = made("short", 20)
    for end in range(len(raw) - 1):
        assert verify(raw[:end], source).doubts


def test_every_byte_changed_is_found_or_means_the_same() -> None:
    source, raw = made("short", 20)
    meant = opened(raw)
    for at in range(0, len(raw) - 1, 3):
        altered = bytearray(raw)
        altered[at] ^= 1
        doubts = verify(bytes(altered), source).doubts
        if not doubts:
            assert opened(bytes(altered)) == meant


def test_blanks_change_nothing() -> None:
    source, raw = made("std", 20)
    assert not verify(json.dumps(json.loads(raw), indent=2).encode(), source).doubts


def test_another_list_is_noticed() -> None:
    source, raw = made("std", 20)
    text = json.dumps(family("std", 20, 3) | {"n": 21}).encode()
    assert set(verify(raw, read_list(text)).doubts.count) == {"list"}
    assert not verify(raw, source).doubts
