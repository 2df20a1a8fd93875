"""The public meetings of partners that a person chose, and what is news: as everybody sees it."""

from dataclasses import dataclass

from node.features.exchange.actions import Filters, ThingView, thing_views
from node.features.meetings.types import MeetingView
from node.features.meetings.views import meeting_views
from node.lookup.showing import meetings_listed, partners_chosen
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from protocol.ids import from_text, to_text

EACH = 50
"""Meetings of one partner that are looked at: one a week for a year."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A partner whose entry and public meetings can be shown. `shown`: it is chosen."""

    id: str
    name: str
    shown: bool


def publicly(sight: Sight) -> Sight:
    """The same look as everybody has it, whoever looks: nothing else can get onto a page."""
    return Sight(sight.core, Viewer.OUTSIDE, sight.core.home_id)


def partner_meetings(sight: Sight, most: int | None = None) -> tuple[MeetingView, ...]:
    """Public meetings to come of partners that were chosen, the next first. What was called off is
    left out: whoever reads this has to ask there."""
    outside = publicly(sight)
    found = [
        one
        for host in sorted(partners_chosen(outside.core, outside.now))
        for one in meeting_views(outside, past=False, host=host, most=most or EACH)
        if one.cancelled is None
    ]
    found.sort(key=lambda one: (one.starts_at or 0, one.starts, one.id))
    return tuple(found[:most])


def news_meetings(sight: Sight) -> tuple[MeetingView, ...]:
    """Public meetings to come of whom we list, called off or not."""
    hosts = {to_text(one) for one in meetings_listed(sight.core, sight.now)}
    return tuple(one for one in meeting_views(sight, past=False) if one.host.id in hosts)


def news_things(sight: Sight) -> tuple[ThingView, ...]:
    """What our own group offers to everybody or looks for."""
    home = sight.core.home_id
    return tuple(one for one in thing_views(sight, Filters()) if from_text(one.author.id) == home)
