r"""Lines of a calendar as bytes, each of 75 octets at most (RFC 5545 §3.1).

icalendar looks at each sign by itself: with a thousand meetings that is a third of the work.

>>> [len(one) for one in folded("X:" + "ä" * 60).split(b"\r\n")]
[74, 49]
>>> folded("SUMMARY:Chor")
b'SUMMARY:Chor'
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Component

OCTETS = 75
_BREAK = b"\r\n "
_GOES_ON, _BEGINS = 0b1000_0000, 0b1100_0000


def component_bytes(component: "Component") -> bytes:
    """A part of a calendar, with the end of its last line."""
    lines = component.content_lines()
    return b"".join(folded(line) + b"\r\n" for line in lines if line)


def folded(line: str) -> bytes:
    """One line, broken where it is too long and never within a letter."""
    octets = line.encode()
    if len(octets) <= OCTETS:
        return octets
    parts, start, most = [], 0, OCTETS
    while len(octets) - start > most:
        end = start + most
        while octets[end] & _BEGINS == _GOES_ON:
            end -= 1
        parts.append(octets[start:end])
        start, most = end, OCTETS - 1
    return _BREAK.join([*parts, octets[start:]])
