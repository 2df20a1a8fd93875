"""Own meetings that were announced in a network stay one's own after leaving it (§6.4)."""

from node.features.meetings.tables import kept_meetings
from node.records.intake import Ended
from node.records.publish import Publisher
from node.store.core import Core
from protocol.audience import Audience


def move_in(core: Core, old: bytes, new: bytes) -> None:
    """The group has another id: what only its own machine keeps is that one's."""
    kept_meetings(core).move(old, new)


def bring_home(core: Core, _publisher: Publisher, ended: Ended) -> None:
    """They become private ones; their invitations carry them."""
    if ended.member not in core.ties.own:
        return
    audience = Audience.network(ended.network)
    reached = min(core.clock(), core.clock.reached)  # a wrong clock leaves none behind
    headers = list(core.records.headers(reached, ["meeting"], audience, ended.member))
    for record in core.records.records(headers):
        if record.body is not None:
            kept_meetings(core).keep(ended.member, record.name, record.body)
    core.records.delete([header.ref for header in headers])
