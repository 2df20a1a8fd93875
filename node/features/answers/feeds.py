"""A calendar for one person: an address with a secret, for software that can't sign in.

Rules:

1. A person has one at a time. A further one ends the one before; it can be ended at any time. Only
   the digest of the secret is kept, so the address is shown once.
2. What it shows is asked anew each time: a member gets all meetings that members see, a newcomer
   the public ones, and who is no member any more gets nothing, at once.
3. What many get is made once: all members see the same, so it is kept for each language.
"""

from collections.abc import Mapping

from node.base.errors import Problem
from node.features.answers import tables
from node.features.answers.answering import digest_of, new_token
from node.features.joining.state import State as Shown
from node.features.meetings.feed import Feed, Write
from node.features.meetings.tables import kept_meetings
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.people.persons import Standing, new_id, persons
from node.store.core import Core
from node.store.disk_reserve import essential
from protocol.kinds import LISTED
from protocol.meetings import INVITATION, MEETING

SEES = {Standing.MEMBER: Viewer.INSIDE, Standing.NEWCOMER: Viewer.OUTSIDE}
"""Whose calendar shows what; there is none for anybody else."""


class AllMeetings(Feed):
    """What members see: the same for all of them."""

    viewer = Viewer.INSIDE

    def shown(self, sight: Sight) -> object:
        """While this folder may be an old copy others' meetings are not shown."""
        return sight.authors

    def edition(self, sight: Sight) -> object:
        """Another value after every change of a meeting, an invitation or a host's name."""
        records = sight.core.records
        return (
            tuple(records.edition(kind) for kind in (MEETING.name, *LISTED)),
            records.opened_edition(INVITATION.name),
            kept_meetings(sight.core).edition(),
        )

    def read(self, sight: Sight) -> Write:
        """All meetings that are known here."""
        from node.features.meetings.calendar import all_meetings, public_feed

        meetings, name = all_meetings(sight), sight.home_name
        return lambda texts: public_feed(meetings, name, texts)


class State:
    """What a running node remembers: links that were just made, and calendars as they went out."""

    def __init__(self, core: Core) -> None:
        self.links = Shown(core)
        """Of meetings, by the meeting's id."""
        self.calendars = Shown(core)
        """Of persons, by their id."""
        self.feeds: Mapping[Viewer, Feed] = {
            Viewer.INSIDE: AllMeetings(core),
            Viewer.OUTSIDE: Feed(core),
        }


def make(core: Core, person: str, language: str) -> str:
    """A calendar for a person; gives its secret, which is known now and never again."""
    token = new_token(core)
    key = digest_of(token) or b""
    with core.transaction():
        tables.end_feeds(core, person)
        row = tables.FeedRow(new_id(core), key, person, language, core.clock())
        tables.add_feed(core, row)
    return token


@essential
def end(core: Core, person: str) -> bool:
    """It is given out no more; whether there was one."""
    with core.transaction():
        return tables.end_feeds(core, person) > 0


def shown_by(core: Core, token: str) -> tuple[Viewer, str]:
    """Which meetings an address shows, and in which language; `Problem` if it shows none."""
    key = digest_of(token)
    row = tables.feed_by_digest(core, key) if key else None
    person = persons(core).get(row.person) if row else None
    if row is None or person is None or person.standing not in SEES:
        raise Problem("calendar-unknown")
    return SEES[person.standing], row.language
