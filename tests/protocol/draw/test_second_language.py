"""A draw in another language from docs/protocol.md alone gives the same bytes (§13)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.draw_families import family
from protocol.draw.drawing import draw
from protocol.draw_check.verifier import verify
from protocol.draw_format.lists import read_list
from tests.protocol.draw.odd_lists import odd_list

VECTORS = Path(__file__).parents[2] / "vectors/draw.json"
SCRIPT = Path(__file__).with_name("draw.mjs")
FAMILIES = ("std", "short", "dense", "rand")

SEEDS = (*range(150), 249, 307)
"""Of odd lists; in the last two a party has to make room for another that excludes it."""

with_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not there")


def drawn_in_another_language(rows: list[tuple[bytes, bytes]], folder: Path) -> list[str]:
    """The transcripts of lists and seeds."""
    path = folder / "lists.json"
    asked = [{"list": raw.decode("utf-8"), "seed": seed.hex()} for raw, seed in rows]
    path.write_text(json.dumps(asked), encoding="utf-8")
    command = ["node", str(SCRIPT), "--all", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout)
    return found


def differing(rows: list[tuple[bytes, bytes]], folder: Path) -> list[int]:
    """Places of the lists that both languages don't draw alike."""
    others = drawn_in_another_language(rows, folder)
    assert len(others) == len(rows)
    return [
        place
        for place, ((raw, seed), other) in enumerate(zip(rows, others, strict=True))
        if draw(read_list(raw), seed) != other.encode("utf-8")
    ]


@with_node
def test_vectors_are_the_same(tmp_path: Path) -> None:
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
    whole = [one for one in cases if "transcript" in one]
    rows = [(one["list"].encode(), bytes.fromhex(one["seed"])) for one in whole]
    assert drawn_in_another_language(rows, tmp_path) == [one["transcript"] for one in whole]


@with_node
@pytest.mark.parametrize("name", FAMILIES)
def test_lists_of_the_families_are_the_same(name: str, tmp_path: Path) -> None:
    sizes = (20, 30, 40, 50, 60, 70, 80, 100)
    lists = [json.dumps(family(name, people, people)).encode() for people in sizes]
    rows = [(raw, bytes([place]) * 32) for place, raw in enumerate(lists)]
    assert differing(rows, tmp_path) == []


@with_node
def test_odd_lists_are_the_same(tmp_path: Path) -> None:
    rows = [(odd_list(seed), seed.to_bytes(32, "big")) for seed in SEEDS]
    assert differing(rows, tmp_path) == []


def test_odd_lists_are_drawn_right() -> None:
    wrong = {}
    for seed in SEEDS:
        source = read_list(odd_list(seed))
        doubts = verify(draw(source, seed.to_bytes(32, "big")), source).doubts.count
        if doubts:
            wrong[seed] = doubts
    assert wrong == {}
