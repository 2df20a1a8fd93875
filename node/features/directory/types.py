"""What pages and the command line show of the directory."""

from dataclasses import dataclass

from node.features.directory.feature import PER_PAGE
from node.features.groups.types import GroupView


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """What to look for. `text` is searched in names, purposes, topics, convictions and regions."""

    text: str = ""
    topic: str | None = None
    region: str | None = None
    language: str | None = None
    takes_members: bool | None = None
    form: str | None = None
    """group, network, or entry: of one's own list."""
    order: str = ""
    """One of `node.store.directory.ORDERS`; empty: what fits best, without words by name."""
    network: str | None = None
    page: int = 1
    per_page: int = PER_PAGE


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """A page of hits. `total` counts all; `capped` says that there were too many to rank all.

    What it could be narrowed down by is counted under everything else that was chosen.
    """

    entries: tuple[GroupView, ...]
    total: int
    capped: bool
    page: int
    pages: int
    topics: tuple[tuple[str, int], ...] = ()
    regions: tuple[tuple[str, int], ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    forms: tuple[tuple[str, int], ...] = ()
    takes: tuple[tuple[bool, int], ...] = ()
    meant: tuple[str, ...] = ()
    """The regions that are shown instead of one that is not known."""
