"""Links that other groups gave us: opened, looked at, accepted by key persons, called.

    looking → seen | unseen → (one key person, or two) → calling → done | failed

Rules:

1. Opening a link asks who is there and uses nothing up. Nobody is accepted before a person saw who
   it is, by a signature of that group's own key.
2. The secret of a link lies in its row, and nowhere else: what key persons agree on names the row.
   It goes when the link was used, was dropped, or has run out.
3. Accepting is agreed on first and called afterwards, by whoever serves (`calling.py`): the other
   machine may be off for days. Who agreed need not agree again.
4. Opened twice, by one or by two, a link is one row.
"""

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.peers.actions import read_link
from node.features.peers.tables import OPEN, Received, peer_links
from node.features.peers.types import KEPT_SECONDS
from node.records.publish import new_name
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.peering import PeerLink

OPEN_LINKS = 50
"""Received links that nobody decided on: more is a mistake, and the oldest is dropped."""


def open_link(core: Core, text: str, by: str | None) -> Received:
    """The row of a link that somebody pasted; `Problem` if it can't work, with nothing kept."""
    link = read_link(core, text)
    core.require_words()
    table, now, mark = peer_links(core), core.clock(), digest(str(link).encode())
    with core.transaction():
        tidy(core)
        before = table.received_by(mark)
        if before is not None and before.state in OPEN:
            return before
        waiting = table.in_state("looking", "seen", "unseen")
        for old in waiting[: max(0, len(waiting) - OPEN_LINKS + 1)]:
            table.move(old.id, OPEN, "dropped", now)
        one = Received(
            new_name(core), str(link), link.id, link.url, link.expires, by, now, "looking"
        )
        table.add_received(one, mark)
    return one


def link_of(core: Core, one: Received) -> PeerLink:
    """The link itself; `Problem` once it has run out, or is no more."""
    if one.link is None:
        raise Problem("link-dropped")
    return read_link(core, one.link)


def look_again(core: Core, id: str) -> None:
    """Ask once more who is there. Nothing if something else happened meanwhile."""
    with core.transaction():
        peer_links(core).move(id, ("unseen", "seen"), "looking", core.clock())


def agree(core: Core, id: str) -> None:
    """Key persons want it: it is to be called. `Problem` if the link is over by now."""
    table = peer_links(core)
    one = table.received(id)
    if one is None:
        raise Problem("link-dropped")
    link_of(core, one)
    core.require_words()
    with core.transaction():
        if not table.move(id, ("seen", "failed"), "calling", core.clock()):
            raise Problem("link-dropped" if one.state != "calling" else "act-begun")


def call_again(core: Core, id: str) -> None:
    """Once more what key persons agreed on and what went wrong."""
    one = peer_links(core).received(id)
    if one is None:
        raise Problem("link-dropped")
    link_of(core, one)
    with core.transaction():
        peer_links(core).move(id, ("failed",), "calling", core.clock())


@essential
def drop(core: Core, id: str) -> None:
    """Do nothing with it; its secret is deleted."""
    with core.transaction():
        peer_links(core).move(id, OPEN, "dropped", core.clock())


def tidy(core: Core) -> None:
    """What ran out. Inside a transaction."""
    now = core.clock()
    peer_links(core).forget_received(now, now - KEPT_SECONDS)
