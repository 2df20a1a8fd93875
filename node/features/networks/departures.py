"""A membership ended: who confirms it, and to whom (docs/protocol.md §6.4).

* Somebody else's → each identity here that is part of the network confirms it by a receipt, and the
  network's own identity withdraws the admission;
* one's own → whose receipts are to come is written down;
* a receipt came → it is written down.
"""

from node.features.networks.answers import admission_place
from node.records.intake import Ended
from node.records.publish import Publisher
from node.records.reactions import owe_receipt, unless_refused
from node.store.core import Core
from protocol.audience import Audience
from protocol.ids import to_name
from protocol.kind import Place, Statement


def confirm(core: Core, publisher: Publisher, ended: Ended) -> None:
    """Say that what was deleted is deleted; expect that others say so."""
    ties, now = core.ties, core.clock()
    together = ties.certificates.left_together(ended.member, ended.network)
    if ended.member in ties.own:
        witnesses = [one for one in ended.witnesses if one not in ties.own | together]
        core.departures.expect(ended.network, ended.member, ended.epoch, now, witnesses)
    elif not core.may_issue:
        owe_receipt(core, ended)
        return
    else:
        for own in sorted(ties.own - together):  # who leaves too deletes everything anyway
            if own in ended.witnesses and ties.is_part(ended.network, own, now):
                _receipt(publisher, own, ended)
    if core.may_issue and ended.network in ties.own and ended.how == "left":
        place = admission_place(ended.network, ended.member)
        unless_refused(publisher.write, place, None, epoch=ended.epoch)


def _receipt(publisher: Publisher, own: bytes, ended: Ended) -> None:
    content = {
        "network": ended.network,
        "epoch": ended.epoch,
        "what": ended.how,
        "dropped": ended.dropped,
    }
    place = Place(own, Audience.direct([ended.member]), "receipt", to_name(ended.epoch))
    unless_refused(publisher.write, place, content)


def note_receipt(core: Core, _publisher: Publisher, receipt: Statement) -> None:
    """Somebody confirmed that what was ours in a network is deleted."""
    if receipt.kind == "receipt" and receipt.content is not None:
        core.departures.confirm(receipt.content["epoch"], receipt.author, core.clock())
