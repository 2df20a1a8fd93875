"""Many public meetings of a group, announced by its own node."""

from datetime import timedelta

from bench.days import to_come
from bench.result import say
from node.features.meetings.actions import new_meeting
from node.store.core import Core

TOWNS = ("Kiel", "Lübeck", "Flensburg", "Plön", "Rendsburg", "Neumünster")


def fill_meetings(core: Core, count: int) -> list[str]:
    """So many of them; gives their names."""
    names = []
    for n in range(count):
        fields = {
            "title": f"Treffen {n} in {TOWNS[n % len(TOWNS)]}",
            "topic": "Nachbarschaft",
            "text": "Wir reden über das, was ansteht, und planen die nächsten Schritte. " * 3,
            "starts": _starts(core.clock(), n),
            "zone": "Europe/Berlin",
            "minutes": 90,
            "place": f"Haus der Vereine, {TOWNS[n % len(TOWNS)]}",
        }
        names.append(new_meeting(core, core.home_id, "public", fields))
    say(f"{count:,} meetings")
    return names


def _starts(now: int, n: int) -> str:
    """Some on each day of half a year."""
    return to_come(now + int(timedelta(days=n % 180).total_seconds()))
