"""What pages and the command line show of what was erased."""

from dataclasses import dataclass

from node.lookup.types import Name


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """Who confirmed an erasure, and when by its own clock. `carried`: it only passed it on."""

    who: Name
    at: int
    carried: bool


@dataclass(frozen=True, slots=True)
class SilentView:
    """Who should have confirmed long ago: what a person can do something about."""

    who: Name
    seen: int | None
    """When it was last in contact; None if nobody noted that."""
    is_network: bool
    is_partner: bool
    """There is a tie with it that can be ended."""
    erasures: int
    """How many things it has not confirmed."""


@dataclass(frozen=True, slots=True)
class ErasureView:
    """Something erased here: never what it was, only its kind."""

    kind: str
    """A kind that people write (`Kind.by_people`), or other."""
    author: Name
    erased: int
    until: int
    """When it would have ended everywhere by itself; nobody is waited for after that."""
    over: bool
    wiped: int | None
    """When its bytes were gone from this node's database; None while something still reads it."""
    backups_until: int | None
    """Until when a backup from before may lie in this node's folder; None if there is none."""
    confirmed: tuple[ConfirmationView, ...] = ()
    missing: tuple[Name, ...] = ()
    missing_carriers: tuple[Name, ...] = ()
    untied: tuple[Name, ...] = ()
    """Who did not confirm, and has no tie any more over which it could."""
    silent: tuple[Name, ...] = ()
    """Of `missing`, those who should have long ago."""
