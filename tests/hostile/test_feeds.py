"""Attacks on the calendar of public meetings: what one record does to everybody who subscribes."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from icalendar import Calendar

from node.base.zone_table import all_names
from node.features.meetings import calendar
from node.features.meetings.calendar import MOST_ZONES
from node.features.meetings.types import MeetingView
from node.features.networks.show_publicly import show_publicly
from node.texts import Texts
from protocol.record import verify
from tests.hostile.stage import PEER, Stage, attack, keys_of, outcome, outcomes
from tests.hostile.test_doors import pages
from tests.node.hostile import Hostile

BASE = verify(PEER.meeting("base")).content or {}


def meeting(number: int, starts: str, zone: str) -> bytes:
    content = BASE | {"starts": starts, "zone": zone}
    return PEER.say("meeting", content, name=f"m{number}")


async def shown(one: Hostile, stage: Stage) -> None:
    """A person releases what the attacker writes: only then it is in the feed at all."""
    accepting = PEER.seals(
        [keys_of(stage.alpha)], "peering", "", {"peer": stage.alpha.id, "shown": False}
    )
    assert await outcome(one, accepting) is None
    show_publicly(stage.alpha.core, PEER.id, True)


async def test_years_that_nobody_means(stage: Stage) -> None:
    """Meetings in the years 1 and 9999: the feed answered 500, or took half a minute."""
    years = ("0001", "1500", "2019", "2035", "9000", "9999")
    zones = ("Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "Nowhere/Nowhere", "localtime")
    async with attack(stage.alpha) as one:
        raws = [meeting(0, f"{year}-01-01T00:00", zone) for year in years for zone in zones]
        assert await outcomes(one, *raws) == {"malformed"}
        assert await outcome(one, meeting(1, BASE["starts"], "localtime")) is None
        await shown(one, stage)
    async with pages(stage) as (url, browser):
        answer = await browser.get(f"{url}/meetings.ics")
        assert answer.status == 200
        events = Calendar.from_ical(await answer.read()).walk("VEVENT")
        assert [event["dtstart"].dt.isoformat() for event in events] == [f"{BASE['starts']}:00"]


async def test_a_zone_for_each_meeting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """300 zones over 7,500 years: one GET blocked the node for 32 s. Others are answered meanwhile,
    however long it takes, and it is made once however many ask."""
    names = [name for name in all_names() if "/" in name][:300]
    async with attack(stage.alpha) as one:
        for at in range(0, 300, 100):
            raws = [meeting(at + n, BASE["starts"], z) for n, z in enumerate(names[at : at + 100])]
            assert await outcomes(one, *raws) == {None}
        await shown(one, stage)
    going, go_on, made, real = asyncio.Event(), threading.Event(), [0], calendar.public_feed
    loop = asyncio.get_running_loop()

    def slow(meetings: Sequence[MeetingView], name: str, texts: Texts, *more: Any) -> bytes:
        made[0] += 1
        loop.call_soon_threadsafe(going.set)
        assert go_on.wait(30)
        return real(meetings, name, texts, *more)

    monkeypatch.setattr(calendar, "public_feed", slow)
    stage.show_peer()
    async with pages(stage) as (url, browser):
        asked = [asyncio.create_task(browser.get(f"{url}/meetings.ics")) for _ in range(10)]
        await going.wait()
        await stage.serves()
        for path in ("/health", "/", "/meetings"):
            assert (await browser.get(url + path)).status == 200
        assert not any(one.done() for one in asked)
        go_on.set()
        bodies = [await (await one).read() for one in asked]
    # Once, and once more for the meeting that came meanwhile; where that took long, not at once.
    assert made[0] in (1, 2)
    assert len(set(bodies)) == made[0]
    for body in set(bodies):
        assert len(body) < 300_000
        assert len(Calendar.from_ical(body).walk("VTIMEZONE")) == MOST_ZONES
