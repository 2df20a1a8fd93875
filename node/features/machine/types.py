"""What the pages of the machine show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the machine: the last part of its address and of its texts, and how it stands."""

    name: str
    stands: str
    """In words."""
    warm: bool = False
    """Somebody should look at it."""


@dataclass(frozen=True, slots=True)
class BackupView:
    """A backup that lies here."""

    name: str
    made: int
    bytes: int


@dataclass(frozen=True, slots=True)
class UnreachedView:
    """Groups at one address that is not reached, and in how many minutes it is tried again."""

    names: str
    minutes: int
