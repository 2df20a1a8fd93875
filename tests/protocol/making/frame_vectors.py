"""`frames.json`: each frame as it should be, at its bounds, and beyond (§8.3, §8.6)."""

from collections.abc import Iterator
from typing import Any

from crypto.hashing import keyed
from protocol.encoding import encode
from tests.protocol.making.cast import Actor, made
from tests.protocol.making.readable import readable

ABOUT = (
    "docs/protocol.md §8.3, §8.6. `frame` is what one message holds, decrypted. `expect` is `ok`,"
    " with the decoded `value` where it is short, or the code of `end` with which it ends the"
    " session: `bounds` for what is of the right shape but too much, `protocol` otherwise. Whether"
    " it may come at this time is not asked."
)

Case = dict[str, Any]
Parts = list[tuple[bytes, int]]

MIB = 1_048_576


def tag(number: int) -> bytes:
    """8 bytes: a tag, or a short id."""
    return keyed(made("tag key"), str(number).encode(), 8)


def frames() -> list[list[Any]]:
    """One good frame of each name, in the order of §8.3."""
    a, b, c = sorted(tag(number) for number in range(3))
    record = Actor("hub").record("endpoint", {"url": "https://a.example", "tls": None}, name="a")
    return [
        ["listed", a + b + c],
        ["refresh", 2],
        ["compare", 3, 0, [[a, 2, 2**64 - 1], [b, 0, 0]]],
        ["ids", 3, 0, [[a, b + c]], True],
        ["want", 3, 0, b, True],
        ["sent", 3, 0],
        ["records", [record]],
        ["ack", a, [[b, "unknown-key"]]],
        ["settled", 3],
        ["end", "shutdown"],
    ]


def cases() -> list[Case]:
    """Good and bad."""
    return [*_good(), *_shapes(), *_values(), *_bounds(), *_bytes()]


def _good() -> Iterator[Case]:
    for frame in frames():
        yield _case(frame[0], frame, "ok")
    a = tag(0)
    more = {
        "listed: nobody": ["listed", b""],
        "refresh: before the first round": ["refresh", 0],
        "compare: stage 1, no set": ["compare", 1, 1, []],
        "compare: the last round, the largest count": [
            "compare",
            2**32 - 1,
            0,
            [[a, 2**32 - 1, 0]],
        ],
        "ids: nothing differs": ["ids", 1, 1, [], True],
        "ids: an empty set, more to come": ["ids", 1, 1, [[a, b""]], False],
        "want: nothing": ["want", 1, 1, b"", True],
        "records: none": ["records", []],
        "records: an envelope that is none": ["records", [b""]],
        "ack: nothing": ["ack", b"", []],
    }
    for name, frame in more.items():
        yield _case(name, frame, "ok")
    for code in (
        "not-accepted", "wrong-address", "busy", "bounds", "protocol", "time", "replaced", "revoked"
    ):  # fmt: skip
        yield _case(f"end: {code}", ["end", code], "ok")


def _shapes() -> Iterator[Case]:
    """A field too many, one too few; not an array, not a known name."""
    for frame in frames():
        yield _case(f"{frame[0]}: a field more", [*frame, None])
        yield _case(f"{frame[0]}: a field less", frame[:-1])
        yield _case(f"{frame[0]}: a trailing byte", encode(frame) + b"\0")
        for at in range(1, len(frame)):
            yield _case(f"{frame[0]}: field {at} nil", [*frame[:at], None, *frame[at + 1 :]])
    others: dict[str, Any] = {
        "an unknown name": ["hello"],
        "a handshake's message": ["accept", bytes(64)],
        "a name in upper case": ["LISTED", b""],
        "a name in bytes": [b"listed", b""],
        "an empty array": [],
        "a map": {"listed": b""},
        "a number": 7,
    }
    for name, value in others.items():
        yield _case(name, value)


