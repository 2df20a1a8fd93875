"""People without an account answer on a page, and see, change and take that back by their link."""

import asyncio
import re
from typing import Any

import pytest
from aiohttp import ClientResponse

from node.features.answers import tables
from node.features.answers.organising import close, make_link
from node.features.meetings.actions import cancel, edit_meeting
from node.store.core import Core
from node.web.visit import form_token
from tests.node.features.answers.conftest import Browser, Meet, known, later, wall
from tests.node.web.conftest import Site
from tests.node.web.html import Document

PAGE = re.compile(r'name="page" value="([\w-]+)"')


async def answer(site: Site, path: str, **said: Any) -> ClientResponse:
    """The page, what somebody fills in, the button."""
    found = PAGE.search(await site.text(path))
    page = found[1] if found else ""
    whole = {"answer": "yes", "name": "Ute Geheim", "shown": "number", "page": page, **said}
    return await site.post(path, whole)


def rows(core: Core, id: str) -> list[tuple[str, str, int]]:
    return [(one.name, one.answer, one.people) for one in tables.of_meeting(core, id)]


async def test_answering_changing_and_taking_back(core: Core, meet: Meet, browser: Browser) -> None:
    id_, site = meet(), await browser()
    assert f"/meetings/{id_}/answer" in Document(await site.text(f"/meetings/{id_}")).hrefs
    done = await answer(site, f"/meetings/{id_}/answer")
    assert done.status == 303
    link = done.headers["Location"]
    assert re.fullmatch(r"/answer/[a-z2-7]{52}", link)
    page = Document(await site.text(link))
    assert "Danke, deine Antwort ist da" in page.text
    assert link in page.text
    assert rows(core, id_) == [("Ute Geheim", "yes", 1)]
    other = await browser()  # the link needs no cookie
    assert "Ute Geheim" in await other.text(link)
    changed = {"answer": "maybe", "name": "Ute", "people": "3", "shown": "first", "note": "Später"}
    edition = re.search(r'name="edition" value="([^"]*)"', await other.text(link))
    assert edition
    done = await other.post(link, {**changed, "edition": edition[1]})
    assert (done.status, rows(core, id_)) == (303, [("Ute", "maybe", 3)])
    done = await site.post(f"{link}/withdraw")
    assert (done.status, rows(core, id_)) == (303, [])
    assert "Du hast deine Antwort zurückgenommen" in await site.text(link)


# Looking changes nothing.


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize("below", ["", "/withdraw"])
async def test_looking_changes_nothing(
    core: Core, meet: Meet, browser: Browser, method: str, below: str
) -> None:
    id_, site = meet(), await browser()
    link = (await answer(site, f"/meetings/{id_}/answer")).headers["Location"]
    before = tables.of_meeting(core, id_)
    for path in (link + below, f"/meetings/{id_}/answer"):
        found = await site.browser.request(method, site.root.with_path(path))
        assert found.status in (200, 405)
    assert tables.of_meeting(core, id_) == before


# Forms of others.

FOREIGN = [
    {"token": ""},
    {"token": "0" * 32},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Sec_Fetch_Site": "cross-site"},
]


@pytest.mark.parametrize("how", FOREIGN)
async def test_form_of_somebody_else_does_nothing(
    core: Core, meet: Meet, browser: Browser, how: dict[str, str]
) -> None:
    id_, site = meet(), await browser()
    link = (await answer(site, f"/meetings/{id_}/answer")).headers["Location"]
    before = tables.of_meeting(core, id_)
    whole = {"answer": "no", "name": "Ute", "shown": "number", "page": "x"}
    for path in (f"/meetings/{id_}/answer", link, f"{link}/withdraw"):
        assert (await site.post(path, whole, **how)).status == 403
    assert tables.of_meeting(core, id_) == before


async def test_form_of_another_browser_does_nothing(
    core: Core, meet: Meet, browser: Browser
) -> None:
    id_, site, other = meet(), await browser(), await browser()
    await site.text(f"/meetings/{id_}/answer")
    token = form_token(site.cookie(f"verbund-form-{site.server.port}"))
    whole = {"answer": "yes", "name": "Ute", "shown": "number", "page": "x"}
    kept = await other.post(f"/meetings/{id_}/answer", whole, token=token)
    assert (kept.status, rows(core, id_)) == (403, [])
    assert "Ute" in await kept.text()  # nothing of what was typed is lost


async def test_form_sent_twice_is_one_answer(core: Core, meet: Meet, browser: Browser) -> None:
    id_, site = meet(), await browser()
    path = f"/meetings/{id_}/answer"
    found = PAGE.search(await site.text(path))
    assert found
    whole = {"answer": "yes", "name": "Ute", "shown": "number", "page": found[1]}
    links = {(await site.post(path, whole)).headers["Location"] for _time in range(3)}
    assert (len(links), len(rows(core, id_))) == (1, 1)
    kim = await site.post(path, {**whole, "name": "Kim"})  # who takes the telephone over
    assert kim.headers["Location"] not in links
    assert len(rows(core, id_)) == 2


