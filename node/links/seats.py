"""Who may be linked with this node at a time, and who gives way (docs/protocol.md §8.6).

Rules:

1. Who has not proven who it is sits in a hall of its own: of too many there, one drawn goes.
2. `RESERVED` of all seats are for *friends*: whom a person accepted, and the networks to which this
   node is tied. The rest is for whoever comes first.
3. Where a friend finds no seat, one drawn of the others goes. Friends keep their seats.
4. Where somebody else finds none, one drawn of those gives way who have sat for `SAT_SECONDS`: who
   has no address and must come in to hear anything does so by and by, whoever takes all seats.
"""

import secrets
from collections.abc import Collection

from node.links.link import Link
from node.store.core import Core
from protocol.membership import Standing

SESSIONS = 256
"""Memory: a session may hold a few MiB while it transfers."""

RESERVED = 64
"""More friends than most groups have: members of an open network can be invented."""

HANDSHAKES = 64
"""Links that have not come to a session: each is there for ten seconds at most."""

SAT_SECONDS = 300.0
"""A first exchange is over by then."""


def make_room(links: set[Link]) -> bool:
    """Of too many that have not said who they are one goes; whether there is room."""
    unknown = [one for one in links if one.secure is None]
    if len(unknown) < HANDSHAKES:
        return True
    if unknown:
        gone = secrets.choice(unknown)
        links.discard(gone)
        gone.end("busy")
    return bool(unknown)


def find_seat(core: Core, link: Link, seated: Collection[Link]) -> bool:
    """Whether a link that proved who it is may stay; somebody may have to go for it."""
    others = [one for one in seated if not is_friend(core, one)]
    if len(seated) < SESSIONS:
        free = is_friend(core, link) or len(others) < SESSIONS - RESERVED
        if free:
            return True
    if not is_friend(core, link):
        others = [one for one in others if link.joined_at - one.joined_at >= SAT_SECONDS]
    if not others:
        return False
    secrets.choice(others).end("busy")
    return True


def is_friend(core: Core, link: Link) -> bool:
    """Whether a person accepted somebody there, or a network is there that this node is tied to."""
    ties, now = core.ties, core.clock()
    peer = link.secure.peer if link.secure is not None else ()
    return any(
        one in ties.trusted
        or any(ties.accepts(own, one, now) for own in core.own)
        or any(ties.standing(one, own, now) is not Standing.NONE for own in core.own)
        for one in peer
    )
