"""What pages and the command line show of a bilateral tie."""

from dataclasses import dataclass

from node.lookup.types import Name

LINK_DAYS = 7
"""How long a link works: long enough for a mail, short enough to be forgotten."""

MOST_LINK_DAYS = 30
"""A link opens a door to whoever finds it, in an old mail or chat, until it is used: who needs more
time makes another one."""

LONGEST_NOTE = 120
"""Characters: for whom a link is."""

KEPT_SECONDS = 30 * 86_400
"""A link that is over is listed so long: somebody may ask why it does not work."""


@dataclass(frozen=True, slots=True)
class ReceivedView:
    """A link that another group gave us, as pages show it: never the link itself."""

    id: str
    name: str
    state: str
    expires: int
    tries: int
    over: bool
    """Whether the link is no more here."""
    says: bool
    """Whether the group says anything of itself to everybody; what it says is:"""
    purpose: str | None = None
    region: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenView:
    """A link that we gave out, as pages show it: never the link itself."""

    id: str
    note: str
    state: str
    by: str
    made: int
    until: str
    """The last day on which it holds, in words."""


@dataclass(frozen=True, slots=True)
class PeerView:
    """A bilateral tie: `state` is active, waiting (the other side did not confirm yet) or ended."""

    who: Name
    state: str
    connected: bool
    since: int | None = None
    shown: bool = False
    """Whether our group says that the tie may be named to everybody; `shown_by_them`: theirs."""
    shown_by_them: bool = False
