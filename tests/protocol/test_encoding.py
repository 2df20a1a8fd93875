"""The strict MessagePack profile (§2). Each rule has its vectors in `encoding.json`."""

import unicodedata
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.encoding import DEPTH, PAYLOAD_BYTES, clean, decode, encode, unpack
from protocol.errors import Malformed
from tests.protocol.making.encoding_vectors import nested

WHOLE = encode({"name": "Anlaufstelle", "seats": [12, None, True], "id": b"\x01\x02"})

clean_text = st.text(max_size=20).map(lambda t: unicodedata.normalize("NFC", t)).filter(clean)
integers = st.integers(-(2**63), 2**64 - 1)
leaves = st.none() | st.booleans() | integers | clean_text | st.binary(max_size=40)
strict = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(clean_text, inner, max_size=5),
    max_leaves=20,
)
loose = st.recursive(
    leaves
    | st.floats()
    | st.text(max_size=10)
    | st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=5))
    | st.builds(msgpack.Timestamp, st.integers(0, 2**34 - 1)),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equal with types: True is not 1 here."""
    return repr(one) == repr(other)


@given(strict)
def test_round_trip(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(loose)
def test_one_value_has_one_encoding_or_none(value: Any) -> None:
    try:
        raw = msgpack.packb(value)
    except (ValueError, UnicodeEncodeError):
        return
    try:
        decoded = decode(raw)
    except Malformed:
        return
    assert encode(decoded) == raw


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_malformed(raw: bytes) -> None:
    try:
        value = decode(raw)
    except Malformed:
        return
    assert encode(value) == raw


@pytest.mark.parametrize("at", range(len(WHOLE)))
def test_cut_off_is_refused(at: int) -> None:
    with pytest.raises(Malformed):
        decode(WHOLE[:at])


@pytest.mark.parametrize("more", [b"\0", b"\xc0", WHOLE], ids=["zero", "nil", "itself"])
def test_trailing_bytes_are_refused(more: bytes) -> None:
    with pytest.raises(Malformed, match=r"^bytes after the value$"):
        decode(WHOLE + more)


def test_every_byte_changed_gives_another_value_or_none() -> None:
    for at in range(len(WHOLE)):
        for new in range(256):
            raw = WHOLE[:at] + bytes([new]) + WHOLE[at + 1 :]
            if raw == WHOLE:
                continue
            try:
                assert not same(decode(raw), decode(WHOLE))
            except Malformed:
                continue


def test_depth_is_bounded() -> None:
    assert decode(encode(nested(DEPTH))) == nested(DEPTH)
    with pytest.raises(Malformed, match=r"^more than 16 levels$"):
        decode(encode(nested(DEPTH + 1)))


@pytest.mark.parametrize("levels", [511, 512, 513, 1_023, 1_024, 1_025, 60_000])
def test_depths_at_which_the_library_gives_up(levels: int) -> None:
    with pytest.raises(Malformed):
        decode(b"\x91" * levels + b"\xc0")


def test_size_is_bounded() -> None:
    raw = b"\xc5\xff\xfd" + bytes(PAYLOAD_BYTES - 3)
    assert len(unpack(raw)) == PAYLOAD_BYTES - 3
    with pytest.raises(Malformed, match=r"^10 bytes, more than 9$"):
        decode(bytes(10), 9)


def test_encoder_goes_on_after_what_it_cannot_encode() -> None:
    with pytest.raises(TypeError):
        encode({"name": object()})
    assert decode(encode(["x"])) == ["x"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        pytest.param("a b", True, id="blank"),
        pytest.param("a\nb", True, id="line feed"),
        pytest.param("a\u00a0b", True, id="no-break space"),
        pytest.param("a\u200db", True, id="zero-width joiner"),
        pytest.param("a\u2028b", True, id="line separator"),
        pytest.param("\u05d0", True, id="right-to-left letter"),
        pytest.param("\u200f", True, id="right-to-left mark"),
        *(
            pytest.param(f"a{chr(code)}b", False, id=f"U+{code:04X}")
            for code in (
                *(set(range(0x20)) - {0x0A}),
                *range(0x7F, 0xA0),
                0xD800,
                0xDFFF,
                *range(0x202A, 0x202F),
                *range(0x2066, 0x206A),
            )
        ),
    ],
)
def test_text(text: str, allowed: bool) -> None:
    assert clean(text) is allowed
