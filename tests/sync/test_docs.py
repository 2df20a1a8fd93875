"""docs/protocol.md §8 and §9 say what `sync` does: frames, codes, states, bounds."""

import doctest
import re
from importlib import import_module
from pathlib import Path

import pytest

from node.links.descriptor import DESCRIPTOR, MEDIA_TYPE, NODE_TYPE
from node.links.dialling import PING_SECONDS
from node.links.link import SILENT_SECONDS
from node.links.seats import HANDSHAKES, RESERVED, SESSIONS
from protocol.encoding import ENVELOPE_BYTES
from sync import (
    decoder,
    frames,
    handshake,
    proof,
    reconcile,
    refusals,
    round_limits,
    rounds,
    sketch,
)
from sync.errors import END_CODES
from sync.states import ALWAYS, TABLE, State
from tests.protocol.making.field_types import section

MIB, KIB = 1_048_576, 1_024


def rows(number: str, first: str) -> list[list[str]]:
    """The rows of the table in a section whose head begins with `first`."""
    part = section(number).split(f"| {first} |")[1]
    lines = part[: (part + "\n\n").index("\n\n")].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_frame_with_its_fields() -> None:
    written = {}
    for row in rows("8.3", "frame"):
        flat = re.sub(r"\[(?:\[[^]]*\]|envelope), …\]", "list", row[0])
        name, *fields = flat.strip("`[]").split(", ")
        written[name.strip('"')] = len(fields)
    assert written == {name: len(shape.checks) for name, shape in frames.SHAPES.items()}


def test_every_code_of_end() -> None:
    assert {row[0].strip("`") for row in rows("8.3", "code of `end`")} == END_CODES


def test_states_take_the_frames_of_the_text() -> None:
    """The table of states, row by row."""
    written: dict[tuple[str, State], set[str]] = {}
    for side, state, takes, _then in rows("8.3", "side"):
        word = re.split(r"[ :]", state)[0].upper()
        for one in {"both": ("dialler", "answerer"), "D": ("dialler",), "A": ("answerer",)}[side]:
            written[one, State[word]] = set(re.findall("`([a-z]+)`", takes))
    always = {frames.frame_name(one) for one in ALWAYS}
    assert written == {
        (side, state): {frames.frame_name(one) for one in taken} - (always - {"listed"})
        if state is State.OPENING
        else {frames.frame_name(one) for one in taken} - always
        for (side, state), taken in TABLE.items()
    }


BOUNDS: list[tuple[str, str, str]] = [
    ("frame, before it is encrypted", f"{frames.FRAME_BYTES // MIB} MiB", "value"),
    ("frame, before it is encrypted", f"{frames.MESSAGE_BYTES - frames.FRAME_BYTES} bytes", "why"),
    ("records in a frame", f"{frames.RECORDS_IN_FRAME:,}", "value"),
    ("an envelope in a frame", f"{ENVELOPE_BYTES:,} bytes", "value"),
    ("sets in a frame", f"{frames.SETS_IN_FRAME:,}", "value"),
    ("short ids in a frame `ids`", f"{frames.SHORTS_IN_FRAME:,}", "value"),
    ("short ids in a frame `ids`", f"{frames.SHORTS_IN_FRAME * 5:,} bytes", "why"),
    ("ids in a frame `have` or `get`", f"{frames.IDS_IN_FRAME:,}", "value"),
    ("ids in a frame `have` or `get`", f"{frames.IDS_IN_FRAME * 32:,} bytes", "why"),
    ("cells of a set", f"{sketch.SYMBOLS:,}, {frames.SYMBOLS_IN_STAGE:,}", "value"),
    ("stages with a fresh key", f"{rounds.FRESH}, then `bounds`", "value"),
    ("tags in an `ack`", f"{frames.WINDOW_RECORDS:,}", "value"),
    ("short ids heard in a stage", f"{reconcile.SHORTS_IN_STAGE:,}", "value"),
    ("unacknowledged", f"{frames.WINDOW_RECORDS:,} records", "value"),
    ("unacknowledged", f"{frames.WINDOW_BYTES // MIB} MiB of envelopes", "value"),
    (
        "rounds",
        f"{round_limits.ROUNDS_AT_ONCE} in {round_limits.SPAN_SECONDS} s that D begins",
        "value",
    ),
    ("rounds", f"{2 * round_limits.ROUNDS_AT_ONCE} that A lets pass", "value"),
    ("owed", f"{round_limits.STALL_SECONDS} s without any frame", "value"),
    ("handshake", f"{handshake.HANDSHAKE_SECONDS} s, ", "value"),
    ("handshake", f"{handshake.HANDSHAKE_BYTES // KIB} KiB in each direction", "value"),
    ("handshake", f"{proof.PROOF_BYTES // KIB} KiB of `identity` records", "value"),
    ("idle", f"{PING_SECONDS} s without any message", "value"),
    ("idle", f"{SILENT_SECONDS} s: end", "value"),
    ("listed", f"{frames.LISTED:,}", "value"),
    ("identities of a node", f"{proof.IDENTITIES}", "value"),
    ("refusals as", f"{refusals.FAULTS_IN_SESSION:,} in a session", "value"),
    ("all refusals", f"{refusals.REFUSALS_IN_SESSION:,} in a session", "value"),
    ("sessions of a node", f"{SESSIONS}, of these {RESERVED} for", "value"),
    ("sessions of a node", f"{HANDSHAKES} links", "value"),
]


