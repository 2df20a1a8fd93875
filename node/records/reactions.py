"""What follows from records that came in, in the same transaction (docs/protocol.md §6.2, §6.4).

* a group applied to an open network that is held here, or is on the roster that members confirmed →
  it is admitted;
* a membership ended → each identity here that is part of the network confirms it by a receipt, and
  the network's own identity withdraws the admission;
* one's own membership ended → whose receipts are to come is written down, and one's meetings there
  are kept as private ones;
* a receipt came → it is written down.

What others erased is confirmed later, when its bytes are gone (`node.upkeep.wiping`).

What others can bring about by records of their own stops nothing: where our own rules refuse the
answer, it is left out, and what called for it is taken in.
"""

import logging
from collections.abc import Callable
from typing import Any

from node.base.errors import Problem
from node.base.logs import event
from node.records import stale_copy
from node.records.intake import Ended, Follow, Intake
from node.records.publish import Publisher
from node.records.superseded import drop_ended
from node.store.core import Core
from node.upkeep.wiping import note_receipt
from protocol.audience import Audience
from protocol.control_state import Standing
from protocol.ids import to_name, to_text
from protocol.kind import LIFETIME, Place, Statement

log = logging.getLogger(__name__)

REFUSED = frozenset({"own-record-refused", "not-a-member", "recipient-unknown"})
"""What somebody else can bring about by records of his own."""


class Reactions:
    """Acts on a `Follow`; inside the transaction that it came from."""

    def __init__(self, core: Core, intake: Intake) -> None:
        self.core = core
        self.intake = intake
        self.publisher = Publisher(core, intake)

    def run(self) -> None:
        """Until nothing follows any more: what we write may have consequences itself."""
        while self.intake.follow != Follow():
            follow, self.intake.follow = self.intake.follow, Follow()
            for pact in sorted(follow.certified if self.core.may_issue else ()):
                self._unless_refused(pass_on, self.core, self.publisher, pact)
            for author in follow.succeeded:
                drop_ended(self.core, author)
            if follow.newer:  # it was written by another copy of this node, or before a restore
                stale_copy.begin(self.core, "newer")
            for ended in follow.ended:
                self._confirm(ended)
            for network, member in follow.applied:  # after what ended: it may be the same member
                self._admit_to_open(network, member)
            for receipt in follow.receipts:
                self._note(receipt)

    def _note(self, receipt: Statement) -> None:
        content = receipt.content or {}
        if receipt.kind == "erased":
            note_receipt(self.core, receipt)
        else:
            self.core.notes.confirm(content["epoch"], receipt.author, self.core.clock())

    def act_on(self, follow: Follow) -> None:
        """What follows from something that came in earlier."""
        self.intake.follow = follow
        self.run()

    def _admit_to_open(self, network: bytes, member: bytes) -> None:
        ties, now = self.core.ties, self.core.clock()
        bond = ties.bond(network, member)
        if bond is not None and bond.admission is None and bond.is_member(now):  # by the roster
            self._admit(network, member)
            return
        charter = ties.charters.get(network)
        if charter is None or not charter.stands(now) or charter.content is None:
            return
        if charter.content["admission"] != "open" or charter.content["mandate"] <= now:
            return
        if ties.standing(network, member, now) is not Standing.APPLIED:
            return
        if not self.core.may_issue:
            stale_copy.owe(self.core, {"admit": [network.hex(), member.hex()]})
            return
        self._admit(network, member)

    def _admit(self, network: bytes, member: bytes) -> None:
        said = (self.core, self.publisher, network, member, "admitted", None)
        self._unless_refused(answer_application, *said)

    def _unless_refused(self, write: Callable[..., object], *what: Any, **more: Any) -> None:
        try:
            write(*what, **more)
        except Problem as problem:
            if problem.code not in REFUSED:
                raise
            event(log, "not-answered", code=problem.code)

    def _confirm(self, ended: Ended) -> None:
        ties, now = self.core.ties, self.core.clock()
        if ended.member in ties.own:
            together = ties.certificates.left_together(ended.member, ended.network)
            witnesses = [one for one in ended.witnesses if one not in ties.own | together]
            self.core.notes.expect_receipts(
                ended.network, ended.member, ended.epoch, now, witnesses
            )
            self._bring_home(ended.network, ended.member)
        elif not self.core.may_issue:
            stale_copy.owe(self.core, {"ended": _packed(ended)})
            return
        else:
            together = ties.certificates.left_together(ended.member, ended.network)
            for own in sorted(ties.own - together):  # who leaves too deletes everything anyway
                if own in ended.witnesses and ties.is_part(ended.network, own, now):
                    self._receipt(own, ended)
        if not self.core.may_issue:
            return
        if ended.network in ties.own and ended.how == "left":
            place = admission_place(ended.network, ended.member)
            self._unless_refused(self.publisher.write, place, None, epoch=ended.epoch)

    def _bring_home(self, network: bytes, own: bytes) -> None:
        """One's meetings that were announced there stay one's own; their invitations carry them."""
        core = self.core
        audience = Audience.network(network)
        reached = min(core.clock(), core.clock.reached)  # a wrong clock leaves none behind
        headers = list(core.records.headers(reached, ["meeting"], audience, own))
        for record in core.records.records(headers):
            if record.body is not None:
                core.notes.keep_meeting(own, record.name, record.body)
        core.records.delete([header.ref for header in headers])

    def _receipt(self, own: bytes, ended: Ended) -> None:
        content = {
            "network": ended.network,
            "epoch": ended.epoch,
            "what": ended.how,
            "dropped": ended.dropped,
        }
        audience = Audience.direct([ended.member])
        place = Place(own, audience, "receipt", to_name(ended.epoch))
        self._unless_refused(self.publisher.write, place, content)


