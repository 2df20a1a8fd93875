"""VTIMEZONE of every zone, read back without any table of zones and compared with `zoneinfo`."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Timezone

from node.base.zone_table import Day, all_names, known_zone, parse_rule, parse_zone, read_table
from node.features.meetings.vtimezone import vtimezone, yearly
from tests.node.features.meetings.zone_reader import ReadZone

MOMENTS = 1_000
START, END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1971, 2050))
"""Far more than a feed ever spans: summer times by decree, Ramadan, rules that were given up."""

NAMES = list(all_names())
SLICES = 8


def read(name: str, start: int = START, end: int = END) -> ReadZone:
    text = vtimezone(name, start, end).to_ical()
    return ReadZone(Timezone.from_ical(text))


def moments(name: str, start: int, end: int, count: int) -> list[datetime]:
    """Random ones, always the same for a zone, and those around its changes."""
    dice = random.Random(name)
    found = [dice.randrange(start, end) for _ in range(count)]
    for change in read_table(name).changes(start, end)[0]:
        found += [change.at + seconds for seconds in (-1, 0, 1) if start <= change.at < end - 1]
    return [datetime.fromtimestamp(one, UTC) for one in found if one >= start]


def test_all_zones_are_here() -> None:
    assert len(NAMES) > 550
    assert {"Europe/Berlin", "Asia/Gaza", "Africa/Casablanca", "Etc/GMT+12", "UTC"} < set(NAMES)


@pytest.mark.parametrize("part", range(SLICES))
def test_every_zone_at_a_thousand_moments(part: int) -> None:
    wrong = []
    for name in NAMES[part::SLICES]:
        zone, written = ZoneInfo(name), read(name)
        for moment in moments(name, START, END, MOMENTS):
            if written.offset(moment) != moment.astimezone(zone).utcoffset():
                wrong.append((name, moment.isoformat()))
                break
    assert wrong == []


def test_a_feed_of_two_years_is_right_in_every_zone() -> None:
    """The window of real feeds, at another place of the tables each: a change more or less."""
    wrong = []
    for number, name in enumerate(NAMES):
        start = START + (END - START) * number // len(NAMES)
        end = start + 2 * 366 * 86_400
        zone, written = ZoneInfo(name), read(name, start, end)
        for moment in moments(name, start, end, 50):
            if written.offset(moment) != moment.astimezone(zone).utcoffset():
                wrong.append((name, moment.isoformat()))
                break
    assert wrong == []


def test_zones_with_a_rule_have_it_written_as_one() -> None:
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    end = start + 2 * 366 * 86_400
    ruled = {name for name in NAMES if read_table(name).rule is not None}
    assert {"Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Gaza"} < ruled
    assert {name for name in NAMES if read(name, start, end).rules} == ruled
    assert {name for name in NAMES if read(name, start, end).rules not in (0, 2)} == set()


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/New_York", "America/Nuuk", "Asia/Gaza", "Africa/Casablanca",
             "Europe/Dublin", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"],
)  # fmt: skip
def test_the_library_reads_it_the_same(name: str) -> None:
    """icalendar's reader, told not to look the zone up by its name."""
    start, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2029))
    calendar = Calendar()
    calendar.add_component(vtimezone(name, start, end))
    (zone,) = Calendar.from_ical(calendar.to_ical()).walk("VTIMEZONE")
    found, real = zone.to_tz(lookup_tzid=False), ZoneInfo(name)
    for moment in moments(name, start, end, 200):
        local = moment.astimezone(real).replace(tzinfo=None)
        if local.replace(tzinfo=real).utcoffset() == local.replace(tzinfo=real, fold=1).utcoffset():
            assert local.replace(tzinfo=found).utcoffset() == local.replace(tzinfo=real).utcoffset()


def test_berlin_as_it_is_written() -> None:
    start = int(datetime(2026, 12, 5, tzinfo=UTC).timestamp())
    assert vtimezone("Europe/Berlin", start, start).to_ical().decode().splitlines() == [
        "BEGIN:VTIMEZONE", "TZID:Europe/Berlin",
        "BEGIN:STANDARD", "DTSTART:20261025T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:20270328T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]  # fmt: skip


HOUR = 3_600
DAYS = [
    (Day(3, 5, 0, 2 * HOUR), {"byday": "-1SU"}),
    (Day(3, 2, 0, 2 * HOUR), {"byday": "2SU"}),
    (Day(3, 5, 0, -HOUR), {"byday": "SA", "bymonthday": list(range(24, 31))}),
    (Day(3, 4, 4, 50 * HOUR), {"byday": "SA", "bymonthday": list(range(24, 31))}),
    (Day(10, 1, 0, 0), {"byday": "1SU"}),
    (Day(10, 1, 0, -HOUR), {"byday": "SA", "byyearday": list(range(-93, -86))}),
    (Day(10, 5, 4, 24 * HOUR), {"byday": "FR", "byyearday": list(range(-67, -60))}),
    (Day(2, 5, 0, 25 * HOUR), None),
    (Day(2, 5, 0, -HOUR), None),
]


@pytest.mark.parametrize(("day", "said"), DAYS)
def test_a_day_of_each_year(day: Day, said: dict[str, object] | None) -> None:
    """What RRULE can't say stands as single changes; better long than wrong."""
    found = yearly(day)
    month = {} if said and "byyearday" in said else {"bymonth": day.month}
    assert found == (said and {"freq": "yearly"} | month | said)


@pytest.mark.parametrize(
    "name",
    ["localtime", "posixrules", "posix/Europe/Berlin", "right/Europe/Berlin", "Europe",
     "Europe/Neustadt", "/etc/passwd", "../../etc/passwd", "a\0b", ""],
)  # fmt: skip
def test_what_is_no_zone_everywhere_is_unknown(name: str) -> None:
    assert known_zone(name) is None


@pytest.mark.parametrize("text", ["CET", "J60/2", "CET-1CEST,J60,J300", "CET-1CEST", "\0"])
def test_a_rule_of_another_kind(text: str) -> None:
    with pytest.raises(ValueError, match="another kind"):
        parse_rule(text)


@pytest.mark.parametrize("data", [b"", b"TZif", b"TZif2" + bytes(39), b"x" * 100])
def test_a_file_that_is_none(data: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        parse_zone(data)


def test_a_zone_in_a_feed_is_short() -> None:
    """The most that a feed spans: three years and the one after."""
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    end = start + 3 * 366 * 86_400
    assert max(len(vtimezone(name, start, end).to_ical()) for name in NAMES) < 2_000
