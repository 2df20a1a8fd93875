"""What proposals and votes add up to (docs/protocol.md §6.7).

Rules:

1. a proposal is *open* while its link can still be the next decision: it follows a link of the
   chain that counts after which no majority decided anything, and, if it keeps the keys, the last;
2. votes count of those on the roster that decides at that link, each once, if the signature fits
   under a key of the voter's chain that was not called stolen (§6.10). A voter who left, was
   expelled or has other keys by now counts;
3. more than half of the roster is needed; if the words of the charter change, also the share that
   the charter in force says: of the roster, or of the votes cast, those against counted.
"""

from collections.abc import Set as AbstractSet
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
from protocol.measures import needed
from protocol.succession import Succession

OFFICE = frozenset({"host", "mandate"})
"""Fields of a charter that say who looks after the network; all others are its words."""


class State(Enum):
    """What became of a proposal."""

    OPEN = "open"
    DECIDED = "decided"
    OUTDATED = "outdated"
    LAPSED = "lapsed"


class Seats(NamedTuple):
    """Who decides at a link after one decision, and how many of them it takes."""

    after: bytes
    roster: tuple[bytes, ...]
    needed: int


class Tally(NamedTuple):
    """`votes` are those for it that count, `against` who is against it; `seats` who may vote, after
    each side that the link follows."""

    state: State
    moves: bool
    seats: tuple[Seats, ...] = ()
    votes: tuple[Vote, ...] = ()
    against: tuple[bytes, ...] = ()

    @property
    def roster(self) -> tuple[bytes, ...]:
        """Who may vote."""
        return tuple(sorted({one for seats in self.seats for one in seats.roster}))

    @property
    def needed(self) -> int:
        """How many it takes; of a joint decision, of the side where most are needed."""
        return max((seats.needed for seats in self.seats), default=0)

    def of(self, seats: Seats) -> list[Vote]:
        """The votes that count after one side."""
        return [vote for vote in self.votes if vote.author in seats.roster]

    @property
    def reached(self) -> bool:
        """Open, and enough have voted: after each side."""
        enough = all(len(self.of(one)) >= one.needed for one in self.seats)
        return self.state is State.OPEN and enough


def tally(ties: Ties, proposal: Proposal, now: int) -> Tally:
    """How a proposal stands."""
    known = ties.successions.get(proposal.network)
    link = proposal.link
    if known is None or not (before := _before(known, link)):
        return Tally(State.OUTDATED, moves=False)
    moves = all(link.keys != chain.current.keys for chain in before)
    voters = {one for chain in before for one in deciding_roster(chain.links)}
    votes = _counted(ties, proposal, tuple(sorted(voters)), now)
    against = _against(ties, proposal, voters, now)
    cast = {vote.author for vote in votes} | set(against)
    rule = _rule(ties, proposal.network) if changes_words(ties, proposal) else None
    seats = tuple(_seats(chain, rule, cast) for chain in before)
    return Tally(_state(known, proposal, before, now), moves, seats, votes, against)


class _Rule(NamedTuple):
    """What share of the roster, or of the votes cast, the charter in force demands."""

    share: str
    of_cast: bool


def _seats(before: Identity, rule: _Rule | None, cast: AbstractSet[bytes]) -> Seats:
    roster = deciding_roster(before.links)
    enough = len(roster) // 2 + 1
    if rule is not None:
        of = len(cast & set(roster)) if rule.of_cast else len(roster)
        enough = max(enough, needed(rule.share, of))
    return Seats(before.decision.digest, roster, enough)


def _before(known: Succession, link: Link) -> list[Identity]:
    """The chains that this link follows, each up to the link before it; none if one is missing."""
    found = []
    for named in (link.previous, *link.joins):
        chains = (known.counts, *known.witnesses)
        ends = (_up_to(chain, named) for chain in chains)
        found.append(next((end for end in ends if end is not None), None))
    return [one for one in found if one is not None] if all(found) else []


def _up_to(chain: Identity, digest: bytes | None) -> Identity | None:
    places = (at for at, one in enumerate(chain.links) if one.digest == digest)
    return next((chain.first(at + 1) for at in places), None)


def base(chain: Identity) -> Link:
    """The link that a move follows: the last that a majority made, or the first.

    So whatever the host's rotation key signs after it, now or later, does not count (§5.3).
    """
    return chain.decision


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


def _rule(ties: Ties, network: bytes) -> _Rule | None:
    charter = ties.charters.get(network)
    if charter is None or charter.content is None:
        return None
    return _Rule(charter.content["majority"], charter.content["counted"] == "cast")


def _state(known: Succession, proposal: Proposal, before: list[Identity], now: int) -> State:
    link, links = proposal.link, known.counts.links
    if any(one.digest == link.digest for one in links):
        return State.DECIDED
    if any(_is_outdated(known, chain, link) for chain in before):
        return State.OUTDATED
    if known.sides and not link.joins:  # it would be one side more
        return State.OUTDATED
    if link.joins and not _is_joint(known, before):
        return State.OUTDATED
    return State.OPEN if proposal.until > now else State.LAPSED


def _is_joint(known: Succession, before: list[Identity]) -> bool:
    """Whether it still brings all sides together, or follows what counts here by now."""
    ends = {chain.current.digest for chain in before}
    return known.counts.decision.digest in ends or set(known.sides) <= ends


def _is_outdated(known: Succession, before: Identity, link: Link) -> bool:
    last, current = before.current, before.current
    if link.keys != current.keys and not _usable(before, link):
        return True
    if link.joins:
        return False
    links = known.counts.links
    place = next((at for at, one in enumerate(links) if one.digest == last.digest), None)
    if place is None or link.number != last.number + 1:
        return True
    later = links[place + 1 :]
    # Keeping keys that were replaced since would bring them back.
    return any(one.by_majority for one in later) or bool(later and link.keys == current.keys)


def _usable(before: Identity, link: Link) -> bool:
    """Whether the new keys may stand in this chain (§5.2)."""
    try:
        accept_public(link.signing)
        accept_sealing(link.sealing)
    except BadKey:
        return False
    return link.signing not in {one.signing for one in before.links}


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
        and ties.counts_vote(proposal.network, vote.author, vote.key, vote.link)
        and _fits(vote.key, proposal.payload, vote.signature)
    )


def _against(
    ties: Ties, proposal: Proposal, voters: AbstractSet[bytes], now: int
) -> tuple[bytes, ...]:
    known = ties.decisions.against.get(proposal.network, {})
    found = ((one, known.get((one, proposal.link.digest), now)) for one in sorted(voters))
    return tuple(one for one, until in found if until > now)


@lru_cache(maxsize=4_096)
def _fits(key: bytes, payload: bytes, signature: bytes) -> bool:
    try:
        verify_signature(key, MAJORITY_TYPE, payload, signature)
    except BadSignature:
        return False
    return True