async def test_last_seat_is_given_once_to_many_at_once(
    core: Core, meet: Meet, browser: Browser
) -> None:
    id_, sites = meet(capacity=1), [await browser() for _ in range(6)]
    path = f"/meetings/{id_}/answer"
    found = await asyncio.gather(
        *(answer(site, path, name=f"Mensch {n}") for n, site in enumerate(sites))
    )
    assert sorted(one.status for one in found) == [303, *[422] * 5]
    assert len(rows(core, id_)) == 1


async def test_two_devices_with_one_link_write_nothing_over(
    core: Core, meet: Meet, browser: Browser
) -> None:
    id_, site, other = meet(), await browser(), await browser()
    link = (await answer(site, f"/meetings/{id_}/answer")).headers["Location"]
    shown = re.search(r'name="edition" value="([^"]*)"', await other.text(link))
    assert shown
    same = {"name": "Ute Geheim", "shown": "number", "people": "1", "edition": shown[1]}
    await site.text(link)
    assert (await site.post(link, {**same, "answer": "no"})).status == 303
    late = await other.post(link, {**same, "answer": "maybe"})
    assert (late.status, rows(core, id_)) == (422, [("Ute Geheim", "no", 1)])


async def test_fifteen_people_in_one_room(core: Core, meet: Meet, browser: Browser) -> None:
    id_, site = meet(), await browser()
    for n in range(15):
        done = await answer(site, f"/meetings/{id_}/answer", name=f"Mensch {n}")
        assert done.status == 303
    assert len(rows(core, id_)) == 15


# What is wrong is said beside its field, and nothing is kept.

WRONG: list[tuple[dict[str, str], str]] = [
    ({"name": ""}, "name"),
    ({"name": " \u202e\x00 "}, "name"),
    ({"name": "x" * 101}, "name"),
    ({"answer": ""}, "answer"),
    ({"answer": "accept"}, "answer"),
    ({"people": "10000"}, "people"),
    ({"people": "0"}, "people"),
    ({"people": "-1"}, "people"),
    ({"people": "1e3"}, "people"),
    ({"people": "٣"}, "people"),
    ({"note": "x" * 501}, "note"),
    ({"contact": "x" * 201}, "contact"),
    ({"shown": "everything"}, "shown"),
]


@pytest.mark.parametrize(("said", "field"), WRONG)
async def test_what_is_wrong_is_said_beside_its_field(
    core: Core, meet: Meet, browser: Browser, said: dict[str, str], field: str
) -> None:
    id_, site = meet(), await browser()
    found = await answer(site, f"/meetings/{id_}/answer", **said)
    html = await found.text()
    assert (found.status, rows(core, id_)) == (422, [])
    assert f'id="answer-{field}-error"' in html
    assert "<details open>" in html or field in ("name", "answer")


async def test_ten_megabytes_are_not_read(core: Core, meet: Meet, browser: Browser) -> None:
    id_, site = meet(), await browser()
    await site.text(f"/meetings/{id_}/answer")
    assert (await site.post_large(f"/meetings/{id_}/answer", 10_000_000)).status == 413
    assert rows(core, id_) == []


async def test_what_turns_writing_round_is_not_in_a_name(
    core: Core, meet: Meet, browser: Browser
) -> None:
    id_, site = meet(), await browser()
    await answer(site, f"/meetings/{id_}/answer", name="\u202eUte\x00\u2066", note="a\r\nb\x00")
    (one,) = tables.of_meeting(core, id_)
    assert (one.name, one.note) == ("Ute", "a\nb")


async def test_markup_stays_text(core: Core, meet: Meet, browser: Browser) -> None:
    id_, site = meet(), await browser()
    nasty = '"><script>alert(1)</script>{{ 7*7 }}'
    done = await answer(site, f"/meetings/{id_}/answer", name=nasty, note=nasty, contact=nasty)
    await site.enter()
    for path in (done.headers["Location"], f"/meetings/{id_}/answers", f"/meetings/{id_}/sheet"):
        html = await site.text(path)
        assert "<script>" not in html
        assert "{{ 7*7 }}" in Document(html).text or path.endswith("/sheet")


# States

STATES = [
    ("full", 422, "Alle Plätze sind vergeben"),
    ("closed", 422, "Ohne Konto kann hier gerade niemand"),
    ("over", 422, "Das Treffen ist vorbei"),
    ("cancelled", 422, "Das Treffen ist abgesagt"),
]


@pytest.mark.parametrize(("state", "status", "words"), STATES)
async def test_page_left_open_says_what_happened_meanwhile(
    core: Core, meet: Meet, browser: Browser, state: str, status: int, words: str
) -> None:
    """The form was shown, then it changed; for people who come with another browser, too."""
    id_, site = meet(capacity=2), await browser()
    path = f"/meetings/{id_}/answer"
    found = PAGE.search(await site.text(path))
    if state == "full":
        await answer(await browser(), path, people="2", name="Kim")
    if state == "closed":
        close(core, id_, closed=True)
    if state == "over":
        later(core, 24 * 7)
    if state == "cancelled":
        cancel(core, core.home_id, known(core, id_), "Regen")
    said = {"answer": "yes", "name": "Ute", "shown": "number", "page": found[1] if found else ""}
    done = await site.post(path, said)
    page = Document(await done.text())
    assert (done.status, "Ute" in [one[0] for one in rows(core, id_)]) == (status, False)
    assert words in page.text
    assert (await site.get(path)).status == 200


