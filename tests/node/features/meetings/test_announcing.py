"""Announcing and changing a meeting on pages: what is typed, checked, said twice, changed by two.

The tests' clock shows Friday, 15 January 2027, 9:00 in Berlin.
"""

import re
from typing import Any

import pytest

from node.features.meetings.actions import cancel, edit_meeting, known_meetings
from node.lookup.zone import ZONE
from node.people.persons import Person
from node.store.core import Core
from tests.node.features.joining.conftest import Browser
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document
from tests.node.world import Clock, wind
from tests.sync.people import NOW

RAT = {"title": "Sommerrat", "starts": "5.6. 19 Uhr", "place": "Haus am Hafen", "to": "public"}


@pytest.fixture
async def kaethe(core: Core, browser: Browser, key: Person) -> Site:
    with core.transaction():
        core.settings.set(ZONE, "Europe/Berlin")
    site = await browser()
    site.sign_in(key)
    return site


def hidden(text: str) -> dict[str, str]:
    """What the form of a page sends without anybody typing: also what stands in its fields."""
    found: dict[str, str] = {}
    for tag, named in Document(text).tags:
        if tag == "input" and named.get("name") and named["name"] != "token":
            kind = named.get("type")
            if kind in ("radio", "checkbox") and "checked" not in named:
                continue
            found[str(named["name"])] = str(named.get("value") or "")
    return found


async def announced(site: Site, **said: str) -> str:
    """Announce one in two steps; gives where it is."""
    first = hidden(await site.text("/meetings/new"))
    checked = await site.post("/meetings/new", first | RAT | said)
    page = await checked.text()
    assert checked.status == 200, page
    done = await site.post("/meetings/new", hidden(page) | {"step": "save"})
    assert done.status == 303, await done.text()
    return done.headers["Location"]


def stored(core: Core) -> list[dict[str, Any]]:
    return [one.content for one in known_meetings(core)]


async def test_what_is_typed_is_shown_in_words_before_it_is_saved(core: Core, kaethe: Site) -> None:
    first = hidden(await kaethe.text("/meetings/new"))
    answer = await kaethe.post("/meetings/new", first | RAT)
    page = await answer.text()
    assert (
        "Geschrieben hast du „5.6. 19 Uhr“. Verstanden haben wir: Sa, 5. Juni 2027, 19:00 Uhr"
        in page
    )
    assert "Wer sieht das: <bdi>alle</bdi></span>" in page
    assert stored(core) == []
    done = await kaethe.post("/meetings/new", hidden(page) | {"step": "save"})
    (said,) = stored(core)
    assert (said["starts"], said["zone"], said["minutes"], said["open_to"]) == (
        "2027-06-05T19:00", "Europe/Berlin", 120, "everybody",
    )  # fmt: skip
    there = await kaethe.text(done.headers["Location"])
    assert "Als Nächstes könnt ihr Gruppen einladen" in there
    assert "19:00 Uhr</bdi>" in there  # the zone is the group's: nobody needs to be told


async def test_everything_behind_more(core: Core, kaethe: Site) -> None:
    more = {"ends": "23 Uhr", "link": "meet.jit.si/Rat", "topic": "Plan", "text": "Bringt Kuchen",
            "open_to": "invited", "capacity": "40", "to": "private"}  # fmt: skip
    where = await announced(kaethe, **more)
    (said,) = stored(core)
    assert {name: said[name] for name in ("minutes", "link", "topic", "text", "open_to")} == {
        "minutes": 240, "link": "https://meet.jit.si/Rat", "topic": "Plan",
        "text": "Bringt Kuchen", "open_to": "invited",
    }  # fmt: skip
    assert said["capacity"] == 40
    page = await kaethe.text(where)
    assert ">Jitsi<" in page.replace("<bdi>", "").replace("</bdi>", "")


async def test_form_sent_twice_announces_one(core: Core, kaethe: Site) -> None:
    first = hidden(await kaethe.text("/meetings/new")) | RAT | {"step": "save"}
    one = await kaethe.post("/meetings/new", first)
    two = await kaethe.post("/meetings/new", first)
    assert one.headers["Location"] == two.headers["Location"]
    assert len(stored(core)) == 1
    assert "schon angekündigt" in await kaethe.text(two.headers["Location"])


