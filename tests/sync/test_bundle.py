"""`sync.bundle`: what is whole is read, whatever happened to the file (docs/protocol.md §10.1)."""

import doctest
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import parts
from crypto.hashing import digest
from crypto.sealing import SealingKey
from protocol.check import check
from protocol.control_state import Ties
from protocol.encoding import encode
from protocol.record import verify
from sync import bundle
from sync.bundle import (
    PART_BYTES,
    RECORDS_IN_PART,
    SEALED_BYTES,
    START_BYTES,
    BundleError,
    Event,
    Head,
    Lost,
    Part,
    Reader,
    State,
    Surplus,
    Writer,
    proven_by,
)
from sync.errors import SessionError
from sync.proof import Holding
from tests.protocol.making.field_types import section
from tests.protocol.making.files import each
from tests.protocol.making.readable import readable
from tests.sync.people import NOW, Someone, entropy

ANNA, BERT = Someone("anna"), Someone("bert")
KEY = entropy("bundle")


def holding(one: Someone) -> Holding:
    return Holding(one.id, one.key, one.introduction())


def written(envelopes: Sequence[bytes], to: Someone | None = BERT) -> bytes:
    """A bundle by Anna."""
    writer = Writer(KEY)
    body = b"".join([*(writer.add(one) for one in envelopes), writer.finish()])
    recipient = (to.id, to.sealing.public) if to else None
    return writer.head([holding(ANNA)], NOW, recipient) + body


def read(data: bytes, size: int = 65_536, keys: Sequence[SealingKey] = (BERT.sealing,)) -> Any:
    """All events, or the code for which nothing is read."""
    reader, events = Reader(keys), list[Event]()
    try:
        for at in range(0, len(data), size):
            events += reader.feed(data[at : at + size])
        return [*events, *reader.end()]
    except BundleError as error:
        return error.code


def head_bytes(data: bytes) -> int:
    """Where the parts begin."""
    return START_BYTES + int.from_bytes(data[START_BYTES - 4 : START_BYTES], "big")


def envelopes_of(events: Sequence[Event]) -> list[bytes]:
    return [one for event in events if isinstance(event, Part) for one in event.envelopes]


def lost_of(events: Sequence[Event]) -> list[int]:
    return [event.number for event in events if isinstance(event, Lost)]


SIZES = [3, 60_000, 66_000, 66_000, 500, 65_535, 65_537, 66_000, 1, 20_000]
ENVELOPES = [bytes([number + 1]) * size for number, size in enumerate(SIZES)]
WHOLE = written(ENVELOPES)
BEGIN = head_bytes(WHOLE)


@pytest.mark.parametrize("to", [BERT, None])
@pytest.mark.parametrize("size", [1, 7, 65_536, 10**7])
def test_round_trip_in_pieces_of_any_size(size: int, to: Someone | None) -> None:
    data = written(ENVELOPES[-3:] if size < 8 else ENVELOPES, to)
    head, *events = read(data, size)
    assert envelopes_of(events) == (ENVELOPES[-3:] if size < 8 else ENVELOPES)
    assert [event.number for event in events] == list(range(1, head.parts + 1))
    assert (head.recipient, head.made) == (to.id if to else None, NOW)
    assert (head.sealed, head.writer) == (to is not None, ANNA.id)
    assert proven_by(head, Ties()) == (ANNA.id,)


def test_nothing_in_it() -> None:
    (head,) = read(written([]))
    assert (head.records, head.parts, head.last) == (0, 0, 0)


def test_every_cut() -> None:
    """All whole parts, and the numbers of the others; before the head is over nothing at all."""
    parts = [event for event in read(WHOLE) if isinstance(event, Part)]
    near = {at + d for at in range(BEGIN, len(WHOLE), SEALED_BYTES) for d in (-1, 0, 1)}
    for size in {*range(BEGIN + 40), *near, *range(BEGIN, len(WHOLE), 9_973), len(WHOLE) - 1}:
        found = read(WHOLE[:size])
        if size < BEGIN:
            assert found == ("none" if size == 0 else "cut"), size
            continue
        count = (size - BEGIN) // SEALED_BYTES
        assert found[1:] == [
            *parts[:count],
            *(Lost(number) for number in range(count + 1, len(parts) + 1)),
        ], size


