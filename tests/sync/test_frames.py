"""Frames (docs/protocol.md §8.3, §8.6): round trip, strictness, bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.encoding import ENVELOPE_BYTES, encode
from sync import frames
from sync.errors import END_CODES, SessionError
from sync.frames import (
    Ack,
    Compare,
    End,
    Frame,
    Ids,
    Listed,
    Records,
    Refresh,
    Sent,
    Settled,
    Want,
    decode_frame,
    encode_frame,
    pack_shorts,
    unpack_shorts,
)

EXAMPLES: list[Frame] = [
    Listed(b""),
    Listed(b"aaaaaaaabbbbbbbb"),
    Refresh(0),
    Compare(1, 0, ((b"controls", 3, 2**64 - 1),)),
    Compare(2, 1, ()),
    Ids(1, 0, ((b"controls", pack_shorts([1, 2**64 - 1])), (b"publics!", b"")), False),
    Want(1, 1, pack_shorts([7]), True),
    Sent(1, 1),
    Records((b"envelope", b"")),
    Ack(pack_shorts([1, 2]), ((pack_shorts([3]), "expired"),)),
    Settled(frames.ROUNDS),
    *(End(code) for code in sorted(END_CODES)),
]


def outcome(raw: bytes) -> bytes | str:
    """What decoding and encoding gives, or the code of the error."""
    try:
        return encode_frame(decode_frame(raw))
    except SessionError as error:
        return error.code


@pytest.mark.parametrize("frame", EXAMPLES, ids=str)
def test_frame_round_trip(frame: Frame) -> None:
    decoded = decode_frame(encode_frame(frame))
    assert (type(decoded), decoded) == (type(frame), frame)


@pytest.mark.parametrize("frame", EXAMPLES, ids=str)
def test_frame_cut_or_longer(frame: Frame) -> None:
    raw = encode_frame(frame)
    for wrong in [raw[:length] for length in range(len(raw))] + [raw + b"\x00"]:
        with pytest.raises(SessionError, match="protocol"):
            decode_frame(wrong)


@pytest.mark.parametrize("frame", EXAMPLES, ids=str)
def test_frame_every_byte(frame: Frame) -> None:
    """An altered byte gives another frame with its own bytes, or an error; nothing in between."""
    raw = encode_frame(frame)
    for at in range(len(raw)):
        for bit in (1, 16, 128):
            wrong = raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :]
            assert outcome(wrong) in (wrong, "protocol", "bounds")


@given(st.binary(max_size=60))
def test_frame_garbage(raw: bytes) -> None:
    assert outcome(raw) in (raw, "protocol")


@pytest.mark.parametrize(
    "value",
    [
        [], {}, None, 7, "end", ["end"], ["end", "because"], ["end", "time", 1], [b"end", "time"],
        ["nonsense"], ["refresh"], ["refresh", -1], ["settled", 0], ["settled", 2**32],
        ["settled", True], ["listed", "text"], ["listed", b"1234567"],
        ["listed", b"bbbbbbbbaaaaaaaa"],
        ["listed", b"aaaaaaaaaaaaaaaa"], ["compare", 1, 2, []],
        ["compare", 1, 0, [[b"short", 1, 1]]],
        ["compare", 1, 0, [[b"controls", -1, 1]]], ["compare", 1, 0, [[b"controls", 1, -1]]],
        ["compare", 1, 0, {}], ["ids", 1, 0, [[b"controls", b"1234567"]], True],
        ["ids", 1, 0, [[b"controls"]], True], ["ids", 1, 0, [], 1], ["want", 1, 0, b"", None],
        ["records", b"envelope"], ["records", ["text"]], ["ack", b"", [[b"12345678", "so"]]],
        ["ack", b"", [[b"1234567", "expired"]]], ["ack", b"1"],
    ],
)  # fmt: skip
def test_frame_wrong_shape(value: object) -> None:
    with pytest.raises(SessionError, match="protocol"):
        decode_frame(encode(value))


BIG = bytes(8)


@pytest.mark.parametrize(
    ("most", "over"),
    [
        (
            Listed(pack_shorts(range(frames.LISTED))),
            Listed(pack_shorts(range(frames.LISTED + 1))),
        ),
        (
            Compare(1, 0, ((BIG, 0, 0),) * frames.SETS_IN_FRAME),
            Compare(1, 0, ((BIG, 0, 0),) * (frames.SETS_IN_FRAME + 1)),
        ),
        (
            Ids(1, 0, ((BIG, BIG * frames.SHORTS_IN_FRAME),), True),
            Ids(1, 0, ((BIG, BIG * frames.SHORTS_IN_FRAME), (BIG, BIG)), True),
        ),
        (
            Want(1, 0, BIG * frames.SHORTS_IN_FRAME, True),
            Want(1, 0, BIG * (frames.SHORTS_IN_FRAME + 1), True),
        ),
        (
            Records((b"",) * frames.RECORDS_IN_FRAME),
            Records((b"",) * (frames.RECORDS_IN_FRAME + 1)),
        ),
        (Records((bytes(ENVELOPE_BYTES),) * 15), Records((bytes(ENVELOPE_BYTES + 1),))),
        (
            Ack(BIG * (frames.WINDOW_RECORDS - 1), ((BIG, "expired"),)),
            Ack(BIG * frames.WINDOW_RECORDS, ((BIG, "expired"),)),
        ),
        (Records((bytes(ENVELOPE_BYTES),) * 15), Records((bytes(ENVELOPE_BYTES),) * 16)),
    ],
    ids=["listed", "compare", "ids", "want", "records", "envelope", "ack", "frame"],
)
def test_frame_bounds(most: Frame, over: Frame) -> None:
    assert decode_frame(encode_frame(most)) == most
    with pytest.raises(SessionError, match="bounds"):
        decode_frame(encode_frame(over))


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_shorts(shorts: list[int]) -> None:
    assert unpack_shorts(pack_shorts(shorts)) == tuple(shorts)