WRONG = [
    ({"starts": ""}, "Das fehlt noch"),
    ({"starts": "1.1.2027 19 Uhr"}, "schon vorbei"),
    ({"starts": "5.6.2028 19 Uhr"}, "Wirklich 2028?"),
    ({"starts": "5.6."}, "Um wie viel Uhr am Sa, 5. Juni 2027?"),
    ({"starts": "05/06 19:00"}, "zwei Tage"),
    ({"starts": "Dienstag 19 Uhr"}, "Welchen Tag meinst du?"),
    ({"starts": "Dienstag"}, "Um wie viel Uhr?"),
    ({"starts": "2027-02-30 19:00"}, "Diesen Tag gibt es nicht"),
    ({"starts": "2027-02-30"}, "Diesen Tag gibt es nicht"),
    ({"starts": "19.30"}, "An welchem Tag?"),
    ({"starts": "bald"}, "Das verstehen wir nicht"),
    ({"starts": "28.3.2027 2:30"}, "Uhren werden gerade vorgestellt"),
    ({"starts": "31.10.2027 2:30"}, "zweimal"),
    ({"place": ""}, "Wo trefft ihr euch?"),
    ({"ends": "18 Uhr"}, "Meinst du den Tag danach?"),
    ({"ends": "4.6.2027 18 Uhr"}, "vor dem Anfang"),
    ({"ends": "2"}, "Bis wann geht es?"),
    ({"ends": "5.9. 19 Uhr"}, "mehr als 31 Tage"),
    ({"capacity": "0"}, "Mit 0 Plätzen"),
    ({"capacity": "100001"}, "zu viel"),
    ({"link": "javascript:alert(1)"}, "„javascript:“"),
    ({"link": "https://ohne blank"}, "keine Adresse"),
    ({"link": "nirgends"}, "keine Adresse"),
    ({"zone": "Atlantis"}, "Atlantis"),
    ({"to": "x"}, "Wähle eines davon"),
    ({"title": ""}, "Das fehlt noch"),
    ({"title": "x" * 161}, "zu lang"),
]


@pytest.mark.parametrize(("said", "words"), WRONG)
async def test_what_can_not_be_is_said_and_nothing_typed_is_lost(
    said: dict[str, str], words: str, core: Core, kaethe: Site
) -> None:
    typed = RAT | {"text": "Bringt Kuchen"} | said
    first = hidden(await kaethe.text("/meetings/new"))
    answer = await kaethe.post("/meetings/new", first | typed | {"step": "save"})
    page = await answer.text()
    assert answer.status == 422
    assert words in Document(page).text
    assert stored(core) == []
    there = hidden(page)
    for name in ("title", "starts", "place", "ends", "link", "capacity", "zone"):
        if name in typed:
            assert there[name] == typed[name]
    assert "Bringt Kuchen" in page


async def test_question_is_answered_by_a_choice(core: Core, kaethe: Site) -> None:
    first = hidden(await kaethe.text("/meetings/new")) | RAT | {"starts": "Dienstag 18:30"}
    page = await (await kaethe.post("/meetings/new", first)).text()
    days = re.findall(r'name="starts-meant" value="([^"]*)"', page)
    assert days == ["2027-01-19T18:30", "2027-01-26T18:30"]
    assert "Di, 19. Januar 2027, 18:30 Uhr" in page
    answered = hidden(page) | {"starts-meant": days[1], "to": "public"}
    page = await (await kaethe.post("/meetings/new", answered)).text()
    assert "Di, 26. Januar 2027, 18:30 Uhr" in page
    await kaethe.post("/meetings/new", hidden(page) | {"step": "save"})
    assert [one["starts"] for one in stored(core)] == ["2027-01-26T18:30"]


async def test_choice_of_an_earlier_question_counts_no_more(core: Core, kaethe: Site) -> None:
    first = hidden(await kaethe.text("/meetings/new")) | RAT | {"starts": "Dienstag 18:30"}
    page = await (await kaethe.post("/meetings/new", first)).text()
    sent = hidden(page) | {"starts-meant": "2027-01-26T18:30", "starts": "Mi, 20.1. 18 Uhr"}
    page = await (await kaethe.post("/meetings/new", sent | {"to": "public"})).text()
    assert "Mi, 20. Januar 2027, 18:00 Uhr" in page


