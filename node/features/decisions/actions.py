"""Decisions of a network's members: propose, and vote (docs/protocol.md §6.7).

Rules: only a person's act makes a vote. An identity votes for one proposal of a link number, unless
it says that it wants to vote otherwise (`instead`); from keeping the node to moving it may always
change. Nobody decides by being a member: who is added is named. Before its first vote on what was
decided without its group, a person confirms that (§6.10).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.decisions.holding import settle, write_against, write_vote
from node.features.decisions.tables import note_left_out, note_vote, voted
from node.features.networks.held import require_confirmed
from node.lookup.content import checked, tidied, tidy
from node.records.publish import Publisher, new_name
from node.records.transaction import act
from node.store.core import Core
from node.store.prepared_keys import free_slot, reserve
from protocol.audience import Audience
from protocol.control_state import Standing
from protocol.decisions import OPEN_SECONDS, Proposal
from protocol.encoding import encode
from protocol.identity import ROSTER, Link, make_link
from protocol.kind import Place
from protocol.measures import term_end
from protocol.networks import NETWORK
from protocol.tally import State, Tally, proposals, tally


@dataclass(frozen=True)
class Wish:
    """What somebody wants changed, or empty; who shall decide from then on, and who no more."""

    fields: dict[str, Any] = field(default_factory=dict)
    without: frozenset[bytes] = frozenset()
    added: frozenset[bytes] = frozenset()
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
        if core.ties.successions[network].sides:
            raise Problem("several-decisions")
        roster = _roster(core, network, [chain.decision], wish)
        link = _link(roster, [chain.current], chain.current.keys)
        found = _propose(core, own, network, link, _terms(core, network, wish), wish.note)
    return _told(core, found)


def move(core: Core, own: bytes, network: bytes, wish: Wish) -> Proposed:
    """Propose that this node looks after the network from now on."""
    with core.transaction():
        _check_part(core, own, network)
        slot = free_slot(core)
        before = heads(core, network)
        roster = _roster(core, network, before, wish) | {own}
        keys = slot.signing.public, slot.sealing.public, slot.next
        link = _link(roster, before, keys)
        terms = _terms(core, network, wish) | {"host": own}
        reserve(core, slot, core.clock() + OPEN_SECONDS)
        found = _propose(core, own, network, link, terms, wish.note)
        note_left_out(core, found.link.digest, wish.without)
    return _told(core, found)


def heads(core: Core, network: bytes) -> list[Link]:
    """What a move follows: the last decision; where several contradict each other, all (§6.10)."""
    known = core.ties.successions[network]
    if not known.sides:
        return [known.counts.decision]
    links = {link.digest: link for chain in known.witnesses for link in chain.links}
    return [links[side] for side in sorted(known.sides)]


def _roster(core: Core, network: bytes, before: Sequence[Link], wish: Wish) -> frozenset[bytes]:
    """Who decides from then on: those who do, without those who left, and who is named."""
    deciding = {one for link in before for one in link.deciders}
    standing = {one for one in deciding if _wants(core, network, one)}
    strangers = wish.added - frozenset(core.ties.members(network, core.clock()))
    if strangers:
        raise Problem("added-no-member", n=len(strangers))
    return frozenset((standing | wish.added) - wish.without)


def _check_part(core: Core, own: bytes, network: bytes) -> None:
    """`Problem` unless `own` is a member, or may decide and did not leave."""
    require_confirmed(core, network)
    standing = core.ties.standing(network, own, core.clock())
    if standing is Standing.MEMBER:
        return
    if standing is Standing.LEFT or not core.ties.decides(network, own):
        raise Problem("not-a-member")


def _wants(core: Core, network: bytes, identity: bytes) -> bool:
    """Not known to have left, whatever the network's node says of it, or kept from us."""
    if core.ties.was_only_asked(network, identity):
        return False
    bond = core.ties.bond(network, identity)
    return bond is None or bond.membership is None or bond.membership.stands(core.clock())


def _link(
    roster: frozenset[bytes], before: Sequence[Link], keys: tuple[bytes, bytes, bytes]
) -> dict[str, Any]:
    """The arguments of the link that is to come; its charter is missing."""
    if not 1 <= len(roster) <= ROSTER:
        raise Problem("roster-size", most=ROSTER)
    signing, sealing, next_digest = keys
    return {
        "type_": "network",
        "number": max(link.number for link in before) + 1,
        "previous": before[0].digest,
        "signing": signing,
        "sealing": sealing,
        "next_digest": next_digest,
        "compromised": keys != before[0].keys,  # who had the old keys must not go on speaking
        "roster": sorted(roster),
        "joins": [link.digest for link in before[1:]],
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
    content["mandate"] = term_end(content["term"], core.clock())
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
    settle(core)
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
        found = [
            one for one, counted in still if not _voted(counted, own) and own not in counted.against
        ]
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
    check_part_in(core, own, proposal, found)
    if unknown := added_unknown(core, proposal, found):
        raise Problem("added-unknown", n=len(unknown))
    before = voted(core, own, proposal)
    if before is None or instead or before.link == proposal.link.digest:
        return
    if before.moves or not found.moves:
        raise Problem("voted-otherwise")


def check_part_in(core: Core, own: bytes, proposal: Proposal, found: Tally) -> None:
    """`Problem` unless `own` has a vote on this proposal now, whichever way."""
    if found.state is not State.OPEN:
        raise _closed(found.state)
    if own not in found.roster:
        raise Problem("not-on-roster")
    require_confirmed(core, proposal.network)
    if core.ties.standing(proposal.network, own, core.clock()) is Standing.LEFT:
        raise Problem("standing-left")


def added_unknown(core: Core, proposal: Proposal, found: Tally) -> frozenset[bytes]:
    """Who would decide from then on and is no member, as far as is known here (§6.7)."""
    added = frozenset(proposal.link.roster) - frozenset(found.roster)
    return added - frozenset(core.ties.members(proposal.network, core.clock()))


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


def oppose(core: Core, own: bytes, proposal: Proposal) -> None:
    """Vote against a proposal. A vote for it can't be taken back: others have its signature."""
    with act(core) as publisher:
        found = tally(core.ties, proposal, core.clock())
        check_part_in(core, own, proposal, found)
        if _voted(found, own) or (own, proposal.link.digest) in core.ties.memory.votes:
            raise Problem("voted-for")
        write_against(core, publisher, own, proposal)


def _vote(core: Core, publisher: Publisher, own: bytes, proposal: Proposal, found: Tally) -> None:
    write_vote(core, publisher, own, proposal.network, proposal.payload)
    note_vote(core, own, proposal, found.moves)
