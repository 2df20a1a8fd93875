"""What pages and the command line show of a bundle."""

from dataclasses import dataclass

from node.lookup.types import Name

PIECE = 65_536
"""Bytes of a file that are read at a time."""


@dataclass(frozen=True, slots=True)
class BundleView:
    """What became of a bundle that was handed in."""

    writer: Name
    new: int
    known: int
    refused: dict[str, int]
    """By code (docs/protocol.md §4.1)."""
    missing_parts: int
    missing_records: int
    back: int | None
    """Records that could go back to the writer; None: too many to count."""


@dataclass(frozen=True, slots=True)
class StrangeView:
    """A file of a group with whom there is no tie yet."""

    id: str
    name: str
    state: str
    made: int
    says: bool
    purpose: str | None
    region: str | None
