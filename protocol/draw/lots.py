"""Lots: who comes first (§13.4).

Everybody's ticket is a hash of the draw's key and their id, so that it depends on nobody's wishes
and on nobody's place in the list. Who was left out more often comes first; among equals the
smaller ticket. People who come only together have one lot, that of the first id among them.
"""

from collections.abc import Iterable
from hashlib import sha256


def ticket(key: bytes, kind: str, name: str) -> bytes:
    """32 bytes: `kind` is `person` or `meeting`."""
    return sha256(b"verbund draw 1 " + kind.encode() + b"\n" + key + name.encode()).digest()


def order(key: bytes, kind: str, rows: Iterable[tuple[int, str]]) -> list[int]:
    """Numbers of `rows` (times left out, id), the best lot first."""
    tickets = [
        (-left_out, ticket(key, kind, name), name, number)
        for number, (left_out, name) in enumerate(rows)
    ]
    return [number for _, _, _, number in sorted(tickets)]
