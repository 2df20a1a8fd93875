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
class PeerView:
    """A bilateral tie: `state` is active, waiting (the other side did not confirm yet) or ended."""

    who: Name
    state: str
    connected: bool
    since: int | None = None
    shown: bool = False
    """Whether our group says that the tie may be named to everybody; `shown_by_them`: theirs."""
    shown_by_them: bool = False
