"""What follows from records that came in, in the same transaction (docs/protocol.md §6.2, §6.4).

* a group applied to an open network that is held here, or is on the roster that members confirmed →
  it is admitted;
* a membership ended → each identity here that is part of the network confirms it by a receipt, and
  the network's own identity withdraws the admission;
* one's own membership ended → whose receipts are to come is written down, and one's meetings there
  are kept as private ones;
* a receipt came → it is written down.
"""

from node.core import Core
from node.ended import drop_ended
from node.errors import Problem
from node.intake import Ended, Follow, Intake
from node.publish import Publisher
from protocol.audience import Audience
from protocol.ids import to_name
from protocol.kind import Place
from protocol.ties import Standing


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
            for author in follow.succeeded:
                drop_ended(self.core, author)
            for ended in follow.ended:
                self._confirm(ended)
            for network, member in follow.applied:  # after what ended: it may be the same member
                self._admit_to_open(network, member)
            for receipt in follow.receipts:
                content = receipt.content or {}
                self.core.notes.confirm(content["epoch"], receipt.author, self.core.clock())

    def _admit_to_open(self, network: bytes, member: bytes) -> None:
        ties, now = self.core.ties, self.core.clock()
        bond = ties.bond(network, member)
        if bond is not None and bond.admission is None and bond.is_member(now):  # by the roster
            answer_application(self.core, self.publisher, network, member, "admitted", None)
            return
        charter = ties.charters.get(network)
        if charter is None or not charter.stands(now) or charter.content is None:
            return
        if charter.content["admission"] != "open" or charter.content["mandate"] <= now:
            return
        if ties.standing(network, member, now) is Standing.APPLIED:
            answer_application(self.core, self.publisher, network, member, "admitted", None)

    def _confirm(self, ended: Ended) -> None:
        ties, now = self.core.ties, self.core.clock()
        if ended.member in ties.own:
            witnesses = [one for one in ended.witnesses if one not in ties.own]
            self.core.notes.expect_receipts(
                ended.network, ended.member, ended.epoch, now, witnesses
            )
            self._bring_home(ended.network, ended.member)
        else:
            for own in sorted(ties.own):
                if own in ended.witnesses and ties.is_part(ended.network, own, now):
                    self._receipt(own, ended)
        if ended.network in ties.own and ended.how == "left":
            place = admission_place(ended.network, ended.member)
            self.publisher.write(place, None, epoch=ended.epoch)

    def _bring_home(self, network: bytes, own: bytes) -> None:
        """One's meetings that were announced there stay one's own; their invitations carry them."""
        core = self.core
        audience = Audience.network(network)
        headers = list(core.records.headers(core.clock(), ["meeting"], audience, own))
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
        try:
            self.publisher.write(place, content)
        except Problem as problem:
            if problem.code != "recipient-unknown":
                raise


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
        raise Problem("no-application")
    content = {"member": member, "decision": decision, "reason": reason}
    publisher.write(admission_place(network, member), content, epoch=bond.membership.epoch)
