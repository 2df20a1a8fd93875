"""Votes that are given again when the key was called stolen under which they were (§6.7, 6).

A key that its owner calls `compromised` takes along what it voted, also for what was carried out
long ago: who did not hold that would go back to what was before. So the voter's node, which
remembers the vote, gives it again under the key that speaks now; and the node that holds the
network puts such votes into the chain in the place of those that count no more.
"""

from collections.abc import Iterator
from typing import Any

from node.records.transaction import act
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.identity import Identity, authorise_majority, deciding_roster
from protocol.kind import Place


def lost_votes(core: Core, network: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """What one's own people voted for in the chain that counts, under keys called stolen since.

    Gives the voter, and digest and payload of the link.
    """
    ties, chain = core.ties, core.ties.identities.get(network)
    given = ties.decisions.votes.get(network, {})
    for at in _majorities(chain):
        link = chain.links[at].digest
        for own, key in chain.votes(at):
            if own not in core.own or (own, link) not in ties.memory.votes:
                continue
            again = given.get((own, link))
            if all(ties.is_revoked(own, one) for one in (key, again.key if again else key)):
                yield own, link, chain.elements[at][0]


def renew_votes(core: Core) -> bool:
    """Show the chains of networks held here with votes that count; whether that took anything."""
    if not core.may_issue:
        return False
    found = []
    for network in sorted(core.own - {core.home_id}):
        chain = core.ties.identities[network]
        elements = list(chain.elements)
        for at in _majorities(chain):
            elements[at] = _renewed(core, chain, at)
        if elements != list(chain.elements):
            found.append((Place(network, PUBLIC, "identity", chain.name), elements))
    if found:
        with act(core) as publisher:
            for place, elements in found:
                publisher.write(place, {"links": elements})
    return bool(found)


def _majorities(chain: Identity | None) -> list[int]:
    """Places of the links that members signed."""
    return [at for at, link in enumerate(chain.links if chain else ()) if link.by_majority]


def _renewed(core: Core, chain: Identity, at: int) -> Any:
    """An element of the chain, with votes that count at others; as it is, if it need not or can't
    be otherwise."""
    ties, roster = core.ties, deciding_roster(chain.links[:at])
    payload, (_majority, shown) = chain.elements[at]
    good = {vote[0]: vote for vote in shown if not ties.is_revoked(vote[0], vote[1])}
    if len(good) * 2 > len(roster):
        return chain.elements[at]
    link = chain.links[at].digest
    for (member, of), vote in ties.decisions.votes.get(chain.id, {}).items():
        if of == link and member in roster and not ties.is_revoked(member, vote.key):
            good.setdefault(member, [member, vote.key, vote.signature])
    if len(good) * 2 <= len(roster):
        return chain.elements[at]
    return authorise_majority(payload, list(good.values()))
