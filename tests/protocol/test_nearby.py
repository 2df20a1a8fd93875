"""Announcements in the local network: who recognises whom, and what anybody else sees (§11)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import BadKey
from crypto.sealing import SealingKey
from protocol.errors import Malformed
from protocol.nearby import (
    ANNOUNCEMENT_BYTES,
    LADDER,
    NONCE_BYTES,
    TAG_BYTES,
    Announcement,
    pair_key,
)
from tests.protocol.making.files import each, outcome

ANNA, BERTA, CARLA = (SealingKey(bytes([n]) * 32) for n in (1, 2, 3))
A, B, C = (bytes([n]) * 32 for n in (10, 11, 12))
NOISE = bytes(n * 7 % 256 for n in range(512))
HOUR = 500_000
BARE = Announcement(b"n" * NONCE_BYTES, True, 8480, [bytes([192, 168, 1, 20])])
KEY = pair_key(ANNA, BERTA.public, A, B)
SAID = BARE.with_tags([KEY], HOUR, NOISE)


def test_both_have_the_same_key_and_nobody_else() -> None:
    assert pair_key(BERTA, ANNA.public, A, B) == KEY
    others = {
        pair_key(ANNA, BERTA.public, B, A),
        pair_key(ANNA, CARLA.public, A, B),
        pair_key(CARLA, BERTA.public, A, B),
        pair_key(ANNA, BERTA.public, A, C),
    }
    assert KEY not in others
    assert len(others) == 4


@pytest.mark.parametrize("bad", [bytes(32), b"\xff" * 32, b"x"])
def test_a_bad_key(bad: bytes) -> None:
    with pytest.raises(BadKey):
        pair_key(ANNA, bad, A, B)


@pytest.mark.parametrize(
    ("hour", "is_for"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_tag_is_good_for_its_hour(hour: int, is_for: bool) -> None:
    assert SAID.is_for(KEY, HOUR + hour) is is_for


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": b"m" * NONCE_BYTES},
        {"tls": False},
        {"port": 8481},
        {"addresses": [bytes([192, 168, 1, 21])]},
        {"addresses": [*BARE.addresses, bytes([10, 0, 0, 1])]},
    ],
)
def test_a_tag_is_good_for_its_place(changed: dict[str, object]) -> None:
    """Played again from somewhere else it says nothing to anybody."""
    assert not SAID._replace(**changed).is_for(KEY, HOUR)


@given(st.integers(0, 70))
def test_how_many_peers_there_are_is_not_seen(peers: int) -> None:
    keys = [bytes([n]) * 32 for n in range(peers)]
    said = BARE.with_tags(keys, HOUR, NOISE)
    tags = [said.tags[at : at + TAG_BYTES] for at in range(0, len(said.tags), TAG_BYTES)]
    assert len(tags) in LADDER
    assert tags == sorted(tags)
    assert [said.is_for(key, HOUR) for key in keys] == [n < LADDER[-1] for n in range(peers)]
    assert not said.is_for(b"z" * 32, HOUR)
    assert Announcement.parse(dict(said.strings())) == said


def test_nothing_stays_the_same() -> None:
    other = BARE._replace(nonce=b"o" * NONCE_BYTES).with_tags([KEY], HOUR, NOISE[::-1])
    assert not {*_tags(SAID)} & {*_tags(other)}


def _tags(one: Announcement) -> list[bytes]:
    return [one.tags[at : at + TAG_BYTES] for at in range(0, len(one.tags), TAG_BYTES)]


def test_the_longest_fits() -> None:
    one = BARE._replace(addresses=[b"a" * 16] * 4, port=65_535)
    strings = one.with_tags([bytes([n]) * 32 for n in range(64)], HOUR, NOISE).strings()
    assert sum(map(len, strings.values())) <= ANNOUNCEMENT_BYTES
    assert all(len(key) + 1 + len(value) <= 255 for key, value in strings.items())


def joined(strings: dict[bytes, bytes]) -> bytes:
    return b"".join(strings[str(n).encode()] for n in range(len(strings)))


RAW = joined(SAID.strings())


@pytest.mark.parametrize(
    "strings",
    [
        {},
        {b"0": None},
        {b"0": b""},
        {b"1": RAW},
        {b"0": RAW, b"x": b"y"},
        {b"0": RAW, b"1": b"\x00"},
        {b"0": RAW, b"1": None},
        {b"0": bytes(100_000)},
        {str(n).encode(): b"" for n in range(300)},
        *({b"0": RAW[:at]} for at in range(len(RAW))),
        dict(BARE.strings()),
        dict(SAID._replace(tags=SAID.tags[:-1]).strings()),
        dict(SAID._replace(tags=SAID.tags[:8]).strings()),
        dict(SAID._replace(tags=bytes(8 * 65)).strings()),
        dict(SAID._replace(port=0).strings()),
        dict(SAID._replace(port=65_536).strings()),
        dict(SAID._replace(addresses=[]).strings()),
        dict(SAID._replace(addresses=[bytes(4)] * 5).strings()),
        dict(SAID._replace(addresses=[bytes(5)]).strings()),
        dict(SAID._replace(nonce=bytes(15)).strings()),
    ],
)
def test_what_is_no_announcement(strings: dict[bytes, bytes | None]) -> None:
    with pytest.raises(Malformed):
        Announcement.parse(strings)


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_every_byte_changed(at: int, by: int) -> None:
    """Refused, or another announcement that says nothing but its tags."""
    changed = bytearray(RAW)
    changed[at] ^= by
    try:
        found = Announcement.parse({b"0": bytes(changed)})
    except Malformed:
        return
    assert found != SAID


@given(st.binary(max_size=900))
def test_anything(raw: bytes) -> None:
    try:
        Announcement.parse({b"0": raw})
    except Malformed:
        return
    raise AssertionError


@each("nearby")
def test_vector(case: dict[str, Any]) -> None:
    def recognise() -> str:
        one = Announcement.parse({b"0": bytes.fromhex(case["raw"])})
        return "ok" if one.is_for(key, case["now"] // 3_600) else "unknown"

    own, other = SealingKey(bytes.fromhex(case["seed"])), bytes.fromhex(case["sealing"])
    key = pair_key(own, other, bytes.fromhex(case["announcer"]), bytes.fromhex(case["finder"]))
    assert (outcome(recognise), key.hex()) == (case["expect"], case["key"])