async def test_meeting_that_moved_says_so_by_the_link(
    core: Core, meet: Meet, browser: Browser
) -> None:
    id_, site = meet(), await browser()
    link = (await answer(site, f"/meetings/{id_}/answer")).headers["Location"]
    edit_meeting(core, core.home_id, known(core, id_), {"starts": wall(core, 72)})
    assert "haben sich geändert, seit du geantwortet hast" in await site.text(link)
    assert rows(core, id_) == [("Ute Geheim", "yes", 1)]


# Who may answer where

WHERE = [
    # who sees it   for whom       on its page   by the link
    ("public", "everybody", 200, 200),
    ("public", "members", 404, 200),
    ("public", "invited", 404, 200),
    ("private", "invited", 404, 200),
]


@pytest.mark.parametrize(("where", "open_to", "page", "by_link"), WHERE)
async def test_where_people_without_account_answer(
    core: Core, meet: Meet, browser: Browser, where: str, open_to: str, page: int, by_link: int
) -> None:
    id_, site = meet(where, open_to=open_to), await browser()
    link = f"/come/{make_link(core, id_)}"
    assert (await site.get(f"/meetings/{id_}/answer")).status == page
    assert (await site.get(link)).status == by_link
    assert (await answer(site, link)).status == 303
    assert len(rows(core, id_)) == 1
    for foreign in ("/come/x", "/come/" + "a" * 52, "/answer/" + "a" * 52, "/answer/%00"):
        assert (await site.get(foreign)).status == 404


# What a chat shows


async def preview(site: Site, path: str) -> tuple[str, dict[str, str]]:
    """What a chat's crawler takes from a page: its title and what it says for that."""
    agent = {"User-Agent": "WhatsApp/2.23", "Accept-Language": "de"}
    html = await (await site.get(path, headers=agent)).text()
    head = html[: html.index("</head>")]
    said = dict(re.findall(r'<meta property="([^"]*)" content="([^"]*)">', head))
    assert '<meta name="description"' not in head
    return re.findall("<title>(.*?)</title>", head)[0], said


async def test_chat_shows_title_date_and_place_and_nothing_else(
    core: Core, meet: Meet, browser: Browser
) -> None:
    id_ = meet(text="Wir reden über Geld", topic="Kasse", starts="2027-06-05T19:00")
    site = await browser()
    await answer(site, f"/meetings/{id_}/answer")
    said = {"og:title": "Sommerrat", "og:description": "Sa, 5. Juni 2027, 19:00 Uhr, Hafen 1"}
    assert (await preview(site, f"/meetings/{id_}"))[1] == said
    assert (await preview(site, f"/meetings/{id_}/answer"))[1] == said
    agent = {"Accept-Language": "en"}
    html = await (await site.get(f"/meetings/{id_}", headers=agent)).text()
    assert "June 2027" in html[: html.index("</head>")]


@pytest.mark.parametrize("where", ["private", "public"])
async def test_chat_shows_the_group_only_where_not_everybody_sees_it(
    core: Core, meet: Meet, browser: Browser, where: str
) -> None:
    id_, site = meet(where, title="Geheimrat", open_to="invited"), await browser()
    link = f"/come/{make_link(core, id_)}"
    private = (await answer(site, link)).headers["Location"]
    for path in (link, private):
        assert (await site.get(path)).headers["Cache-Control"] == "no-store"
        assert await preview(await browser(), path) == ("Chor", {"og:title": "Chor"})
    if where == "private":
        found = await site.get(f"/meetings/{id_}")
        assert (found.status, "Geheimrat" in await found.text()) == (404, False)


# Where secrets don't go


async def test_private_page_is_kept_nowhere_and_leads_nowhere_else(
    core: Core, meet: Meet, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    id_, site = meet(link="https://jitsi.example/raum"), await browser()
    link = (await answer(site, f"/meetings/{id_}/answer")).headers["Location"]
    found = await site.get(link)
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in found.headers
    page = Document(await found.text())
    assert not [href for href in page.hrefs if not href.startswith(("/", "#"))]
    assert "jitsi.example" in page.text
    token = link.rpartition("/")[2]
    assert token not in "".join(one.value for one in site.browser.cookie_jar)
    ours = "".join(one.getMessage() for one in caplog.records if one.name != "aiohttp.access")
    assert token not in ours  # the access log is the test server's: a node has none
    assert "Ute Geheim" not in caplog.text


async def test_outside_sees_a_number_only(core: Core, meet: Meet, browser: Browser) -> None:
    id_, site = meet(), await browser()
    await answer(site, f"/meetings/{id_}/answer", shown="name", people="4", note="Notiz")
    html = await (await browser()).text(f"/meetings/{id_}")
    assert "Bisher kommen 4 Personen" in html
    assert "Ute" not in html
    assert "Notiz" not in html
