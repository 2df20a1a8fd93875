"""Decisions of a network's members: propose, and vote (docs/protocol.md §6.7).

Rules: only a person's act makes a vote. An identity votes for one proposal of a link number, unless
it says that it wants to vote otherwise (`instead`); from keeping the node to moving it may always
change, since a move counts before (§5.3).
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.decisions.carry_out import carry_out
from node.features.decisions.tables import note_vote, voted
from node.lookup.content import checked, tidied, tidy
from node.records.publish import Publisher, new_name
from node.records.transaction import act
from node.store.core import Core
from node.store.prepared_keys import free_slot, reserve
from protocol.audience import Audience
from protocol.control_state import Standing
from protocol.decisions import OPEN_SECONDS, Proposal
from protocol.encoding import encode
from protocol.identity import MAJORITY_TYPE, ROSTER, deciding_roster, make_link
from protocol.ids import to_name
from protocol.kind import Place
from protocol.networks import NETWORK
from protocol.tally import State, Tally, base, proposals, tally


@dataclass(frozen=True)
class Wish:
    """What somebody wants changed, or empty; `without`: who shall not be confirmed as a member."""

    fields: dict[str, Any] = field(default_factory=dict)
    without: frozenset[bytes] = frozenset()
    note: str | None = None


class Proposed(NamedTuple):
    """A proposal: its place, and whether it is carried out already."""

    author: bytes
    name: str
    decided: bool


def amend(core: Core, own: bytes, network: bytes, wish: Wish) -> Proposed:
    """Propose another charter, or only to confirm the members and to renew the mandate."""
    with core.transaction():
        _check_part(core, own, network)
        chain = core.ties.identities[network]
        roster = frozenset(core.ties.members(network, core.clock())) - wish.without
        link = _link(core, network, roster, len(chain.links), chain.current.keys)
        found = _propose(core, own, network, link, _terms(core, network, wish), wish.note)
    return _told(core, found)


def move(core: Core, own: bytes, network: bytes, wish: Wish) -> Proposed:
    """Propose that this node looks after the network from now on."""
    with core.transaction():
        _check_part(core, own, network)
        now, ties, slot = core.clock(), core.ties, free_slot(core)
        chain = ties.identities[network]
        wants = {one for one in deciding_roster(chain.links) if _wants(core, network, one)}
        roster = (frozenset(ties.members(network, now)) | wants) - wish.without
        keys = slot.signing.public, slot.sealing.public, slot.next
        link = _link(core, network, roster, base(chain).number + 1, keys)
        terms = _terms(core, network, wish) | {"host": own}
        reserve(core, slot, now + OPEN_SECONDS)
        found = _propose(core, own, network, link, terms, wish.note)
    return _told(core, found)


def _check_part(core: Core, own: bytes, network: bytes) -> None:
    """`Problem` unless `own` is a member, or may decide and did not leave."""
    standing = core.ties.standing(network, own, core.clock())
    if standing is Standing.MEMBER:
        return
    if standing is Standing.LEFT or not core.ties.decides(network, own):
        raise Problem("not-a-member")


def _wants(core: Core, network: bytes, identity: bytes) -> bool:
    """Not known to have left, whatever the network's node says of it, or kept from us."""
    bond = core.ties.bond(network, identity)
    return bond is None or bond.membership is None or bond.membership.stands(core.clock())


def _link(
    core: Core,
    network: bytes,
    roster: frozenset[bytes],
    number: int,
    keys: tuple[bytes, bytes, bytes],
) -> dict[str, Any]:
    """The arguments of the link that is to come; its charter is missing."""
    if not 1 <= len(roster) <= ROSTER:
        raise Problem("roster-size", most=ROSTER)
    before = core.ties.identities[network].links[number - 1]
    signing, sealing, next_digest = keys
    return {
        "type_": "network",
        "number": number,
        "previous": before.digest,
        "signing": signing,
        "sealing": sealing,
        "next_digest": next_digest,
        "compromised": keys != before.keys,  # who had the old keys must not go on speaking
        "roster": sorted(roster),
    }