@pytest.mark.parametrize(("name", "phrase", "column"), BOUNDS, ids=lambda one: one[:30])
def test_bound(name: str, phrase: str, column: str) -> None:
    (row,) = (one for one in rows("8.6", "name") if one[0].startswith(name))
    assert phrase in row[1 if column == "value" else 2]


def test_every_bound_is_checked() -> None:
    names = [row[0] for row in rows("8.6", "name")]
    assert [one for one in names if not any(one.startswith(name) for name, *_ in BOUNDS)] == []


def test_refusals_by_code() -> None:
    """§8.4: what is offered again with the next round; §8.6: what no honest node holds."""
    text = section("8.4")
    later = text[text.index("What the other side refused") : text.index("until the next round")]
    assert set(re.findall("`([a-z-]+)`", later)) == refusals.LATER
    again = text[text.index("if any record was refused") : text.index("with every change of")]
    assert set(re.findall("`([a-z-]+)`", again)) == refusals.TIES
    (row,) = (one for one in rows("8.6", "name") if one[0].startswith("refusals as"))
    assert set(re.findall("`([a-z-]+)`", row[0])) == refusals.FAULTS


def test_other_numbers() -> None:
    assert f"at most {proof.HOST_CHARACTERS} characters" in section("8.2")
    assert "below 2³²;" in section("8.3")
    assert frames.ROUNDS == 2**32 - 1


NUMBERS = [
    ("8.3", "a short id has 5 bytes".capitalize(), sketch.SHORT_BYTES == 5),
    ("8.3", "`salt`: 16 bytes", frames.SALT_BYTES == 16),
    ("8.3", "`end` is an integer from 1 to 16,384", sketch.SYMBOLS == 16_384),
    ("8.3", "`total` is 8 bytes", frames.DIGEST_OF_SET_BYTES == 8),
    ("8.3", "cells of 10 bytes", sketch.SYMBOL_BYTES == 10),
    ("8.5", "the first 16 bytes of its id", sketch.ID_BYTES == 16),
    ("8.5", "the first 3 bytes of block(0)", sketch.CHECK_BYTES == 3),
    ("8.5", "lane(n), n from 0 to 26", len(sketch.BLOCKS) == 27),
    ("8.5", "the sum modulo 2⁷²", sketch.VALUE_MASK == 2**72 - 1),
    ("8.5", "−128 to 127", decoder.COUNT_HALF == 128),
    ("8.5", "−2⁷¹ to 2⁷¹ − 1", decoder.SUM_HALF == 2**71),
    ("8.5", "at most 60 records, all short ids", reconcile.WHOLE == 60),
    ("8.5", "else cells 0 to 29", reconcile.FIRST == 30),
    ("8.5", "2 suffice as a rule", reconcile.GENEROUS == 2.0),
    ("8.5", "more than 16,384", sketch.SYMBOLS == 16_384),
]


@pytest.mark.parametrize(("number", "phrase", "fits"), NUMBERS, ids=lambda one: str(one)[:30])
def test_number(number: str, phrase: str, fits: bool) -> None:
    assert phrase in section(number)
    assert fits


MODULES = sorted(path.stem for path in Path(frames.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_docstring_examples(module: str) -> None:
    found = import_module(f"sync.{module}")
    assert found.__doc__
    assert doctest.testmod(found, raise_on_error=False).failed == 0


def test_descriptor() -> None:
    assert [row[0].strip("`") for row in rows("9.1", "field")] == list(DESCRIPTOR[0])
    assert f"`{NODE_TYPE.decode()}`, media type `{MEDIA_TYPE}`" in section("9.1")
