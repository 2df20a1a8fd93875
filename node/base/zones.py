"""Time zones as people name them, the one that a group lives in, and times that no clock shows.

A zone is a place, so that summer time is right: `Berlin` and `MEZ` mean Europe/Berlin. What is no
place – an offset, the rules of a `TZ`, `localtime` – is refused with the reason. A machine on UTC
says nothing about where its people live.

>>> read_zone("berlin"), read_zone("MEZ"), read_zone("new york")
('Europe/Berlin', 'Europe/Berlin', 'America/New_York')
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from node.base.errors import Problem
from node.base.zone_table import known_zone

DEFAULT_ZONE = "Europe/Berlin"
"""Where most of our groups live: what is proposed where the machine says nothing."""

ZONES = "zoneinfo/"

BY_NAME = dict.fromkeys(("mez", "mesz", "cet", "cest", "met", "mest"), "Europe/Berlin")
BY_NAME |= dict.fromkeys(("utc", "gmt", "z", "zulu", "weltzeit"), "Etc/UTC")
"""Names that are no places, but mean one clock. The others (EST, IST, …) mean several."""

_OFFSET = re.compile(r"(?:utc|gmt|mez)?\s*[+-−]\s*\d{1,2}(?::?\d{2})?", re.IGNORECASE)
_RULES = re.compile(r"<?[A-Za-z+-]*\d*>?[+-]?\d+(?::\d+)*(?:[A-Za-z<].*)?")


def read_zone(text: str) -> str:
    """The zone that somebody named; `Problem` if it is none, or several, or no place."""
    said = text.strip().removeprefix(":")
    said = said.partition(ZONES)[2] if ZONES in said else said
    wanted = said.replace(" ", "_").casefold()
    if found := BY_NAME.get(wanted):
        return found
    if wanted in ("localtime", "local", "posixrules", "factory"):
        raise Problem("zone-local", zone=text)
    if _OFFSET.fullmatch(said):
        raise Problem("zone-offset", zone=text)
    if "/" in said and said[0].isupper() and is_zone(said):  # posix/… are no names for others
        return said
    return _looked_up(text, wanted)


def _looked_up(text: str, wanted: str) -> str:
    named = _zones()
    if wanted in named:
        return named[wanted]
    cities = sorted(one for key, one in named.items() if key.rpartition("/")[2] == wanted)
    if len(cities) > 1:  # of one city, the name without the state
        shortest = min(cities, key=lambda one: one.count("/"))
        others = [one for one in cities if one != shortest]
        if all(one.count("/") > shortest.count("/") for one in others):
            return shortest
        raise Problem("zone-several", zone=text, found=", ".join(cities))
    if cities:
        return cities[0]
    if _RULES.fullmatch(text.strip()):
        raise Problem("zone-offset", zone=text)
    raise Problem("zone-unknown", zone=text)


@cache
def _zones() -> dict[str, str]:
    """All places of this machine's table, by their names in lower case."""
    return {one.casefold(): one for one in available_timezones() if "/" in one and is_zone(one)}


def is_zone(name: str) -> bool:
    """Whether this machine knows a zone of exactly this name."""
    return known_zone(name) is not None


def machine_zone(environ: Mapping[str, str], root: Path = Path("/etc")) -> str | None:
    """The place whose clock this machine shows; None if it shows none, or that of nobody (UTC)."""
    if said := environ.get("TZ", "").strip():
        return _place(said)  # what it says, or nothing: the rest of the machine is overruled
    candidates = []
    with suppress(OSError, ValueError):
        candidates.append((root / "timezone").read_text("utf-8").strip())
    with suppress(OSError):
        candidates.append(str((root / "localtime").readlink()))
    return next((one for text in candidates if (one := _place(text))), None)


def _place(text: str) -> str | None:
    try:
        found = read_zone(text)
    except Problem:
        return None
    return None if found.startswith("Etc/") else found


def assert_shown(starts: str, zone: str) -> None:
    """`Problem` if clocks in `zone` skip this wall time, or show it twice, with both readings.

    A record holds the wall time alone (docs/protocol.md §7.7), so nobody could tell which is meant.
    """
    wall = datetime.fromisoformat(starts)
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return
    shown = [one.astimezone(UTC).astimezone(ZoneInfo(zone)) for one in (first, second)]
    if shown[0].replace(tzinfo=None) == wall:
        moments = [f"{one.astimezone(UTC):%Y-%m-%d %H:%M}" for one in (first, second)]
        raise Problem("time-twice", starts=starts, zone=zone, first=moments[0], second=moments[1])
    early, late = sorted(one.replace(tzinfo=None) for one in shown)
    raise Problem(
        "time-skipped", starts=starts, zone=zone, first=f"{early:%H:%M}", second=f"{late:%H:%M}"
    )


def now_in(zone: str, seconds: int) -> datetime:
    """The wall clock of a zone at a time in seconds UTC, without its zone."""
    there = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone))
    return there.replace(tzinfo=None)