async def test_page_left_open_for_days_means_the_day_that_was_meant(
    core: Core, kaethe: Site
) -> None:
    first = hidden(await kaethe.text("/meetings/new")) | RAT | {"starts": "in 2 Wochen 18:30"}
    page = await (await kaethe.post("/meetings/new", first)).text()
    wind(core, Clock(NOW + 6 * 86_400))
    await kaethe.post("/meetings/new", hidden(page) | {"step": "save"})
    assert [one["starts"] for one in stored(core)] == ["2027-01-29T18:30"]


async def test_zone_is_asked_once_where_nobody_said_it(
    core: Core, kaethe: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.base.zones.machine_zone", lambda *_more: None)
    with core.transaction():
        core.settings.set(ZONE, None)
    first = hidden(await kaethe.text("/meetings/new")) | RAT
    page = await (await kaethe.post("/meetings/new", first)).text()
    assert "In welcher Zeitzone lebt eure Gruppe?" in page
    await announced(kaethe, zone="Wien")
    assert [one["zone"] for one in stored(core)] == ["Europe/Vienna"]
    assert core.settings.get(ZONE) == "Europe/Vienna"


async def test_elsewhere_the_zone_is_shown(core: Core, kaethe: Site) -> None:
    where = await announced(kaethe, zone="New York")
    assert "(America/New_York)" in await kaethe.text(where)


async def test_change_is_shown_old_and_new(core: Core, kaethe: Site) -> None:
    where = await announced(kaethe)
    form = hidden(await kaethe.text(f"{where}/edit"))
    assert form["starts"] == "Sa, 5. Juni 2027, 19:00 Uhr"
    assert form["ends"] == "2 Stunden"
    page = await (await kaethe.post(f"{where}/edit", form | {"starts": "6.6. 18 Uhr"})).text()
    assert "<del><bdi>Sa, 5. Juni 2027, 19:00 Uhr</bdi></del>" in page
    assert "<ins><bdi>So, 6. Juni 2027, 18:00 Uhr</bdi></ins>" in page
    assert "Haus am Hafen</bdi></dd>" not in page  # as it was
    await kaethe.post(f"{where}/edit", hidden(page) | {"step": "save"})
    assert [one["starts"] for one in stored(core)] == ["2027-06-06T18:00"]


async def test_nothing_changed_asks_nobody(core: Core, kaethe: Site) -> None:
    where = await announced(kaethe)
    form = hidden(await kaethe.text(f"{where}/edit"))
    answer = await kaethe.post(f"{where}/edit", form)
    assert answer.status == 422
    assert "niemand wird neu gefragt" in await answer.text()


async def test_two_key_persons_change_at_once(core: Core, kaethe: Site, browser: Browser) -> None:
    where = await announced(kaethe)
    klaus = await browser()
    klaus.sign_in(person(core, "Klaus", key_person=True))
    first = hidden(await kaethe.text(f"{where}/edit"))
    second = hidden(await klaus.text(f"{where}/edit"))
    await kaethe.post(f"{where}/edit", first | {"place": "Garten", "step": "save"})
    answer = await klaus.post(f"{where}/edit", second | {"title": "Großer Rat", "step": "save"})
    page = await answer.text()
    assert answer.status == 422
    assert "Dort steht jetzt „Garten“" in page
    await klaus.post(f"{where}/edit", hidden(page) | {"step": "save"})
    assert [(one["title"], one["place"]) for one in stored(core)] == [("Großer Rat", "Garten")]


async def test_meeting_called_off_meanwhile_is_not_changed(core: Core, kaethe: Site) -> None:
    where = await announced(kaethe)
    form = hidden(await kaethe.text(f"{where}/edit"))
    (meeting,) = known_meetings(core)
    cancel(core, core.home_id, meeting, "Regen")
    answer = await kaethe.post(f"{where}/edit", form | {"title": "Großer Rat", "step": "save"})
    assert answer.status == 422
    page = await answer.text()
    assert "Das Treffen ist abgesagt" in page
    assert hidden(page)["title"] == "Großer Rat"
    again = hidden(await kaethe.text(f"/meetings/new?like={where.removeprefix('/meetings/')}"))
    assert (again["title"], again["place"], again["starts"]) == ("Sommerrat", "Haus am Hafen", "")


async def test_called_off_with_a_reason_after_a_preview(core: Core, kaethe: Site) -> None:
    where = await announced(kaethe)
    page = await kaethe.text(f"{where}/cancel")
    assert "Ihr habt niemanden eingeladen" in page
    assert "Das lässt sich nicht zurücknehmen" in page
    assert (await kaethe.post(f"{where}/cancel", {"reason": " "})).status == 422
    assert (await kaethe.post(f"{where}/cancel", {"reason": "Regen"})).status == 303
    page = await kaethe.text(where)
    assert "Abgesagt: Regen" in page
    assert "Neu ankündigen" in page
    twice = await kaethe.post(f"{where}/cancel", {"reason": "Sturm"})
    assert twice.status == 303
    assert [one["cancelled"] for one in stored(core)] == ["Regen"]


async def test_members_see_it_and_change_nothing(
    core: Core, kaethe: Site, browser: Browser
) -> None:
    where = await announced(kaethe)
    anna = await browser()
    anna.sign_in(person(core, "Anna"))
    page = await anna.text(where)
    for way in ("edit", "invite", "cancel"):
        assert f"{where}/{way}" not in page
        assert (await anna.get(f"{where}/{way}")).status == 403
        assert (await anna.post(f"{where}/{way}", {})).status == 403
    assert (await anna.get("/meetings/new")).status == 403


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("mumble://example.org/rat", "mumble://example.org/rat", "Mumble"),
        ("HTTPS://meet.jit.si/Rat", "https://meet.jit.si/Rat", "Jitsi"),
        ("pad.example.org/rat", "https://pad.example.org/rat", "Pad"),
        ("http://example.org:8080/", "http://example.org:8080/", "example.org"),
    ],
)
async def test_link_is_kept_and_called_what_it_is(
    typed: str, kept: str, shown: str, core: Core, kaethe: Site
) -> None:
    page = await kaethe.text(await announced(kaethe, link=typed, place=""))
    assert f'<a href="{kept}" rel="noopener nofollow ugc"><bdi>{shown}</bdi></a>' in page


