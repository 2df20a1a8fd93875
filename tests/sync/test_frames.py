"""Frames (docs/protocol.md §8.3, §8.6): round trip, strictness, bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.encoding import ENVELOPE_BYTES, encode
from sync import frames
from sync.errors import END_CODES, SessionError
from sync.frames import (
    Ack,
    Answer,
    Ask,
    Compare,
    End,
    Frame,
    Get,
    Have,
    Ids,
    Lack,
    Listed,
    More,
    Records,
    Refresh,
    Sent,
    Settled,
    Symbols,
    Want,
    decode_frame,
    encode_frame,
    pack_tags,
    unpack_tags,
)

SALT, OPEN, TOTAL = bytes(16), bytes(24), bytes(8)

EXAMPLES: list[Frame] = [
    Listed(b"", SALT),
    Listed(b"aaaaaaaabbbbbbbb", SALT),
    Refresh(0),
    Compare(1, 0, OPEN, b"network!" + TOTAL),
    Compare(2, 1, OPEN, b""),
    Symbols(1, 1, ()),
    Symbols(1, 0, (Answer(b"controls", 2, TOTAL, True, b"shortshort"),)),
    Symbols(1, 1, (Answer(b"publics!", 2**32 - 1, TOTAL, False, bytes(20)),)),
    More(1, 0, (Ask(b"controls", 16_384, False), Ask(b"publics!", 1, True))),
    Ids(1, 0, b"controls", b"shortshort", False),
    Want(1, 1, ((b"publics!", b"short"), (b"controls", b"")), True),
    Want(1, 1, (), True),
    Lack(1, 1, ((b"publics!", b"short"),)),
    Sent(1, 1),
    Records((b"envelope", b"")),
    Have(bytes(64)),
    Get(bytes(32)),
    Ack(pack_tags([1, 2]), ((pack_tags([3]), "expired"),)),
    Settled(frames.ROUNDS),
    *(End(code) for code in sorted(END_CODES)),
]


def test_every_frame_has_an_example() -> None:
    assert {frames.frame_name(one) for one in EXAMPLES} == set(frames.SHAPES)


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
        ["settled", True], ["listed", "text", SALT], ["listed", b"1234567", SALT],
        ["listed", b"bbbbbbbbaaaaaaaa", SALT], ["listed", b"aaaaaaaaaaaaaaaa", SALT],
        ["listed", b"", SALT[1:]], ["listed", b""], ["compare", 1, 2, OPEN, b""],
        ["compare", 1, 0, OPEN[1:], b""], ["compare", 1, 0, OPEN, b"network!"],
        ["compare", 1, 0, OPEN, []], ["symbols", 1, 0, [[b"controls", 1, TOTAL, True]]],
        ["symbols", 1, 0, [[b"controls", 1, TOTAL, True, b"1234"]]],
        ["symbols", 1, 0, [[b"controls", 1, TOTAL, False, b"short"]]],
        ["symbols", 1, 0, [[b"controls", 1, TOTAL, 1, b"short"]]],
        ["symbols", 1, 0, [[b"controls", 2**32, TOTAL, True, b"short"]]],
        ["symbols", 1, 0, [[b"controls", 1, TOTAL[1:], True, b"short"]]],
        ["symbols", 1, 0, [b"controls"]], ["symbols", 1, 0, {}], ["more", 1, 0, [[b"controls", 1]]],
        ["more", 1, 0, [[b"controls", 0, False]]], ["more", 1, 0, [[b"controls", 16_385, False]]],
        ["more", 1, 0, [[b"controls", True, False]]], ["more", 1, 0, [[b"controls", 1, None]]],
        ["more", 1, 0, [7]], ["ids", 1, 0, b"controls", b"1234", True],
        ["ids", 1, 0, b"control", b"", True], ["ids", 1, 0, b"controls", b"", 1],
        ["want", 1, 0, [], None], ["want", 1, 0, b"", True], ["want", 1, 0, [[b"controls"]], True],
        ["lack", 1, 0, [[b"controls", b"1234"]]], ["lack", 1, 0, b""], ["have", bytes(33)],
        ["get", bytes(31)], ["get", [bytes(32)]],
        ["records", b"envelope"], ["records", ["text"]], ["ack", b"", [[b"12345678", "so"]]],
        ["ack", b"", [[b"1234567", "expired"]]], ["ack", b"1"],
    ],
)  # fmt: skip
def test_frame_wrong_shape(value: object) -> None:
    with pytest.raises(SessionError, match="protocol"):
        decode_frame(encode(value))


BIG, SHORT, ID = bytes(8), bytes(5), bytes(32)
ANSWER, ASK = Answer(BIG, 0, BIG, True, b""), Ask(BIG, 1, False)
LADDER = pack_tags(range(frames.LISTED + 1))


@pytest.mark.parametrize(
    ("most", "over"),
    [
        (Listed(LADDER[:-8], SALT), Listed(LADDER, SALT)),
        (
            Compare(1, 0, OPEN, 2 * BIG * frames.SETS_IN_FRAME),
            Compare(1, 0, OPEN, 2 * BIG * (frames.SETS_IN_FRAME + 1)),
        ),
        (
            Symbols(1, 0, (ANSWER,) * frames.SETS_IN_FRAME),
            Symbols(1, 0, (ANSWER,) * (frames.SETS_IN_FRAME + 1)),
        ),
        (
            More(1, 0, (ASK,) * frames.SETS_IN_FRAME),
            More(1, 0, (ASK,) * (frames.SETS_IN_FRAME + 1)),
        ),
        (
            Ids(1, 0, BIG, SHORT * frames.SHORTS_IN_FRAME, True),
            Ids(1, 0, BIG, SHORT * (frames.SHORTS_IN_FRAME + 1), True),
        ),
        (
            Want(1, 0, ((BIG, SHORT * frames.SHORTS_IN_FRAME),), True),
            Want(1, 0, ((BIG, SHORT * frames.SHORTS_IN_FRAME), (BIG, SHORT)), True),
        ),
        (
            Lack(1, 0, ((BIG, b""),) * frames.SETS_IN_FRAME),
            Lack(1, 0, ((BIG, b""),) * (frames.SETS_IN_FRAME + 1)),
        ),
        (Have(ID * frames.IDS_IN_FRAME), Have(ID * (frames.IDS_IN_FRAME + 1))),
        (Get(ID * frames.IDS_IN_FRAME), Get(ID * (frames.IDS_IN_FRAME + 1))),
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
    ids=[
        *("listed", "compare", "symbols", "more", "ids", "want", "lack", "have", "get"),
        *("records", "envelope", "ack", "frame"),
    ],
)
def test_frame_bounds(most: Frame, over: Frame) -> None:
    assert decode_frame(encode_frame(most)) == most
    with pytest.raises(SessionError, match="bounds"):
        decode_frame(encode_frame(over))


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_tags(tags: list[int]) -> None:
    assert unpack_tags(pack_tags(tags)) == tuple(tags)


def test_all_that_is_sent_at_once_fits_into_a_frame() -> None:
    """All cells of a stage with as many sets; and all short ids of a frame, in as many parts."""
    one = frames.SYMBOLS_IN_STAGE // frames.SETS_IN_FRAME + 1
    cells = Answer(BIG, 2**32 - 1, BIG, False, bytes(10 * one))
    whole = Symbols(frames.ROUNDS, 1, (cells,) * frames.SETS_IN_FRAME)
    shorts = SHORT * (frames.SHORTS_IN_FRAME // frames.SETS_IN_FRAME)
    want = Want(frames.ROUNDS, 1, ((BIG, shorts),) * frames.SETS_IN_FRAME, True)
    for frame in (whole, want):
        assert decode_frame(encode_frame(frame)) == frame
