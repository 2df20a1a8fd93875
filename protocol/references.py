"""Whom a node has to know: to whom anything that it holds refers (docs/protocol.md §6.5).

An identity's own word does not count: anybody can make identities, and let them say something. So
does an application, until the network answered it.
"""

from protocol.control_state import Ties
from protocol.membership import Bond, Standing


class References:
    """One look at the ties. What everybody is compared with is gathered once."""

    def __init__(self, ties: Ties, now: int) -> None:
        self._ties, self._now = ties, now
        self._named = {*ties.own, *ties.trusted}.union(*ties.fellows(now))
        self._named.update(other for one, other in ties.peerings if one in ties.own)
        for network in ties.near_networks:
            self._named |= ties.identities[network].signers
        for case in ties.certificates.cases.values():
            if case.pact is not None:
                self._named |= {case.pact.proposer, *case.pact.asked, *case.pact.carriers}

    def __contains__(self, identity: bytes) -> bool:
        """Whether something that this node holds, by somebody else, names this identity."""
        if identity in self._named or self._is_tied(identity):
            return True
        return any(self._is_named(one, identity) for one in self._ties.networks_of(identity))

    def _is_named(self, network: bytes, identity: bytes) -> bool:
        """Whether a network answered this identity, to which this node is tied itself."""
        bond = self._ties.bond(network, identity)
        return bond is not None and self._is_answered(bond) and self._is_tied(network)

    def _is_answered(self, bond: Bond) -> bool:
        said = (bond.answered, bond.founding, bond.confirmed)
        return any(half is not None and half.until > self._now for half in said)

    def _is_tied(self, network: bytes) -> bool:
        ties = self._ties
        return any(
            one == network or ties.standing(network, one, self._now) is not Standing.NONE
            for one in ties.own
        )
