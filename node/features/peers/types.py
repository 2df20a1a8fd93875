"""What pages and the command line show of a bilateral tie."""

from dataclasses import dataclass

from node.lookup.types import Name

LINK_DAYS = 7
"""How long a link works: long enough for a mail, short enough to be forgotten."""


@dataclass(frozen=True, slots=True)
class PeerView:
    """A bilateral tie: `state` is active, waiting (the other side did not confirm yet) or ended."""

    who: Name
    state: str
    connected: bool
    since: int | None = None
