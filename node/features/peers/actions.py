"""Bilateral ties: one-time links, accepting, ending (docs/protocol.md §6.1, §9.3)."""

from typing import NamedTuple

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.peers.tables import peer_links
from node.features.peers.types import KEPT_SECONDS, LINK_DAYS, LONGEST_NOTE, MOST_LINK_DAYS
from node.links.descriptor import public_addresses
from node.links.one_time_links import peering_place
from node.lookup.showing import hide_again
from node.records.publish import new_name
from node.records.transaction import act
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.errors import Malformed
from protocol.peering import CODE_BYTES, PeerLink

OPEN_CODES = 200
"""Links given out and not used: more is a mistake."""


class Invited(NamedTuple):
    """A link that was made, and the id under which it is listed."""

    id: str
    link: PeerLink


def invite_peer(core: Core, own: bytes, days: int = LINK_DAYS) -> PeerLink:
    """A one-time link to give to another group; `Problem` without an address of one's own, or for
    more than `MOST_LINK_DAYS`."""
    return give_link(core, own, days).link


def give_link(
    core: Core, own: bytes, days: int = LINK_DAYS, note: str = "", by: str | None = None
) -> Invited:
    """The same. `note`: for whom, for the list of open links; `by`: the id of who made it."""
    if not 1 <= days <= MOST_LINK_DAYS:
        raise Problem("link-too-long", days=days, n=MOST_LINK_DAYS)
    core.require_words()
    core.require_clock()
    now = core.clock()
    address = next(iter(public_addresses(core, core.home_id)), None)
    if address is None:
        raise Problem("no-address")
    with act(core):
        if core.codes.count_open(now) >= OPEN_CODES:
            raise Problem("too-many-links", n=OPEN_CODES)
        code = core.entropy(CODE_BYTES)
        expires = now + days * 86_400
        core.codes.add(digest(code), own, now, expires)
        id, noted = new_name(core), " ".join(note.split())[:LONGEST_NOTE]
        peer_links(core).forget_given(now - KEPT_SECONDS)
        peer_links(core).add_given(id, digest(code), noted, by, now, expires)
    return Invited(id, PeerLink(own, address["url"], address["tls"], code, expires))


@essential
def take_back_link(core: Core, id: str) -> None:
    """Nobody gets in by this link any more; `Problem` if there is none, or it was used."""
    with core.transaction():
        found = peer_links(core).given(id)
        if found is None:
            raise Problem("link-unknown")
        if found.used is not None:
            raise Problem("link-was-used")
        core.codes.take_back(found.digest)
        if found.ended is None:
            peer_links(core).end_given(id, core.clock())


def read_link(core: Core, text: str) -> PeerLink:
    """The link that a person pasted; `Problem` if it can't work."""
    text = "".join(text.split())  # mail programs break long lines
    try:
        link = PeerLink.parse(text)
    except Malformed as error:
        code = _what_else(text)
        raise Problem(code) from error
    if link.expires <= core.clock():
        raise Problem("link-expired")
    if link.id in core.own:
        raise Problem("link-own")
    return link


def _what_else(text: str) -> str:
    """What was pasted in place of a link: the code of the problem."""
    if any(part in text for part in ("/join/", "/invited/")):
        return "link-for-people"
    if "/enter/" in text or "/code" in text:
        return "link-of-machine"
    if text.startswith(("http://", "https://")) and "#" not in text:
        return "link-without-secret"
    return "link-broken"


def accept_peer(core: Core, own: bytes, peer: bytes) -> None:
    """Accept a peer whose identity is known here."""
    with act(core) as publisher:
        assert peer in core.ties.identities  # noqa: S101 - who is accepted was introduced before
        if not core.ties.accepts(own, peer, core.clock()):
            hide_again(core, peer)
            publisher.write(peering_place(own, peer), {"peer": peer, "shown": False})


def name_peer(core: Core, own: bytes, peer: bytes, shown: bool) -> None:
    """Say whether the tie with this peer may be named to everybody; it is if both agree (§6.9)."""
    write = _name_peer if shown else essential(_name_peer)  # taking back can't wait
    write(core, own, peer, shown)


def _name_peer(core: Core, own: bytes, peer: bytes, shown: bool) -> None:
    with act(core) as publisher:
        if not core.ties.accepts(own, peer, core.clock()):
            raise Problem("no-peering")
        if core.ties.peerings[own, peer].is_shown is not shown:
            publisher.write(peering_place(own, peer), {"peer": peer, "shown": shown})


@essential
def end_peer(core: Core, own: bytes, peer: bytes) -> None:
    """End a peering; needs nobody else."""
    with act(core) as publisher:
        if not core.ties.accepts(own, peer, core.clock()):
            raise Problem("no-peering")
        hide_again(core, peer)
        publisher.write(peering_place(own, peer), None)