def _values() -> Iterator[Case]:
    """Fields of another type or outside their range."""
    a, b = sorted(tag(number) for number in range(2))
    rows: dict[str, list[Any]] = {
        "listed: descending": ["listed", b + a],
        "listed: one twice": ["listed", a + a],
        "listed: 9 bytes": ["listed", a + b"\0"],
        "listed: an array": ["listed", [a, b]],
        "refresh: round -1": ["refresh", -1],
        "refresh: round 2^32": ["refresh", 2**32],
        "compare: round 0": ["compare", 0, 0, []],
        "compare: round 2^32": ["compare", 2**32, 0, []],
        "compare: round true": ["compare", True, 0, []],
        "compare: stage 2": ["compare", 1, 2, []],
        "compare: stage -1": ["compare", 1, -1, []],
        "compare: tag of 7 bytes": ["compare", 1, 0, [[a[:7], 1, 1]]],
        "compare: count -1": ["compare", 1, 0, [[a, -1, 1]]],
        "compare: count 2^32": ["compare", 1, 0, [[a, 2**32, 1]]],
        "compare: sum -1": ["compare", 1, 0, [[a, 1, -1]]],
        "compare: a set of four": ["compare", 1, 0, [[a, 1, 1, 1]]],
        "compare: a set of two": ["compare", 1, 0, [[a, 1]]],
        "ids: round 0": ["ids", 0, 0, [], True],
        "ids: shorts of 9 bytes": ["ids", 1, 0, [[a, b + b"\0"]], True],
        "ids: shorts in an array": ["ids", 1, 0, [[a, [b]]], True],
        "ids: last is 1": ["ids", 1, 0, [], 1],
        "want: shorts of 7 bytes": ["want", 1, 0, a[:7], True],
        "want: last is 0": ["want", 1, 0, a, 0],
        "sent: round 0": ["sent", 0, 0],
        "sent: stage 2": ["sent", 1, 2],
        "records: bytes": ["records", b""],
        "records: a text": ["records", ["x"]],
        "ack: an unknown code": ["ack", b"", [[a, "because"]]],
        "ack: a code of `end`": ["ack", b"", [[a, "busy"]]],
        "ack: a short id of 9 bytes": ["ack", b"", [[a + b"\0", "expired"]]],
        "ack: a number": ["ack", b"", [[7, "expired"]]],
        "settled: round 0": ["settled", 0],
        "end: an unknown code": ["end", "because"],
        "end: a code of §4.1": ["end", "malformed"],
    }
    for name, frame in rows.items():
        yield _case(name, frame)


def _bounds() -> Iterator[Case]:
    """At a bound, and one more. What is repeated is written as `parts`."""
    row = [tag(0), 1, 1]
    set_ = [tag(0), b""]
    refused = [tag(0), "expired"]
    yield from _pair("compare: {:,} sets", 1_000, lambda n: _array(["compare", 1, 0], n, row))
    yield from _pair(
        "ids: {:,} sets", 1_000, lambda n: _array(["ids", 1, 0], n, set_, encode(True))
    )
    yield from _pair("ids: {:,} short ids", 100_000, _ids)
    yield from _pair("want: {:,} short ids", 100_000, lambda n: _long(["want", 1, 0], n, True))
    yield from _pair("records: {:,}", 1_000, lambda n: _array(["records"], n, b""))
    yield from _pair("ack: {:,} stored", 5_000, lambda n: _long(["ack"], n, []))
    yield from _pair("ack: {:,} refused", 5_000, lambda n: _array(["ack", b""], n, refused))
    yield from _pair("records: an envelope of {:,} bytes", 66_000, _envelope)
    yield _parts("ack: 4,999 stored and 2 refused", _long(["ack"], 4_999, [refused] * 2), "bounds")
    yield _parts("ids: 1 and 100,000 short ids in two sets", _two_sets(), "bounds")
    ladder = [number.to_bytes(8, "big") for number in range(4_097)]
    yield _case("listed: 4,096", ["listed", b"".join(ladder[:-1])], "ok", short=False)
    yield _case("listed: 4,097", ["listed", b"".join(ladder)], "bounds")
    # [name, [15 envelopes of 66,000 bytes, one of the rest]]
    head = b"\x92" + encode("records") + b"\xdc\x00\x10"
    one = [(b"\xc6" + (66_000).to_bytes(4, "big"), 1), (b"\0", 66_000)]
    rest = MIB - len(head) - 15 * 66_005 - 3
    for name, more, expect in (("a frame of 1 MiB", 0, "ok"), ("a byte more", 1, "bounds")):
        last = [(b"\xc5" + (rest + more).to_bytes(2, "big"), 1), (b"\0", rest + more)]
        yield _parts(f"records: {name}", [(head, 1), *one * 15, *last], expect)