def write_owed(core: Core, publisher: Publisher, owed: dict[str, Any]) -> None:
    """Do what could not be written when it followed (§4.4)."""
    follow = Follow()
    match owed:
        case {"admit": [network, member]}:
            follow.applied.append((bytes.fromhex(network), bytes.fromhex(member)))
        case {"ended": [network, member, epoch, how, witnesses, dropped]}:
            ids = tuple(map(bytes.fromhex, witnesses))
            who, when = bytes.fromhex(member), bytes.fromhex(epoch)
            follow.ended.append(Ended(bytes.fromhex(network), who, when, how, ids, dropped))
    Reactions(core, publisher.intake).act_on(follow)


def _packed(ended: Ended) -> list[Any]:
    witnesses = [one.hex() for one in ended.witnesses]
    whose = (ended.network.hex(), ended.member.hex(), ended.epoch.hex())
    return [*whose, ended.how, witnesses, ended.dropped]


def pass_on(core: Core, publisher: Publisher, pact_digest: bytes) -> None:
    """A certificate is passed on before it is acted on (§6.6); `node.features.pacts.joint_exit` has the stages.

    Again if whoever passed it on took that back: what was signed once stands for good.
    """
    case = core.ties.certificates.cases[pact_digest]
    pact = case.pact
    if pact is None:
        return
    signatures = [list(one) for _signer, one in sorted(case.signed.items())]
    content = {"pact": pact.body, "signatures": signatures}
    now = core.clock()
    for own in sorted(core.own & case.signed.keys()):
        if not case.is_own_word(own):
            continue
        if stage_of(core, pact.digest, own) is None:
            bond = core.ties.bond(pact.network, own)
            joined = bond.joined if bond is not None else None
            if joined is not None and joined.epoch == case.epoch(own):
                set_stage(core, pact.digest, own, "done")  # acted on, before notes were lost
                continue
            stage = "certified" if pact.until_acted(now) else "late"
            set_stage(core, pact.digest, own, stage)
        known = [one for one in pact.others(own) if one in core.ties.identities]
        expires = pact.proposed + LIFETIME
        if known and expires > now and not case.passed_on:  # else that one is passed on
            place = Place(own, Audience.direct(known), "certificate", to_name(pact.digest))
            if _was_told(core, place, now):  # all whom this node knows: more when it knows more
                continue
            carriers = [one for one in pact.carriers if one in known]
            publisher.write(place, content, expires=expires, carriers=carriers)


def _was_told(core: Core, place: Place, now: int) -> bool:
    told = core.records.opened(place.kind, now)
    return any(one.place == place and one.content is not None for one in told)


def stage_of(core: Core, pact: bytes, own: bytes) -> str | None:
    """How far an own signer is with a pact: None, `certified`, `late`, `done` or `void`."""
    stage: str | None = core.notes.get(_stage_key(pact, own))
    return stage


def set_stage(core: Core, pact: bytes, own: bytes, stage: str | None) -> None:
    """Inside `transaction`."""
    core.notes.set(_stage_key(pact, own), stage)


def _stage_key(pact: bytes, own: bytes) -> str:
    return f"pact/{to_text(pact)}/{to_text(own)}"


def admission_place(network: bytes, member: bytes) -> Place:
    """Where a network answers a member (§7.6)."""
    return Place(network, Audience.network(network), "admission", to_name(member))


def answer_application(
    core: Core,
    publisher: Publisher,
    network: bytes,
    member: bytes,
    decision: str,
    reason: str | None,
) -> None:
    """Admit, decline or expel, quoting the epoch of the membership."""
    bond = core.ties.bond(network, member)
    if bond is None or bond.membership is None or bond.membership.epoch is None:
        raise Problem("no-application", text=to_text(member)[:8])
    content = {"member": member, "decision": decision, "reason": reason}
    publisher.write(admission_place(network, member), content, epoch=bond.membership.epoch)
