"""What pages and the command line show of a group."""

from dataclasses import dataclass

from node.lookup.types import Name


@dataclass(frozen=True, slots=True)
class GroupView:
    """An entry of the directory. `form` is group, network, or entry (one's own list, no node)."""

    id: str
    form: str
    name: str
    purpose: str | None = None
    orientation: str | None = None
    topics: tuple[str, ...] = ()
    convictions: tuple[str, ...] = ()
    region: str | None = None
    languages: tuple[str, ...] = ()
    contacts: tuple[tuple[str, str | None], ...] = ()
    takes_members: bool | None = None
    links: tuple[str, ...] = ()
    own: bool = False
    audience: str = "public"
    issued: int | None = None
    expires: int | None = None
    networks: tuple[Name, ...] = ()
    """Networks that the viewer's node shares with it (inside only)."""
    listed: str | None = None
    """The id of the row of one's own list that is this group, too (inside only)."""
    perhaps: tuple[str, ...] = ()
    """Ids of what may be the same: rows of one's own list, or of such a row the groups."""