def _pair(name: str, most: int, make: Any) -> Iterator[Case]:
    yield _parts(name.format(most), make(most), "ok")
    yield _parts(name.format(most + 1), make(most + 1), "bounds")


def _header(kind: str, size: int) -> bytes:
    """Of an array or a byte string."""
    packed = encode([None] * size if kind == "array" else bytes(size))
    return packed[: len(packed) - size]


def _array(fields: list[Any], times: int, element: Any, after: bytes = b"") -> Parts:
    """A frame with an array of equal elements as its next field."""
    count = len(fields) + 1 + (1 if after else 0)
    front = _header("array", count) + b"".join(map(encode, fields)) + _header("array", times)
    return [(front, 1), (encode(element), times), (after, 1 if after else 0)]


def _long(fields: list[Any], times: int, after: Any) -> Parts:
    """A frame with a string of equal short ids as its next field, and one more field."""
    front = _header("array", len(fields) + 2) + b"".join(map(encode, fields))
    return [(front + _header("bytes", 8 * times), 1), (tag(1), times), (encode(after), 1)]


def _ids(times: int) -> Parts:
    front = b"\x95" + encode("ids") + b"\x01\x00\x91\x92" + encode(tag(0))
    return [(front + _header("bytes", 8 * times), 1), (tag(1), times), (encode(True), 1)]


def _two_sets() -> Parts:
    one = encode([tag(0), tag(1)])
    front = b"\x95" + encode("ids") + b"\x01\x00\x92" + one + b"\x92" + encode(tag(2))
    return [(front + _header("bytes", 800_000), 1), (tag(1), 100_000), (encode(True), 1)]


def _envelope(size: int) -> Parts:
    return [(b"\x92" + encode("records") + b"\x91" + _header("bytes", size), 1), (b"\0", size)]


def _bytes() -> Iterator[Case]:
    """Not the one encoding (§2)."""
    rows = {
        "empty": b"",
        "not MessagePack": b"\xc1",
        "cut off": encode(["settled", 3])[:-1],
        "an integer not in its shortest form": b"\x92" + encode("settled") + b"\xcc\x03",
        "a text not in its shortest form": b"\x92\xd9\x07settled\x03",
        "an array not in its shortest form": b"\xdc\x00\x02" + encode("settled") + b"\x03",
        "a float": b"\x92" + encode("settled") + b"\xcb" + bytes(8),
        "an extension": b"\x92" + encode("settled") + b"\xd4\x01\x00",
        "two frames": encode(["settled", 3]) * 2,
    }
    for name, raw in rows.items():
        yield _case(name, raw)


def _case(name: str, frame: Any, expect: str = "protocol", *, short: bool = True) -> Case:
    raw = frame if isinstance(frame, bytes) else encode(frame)
    found: Case = {"name": name, "frame": raw.hex(), "expect": expect}
    return found | {"value": readable(frame)} if expect == "ok" and short else found


def _parts(name: str, parts: Parts, expect: str) -> Case:
    hexed = [[part.hex(), times] for part, times in parts if times]
    return {"name": name, "parts": hexed, "expect": expect}
