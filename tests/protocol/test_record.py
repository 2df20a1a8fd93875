"""From bytes to a verified record (§3, §4). Cases by rule: `envelopes.json`, `records.json`."""

from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.hashing import digest
from protocol.audience import PUBLIC, Audience
from protocol.check import check, check_opened
from protocol.encoding import encode
from protocol.errors import Forged, Malformed, ProtocolError
from protocol.kind import LIFETIME, Place, Seq
from protocol.record import FIELDS, Record, compose, open_envelope, open_sealed, reread, verify
from tests.protocol.making.cast import EXPIRES, ISSUED, NOW, Cast, epoch_of
from tests.protocol.making.examples import MEETING, MEETING_NAME, examples
from tests.protocol.making.record_making import payload_of, signed
from tests.protocol.test_encoding import loose

CAST = Cast()
HUB = CAST.hub
KNOWN = CAST.ties()
WHOLE = examples(CAST)["meeting"].record()
WHOLE_SEQ = Seq(0, HUB.incarnation, HUB.counter)
BODY = encode(MEETING)
VALUES = payload_of(HUB)
KEYS = [CAST.north.sealing()]


def judged(raw: bytes) -> str:
    """The whole way in but for the gate and the store; only `ProtocolError`s end it."""
    try:
        record = verify(raw)
        chain = check(record, KNOWN, NOW)
        if record.kind == "sealed" and record.body is not None:
            check_opened(open_sealed(record, KEYS), KNOWN, NOW)
        Cast().ties().apply(record, chain)
    except ProtocolError as error:
        return error.code
    return "ok"


def test_record_says_what_was_signed() -> None:
    record = verify(WHOLE)
    key, payload, _signature = open_envelope(WHOLE)
    assert {name: getattr(record, name) for name in (*Record.__slots__, *FIELDS, "content")} == {
        "raw": WHOLE,
        "key": key,
        "id": digest(payload),
        "author": HUB.id,
        "audience": Audience.network(CAST.alliance.id),
        "kind": "meeting",
        "name": MEETING_NAME,
        "seq": WHOLE_SEQ,
        "issued": ISSUED,
        "expires": EXPIRES,
        "epoch": epoch_of("hub"),
        "body": BODY,
        "content": MEETING,
    }
    assert record.place == Place(HUB.id, record.audience, "meeting", MEETING_NAME)


def test_reread_gives_the_same_record() -> None:
    record, again = verify(WHOLE), reread(WHOLE)
    for name in (*Record.__slots__, *FIELDS, "content"):
        assert getattr(record, name) == getattr(again, name)


def test_repr_names_the_kind_only() -> None:
    assert repr(verify(WHOLE)) == "<Record meeting>"


@pytest.mark.parametrize("at", range(len(WHOLE)))
def test_every_byte_flipped_is_refused(at: int) -> None:
    for bit in (0x01, 0x10, 0x80, 0xFF):
        with pytest.raises((Malformed, Forged)):
            verify(WHOLE[:at] + bytes([WHOLE[at] ^ bit]) + WHOLE[at + 1 :])


@pytest.mark.parametrize("at", range(len(WHOLE)))
def test_every_truncation_is_malformed(at: int) -> None:
    with pytest.raises(Malformed):
        verify(WHOLE[:at])


@pytest.mark.parametrize("more", [b"\0", b"\xc0", WHOLE], ids=["zero", "nil", "itself"])
def test_trailing_data_is_malformed(more: bytes) -> None:
    with pytest.raises(Malformed):
        verify(WHOLE + more)


def test_signature_is_no_part_of_the_id() -> None:
    """Two keys sign the same payload: one id. (Which key may is `check`'s.)"""
    one = signed(HUB, VALUES)
    other = signed(CAST.north, VALUES)
    assert verify(one).id == verify(other).id


def test_tombstone() -> None:
    place = Place(HUB.id, PUBLIC, "group", "")
    raw = compose(HUB.signing(), place, Seq(0, 1, 1), ISSUED, ISSUED + LIFETIME, None)
    record = verify(raw)
    assert (record.body, record.content) == (None, None)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, 2**64 - 1, 1.5, "x", "", b"", bytes(32), [], {}, [[]], [None], [b"x", 1]],
    ids=repr,
)
def test_any_value_in_any_field_is_judged(name: str, value: Any) -> None:
    code = judged(signed(HUB, VALUES | {name: value}))
    good = {("epoch", None), ("body", None), ("issued", 0), ("kind", "x")}
    if (name, repr(value)) not in {(field, repr(one)) for field, one in good}:
        assert code != "ok" or name == "name"


# Hostile input: nothing but a ProtocolError may come out.

FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    assert judged(raw) != "ok"


@FUZZ
@given(loose)
def test_any_value_as_envelope(value: Any) -> None:
    try:
        raw = msgpack.packb(value)
    except (ValueError, UnicodeEncodeError):
        return
    assert judged(raw) != "ok"


@FUZZ
@given(loose)
def test_any_value_as_payload(value: Any) -> None:
    try:
        raw = signed(HUB, value)
    except (ValueError, UnicodeEncodeError):
        return
    assert judged(raw) != "ok"


@FUZZ
@given(
    st.sampled_from([*examples(CAST)]),
    st.sampled_from(["audience", "kind", "name", "seq", "epoch", "body", "content"]),
    loose,
)
def test_any_value_in_a_record_of_any_kind(kind: str, field: str, value: Any) -> None:
    example = examples(CAST)[kind]
    payload = payload_of(
        example.author,
        audience=example.place.audience.array(),
        kind=kind,
        name=example.place.name,
        epoch=example.epoch,
        body=example.body,
    )
    try:
        if field == "content":
            payload["body"] = msgpack.packb(value)
        else:
            payload[field] = value
        raw = signed(example.author, payload)
    except (ValueError, UnicodeEncodeError):
        return
    judged(raw)


@FUZZ
@given(st.sampled_from([*examples(CAST)]), st.integers(0, 12), loose, st.lists(st.integers(0, 3)))
def test_any_value_in_any_body(kind: str, number: int, value: Any, path: list[int]) -> None:
    """A field of a body, or something deeper in it, becomes anything."""
    example = examples(CAST)[kind]
    content = msgpack.unpackb(example.body)
    names = list(content)
    inside: Any = content
    key: Any = names[number % len(names)]
    for step in path:
        below = inside[key]
        if isinstance(below, list) and below:
            inside, key = below, step % len(below)
        elif isinstance(below, dict) and below:
            inside, key = below, [*below][step % len(below)]
    inside[key] = value
    try:
        body = msgpack.packb(content)
        payload = payload_of(
            example.author,
            audience=example.place.audience.array(),
            kind=kind,
            name=example.place.name,
            epoch=example.epoch,
            body=body,
            expires=253_402_300_799 if kind == "identity" else EXPIRES,
        )
        raw = signed(example.author, payload)
    except (ValueError, UnicodeEncodeError):
        return
    judged(raw)


@FUZZ
@given(st.sampled_from([*examples(CAST)]), st.text("abc234567.-", max_size=64), st.booleans())
def test_tombstones_with_any_name(kind: str, name: str, epoch: bool) -> None:
    example = examples(CAST)[kind]
    raw = example.author.record(
        kind, None, example.place.audience, name, epoch=example.epoch if epoch else None
    )
    judged(raw)


def test_the_judge_takes_good_records() -> None:
    codes = {
        kind: judged(one.record(expires=253_402_300_799) if kind == "identity" else one.record())
        for kind, one in examples(CAST).items()
        if not one.sealed
    }
    assert codes == dict.fromkeys(codes, "ok")
