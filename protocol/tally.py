"""What proposals and votes add up to (docs/protocol.md §6.7).

Rules:

1. a proposal is *open* while its link can still be the next decision: it follows a link of the
   chain that counts after which no majority decided anything, and, if it keeps the keys, the last;
2. votes count of those on the roster that decides at that link, each once, if the signature fits
   under a key of the voter's chain. A voter who left, was expelled or has other keys by now counts;
3. more than half of the roster is needed; if the words of the charter change, also as many percent
   as the charter in force says.
"""

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from crypto.errors import BadKey, BadSignature
from crypto.sealing import accept_sealing
from crypto.signing import accept_public
from crypto.signing import verify as verify_signature
from protocol.control_state import Ties
from protocol.decisions import Proposal, Vote
from protocol.identity import MAJORITY_TYPE, Identity, Link, deciding_roster

OFFICE = frozenset({"host", "mandate"})
"""Fields of a charter that say who looks after the network; all others are its words."""


class State(Enum):
    """What became of a proposal."""

    OPEN = "open"
    DECIDED = "decided"
    OUTDATED = "outdated"
    LAPSED = "lapsed"


class Tally(NamedTuple):
    """`votes` are those that count, `roster` who may vote, `needed` how many it takes."""

    state: State
    moves: bool
    roster: tuple[bytes, ...]
    votes: tuple[Vote, ...]
    needed: int

    @property
    def reached(self) -> bool:
        """Open, and enough have voted."""
        return self.state is State.OPEN and len(self.votes) >= self.needed


def tally(ties: Ties, proposal: Proposal, now: int) -> Tally:
    """How a proposal stands."""
    chain, number = ties.identities.get(proposal.network), proposal.link.number
    if chain is None or number > len(chain.links):
        return Tally(State.OUTDATED, False, (), (), 0)
    before = chain.links[:number]
    roster = deciding_roster(before)
    moves = proposal.link.keys != before[-1].keys
    needed = len(roster) // 2 + 1
    if changes_words(ties, proposal):
        percent = _percent(ties, proposal.network)
        needed = max(needed, -(-len(roster) * percent // 100))
    votes = _counted(ties, proposal, roster, now)
    return Tally(_state(chain, proposal, moves=moves, now=now), moves, roster, votes, needed)


def base(chain: Identity) -> Link:
    """The link that a move follows: the last that a majority made, or the first.

    So whatever the host's rotation key signs after it, now or later, does not count (§5.3).
    """
    return next((link for link in reversed(chain.links) if link.by_majority), chain.links[0])


def changes_words(ties: Ties, proposal: Proposal) -> bool:
    """Whether more changes than who looks after the network and until when."""
    charter = ties.charters.get(proposal.network)
    if charter is None or charter.content is None:
        return False
    terms = proposal.terms
    return any(terms[name] != old for name, old in charter.content.items() if name not in OFFICE)


def proposals(ties: Ties, network: bytes, now: int) -> list[tuple[Proposal, Tally]]:
    """All that stand, the latest first; each with its tally."""
    found = ties.decisions.proposals.get(network, {}).values()
    ordered = sorted(found, key=lambda one: (-one.issued, one.author, one.name))
    return [(one, tally(ties, one, now)) for one in ordered]


def _percent(ties: Ties, network: bytes) -> int:
    charter = ties.charters.get(network)
    return int(charter.content["majority"]) if charter and charter.content else 0


def _state(chain: Identity, proposal: Proposal, *, moves: bool, now: int) -> State:
    link, links = proposal.link, chain.links
    if any(one.digest == link.digest for one in links):
        return State.DECIDED
    later = links[link.number :]
    if links[link.number - 1].digest != link.previous or any(one.by_majority for one in later):
        return State.OUTDATED
    if later and not moves:  # keeping keys that were replaced since would bring them back
        return State.OUTDATED
    if moves and not _usable(chain, link):
        return State.OUTDATED
    return State.OPEN if proposal.until > now else State.LAPSED


def _usable(chain: Identity, link: Link) -> bool:
    """Whether the new keys may stand in this chain (§5.2)."""
    try:
        accept_public(link.signing)
        accept_sealing(link.sealing)
    except BadKey:
        return False
    return link.signing not in {one.signing for one in chain.links[: link.number]}


def _counted(
    ties: Ties, proposal: Proposal, roster: tuple[bytes, ...], now: int
) -> tuple[Vote, ...]:
    votes = ties.decisions.votes.get(proposal.network, {})
    found = (votes.get((member, proposal.link.digest)) for member in roster)
    return tuple(
        vote
        for vote in found
        if vote is not None
        and vote.until > now
        and ties.speaks_for(vote.author, vote.key)
        and _fits(vote.key, proposal.payload, vote.signature)
    )


@lru_cache(maxsize=4_096)
def _fits(key: bytes, payload: bytes, signature: bytes) -> bool:
    try:
        verify_signature(key, MAJORITY_TYPE, payload, signature)
    except BadSignature:
        return False
    return True