def _terms(core: Core, network: bytes, wish: Wish) -> dict[str, Any]:
    """The charter as it is, with what is wished, and a mandate from now on."""
    core.require_clock()
    known = core.ties.charters.get(network)
    if known is not None and known.content is not None:
        content = dict(known.content)
    else:  # withdrawn: all of it has to be said
        content = {**tidied(NETWORK.fields, {}), "host": network}
    if wish.fields:
        content |= tidied(NETWORK.fields, wish.fields, *wish.fields)
    content["mandate"] = core.clock() + content["term"] * 86_400
    return checked("network", content)


def _propose(
    core: Core, own: bytes, network: bytes, link: dict[str, Any], terms: dict[str, Any], note: Any
) -> Proposal:
    """Write a proposal, and the vote of whoever makes it, if it has one."""
    charter = encode(terms)
    payload = make_link(**link, charter=digest(charter))
    content = {"network": network, "link": payload, "charter": charter, "note": tidy(note)}
    name = new_name(core)
    place = Place(own, Audience.network(network), "proposal", name)
    with act(core) as publisher:
        publisher.write(place, content, expires=core.clock() + OPEN_SECONDS)
        proposal = core.ties.decisions.proposals[network][own, name]
        found = tally(core.ties, proposal, core.clock())
        if own in found.roster:
            check_vote(core, own, proposal, found, instead=True)
            _vote(core, publisher, own, proposal, found)
    return proposal


def _told(core: Core, proposal: Proposal) -> Proposed:
    carry_out(core)
    decided = tally(core.ties, proposal, core.clock()).state is State.DECIDED
    return Proposed(proposal.author, proposal.name, decided)


# Voting


def find_proposal(core: Core, network: bytes, own: bytes, text: str | None) -> Proposal:
    """The proposal that is meant: by its short name, or the only one that waits for a vote of
    `own`; `Problem` otherwise.
    """
    known = proposals(core.ties, network, core.clock())
    if text is not None:
        found = [one for one, _ in known if one.name.startswith(text.strip().lower())]
        if not found:
            raise Problem("no-such-proposal", text=text)
    else:
        still = [(one, counted) for one, counted in known if counted.state is State.OPEN]
        if not still:
            raise Problem("no-open-proposal")
        # With nothing left to vote for, the only open one: a vote twice is the same vote.
        found = [one for one, counted in still if not _voted(counted, own)]
        found = found or [one for one, _ in still]
    if len(found) > 1:
        raise Problem("several-proposals", found=", ".join(one.name for one in found))
    return found[0]


def _voted(counted: Tally, own: bytes) -> bool:
    return any(vote.author == own for vote in counted.votes)


def check_vote(
    core: Core, own: bytes, proposal: Proposal, found: Tally, *, instead: bool = False
) -> None:
    """`Problem` unless `own` may vote for this proposal now."""
    if found.state is not State.OPEN:
        raise _closed(found.state)
    if own not in found.roster:
        raise Problem("not-on-roster")
    if core.ties.standing(proposal.network, own, core.clock()) is Standing.LEFT:
        raise Problem("standing-left")
    before = voted(core, own, proposal)
    if before is None or instead or before.link == proposal.link.digest:
        return
    if before.moves or not found.moves:
        raise Problem("voted-otherwise")


def _closed(state: State) -> Problem:
    if state is State.DECIDED:
        return Problem("proposal-decided")
    if state is State.LAPSED:
        return Problem("proposal-lapsed", days=OPEN_SECONDS // 86_400)
    return Problem("proposal-outdated")


def confirm(core: Core, own: bytes, proposal: Proposal, *, instead: bool = False) -> bool:
    """Vote for a proposal; gives whether it is carried out by now."""
    with act(core) as publisher:
        found = tally(core.ties, proposal, core.clock())
        check_vote(core, own, proposal, found, instead=instead)
        _vote(core, publisher, own, proposal, found)
    return _told(core, proposal).decided


def _vote(core: Core, publisher: Publisher, own: bytes, proposal: Proposal, found: Tally) -> None:
    held = core.ring.get(own)
    if held is None:
        raise Problem("not-held-here")
    content = {
        "network": proposal.network,
        "link": proposal.link.digest,
        "key": held.signing.public,
        "signature": held.signing.sign(MAJORITY_TYPE, proposal.payload),
    }
    audience = Audience.network(proposal.network)
    place = Place(own, audience, "vote", to_name(proposal.link.digest))
    publisher.write(place, content, expires=core.clock() + OPEN_SECONDS)
    note_vote(core, own, proposal, found.moves)
