"""What this node holds of what members decided, and attests by itself (docs/protocol.md §6.10).

Rules: what more than half of the roster that decided attest is held, by whoever is on that roster;
everybody else confirms it as a person, having seen who decides from then on. What is held and
attested is remembered in the same transaction in which it is written.
"""

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.decisions.carry_out import carry_out
from node.features.decisions.renewed_votes import lost_votes, renew_votes
from node.records.held import hold
from node.records.other_branches import others
from node.records.publish import Publisher
from node.records.reactions import unless_refused
from node.records.transaction import act, take
from node.store.core import Core
from node.store.memory import keep_stated, keep_vote
from protocol.audience import Audience
from protocol.decisions import OPEN_SECONDS, Proposal
from protocol.finality import uphold
from protocol.identity import MAJORITY_TYPE
from protocol.ids import to_name
from protocol.kind import Place

ROUNDS = 5
"""One may follow another: a vote again, a decision by it, what is held then, what is attested."""

# What a node does by itself


def settle(core: Core) -> None:
    """Carry out what is decided, hold what is final, attest: until nothing more follows."""
    if core.settling:
        return
    core.settling = True
    try:
        for _ in range(ROUNDS):
            again = _vote_again(core)
            done = carry_out(core) or again
            done = renew_votes(core) or done
            changed = [one for one in sorted(core.ties.networks) if _uphold(core, one)]
            if not done and not changed:
                return
    finally:
        core.settling = False


def _vote_again(core: Core) -> bool:
    """What one's own people voted counts under the new key if the old one was called stolen."""
    if not core.may_issue:
        return False
    ties, again = core.ties, dict[tuple[bytes, bytes, bytes], bytes]()
    for network in ties.networks:
        open_ = ties.decisions.proposals.get(network, {}).values()
        payloads = {one.link.digest: one.payload for one in open_ if one.until > core.clock()}
        for (author, link), vote in ties.decisions.votes.get(network, {}).items():
            mine = author in core.own and (author, link) in ties.memory.votes
            if mine and link in payloads and ties.is_revoked(author, vote.key):
                again[network, author, link] = payloads[link]
        for author, link, payload in lost_votes(core, network):
            again[network, author, link] = payload
    if not again:
        return False
    before = core.records.newest()
    with act(core) as publisher:
        for (network, own, _link), payload in again.items():
            unless_refused(write_vote, core, publisher, own, network, payload)
    return core.records.newest() != before


def write_vote(
    core: Core, publisher: Publisher, own: bytes, network: bytes, payload: bytes
) -> None:
    """Vote in the name of `own` for a link, with the key that speaks for it now."""
    held = core.ring.get(own)
    if held is None:
        raise Problem("not-held-here")
    link = digest(payload)
    content = {
        "network": network,
        "link": link,
        "key": held.signing.public,
        "signature": held.signing.sign(MAJORITY_TYPE, payload),
    }
    place = Place(own, Audience.network(network), "vote", to_name(link))
    keep_vote(core.settings, core.ties.memory, own, link)
    publisher.write(place, content, expires=core.clock() + OPEN_SECONDS)


def write_against(core: Core, publisher: Publisher, own: bytes, proposal: Proposal) -> None:
    """Say in the name of `own` that it is against a proposal."""
    content = {
        "network": proposal.network,
        "link": proposal.link.digest,
        "key": None,
        "signature": None,
    }
    audience = Audience.network(proposal.network)
    place = Place(own, audience, "vote", to_name(proposal.link.digest))
    publisher.write(place, content, expires=core.clock() + OPEN_SECONDS)


def _uphold(core: Core, network: bytes) -> bool:
    """For one network; whether anything changed."""
    known, ties = core.ties.successions.get(network), core.ties
    if known is None or known.counts.type != "network" or not core.may_issue:
        return False
    voices, before = ties.voices(network), ties.memory.stated.get(network)
    found = uphold(known.witnesses, ties.view(network), before, voices)
    moved = found.held is not None and found.held != ties.memory.held.get(network)
    silent = found.stated is not None and any(
        head != found.stated for head in _said(core, network, voices)
    )
    if not moved and not silent:
        return False
    with act(core) as publisher:
        if found.held is not None and moved:
            hold(core, network, found.held)
        if found.stated is not None and silent:
            _attest(core, publisher, network, found.stated)
    return moved or before != found.stated


def _said(core: Core, network: bytes, voices: frozenset[bytes]) -> list[bytes | None]:
    """What one's own groups attest, by the records that stand."""
    heads = core.ties.decisions.heads(network)
    return [heads.get(one) for one in voices if core.ties.may_propose(network, one)]


def _attest(core: Core, publisher: Publisher, network: bytes, head: bytes) -> None:
    keep_stated(core.settings, core.ties.memory, network, head)
    for own in sorted(core.ties.voices(network)):
        if core.ties.decisions.heads(network).get(own) != head:
            place = Place(own, Audience.network(network), "attestation", "")
            unless_refused(publisher.write, place, {"network": network, "head": head})
    core.ties.reconsider([network])


# What a person says


def confirm_decision(core: Core, network: bytes, decision: bytes) -> None:
    """A person says: this is what was decided. It may be in a branch that did not count so far."""
    branches = [one.record for one in others(core, network)]
    with act(core):
        hold(core, network, decision)
    take(core, branches)
    settle(core)
