"""What ends by itself: what people without an account typed, calendars of who has left.

Whoever answers without an account reads beside the form that it is erased `KEPT_DAYS` after the
meeting, and asks for that by answering. So it is no destroying unasked; but a wrong clock must not
keep the promise too early: the time that counts is the one that has certainly come
(`Timekeeper.reached`), never later than what the clock shows. Answers of members go with the
meeting: when it is known here no more, and that long after its end.
"""

from node.features.answers import tables
from node.features.answers.occasions import occasion
from node.features.answers.types import DAY, KEPT_DAYS
from node.people.persons import Standing, persons
from node.store.core import Core

REST = 3_600
"""Seconds: of what was promised by days, nobody misses the hour. Each meeting takes a millisecond,
and those that are over stay for years."""

LOOKED = "answers_tidied"
"""The setting that says when."""


def tidy(core: Core) -> None:
    """Now and then; meetings once in `REST`, however often that is.

    What is due was said `KEPT_DAYS` ago: nobody answers after the end.
    """
    _end_feeds(core)
    now = min(core.clock(), core.clock.reached)
    if abs(now - core.settings.get(LOOKED, 0)) < REST:
        return
    due = tables.meetings_answered(core, now - KEPT_DAYS * DAY)
    if due:
        with core.transaction():
            core.settings.set(LOOKED, now)
    for id_ in due:
        one = occasion(core, id_, now)
        if one is None:
            _forget(core, id_, now)
        elif one.ends_at + KEPT_DAYS * DAY <= now:
            _erase_outside(core, id_)


def _erase_outside(core: Core, id: str) -> None:
    ids = [one.id for one in tables.of_meeting(core, id) if one.person is None]
    gone = [one for one in tables.taken_back_of(core, id) if one.person is None]
    if ids or gone:
        with core.transaction():
            tables.erase(core, ids)
            tables.forget_taken_back(core, id, with_account=False)


def _forget(core: Core, id: str, now: int) -> None:
    """Of a meeting that is known no more, what was not changed for as long as answers are kept."""
    some = tables.of_meeting(core, id)
    last = max([*(one.changed for one in some), *(t.at for t in tables.taken_back_of(core, id))])
    if last + KEPT_DAYS * DAY <= now:
        with core.transaction():
            tables.erase(core, [one.id for one in some])
            tables.forget_taken_back(core, id)
            tables.forget_meeting(core, id)


def _end_feeds(core: Core) -> None:
    for id_ in tables.feed_people(core):
        person = persons(core).get(id_)
        if person is None or person.standing is Standing.FORMER:
            with core.transaction():
                tables.end_feeds(core, id_)


def move_in(core: Core, old: bytes, new: bytes) -> None:
    """The group has another id: so have its meetings."""
    from protocol.ids import to_text

    tables.move_meetings(core, to_text(old), to_text(new))
