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
    " Nor is whether a set is named twice where it may not be (§8.3)."
)

Case = dict[str, Any]
Parts = list[tuple[bytes, int]]

MIB = 1_048_576


def tag(number: int) -> bytes:
    """8 bytes: a tag, or the digest of a set."""
    return keyed(made("tag key"), str(number).encode(), 8)


def short(number: int) -> bytes:
    """5 bytes: a short id."""
    return tag(number)[:5]


def frames() -> list[list[Any]]:
    """One good frame of each name, in the order of §8.3."""
    a, b, c = sorted(tag(number) for number in range(3))
    one, two, cell = short(1), short(2), made("cell", 10)
    record = Actor("hub").record("endpoint", {"url": "https://a.example", "tls": None}, name="a")
    return [
        ["listed", a + b + c, made("salt", 16)],
        ["refresh", 2],
        ["compare", 3, 0, a + b + bytes(8), c + a],
        ["symbols", 3, 0, [[a, 2, b, True, one + two], [b, 70, c, False, cell + bytes(10)]]],
        ["more", 3, 0, [[b, 66, False], [a, 30, True]]],
        ["ids", 3, 0, a, one + two, True],
        ["want", 3, 0, [[a, one + two], [b, two]], True],
        ["lack", 3, 0, [[a, two]]],
        ["sent", 3, 0],
        ["records", [record]],
        ["have", made("id 1") + made("id 2")],
        ["get", made("id 2")],
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
    a, open_, top = tag(0), bytes(24), 2**32 - 1
    more = {
        "listed: nobody": ["listed", b"", bytes(16)],
        "refresh: before the first round": ["refresh", 0],
        "compare: stage 1, no network, nothing in any set": ["compare", 1, 1, open_, b""],
        "compare: the last round, the largest digests": ["compare", top, 0, b"\xff" * 24, a * 2],
        "symbols: nothing differs": ["symbols", 1, 1, []],
        "symbols: an empty set": ["symbols", 1, 0, [[a, 0, bytes(8), True, b""]]],
        "symbols: the largest size, no cells": ["symbols", 1, 0, [[a, top, a, False, b""]]],
        "symbols: 10 bytes are two short ids or one cell": [
            "symbols", 1, 1, [[a, 9, a, True, bytes(10)], [a, 9, a, False, bytes(10)]]
        ],
        "more: nothing": ["more", 1, 0, []],
        "more: one cell, and all": ["more", 1, 0, [[a, 1, False], [a, 16_384, True]]],
        "ids: an empty set": ["ids", 1, 1, a, b"", True],
        "ids: nothing, more to come": ["ids", 1, 1, a, b"", False],
        "want: nothing": ["want", 1, 1, [], True],
        "want: nothing of a set, more to come": ["want", 1, 1, [[a, b""]], False],
        "lack: nothing": ["lack", 1, 1, []],
        "records: none": ["records", []],
        "records: an envelope that is none": ["records", [b""]],
        "have: nothing": ["have", b""],
        "get: nothing": ["get", b""],
        "ack: nothing": ["ack", b"", []],
    }  # fmt: skip
    for name, frame in more.items():
        yield _case(name, frame, "ok")
    for code in (
        "not-accepted", "wrong-address", "busy", "bounds", "protocol", "time", "replaced",
        "changed", "revoked", "version",
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
        "a name in upper case": ["LISTED", b"", bytes(16)],
        "a name in bytes": [b"listed", b"", bytes(16)],
        "an empty array": [],
        "a map": {"listed": b""},
        "a number": 7,
    }
    for name, value in others.items():
        yield _case(name, value)


def _values() -> Iterator[Case]:
    """Fields of another type or outside their range."""
    a, b = sorted(tag(number) for number in range(2))
    one, salt, open_ = short(1), bytes(16), bytes(24)
    rows: dict[str, list[Any]] = {
        "listed: descending": ["listed", b + a, salt],
        "listed: one twice": ["listed", a + a, salt],
        "listed: 9 bytes": ["listed", a + b"\0", salt],
        "listed: an array": ["listed", [a, b], salt],
        "listed: a salt of 15 bytes": ["listed", a, salt[1:]],
        "refresh: round -1": ["refresh", -1],
        "refresh: round 2^32": ["refresh", 2**32],
        "compare: round 0": ["compare", 0, 0, open_, b""],
        "compare: round 2^32": ["compare", 2**32, 0, open_, b""],
        "compare: round true": ["compare", True, 0, open_, b""],
        "compare: stage 2": ["compare", 1, 2, open_, b""],
        "compare: stage -1": ["compare", 1, -1, open_, b""],
        "compare: two digests": ["compare", 1, 0, open_[:16], b""],
        "compare: four digests": ["compare", 1, 0, bytes(32), b""],
        "compare: a network without a digest": ["compare", 1, 0, open_, a],
        "compare: networks in an array": ["compare", 1, 0, open_, [a + b]],
        "symbols: four things of a set": ["symbols", 1, 0, [[a, 1, b, True]]],
        "symbols: six things of a set": ["symbols", 1, 0, [[a, 1, b, True, one, one]]],
        "symbols: a tag of 7 bytes": ["symbols", 1, 0, [[a[:7], 1, b, True, one]]],
        "symbols: size -1": ["symbols", 1, 0, [[a, -1, b, True, one]]],
        "symbols: size 2^32": ["symbols", 1, 0, [[a, 2**32, b, True, one]]],
        "symbols: a total that is a number": ["symbols", 1, 0, [[a, 1, 7, True, one]]],
        "symbols: a total of 9 bytes": ["symbols", 1, 0, [[a, 1, b + b"\0", True, one]]],
        "symbols: whole is 1": ["symbols", 1, 0, [[a, 1, b, 1, one]]],
        "symbols: short ids of 6 bytes": ["symbols", 1, 0, [[a, 1, b, True, bytes(6)]]],
        "symbols: half a cell": ["symbols", 1, 0, [[a, 99, b, False, one]]],
        "more: two things of a set": ["more", 1, 0, [[a, 9]]],
        "more: end 0": ["more", 1, 0, [[a, 0, False]]],
        "more: end 16,385": ["more", 1, 0, [[a, 16_385, False]]],
        "more: fresh is 0": ["more", 1, 0, [[a, 9, 0]]],
        "ids: round 0": ["ids", 0, 0, a, one, True],
        "ids: shorts of 6 bytes": ["ids", 1, 0, a, one + b"\0", True],
        "ids: shorts in an array": ["ids", 1, 0, a, [one], True],
        "ids: last is 1": ["ids", 1, 0, a, one, 1],
        "want: bytes": ["want", 1, 0, one, True],
        "want: shorts of 4 bytes": ["want", 1, 0, [[a, one[:4]]], True],
        "want: three things of a set": ["want", 1, 0, [[a, one, one]], True],
        "want: last is 0": ["want", 1, 0, [[a, one]], 0],
        "lack: shorts of 4 bytes": ["lack", 1, 0, [[a, one[:4]]]],
        "lack: one thing of a set": ["lack", 1, 0, [[a]]],
        "have: 31 bytes": ["have", bytes(31)],
        "get: an array": ["get", [bytes(32)]],
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
    pair = [tag(0), b""]
    refused = [tag(0), "expired"]
    answer, ask = [tag(0), 1, tag(1), True, b""], [tag(0), 1, False]
    yield from _pair("compare: {:,} networks", 1_000, _networks)
    yield from _pair("symbols: {:,} sets", 1_000, lambda n: _array(["symbols", 1, 0], n, answer))
    yield from _pair("more: {:,} sets", 1_000, lambda n: _array(["more", 1, 0], n, ask))
    yield from _pair("ids: {:,} short ids", 100_000, _ids)
    yield from _pair(
        "want: {:,} sets", 1_000, lambda n: _array(["want", 1, 0], n, pair, encode(True))
    )
    yield from _pair("want: {:,} short ids", 100_000, lambda n: _named("want", n, encode(True)))
    yield from _pair("lack: {:,} sets", 1_000, lambda n: _array(["lack", 1, 0], n, pair))
    yield from _pair("lack: {:,} short ids", 100_000, lambda n: _named("lack", n, b""))
    yield from _pair("have: {:,} ids", 10_000, lambda n: _long(["have"], n, made("id 1")))
    yield from _pair("get: {:,} ids", 10_000, lambda n: _long(["get"], n, made("id 1")))
    yield from _pair("records: {:,}", 1_000, lambda n: _array(["records"], n, b""))
    yield from _pair("ack: {:,} stored", 5_000, lambda n: _long(["ack"], n, tag(1), encode([])))
    yield from _pair("ack: {:,} refused", 5_000, lambda n: _array(["ack", b""], n, refused))
    yield from _pair("records: an envelope of {:,} bytes", 66_000, _envelope)
    mixed = _long(["ack"], 4_999, tag(1), encode([refused] * 2))
    yield _parts("ack: 4,999 stored and 2 refused", mixed, "bounds")
    yield _parts("want: 1 and 100,000 short ids of two sets", _two_sets(), "bounds")
    ladder = [number.to_bytes(8, "big") for number in range(4_097)]
    yield _case("listed: 4,096", ["listed", b"".join(ladder[:-1]), bytes(16)], "ok", short=False)
    yield _case("listed: 4,097", ["listed", b"".join(ladder), bytes(16)], "bounds")
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


def _long(fields: list[Any], times: int, one: bytes, after: bytes = b"") -> Parts:
    """A frame with a string of equal things as its next field, and perhaps one more field."""
    count = len(fields) + 1 + (1 if after else 0)
    front = _header("array", count) + b"".join(map(encode, fields))
    return [(front + _header("bytes", len(one) * times), 1), (one, times), (after, 1)]


def _networks(times: int) -> Parts:
    return _long(["compare", 1, 0, bytes(24)], times, tag(0) + tag(1))


def _ids(times: int) -> Parts:
    return _long(["ids", 1, 0, tag(0)], times, short(1), encode(True))


def _named(name: str, times: int, after: bytes) -> Parts:
    """Short ids of one set."""
    front = (
        _header("array", 5 if after else 4) + encode(name) + b"\x01\x00\x91\x92" + encode(tag(0))
    )
    return [(front + _header("bytes", 5 * times), 1), (short(1), times), (after, 1)]


def _two_sets() -> Parts:
    front = b"\x95" + encode("want") + b"\x01\x00\x92" + encode([tag(0), short(1)])
    front += b"\x92" + encode(tag(2)) + _header("bytes", 500_000)
    return [(front, 1), (short(1), 100_000), (encode(True), 1)]


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
    hexed = [[part.hex(), times] for part, times in parts if part and times]
    return {"name": name, "parts": hexed, "expect": expect}