@pytest.mark.parametrize(
    ("ends", "minutes"),
    [("28.3.2027 4 Uhr", 300), ("6 Stunden", 360)],
)
async def test_end_by_the_clock_in_the_night_in_which_clocks_are_changed(
    ends: str, minutes: int, core: Core, kaethe: Site
) -> None:
    first = hidden(await kaethe.text("/meetings/new")) | RAT
    first |= {"starts": "27.3.2027 22 Uhr", "ends": ends}
    page = await (await kaethe.post("/meetings/new", first)).text()
    assert f"So, 28. März 2027, {'04' if minutes == 300 else '05'}:00 Uhr" in page
    await kaethe.post("/meetings/new", hidden(page) | {"step": "save"})
    assert [one["minutes"] for one in stored(core)] == [minutes]


async def test_change_is_taken_back_unless_somebody_changed_more(core: Core, kaethe: Site) -> None:
    where = await announced(kaethe)
    form = hidden(await kaethe.text(f"{where}/edit"))
    sent = form | {"place": "Garten", "starts": "6.6. 18 Uhr", "step": "save"}
    await kaethe.post(f"{where}/edit", sent)
    assert "Änderung zurücknehmen" in await kaethe.text(where)
    assert (await kaethe.post(f"{where}/undo")).status == 303
    assert "Die Änderung ist zurückgenommen" in await kaethe.text(where)
    (said,) = stored(core)
    assert (said["place"], said["starts"]) == ("Haus am Hafen", "2027-06-05T19:00")

    await kaethe.post(f"{where}/edit", sent)
    (meeting,) = known_meetings(core)
    edit_meeting(core, meeting.host, meeting, {"title": "Großer Rat"})
    for _ in range(2):
        await kaethe.post(f"{where}/undo")
        assert "es wurde nichts zurückgenommen" in await kaethe.text(where)
    assert [one["place"] for one in stored(core)] == ["Garten"]
