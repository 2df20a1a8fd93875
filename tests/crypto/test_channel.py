"""The channel of a session: the exchange of keys, and frames that open once and in order."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_PUSH,
    crypto_secretstream_xchacha20poly1305_TAG_REKEY,
)

from crypto.channel import (
    FRAME_OVERHEAD_BYTES,
    HEADER_BYTES,
    Exchange,
    Receiver,
    Sender,
)
from crypto.errors import BadKey, CannotOpen

POINTS = json.loads((Path(__file__).parent / "vectors" / "x25519-points.json").read_text())["cases"]
KEY = bytes(range(32))
HERE, THERE = Exchange(bytes(32)), Exchange(KEY)


def ends() -> tuple[Sender, Receiver]:
    """Both ends of one direction."""
    sender = Sender(KEY)
    return sender, Receiver(KEY, sender.header)


def test_exchange_agrees() -> None:
    receive, send = HERE.keys(THERE.public, dialled=True)
    assert THERE.keys(HERE.public, dialled=False) == (send, receive)
    assert len({receive, send}) == 2
    assert [len(receive), len(send)] == [32, 32]


def test_exchange_known() -> None:
    """So that another implementation gets the same: libsodium's crypto_kx from these seeds."""
    receive, send = HERE.keys(THERE.public, dialled=True)
    assert HERE.public.hex() == "557e23d7346f213ec5a23713b2a2497eef35354d5b52088ac6a5993a5fdb091e"
    assert THERE.public.hex() == "0e0216223f147143d32615a91189c288c1728cba3cc5f9f621b1026e03d83129"
    assert receive.hex() == "0442cdb66ae581ded2893a635a35a8b02efa37eea87b2a632fcbbae478dd93a4"
    assert send.hex() == "199050de22b7dfc0dbfb10f19377ad8588676d6476464431921496f19f78bdf0"


def test_exchange_both_dialled() -> None:
    """Two sides that disagree on who dialled have no common key; nothing opens by accident."""
    here, there = HERE.keys(THERE.public, dialled=True), THERE.keys(HERE.public, dialled=True)
    assert not set(here) & set(there)


@pytest.mark.parametrize("dialled", [True, False])
@pytest.mark.parametrize("case", POINTS, ids=lambda case: case["name"])
def test_exchange_peer_key(case: dict[str, str], dialled: bool) -> None:
    point = bytes.fromhex(case["point"])
    if case["outcome"] == "accept":
        assert len(HERE.keys(point, dialled)) == 2
    else:
        with pytest.raises(BadKey):
            HERE.keys(point, dialled)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_sizes_refused(size: int) -> None:
    with pytest.raises(BadKey, match=f"not {size}"):
        Exchange(bytes(size))
    with pytest.raises(BadKey, match=f"not {size}"):
        Sender(bytes(size))
    with pytest.raises(BadKey, match=f"not {size}"):
        Receiver(bytes(size), bytes(HEADER_BYTES))
    with pytest.raises(CannotOpen):
        Receiver(KEY, bytes(size))


def test_repr_shows_no_secret() -> None:
    assert repr(HERE) == f"Exchange(public={HERE.public.hex()})"
    assert KEY.hex() not in repr(ends())


@given(st.lists(st.binary(max_size=500), max_size=10))
def test_frames_round_trip(frames: list[bytes]) -> None:
    sender, receiver = ends()
    encrypted = [sender.encrypt(frame) for frame in frames]
    assert [len(data) - FRAME_OVERHEAD_BYTES for data in encrypted] == list(map(len, frames))
    assert [receiver.decrypt(data) for data in encrypted] == frames


def test_large_then_small_frame() -> None:
    sender, receiver = ends()
    for frame in (bytes(1 << 20), b"small", b""):
        assert receiver.decrypt(sender.encrypt(frame)) == frame


def test_header_drawn_anew() -> None:
    assert len(Sender(KEY).header) == HEADER_BYTES
    assert Sender(KEY).header != Sender(KEY).header


def test_header_each_byte_changed() -> None:
    sender = Sender(KEY)
    data = sender.encrypt(b"frame")
    for at in range(HEADER_BYTES):
        header = bytearray(sender.header)
        header[at] ^= 1
        with pytest.raises(CannotOpen):
            Receiver(KEY, bytes(header)).decrypt(data)


def test_frame_each_byte_changed() -> None:
    sender, receiver = ends()
    data = sender.encrypt(b"frame")
    for at in range(len(data)):
        altered = bytearray(data)
        altered[at] ^= 1
        with pytest.raises(CannotOpen):
            receiver.decrypt(bytes(altered))
    assert receiver.decrypt(data) == b"frame"  # the state did not move


def test_frame_cut_at_each_length() -> None:
    sender, receiver = ends()
    data = sender.encrypt(b"frame")
    for length in range(len(data)):
        with pytest.raises(CannotOpen):
            receiver.decrypt(data[:length])


def test_frame_with_trailing_data() -> None:
    sender, receiver = ends()
    with pytest.raises(CannotOpen):
        receiver.decrypt(sender.encrypt(b"frame") + b"\0")


def test_frame_replayed() -> None:
    sender, receiver = ends()
    data = sender.encrypt(b"frame")
    receiver.decrypt(data)
    with pytest.raises(CannotOpen):
        receiver.decrypt(data)


def test_frames_reordered() -> None:
    sender, receiver = ends()
    _first, second = sender.encrypt(b"first"), sender.encrypt(b"second")
    with pytest.raises(CannotOpen):
        receiver.decrypt(second)


def test_frame_dropped() -> None:
    sender, receiver = ends()
    receiver.decrypt(sender.encrypt(b"first"))
    sender.encrypt(b"second, which never arrives")
    with pytest.raises(CannotOpen):
        receiver.decrypt(sender.encrypt(b"third"))


def test_frame_sent_back() -> None:
    receive, send = HERE.keys(THERE.public, dialled=True)
    sender = Sender(send)
    with pytest.raises(CannotOpen):
        Receiver(receive, sender.header).decrypt(sender.encrypt(b"frame"))


@pytest.mark.parametrize(
    "tag",
    [
        crypto_secretstream_xchacha20poly1305_TAG_PUSH,
        crypto_secretstream_xchacha20poly1305_TAG_REKEY,
        crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    ],
)
def test_frame_with_another_tag(tag: int) -> None:
    sender, receiver = ends()
    data = crypto_secretstream_xchacha20poly1305_push(sender._state, b"frame", None, tag)
    with pytest.raises(CannotOpen):
        receiver.decrypt(data)