def test_every_kind_of_changed_byte() -> None:
    parts = [event for event in read(WHOLE) if isinstance(event, Part)]
    places = [*range(BEGIN + 20), *random.Random(1).sample(range(BEGIN, len(WHOLE)), 300)]
    for at in places:
        found = read(WHOLE[:at] + bytes([WHOLE[at] ^ 64]) + WHOLE[at + 1 :])
        if at < BEGIN:
            assert found in ("none", "version", "others", "altered", "cut"), at
        else:
            lost = (at - BEGIN) // SEALED_BYTES + 1
            assert lost_of(found) == [lost]
            assert envelopes_of(found) == [
                one for part in parts if part.number != lost for one in part.envelopes
            ]


@given(st.binary(max_size=400), st.integers(0, len(WHOLE)), st.integers(0, 3 * PART_BYTES))
def test_anything_written_over_it(rubbish: bytes, at: int, gone: int) -> None:
    """Nothing but what was in it comes out, and what is missing is named."""
    found = read(WHOLE[:at] + rubbish + WHOLE[at + gone :])
    if isinstance(found, str):
        assert at < BEGIN
        return
    parts = [event.number for event in found if isinstance(event, Part)]
    numbers = sorted(parts + lost_of(found))
    assert numbers == list(range(1, found[0].parts + 1))
    assert set(envelopes_of(found)) <= set(ENVELOPES)


@given(st.binary(max_size=2_000))
def test_rubbish(data: bytes) -> None:
    assert read(data) in ("none", "cut", "version", "others", "altered")


@given(st.binary(max_size=600), st.booleans())
def test_rubbish_behind_a_good_start(data: bytes, everybody: bool) -> None:
    start = WHOLE[: START_BYTES - 4]
    if everybody:
        start = bundle.FIRST + parts.OPEN + KEY
    assert read(start + data) in ("cut", "altered")


@given(st.binary(max_size=600))
def test_rubbish_in_a_head_that_opens(raw: bytes) -> None:
    sealed = parts.seal_part(KEY, 0, raw)
    data = bundle.FIRST + parts.OPEN + KEY + len(sealed).to_bytes(4, "big") + sealed
    assert read(data) == "altered"


def test_a_head_of_many_levels() -> None:
    sealed = parts.seal_part(KEY, 0, b"\x91" * 300_000 + b"\xc0")
    data = bundle.FIRST + parts.OPEN + KEY + len(sealed).to_bytes(4, "big") + sealed
    assert read(data) == "altered"


def test_bytes_after_a_bundle_are_passed_over() -> None:
    *events, last = read(WHOLE + bytes(200_000), 1_000)
    assert last == Surplus()
    assert envelopes_of(events) == ENVELOPES


def test_memory_stays_small() -> None:
    reader = Reader([BERT.sealing])
    for at in range(0, len(WHOLE), 1_000):
        reader.feed(WHOLE[at : at + 1_000])
        assert len(reader.waiting) <= SEALED_BYTES
    reader.feed(bytes(10**6))
    assert (len(reader.waiting), reader.state) == (0, State.END)


def test_parts_of_another_bundle_do_not_fit() -> None:
    """Whoever knows the key (everybody, of an open one) can't put anything else in."""
    one, other = written([b"a"], None), written([b"b"], None)
    assert lost_of(read(one[: head_bytes(one)] + other[head_bytes(other) :])) == [1]


def test_parts_in_another_order_are_lost() -> None:
    first, second = BEGIN + SEALED_BYTES, BEGIN + 2 * SEALED_BYTES
    swapped = WHOLE[:BEGIN] + WHOLE[first:second] + WHOLE[BEGIN:first] + WHOLE[second:]
    assert lost_of(read(swapped)) == [1, 2]


