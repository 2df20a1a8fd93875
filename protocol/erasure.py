"""Who confirms what an author erases (docs/protocol.md §6.8).

Rules:

1. Content records are confirmed, as they are outside: not what is `closed`.
2. A witness is an accepted peer, or part of a common network; of a large one the network alone,
   so that one erasure causes no more than `CONFIRMING_MEMBERS` receipts for each network.
3. A node that held nothing confirms only what was erased while its tie with the author stood.

>>> is_confirmed("meeting"), is_confirmed("membership"), is_confirmed("closed")
(True, False, False)
"""

from collections.abc import Iterator

from protocol.audience import Audience
from protocol.check import GRACE
from protocol.control_state import Ties
from protocol.sealed import SEALED
from protocol.unread import kind_of

CONFIRMING_MEMBERS = 500
"""Each member of a larger network would carry the receipts of all others: their square."""

PAGE_SECONDS = 200 * 86_400
"""How long a receipt is kept for an author that sleeps: half as long as its tombstone."""

READER, CARRIER = "reader", "carrier"
"""What a witness may have held: the record, or its sealed form only."""


def is_confirmed(kind: str) -> bool:
    """Whether tombstones of this (outer) kind are confirmed."""
    found = kind_of(kind)
    return not found.control and found.confirmed


def networks_of(ties: Ties, author: bytes, now: int) -> Iterator[bytes]:
    """Networks of which `author` is part."""
    for network in ties.connected(author, now):
        if ties.is_part(network, author, now):
            yield network


def confirming(ties: Ties, network: bytes, now: int) -> set[bytes]:
    """Who of a network confirms: all of it, or the network alone if it is large."""
    members = ties.members(network, now)
    return {network} if len(members) > CONFIRMING_MEMBERS else {network, *members}


def witnesses(
    ties: Ties, author: bytes, audience: Audience, kind: str, now: int
) -> dict[bytes, str]:
    """Who has to confirm that a record of `author` is gone → `READER` or `CARRIER`.

    `kind` is the outer one. Asked by the node of the author; its own identities are left out.
    """
    found: dict[bytes, str] = {}
    if audience.scope == "network":
        found = dict.fromkeys(confirming(ties, audience.ids[0], now), READER)
    else:
        common = [confirming(ties, one, now) for one in networks_of(ties, author, now)]
        others = set[bytes]().union(*common)
        if audience.scope == "public":
            found = dict.fromkeys(others | set(ties.accepted(author, now)), READER)
        elif kind == SEALED.name:
            found = _carriers(ties, author, audience, now)
            found |= dict.fromkeys(audience.ids, READER)
    return {one: role for one, role in found.items() if one not in ties.own and one != author}


def _carriers(ties: Ties, author: bytes, audience: Audience, now: int) -> dict[bytes, str]:
    """Members of the networks in which the author and a recipient meet (§6.5)."""
    found: set[bytes] = set()
    for network in networks_of(ties, author, now):
        if any(ties.is_part(network, one, now) for one in audience.ids):
            found |= confirming(ties, network, now)
    return dict.fromkeys(found, CARRIER)


def is_witness(ties: Ties, one: bytes, author: bytes, now: int) -> bool:
    """Whether `one`, an identity of the asking node, confirms what `author` erases."""
    return _since(ties, one, author, now) is not None


def was_tied(ties: Ties, one: bytes, author: bytes, issued: int, now: int) -> bool:
    """Whether the tie with the author stood when a tombstone was `issued`, or soon after."""
    since = _since(ties, one, author, now)
    return since is not None and since <= issued + GRACE


def _since(ties: Ties, one: bytes, author: bytes, now: int) -> int | None:
    """Since when `one` is a witness for `author`, as far as the records tell; None if it is not.

    What stands now began by now, whatever a clock that was years ahead wrote into it (§4.5, 5).
    """
    times = []
    half = ties.peerings.get((one, author))
    if half is not None and half.lives(now):  # whose tie ended may still hold something
        times.append(half.issued)
    for network in {*ties.connected(one, now)} & {*ties.connected(author, now)}:
        if one == network:
            times.append(0)
        elif len(ties.members(network, now)) <= CONFIRMING_MEMBERS:
            bond = ties.bond(network, one)
            if bond and bond.membership and (bond.is_member(now) or bond.was_member(now)):
                times.append(bond.membership.issued)
    return min((min(at, now) for at in times), default=None)
