"""Sealed records (§7.11). Cases by rule: `sealed.json`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.sealing import SEAL_ENTROPY_BYTES
from protocol.audience import Audience
from protocol.encoding import PAYLOAD_BYTES, encode
from protocol.errors import Malformed, ProtocolError
from protocol.ids import to_text
from protocol.record import open_sealed, verify
from protocol.sealed import NAME_CHARACTERS, outer_name, wrap
from tests.protocol.making.cast import Actor, Cast, made
from tests.protocol.making.examples import SEALED_NAME, examples
from tests.protocol.making.sealed_vectors import inner_map, record_of

CAST = Cast()
HUB, NORTH = CAST.hub, CAST.north
EVERYBODY = {one.id: one for one in (*CAST.known, CAST.stranger)}
CONTENT = examples(CAST)["sealed"].content


def sealing_key(identity: bytes) -> bytes:
    return EVERYBODY[identity].sealing().public


def sealed(readers: list[Actor], inner: tuple[str, str, bytes | None]) -> bytes:
    audience = Audience.direct(one.id for one in readers)
    name = outer_name(made("name", 16))
    content = wrap(HUB.id, audience, name, inner, sealing_key, made("entropy", SEAL_ENTROPY_BYTES))
    return HUB.record("sealed", content, audience, name)


@pytest.mark.parametrize("readers", [[NORTH], [NORTH, CAST.west, CAST.south]], ids=["one", "three"])
def test_round_trip_for_each_reader_and_the_author(readers: list[Actor]) -> None:
    body = examples(CAST)["group"].body
    record = verify(sealed(readers, ("group", "", body)))
    for reader in (*readers, HUB):
        inner = open_sealed(record, [CAST.stranger.sealing(), reader.sealing()])
        assert {name: getattr(inner, name) for name in inner.__slots__} == {
            "author": HUB.id,
            "audience": record.audience,
            "kind": "group",
            "name": "",
            "seq": record.seq,
            "issued": record.issued,
            "expires": record.expires,
            "epoch": None,
            "body": body,
            "content": examples(CAST)["group"].content,
        }
        assert repr(inner) == "<Statement group>"


def test_nobody_else_opens_it() -> None:
    record = verify(sealed([NORTH], ("group", "", None)))
    with pytest.raises(Malformed, match=r"^sealed: can't be opened$"):
        open_sealed(record, [CAST.stranger.sealing(), CAST.south.sealing()])


def test_only_sealed_records_are_opened() -> None:
    with pytest.raises(Malformed, match=r"^sealed: another kind, or erased$"):
        open_sealed(verify(examples(CAST)["endpoint"].record()), [NORTH.sealing()])


@pytest.mark.parametrize("part", ["wrap for the reader", "box"])
def test_every_byte_flipped_does_not_open(part: str) -> None:
    audience = Audience.direct([NORTH.id])
    wraps, box = CONTENT["wraps"], CONTENT["box"]
    data = box if part == "box" else wraps[0]
    for at in range(len(data)):
        bad = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        changed = {"box": bad} if part == "box" else {"wraps": [bad, wraps[1]]}
        record = verify(HUB.record("sealed", CONTENT | changed, audience, SEALED_NAME))
        with pytest.raises(Malformed):
            open_sealed(record, [NORTH.sealing()])


def test_another_author_cannot_pass_it_on_as_its_own() -> None:
    """The author is part of what the box is bound to."""
    audience = Audience.direct([NORTH.id])
    record = verify(CAST.south.record("sealed", CONTENT, audience, SEALED_NAME))
    with pytest.raises(Malformed):
        open_sealed(record, [NORTH.sealing()])


def test_sizes_hide_what_is_inside() -> None:
    sizes = {len(sealed([NORTH], (kind, "x", None))) for kind in ("meeting", "reply", "invitation")}
    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("size", "fits"),
    [pytest.param(32_764, True, id="32,764"), pytest.param(32_765, False, id="+1")],
)
def test_the_largest_inner_map(size: int, fits: bool) -> None:
    spare = len(inner_map("group", "", bytes(30_000))) - 30_000
    raw = record_of(CAST, [NORTH], inner_map("group", "", bytes(size - spare)), "large")
    assert (len(raw) <= PAYLOAD_BYTES) is fits


def test_a_new_name_has_26_characters() -> None:
    assert outer_name(bytes(16)) == to_text(bytes(16)) == "a" * NAME_CHARACTERS


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=120)
    | st.builds(encode, st.dictionaries(st.text("kindamebody"), st.binary()))
)
def test_anything_inside_ends_in_a_refusal(inner: bytes) -> None:
    record = verify(record_of(CAST, [NORTH], inner, "fuzz"))
    with pytest.raises(ProtocolError):
        open_sealed(record, [NORTH.sealing()])