def test_sealed_for_somebody_else() -> None:
    assert read(WHOLE, keys=[ANNA.sealing]) == "others"
    assert read(WHOLE, keys=[]) == "others"
    assert read(WHOLE, keys=[ANNA.sealing, BERT.sealing])[0].recipient == BERT.id


def test_a_recipient_can_not_seal_it_anew() -> None:
    cleo = Someone("cleo")
    again = bundle.FIRST + parts.wrap_key(KEY, cleo.sealing.public) + WHOLE[START_BYTES - 4 :]
    (head, *_parts) = read(again, keys=[cleo.sealing])
    assert head.recipient == BERT.id, "the signed statement says so; Cleo refuses it"


def test_many_small_ones() -> None:
    some = [b"%d" % number for number in range(2_500)]
    head, *events = read(written(some))
    assert [len(event.envelopes) for event in events] == [RECORDS_IN_PART, RECORDS_IN_PART, 500]
    assert (head.records, envelopes_of(events)) == (2_500, some)


def test_more_than_a_bundle_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "PARTS", 2)
    with pytest.raises(BundleError, match="large"):
        written(ENVELOPES)


def test_unproven() -> None:
    """Another's signature, another statement, a key that was replaced since."""
    (head, *_parts) = read(WHOLE)
    rotated = Someone("anna")
    rotated.rotate()
    known = Ties()
    record = verify(rotated.introduction())
    known.apply(record, check(record, known, NOW))
    id_, key, signature = head.proofs[0]
    for wrong, ties in (
        (head._replace(statement=head.statement + b"x"), Ties()),
        (head._replace(proofs=[(BERT.id, key, signature)]), Ties()),
        (head._replace(envelopes=[BERT.introduction()]), Ties()),
        (head._replace(proofs=[(id_, key, bytes(64))]), Ties()),
        (head, known),
    ):
        with pytest.raises(SessionError):
            proven_by(wrong, ties)


def proven_ids(head: Head) -> list[str] | str:
    try:
        return [one.hex() for one in proven_by(head, Ties())]
    except SessionError as error:
        return error.code


@each("bundles")
def test_vector(case: dict[str, Any]) -> None:
    keys = [SealingKey(bytes.fromhex(seed)) for seed in case["seeds"]]
    found = read(bytes.fromhex(case["bundle"]), keys=keys)
    if isinstance(found, str):
        assert found == case["expect"]
        return
    head = found[0]
    assert isinstance(head, Head)
    proven = proven_ids(head)
    if isinstance(proven, str):
        assert proven == case["expect"]
        return
    said = {
        "for": head.recipient,
        "made": head.made,
        "records": head.records,
        "last": head.last,
        "digests": head.digests,
    }
    assert {
        "expect": "ok",
        "statement": readable(said),
        "proven": proven,
        "records": [digest(one).hex() for one in envelopes_of(found)],
        "lost": lost_of(found),
        "surplus": Surplus() in found,
    } == {name: case[name] for name in case if name not in ("name", "seeds", "bundle")}
    assert encode(said) == head.statement


def test_the_text_says_the_same() -> None:
    text = section("10.1")
    for number in (
        f"16 to {bundle.HEAD_BYTES + 16:,}",
        f"{SEALED_BYTES:,} each",
        f"up to {bundle.HEAD_BYTES:,} bytes",
        f"integer 0–{bundle.PARTS * RECORDS_IN_PART:,} ",
        f"integer 0–{PART_BYTES:,} ",
        f"at most {bundle.PARTS:,} parts",
        f"at most {RECORDS_IN_PART:,} envelopes",
        f"`{bundle.BUNDLE_TYPE.decode()}`",
        f"`{bundle.MEDIA_TYPE}`, file name ending `{bundle.ENDING}`",
    ):
        assert number in text, number
    rows = [line.split("|")[1].strip(" `") for line in text.splitlines() if line.startswith("| `")]
    assert rows == list(bundle.STATEMENT[0])


@pytest.mark.parametrize("module", [bundle, parts])
def test_docstring_examples(module: Any) -> None:
    assert doctest.testmod(module, raise_on_error=False).failed == 0
