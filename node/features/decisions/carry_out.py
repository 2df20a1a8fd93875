"""Carrying out what a majority of a network's members decided (docs/protocol.md §6.7).

Whose node has the keys of the link that is to come does it, by itself: as soon as the last vote
arrives, and again at each start and every hour. All of it is one transaction: the chain with its
new link, the charter, the admissions. The key file is written before the commit; if the power
fails between, the keys are there, the decision is still open, and the next attempt goes on.
"""

import logging
from dataclasses import replace

from node.base.errors import Problem
from node.base.logs import event
from node.features.decisions.tables import left_out
from node.features.networks.answers import answer_application
from node.keys.ring import Held
from node.records.intake import Intake
from node.records.publish import Publisher
from node.records.re_sign import resign
from node.records.reactions import Reactions
from node.records.superseded import drop_ended
from node.store import troubles
from node.store.core import Core
from node.store.counters import first_incarnation
from node.store.prepared_keys import release, slot_with
from protocol.audience import PUBLIC
from protocol.decisions import Proposal
from protocol.identity import Identity, authorise_majority
from protocol.kind import Place, Statement
from protocol.kinds import INHERITED
from protocol.tally import Seats, Tally, tally

log = logging.getLogger(__name__)


def carry_out(core: Core) -> list[bytes]:
    """Do what is decided and this node can do; gives the networks where it did."""
    if not core.may_issue:  # an old copy of a folder; it is tried again when that is over
        return []
    done: list[bytes] = []
    failed: set[bytes] = set()
    refused: Problem | None = None
    while ready := [one for one in _ready(core) if one[0].link.digest not in failed]:
        proposal, found = ready[0]
        try:
            with core.transaction():
                _carry_out(core, proposal, found)
            done.append(proposal.network)
        except Problem as problem:  # one that our own rules refuse must not stop the rest
            event(log, "not-carried-out", code=problem.code)
            refused = problem
        failed.add(proposal.link.digest)
    if refused is not None:
        troubles.note(core, "decision", refused)
    else:
        troubles.over(core, "decision")
    return done


def _ready(core: Core) -> list[tuple[Proposal, Tally]]:
    now, found = core.clock(), []
    for network, proposals in core.ties.decisions.proposals.items():
        if network not in core.ties.identities:
            continue
        for one in sorted(proposals.values(), key=lambda one: (one.issued, one.author, one.name)):
            counted = tally(core.ties, one, now)
            if counted.reached and _has_keys(core, one, counted):
                found.append((one, counted))
    return found


def _has_keys(core: Core, proposal: Proposal, found: Tally) -> bool:
    if not found.moves:
        return proposal.network in core.own
    held = core.ring.get(proposal.network)
    taken = held is not None and held.signing.public == proposal.link.signing
    return taken or slot_with(core, proposal.link.signing) is not None


def _carry_out(core: Core, proposal: Proposal, found: Tally) -> None:
    """One decision, inside a transaction."""
    intake = Intake(core)
    publisher = Publisher(core, intake)
    network = proposal.network
    before = frozenset(core.ties.members(network, core.clock()))
    chains = [_chain(core, proposal, found, seats) for seats in found.seats]
    inherited = _inherited(core, network) if found.moves else []
    held = _take_over(core, proposal) if found.moves else _keep(core, proposal)
    for chain in chains:
        place = Place(network, PUBLIC, "identity", chain.name)
        publisher.write(place, {"links": list(chain.elements)})
    if found.moves:
        drop_ended(core, network, own_too=True)
    publisher.write(Place(network, PUBLIC, "network", ""), proposal.terms)
    if found.moves:
        _admit_again(core, publisher, proposal, before)
        for one in inherited:
            publisher.write(one.place, one.content)
    else:
        resign(core, publisher, held)
    Reactions(core, intake).run()


def _inherited(core: Core, network: bytes) -> list[Statement]:
    """What the network said under its old keys and goes on saying, as it is held here."""
    now = core.clock()
    said = [one for kind in INHERITED for one in core.records.statements(kind, now, network)]
    return [one for one in said if one.content is not None]


def _chain(core: Core, proposal: Proposal, found: Tally, seats: Seats) -> Identity:
    """The chain with its new link, after one of the sides that it follows (§6.10, 7)."""
    known = core.ties.successions[proposal.network]
    named = {proposal.link.previous, *proposal.link.joins}
    before = next(
        chain.first(at + 1)
        for chain in (known.counts, *known.witnesses)
        for at, link in enumerate(chain.links)
        if link.digest in named and chain.first(at + 1).decision.digest == seats.after
    )
    votes = [[vote.author, vote.key, vote.signature] for vote in found.of(seats)[: seats.needed]]
    element = authorise_majority(proposal.payload, votes)
    return Identity.reread([*before.elements, element])


def _keep(core: Core, proposal: Proposal) -> Held:
    """The same keys sign under the new link."""
    held = core.ring.get(proposal.network)
    if held is None:
        raise Problem("not-held-here")
    again = replace(held, link=proposal.link.number)
    core.ring.held[core.ring.held.index(held)] = again
    return again


def _take_over(core: Core, proposal: Proposal) -> Held:
    """Hold the network with the keys that were prepared, unless that was done already."""
    network, link = proposal.network, proposal.link
    held = core.ring.get(network)
    if held is None or held.signing.public != link.signing:
        slot = slot_with(core, link.signing)
        if slot is None:
            raise Problem("no-slots")
        held = core.take_over(slot, network, link.number)
        release(core, slot)
    core.counters.start(network, first_incarnation(core.entropy))
    return held


def _admit_again(
    core: Core, publisher: Publisher, proposal: Proposal, before: frozenset[bytes]
) -> None:
    """Everybody on the roster whose membership stands, whatever the old node said of them.

    And who was a member before, unless the proposer left them out: they decide no more than then.
    """
    now, network = core.clock(), proposal.network
    others = before - left_out(core, proposal.link.digest)
    for member in sorted({*proposal.link.roster, *others}):
        bond = core.ties.bond(network, member)
        if bond is not None and bond.membership is not None and bond.membership.stands(now):
            answer_application(core, publisher, network, member, "admitted", None)
