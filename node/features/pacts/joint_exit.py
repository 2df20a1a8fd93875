"""Acting on certificates: groups leave together and found a network (docs/protocol.md §6.6).

Stages of one pact for one own signer, kept in `pacts.tables`:

1. nothing is noted: a quorum has not signed, or this node does not know it;
2. `certified`: the certificate was written to everybody asked, in the transaction in which it
   became complete (`reactions.pass_on`); or `late`, if that was too late to act without asking;
3. `done`: joined, meetings moved, left, in one transaction (`follow`); or `void`: it is no member
   of the new network, so it leaves nothing for it.

Each stage is taken once, whatever breaks in between: what is noted is in the same transaction as
what was done.
"""

import logging
from collections.abc import Iterable

from crypto.hashing import digest
from node.base.errors import Problem
from node.base.logs import event
from node.features.networks.answers import admission_place
from node.features.pacts.actions import sign_again
from node.features.pacts.passing import pass_on, pass_on_late
from node.features.pacts.tables import set_stage, stage_of
from node.records.publish import Publisher
from node.records.reactions import REFUSED
from node.records.transaction import act
from node.store import troubles
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.memory import keep_acted
from node.store.prepared_keys import slot_with
from protocol.audience import Audience
from protocol.certificates import Case, Pact
from protocol.kind import Place
from protocol.kinds import MOVED

log = logging.getLogger(__name__)

FIRST_RECORDS = 2
"""The new network's identity and charter were signed when the pact was proposed."""


def follow(core: Core) -> bool:
    """Act on every certificate that waits for it; whether there was one."""
    done, refused = False, None
    if not core.may_issue:  # an old copy of a folder hears first what it did
        return False
    done = sign_again(core)
    for case in list(core.ties.certificates.cases.values()):
        pact = case.pact
        if pact is None or not case.certified:
            continue
        try:
            done |= _follow(core, case, pact)
        except Problem as problem:  # what stops one pact stops no other
            if problem.code not in REFUSED:
                raise
            event(log, "pact-not-followed", code=problem.code)
            refused = problem
    if refused is not None:
        troubles.note(core, "pact", refused)
    else:
        troubles.over(core, "pact")
    return done


def _follow(core: Core, case: Case, pact: Pact) -> bool:
    mine = sorted(core.own & case.signed.keys())
    in_time = pact.until_acted(core.clock())
    early = [one for one in mine if in_time and stage_of(core, pact.digest, one) == "late"]
    heard = any(stage_of(core, pact.digest, one) is None for one in mine if case.is_own_word(one))
    if heard or early:  # while this node had to be silent, or its clock was ahead
        with act(core) as publisher:
            for one in early:
                set_stage(core, pact.digest, one, None)
            pass_on(core, publisher, pact.digest)
    waiting = [one for one in mine if stage_of(core, pact.digest, one) == "certified"]
    for own in waiting:
        act_on(core, case, pact, own)
    return _admits_late_signers(core, case, pact) or bool(waiting) or heard or bool(early)


@essential
def act_on(core: Core, case: Case, pact: Pact, own: bytes) -> None:
    """Join, run the network if its keys are here, move what was announced, leave: at once."""
    epoch: bytes | None = case.signed[own].epoch
    with act(core) as publisher:
        if stage_of(core, pact.digest, own) != "certified":  # what followed from another did it
            return
        bond, now = core.ties.bond(pact.network, own), core.clock()
        if bond is not None and bond.joined is not None and bond.joined.epoch != epoch:
            # It applied there as anybody may, before it signed.
            if bond.is_member(now):
                epoch = bond.joined.epoch
            else:
                _join(publisher, pact, own, epoch)
        if not core.ties.is_member(pact.network, own, now):
            # It left meanwhile, or the network expelled it at once: it leaves nothing for that.
            set_stage(core, pact.digest, own, "void")
            return
        set_stage(core, pact.digest, own, "done")
        for signer, one in case.signed.items():
            keep_acted(core.settings, core.ties.memory, pact.digest, signer, one.key)
        _take_up_membership(core, publisher, pact, own, epoch)
        if own == pact.proposer:
            _run(core, publisher, case, pact)
        if pact.leaves is not None:
            _move(core, publisher, pact, own, epoch)
            _leave(core, publisher, pact.leaves, own)


