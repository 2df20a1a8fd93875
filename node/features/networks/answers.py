"""How a network answers a group (docs/protocol.md §6.2, §7.6)."""

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.records.publish import Publisher
from node.records.reactions import owe_admission, unless_refused
from node.store.core import Core
from protocol.audience import Audience
from protocol.control_state import Standing
from protocol.ids import to_name, to_text
from protocol.kind import Place


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
        raise Problem("no-application", text=to_text(member)[:SHORT_ID])
    content = {"member": member, "decision": decision, "reason": reason}
    publisher.write(admission_place(network, member), content, epoch=bond.membership.epoch)


def admit_to_open(
    core: Core, publisher: Publisher, network: bytes, member: bytes, by: bytes | None
) -> None:
    """Admit who applied to an open network, or is on the roster that members confirmed (§6.2).

    Without a person only so many a day, and of what one node brought few: nobody can fill a network
    with groups that he made up. The others wait for a person.
    """
    ties, now = core.ties, core.clock()
    bond = ties.bond(network, member)
    if bond is not None and bond.admission is None and bond.is_member(now):  # by the roster
        _admit(core, publisher, network, member)
        return
    charter = ties.charters.get(network)
    if charter is None or not charter.stands(now) or charter.content is None:
        return
    if charter.content["admission"] != "open" or charter.content["mandate"] <= now:
        return
    if ties.standing(network, member, now) is not Standing.APPLIED:
        return
    if not core.may_issue:
        owe_admission(core, network, member, by)
        return
    if by is None or core.admissions.may_admit(network, by, now):
        _admit(core, publisher, network, member)


def _admit(core: Core, publisher: Publisher, network: bytes, member: bytes) -> None:
    unless_refused(answer_application, core, publisher, network, member, "admitted", None)
