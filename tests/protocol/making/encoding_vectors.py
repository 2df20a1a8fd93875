"""`encoding.json`: what §2 accepts and refuses."""

import unicodedata
from typing import Any

import msgpack

from protocol.encoding import DEPTH, encode
from tests.protocol.making.readable import readable

ABOUT = (
    "docs/protocol.md §2. `hex` is one encoded value; for long ones `parts` are [hex,"
    " times], to be joined. `expect` is `ok`, and then `value` says which"
    " one, or the code of the refusal. In `value`, {'$bytes': hex} is a byte string and"
    " {'$int': decimal} an integer that JSON readers may not hold."
)

# What each of the rules of §2 allows, up to its bound.
GOOD: dict[str, Any] = {
    "nil": None,
    "true": True,
    "false": False,
    "zero": 0,
    "largest positive fixint": 127,
    "smallest uint 8": 128,
    "largest uint 8": 255,
    "smallest uint 16": 256,
    "smallest uint 32": 65_536,
    "smallest uint 64": 2**32,
    "largest integer": 2**64 - 1,
    "smallest negative fixint": -32,
    "int 8": -33,
    "int 16": -129,
    "int 32": -32_769,
    "int 64": -(2**31) - 1,
    "smallest integer": -(2**63),
    "empty text": "",
    "fixstr of 31": "x" * 31,
    "str 8 of 32": "x" * 32,
    "str 16 of 256": "x" * 256,
    "line feed": "a\nb",
    "NFC": "\u00e9",
    "beyond the basic plane": "\U0001f91d",
    "zero-width joiner": "a\u200db",
    "empty bytes": b"",
    "bin 8 of 255": bytes(255),
    "bin 16 of 256": bytes(256),
    "empty array": [],
    "array 16 of 16": list(range(16)),
    "empty map": {},
    "map keeps its order": {"b": 1, "a": 2},
    "map 16 of 16": {f"key{number:02}": None for number in range(16)},
    "mixed": {"name": "Anlaufstelle", "seats": 12, "open": True, "id": b"\x01", "more": [None]},
}

BAD_HEX: dict[str, str] = {
    "nothing": "",
    "trailing byte": "c000",
    "trailing value": "0102",
    "array cut off": "9201",
    "text cut off": "a56162",
    "length cut off": "da01",
    "map without its last value": "81a161",
    "array said to be of 2³² - 1": "ddffffffff",
    "never used 0xc1": "c1",
    "uint 8 for 127": "cc7f",
    "uint 16 for 1": "cd0001",
    "uint 32 for 65,535": "ce0000ffff",
    "uint 64 for 2³² - 1": "cf00000000ffffffff",
    "int 8 for -32": "d0e0",
    "int 8 for a positive": "d001",
    "int 16 for -128": "d1ff80",
    "int 32 for 2³¹ - 1": "d27fffffff",
    "int 64 for -1": "d3ffffffffffffffff",
    "str 8 of 31": "d91f" + "78" * 31,
    "str 16 of 1": "da000178",
    "str 32 of 1": "db0000000178",
    "bin 16 of 1": "c5000178",
    "bin 32 of 1": "c60000000178",
    "array 16 of 1": "dc000101",
    "array 32 of 1": "dd0000000101",
    "map 16 of 1": "de0001a16101",
    "map 32 of 1": "df00000001a16101",
    "not shortest, inside": "9181a161cd0001",
    "key twice": "82a16101a16102",
    "key twice, inside": "9182a16101a16101",
    "integer key": "810102",
    "bytes key": "81c4016101",
    "nil key": "81c001",
    "array key": "819001",
    "key that is not NFC": "81a365cc8101",
    "float 32": "ca3f800000",
    "float 64": "cb3ff0000000000000",
    "NaN": "cb7ff8000000000000",
    "infinity": "cb7ff0000000000000",
    "float inside": "91cb3ff0000000000000",
    "fixext 1": "d40100",
    "ext 8": "c70001",
    "timestamp 32": "d6ff6b49d200",
    "timestamp 64": "d7ff000000006b49d200",
    "timestamp 96": "c70cff00000000000000006b49d200",
    "timestamp inside": "91d6ff6b49d200",
    "invalid UTF-8": "a1ff",
    "overlong UTF-8": "a2c080",
    "UTF-8 cut off": "a1c3",
    "surrogate": "a3eda080",
    "surrogate pair": "a6eda080edb080",
    "beyond U+10FFFF": "a4f4908080",
}

BAD_TEXT: dict[str, str] = {
    "not NFC": "e\u0301",
    "not NFC, one character": "\u2126",
    "not NFC, order of marks": "a\u0301\u0323",
    "NUL": "a\0b",
    "tab": "a\tb",
    "carriage return": "a\rb",
    "escape": "\x1b[31m",
    "DEL": "\x7f",
    "C1 control": "\x85",
    "left-to-right embedding": "\u202a",
    "right-to-left override": "a\u202eb",
    "left-to-right isolate": "\u2066",
    "pop directional isolate": "\u2069",
}


def cases() -> list[dict[str, Any]]:
    """Good ones first."""
    found = [_good(name, value) for name, value in GOOD.items()]
    found.append(_good("16 levels", nested(DEPTH)))
    found.append(_good("16 levels, maps and arrays", nested_maps(DEPTH)))
    found.append(
        _long("65,536 bytes", "ok", ("92c5ff00", 1), ("00", 65_280), ("c4fa", 1), ("00", 250))
    )
    found += [_bad(name, data) for name, data in BAD_HEX.items()]
    found += [_bad(name, encode(text).hex()) for name, text in BAD_TEXT.items()]
    found.append(_bad("17 levels", encode(nested(DEPTH + 1)).hex()))
    found.append(_bad("17 levels, maps and arrays", encode(nested_maps(DEPTH + 1)).hex()))
    found.append(_long("5,000 levels", "malformed", ("91", 5_000), ("c0", 1)))
    found.append(
        _long(
            "65,537 bytes", "malformed", ("92c5ff00", 1), ("00", 65_280), ("c4fb", 1), ("00", 251)
        )
    )
    found.append(_bad("whole float, three levels down", msgpack.packb([[[1.0]]]).hex()))
    return found


def nested(levels: int) -> Any:
    """That many arrays, one in the other."""
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


def nested_maps(levels: int) -> Any:
    """The same of maps and arrays, alternating."""
    value: Any = {}
    for level in range(levels - 1):
        value = {"a": value} if level % 2 else [value]
    return value


def _good(name: str, value: Any) -> dict[str, Any]:
    assert not isinstance(value, str) or unicodedata.is_normalized("NFC", value)
    data = encode(value).hex()
    return {"name": name, "hex": data, "expect": "ok", "value": readable(value)}


def _long(name: str, expect: str, *parts: tuple[str, int]) -> dict[str, Any]:
    return {"name": name, "parts": [list(part) for part in parts], "expect": expect}


def _bad(name: str, data: str) -> dict[str, Any]:
    return {"name": name, "hex": data, "expect": "malformed"}
