"""Many public meetings: of a group, by its own node, and of groups that its pages list."""

from collections.abc import Iterator

from bench.corpus import Author
from bench.days import to_come
from bench.filling import NEWCOMERS
from bench.result import say
from crypto.hashing import digest
from node.features.meetings.actions import meeting_content, new_meeting
from node.lookup.showing import release
from node.records.transaction import take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.ids import to_text
from protocol.record import verify_all

EACH = 400
"""Meetings of one group: the limit of those that stand at a time is 500 (docs/protocol.md §4.8)."""

LATER = 1_000
"""Numbers of the others' records: beyond those that they have already."""

DAY = 86_400
TOWNS = ("Kiel", "Lübeck", "Flensburg", "Plön", "Rendsburg", "Neumünster")


def fill_meetings(core: Core, count: int) -> None:
    """So many of them in a node that `bench.filling` filled."""
    own = min(count, EACH)
    for n in range(own):
        new_meeting(core, core.home_id, "public", _said(core.clock(), n))
    for start in range(own, count, EACH):
        one = Author.make(NEWCOMERS % (start // EACH))
        release(core, one.id, shown=True)
        records = _of(one, core.clock(), range(start, min(start + EACH, count)))
        assert set(take(core, verify_all(list(records)))) == {None}
    say(f"{count:,} meetings")


def _of(one: Author, now: int, numbers: range) -> Iterator[bytes]:
    one.counter = LATER
    for n in numbers:
        content = meeting_content({"open_to": "everybody", **_said(now, n)})
        yield one.record(now, PUBLIC, "meeting", to_text(digest(b"%d" % n)[:10]), content)


def _said(now: int, n: int) -> dict[str, object]:
    """Some on each day of half a year."""
    town = TOWNS[n % len(TOWNS)]
    return {
        "title": f"Treffen {n} in {town}",
        "topic": "Nachbarschaft",
        "text": "Wir reden über das, was ansteht, und planen die nächsten Schritte. " * 3,
        "starts": to_come(now + n % 180 * DAY),
        "zone": "Europe/Berlin",
        "minutes": 90,
        "place": f"Haus der Vereine, {town}",
    }
