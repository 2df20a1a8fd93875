"""Fuzzed bytes as choices: what a harness takes from them, and a way to spoil a value.

The same bytes always make the same choices, with the fuzzer and without it.
"""

from typing import Any

EDGES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 127, 128, 2**32 - 1, 2**32, 2**63, 2**64 - 1, -(2**63), "", "a",
    "protocol", "\n", "ﬁ", "‮", b"", bytes(8), bytes(32), b"\xff" * 64, [], [[]], {}, {"a": 1},
)  # fmt: skip
"""Values at a bound, or of another type than expected."""


class Source:
    """Bytes that are used up from the front; zeros once they are."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def below(self, most: int) -> int:
        """A number from 0 to `most` - 1, of up to two bytes."""
        number = self.byte()
        return (number << 8 | self.byte() if most > 256 else number) % most

    def one_of(self, choices: Any) -> Any:
        return choices[self.below(len(choices))]

    def take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def rest(self) -> bytes:
        return self.take(len(self._data))


def spoil(value: Any, source: Source, depth: int = 0) -> Any:
    """The value with one thing in it changed: replaced, left out, doubled, swapped, lengthened."""
    if type(value) in (list, tuple) and value and (depth < 8 and source.below(4)):
        items, at = list(value), source.below(len(value))
        match source.below(6):
            case 0:
                del items[at]
            case 1:
                items.insert(at, items[at])
            case 2:
                items.append(source.one_of(EDGES))
            case _:
                items[at] = spoil(items[at], source, depth + 1)
        return items
    if type(value) is dict and value and (depth < 8 and source.below(4)):
        key = source.one_of(list(value))
        match source.below(4):
            case 0:
                return {name: one for name, one in value.items() if name != key}
            case 1:
                return {**value, "more": source.one_of(EDGES)}
            case _:
                return {**value, key: spoil(value[key], source, depth + 1)}
    return _spoil_leaf(value, source)


def _spoil_leaf(value: Any, source: Source) -> Any:
    how = source.below(6)
    if type(value) is int and how < 3:
        changed = value + (1, -1, source.byte())[how]
        return min(max(changed, -(2**63)), 2**64 - 1)  # what MessagePack can say
    if type(value) is bytes and value and how < 4:
        at = source.below(len(value))
        changed = bytes([value[at] ^ (source.byte() or 1)])
        return (
            value[:at] + changed + value[at + 1 :],
            value[:at],
            value + source.take(8),
            value[: at - at % 8] + source.take(8) + value[at - at % 8 + 8 :],
        )[how]
    if type(value) is str and how < 2:
        return value + source.one_of(("x", "\n", "é", "é", "\x00"))
    return source.one_of(EDGES)