def _take_up_membership(
    core: Core, publisher: Publisher, pact: Pact, own: bytes, epoch: bytes | None
) -> None:
    bond = core.ties.bond(pact.network, own)
    if bond is None or bond.joined is None:
        _join(publisher, pact, own, epoch)


def _join(publisher: Publisher, pact: Pact, own: bytes, epoch: bytes | None) -> None:
    content = {
        "network": pact.network,
        "charter": digest(pact.charter.body or b""),
        "message": None,
        "shown": False,
    }
    place = Place(own, Audience.network(pact.network), "membership", "")
    publisher.write(place, content, epoch=epoch)


def _run(core: Core, publisher: Publisher, case: Case, pact: Pact) -> None:
    """Begin to hold the network: its keys were prepared when the pact was proposed.

    Unless its members gave it to another node, while this one was away.
    """
    held, chain = core.ring.get(pact.network), core.ties.identities.get(pact.network)
    key = held.signing.public if held else pact.identity.key
    if chain is not None and chain.current.signing != key:
        return
    if held is None:
        slot = slot_with(core, pact.identity.key)
        if slot is None:
            return
        core.hold(slot, (pact.identity.content or {})["links"][0][0])
    if (
        core.counters.reached(pact.network) is None
    ):  # the key file may be ahead of what was committed
        core.counters.start(pact.network, pact.identity.seq.incarnation, FIRST_RECORDS)
    core.refresh_own()
    _admit(core, publisher, pact, case, case.signed)


def _admit(
    core: Core, publisher: Publisher, pact: Pact, case: Case, signers: Iterable[bytes]
) -> None:
    for signer in sorted(signers):
        bond = core.ties.bond(pact.network, signer)
        if bond is not None and bond.answered is None and bond.is_member(core.clock()):
            content = {"member": signer, "decision": "admitted", "reason": None}
            place = admission_place(pact.network, signer)
            publisher.write(place, content, epoch=case.signed[signer].epoch)


def _admits_late_signers(core: Core, case: Case, pact: Pact) -> bool:
    """Whether the network is run here, and somebody signed after it was founded."""
    if pact.network not in core.own:
        return False
    bonds = {one: core.ties.bond(pact.network, one) for one in case.signed}
    late = [
        one
        for one, bond in bonds.items()
        if bond and bond.answered is None and bond.is_member(core.clock())
    ]
    if late:
        with act(core) as publisher:
            _admit(core, publisher, pact, case, late)
            pass_on_late(core, publisher, case, pact)
    return bool(late)


def _move(core: Core, publisher: Publisher, pact: Pact, own: bytes, epoch: bytes | None) -> None:
    """Announce in the new network what was announced in the old one, under the same names."""
    assert pact.leaves is not None  # noqa: S101 - only called then
    new = Audience.network(pact.network)
    reached = min(core.clock(), core.clock.reached)  # a wrong clock leaves none behind
    headers = list(core.records.headers(reached, MOVED, Audience.network(pact.leaves), own))
    for record in core.records.records(headers):
        if record.content is not None:
            place = Place(own, new, record.kind, record.name)
            publisher.write(place, record.content, expires=record.expires, epoch=epoch)
    core.records.delete([header.ref for header in headers])


def _leave(core: Core, publisher: Publisher, network: bytes, own: bytes) -> None:
    """Also from where it was expelled meanwhile: a majority could admit it again."""
    bond = core.ties.bond(network, own)
    if bond is not None and bond.membership is not None and bond.membership.content is not None:
        place = Place(own, Audience.network(network), "membership", "")
        publisher.write(place, None, epoch=bond.membership.epoch)
