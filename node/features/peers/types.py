"""What pages and the command line show of a bilateral tie."""

from dataclasses import dataclass

from node.lookup.types import Name


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
