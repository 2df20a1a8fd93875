"""A calendar for one person: what it shows to whom, and when it ends."""

from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from node.base.errors import Problem
from node.features.answers.feeds import end, make, shown_by
from node.features.answers.tidying import tidy
from node.features.joining import state
from node.features.meetings.actions import edit_meeting
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.features.answers.conftest import Browser, Meet, known
from tests.node.web.conftest import Site, person


async def titles(site: Site, token: str) -> list[str] | int:
    """What a calendar program gets; else the status."""
    answer = await site.get(f"/calendar/{token}.ics")
    if answer.status != 200:
        return answer.status
    found: Any = icalendar.Calendar.from_ical(await answer.read())
    return sorted(str(one["summary"]) for one in found.walk("VEVENT"))


STANDINGS: list[tuple[Standing, list[str] | int]] = [
    (Standing.MEMBER, ["Kassensturz", "Sommerrat"]),
    (Standing.NEWCOMER, ["Sommerrat"]),
    (Standing.FORMER, 404),
]


@pytest.mark.parametrize(("standing", "shown"), STANDINGS)
async def test_it_shows_what_that_person_may_see_at_this_moment(
    core: Core, meet: Meet, browser: Browser, standing: Standing, shown: list[str] | int
) -> None:
    meet()
    meet("private", title="Kassensturz")
    who, site = person(core, "Kim"), await browser()
    token = make(core, who.id, "de")
    for now in (Standing.NEWCOMER, standing):
        with core.transaction():
            persons(core).change(who.id, standing=now)
        found = await titles(site, token)
    assert found == shown


@pytest.mark.parametrize("token", ["", "x", "a" * 52, "a" * 5_000, "%00", "..%2f..%2fetc"])
async def test_foreign_address_shows_nothing(
    core: Core, meet: Meet, browser: Browser, member: Person, token: str
) -> None:
    make(core, member.id, "de")
    assert await titles(await browser(), token) == 404


async def test_renewing_and_ending(core: Core, browser: Browser, member: Person) -> None:
    site = await browser()
    first = make(core, member.id, "de")
    second = make(core, member.id, "de")
    assert (await titles(site, first), await titles(site, second)) == (404, [])
    assert end(core, member.id)
    assert not end(core, member.id)
    assert await titles(site, second) == 404


async def test_who_left_and_comes_back_has_no_old_key(core: Core, member: Person) -> None:
    token = make(core, member.id, "de")
    with core.transaction():
        persons(core).change(member.id, standing=Standing.FORMER)
    tidy(core)
    with core.transaction():
        persons(core).change(member.id, standing=Standing.MEMBER)
    with pytest.raises(Problem, match="calendar-unknown"):
        shown_by(core, token)


async def test_unchanged_is_304_and_a_change_is_there_at_once(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    id_, site = meet("private"), await browser()
    path = f"/calendar/{make(core, member.id, 'de')}.ics"
    first = await site.get(path)
    assert (first.content_type, first.headers["Cache-Control"]) == (
        "text/calendar",
        "private, no-cache",
    )
    known_ = {"If-None-Match": first.headers["ETag"]}
    assert (await site.get(path, headers=known_)).status == 304
    edit_meeting(core, core.home_id, known(core, id_), {"title": "Winterrat"})
    changed = await site.get(path, headers=known_)
    assert (changed.status, "Winterrat" in await changed.text()) == (200, True)


async def test_lines_of_others_stay_in_their_field(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    meet(text="a\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Falsch", title="Rat; BEGIN:VALARM")
    site = await browser()
    answer = await site.get(f"/calendar/{make(core, member.id, 'de')}.ics")
    body = await answer.read()
    assert body.count(b"\nBEGIN:VEVENT") == 1
    found: Any = icalendar.Calendar.from_ical(body)
    (event,) = found.walk("VEVENT")
    assert str(event["summary"]) == "Rat; BEGIN:VALARM"
    assert event.decoded("dtstamp") <= datetime.now(UTC).replace(year=2200)


async def test_own_page_makes_shows_once_and_ends(
    core: Core, browser: Browser, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await browser()
    site.sign_in(member)
    await site.text("/me/calendar")
    assert (await site.post("/me/calendar")).status == 303
    html = await site.text("/me/calendar")
    (address,) = {one for one in html.split('"') if one.startswith("webcal://")}
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert await titles(await browser(), token) == []
    monkeypatch.setattr(state, "SHOWN_SECONDS", 0)  # the hour is over
    await site.post("/me/calendar")
    assert await titles(site, token) == 404
    html = await site.text("/me/calendar")
    assert ("webcal:" in html, "lässt sich nicht noch einmal zeigen" in html) == (False, True)
    assert (await site.post("/me/calendar/end")).status == 303
    assert "Kalender einrichten" in await site.text("/me/calendar")
