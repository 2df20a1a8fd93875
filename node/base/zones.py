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
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from node.base.errors import Problem
from node.base.zone_table import known_zone

DEFAULT_ZONE = "Europe/Berlin"
"""Where most of our groups live: what is proposed where the machine says nothing."""

ZONES = "zoneinfo/"

BY_NAME = dict.fromkeys(("mez", "mesz", "cet", "cest", "met", "mest"), "Europe/Berlin")
BY_NAME |= dict.fromkeys(("utc", "gmt", "z", "zulu", "weltzeit"), "Etc/UTC")
GERMAN = (
    "wien Europe/Vienna, zürich Europe/Zurich, brüssel Europe/Brussels, rom Europe/Rome,"
    " kopenhagen Europe/Copenhagen, prag Europe/Prague, warschau Europe/Warsaw,"
    " luxemburg Europe/Luxembourg, athen Europe/Athens, lissabon Europe/Lisbon"
)
"""Cities around us that are called otherwise in German."""

BY_NAME |= dict(one.split() for one in GERMAN.split(","))
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


class Readings(NamedTuple):
    """What a wall time can mean that no clock shows (`skipped`), or two do (`twice`): both times,
    in the zone in which they can be written."""

    what: str
    first: str
    second: str
    zone: str


def readings_of(starts: str, zone: str) -> Readings | None:
    """Both readings of a wall time that clocks in `zone` skip, or show twice; None if it is one.

    A record holds the wall time alone (docs/protocol.md §7.7), so of a time that is shown twice
    either can be written only in universal time.
    """
    wall = datetime.fromisoformat(starts)
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return None
    moments = sorted(one.astimezone(UTC) for one in (first, second))
    shown = [one.astimezone(ZoneInfo(zone)) for one in moments]
    if shown[0].replace(tzinfo=None) == wall:
        return Readings("twice", _written(moments[0]), _written(moments[1]), "Etc/UTC")
    return Readings("skipped", _written(shown[0]), _written(shown[1]), zone)


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def assert_shown(starts: str, zone: str) -> None:
    """`Problem` with both readings if clocks in `zone` skip this wall time, or show it twice."""
    found = readings_of(starts, zone)
    if found is None:
        return
    first, second = (one.replace("T", " ") for one in (found.first, found.second))
    if found.what == "twice":
        raise Problem("time-twice", starts=starts, zone=zone, first=first, second=second)
    raise Problem("time-skipped", starts=starts, zone=zone, first=first, second=second)


def now_in(zone: str, seconds: int) -> datetime:
    """The wall clock of a zone at a time in seconds UTC, without its zone."""
    there = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone))
    return there.replace(tzinfo=None)
