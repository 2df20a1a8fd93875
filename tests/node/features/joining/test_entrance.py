"""The page behind a link: who comes in, and what uses the link up."""

import re
from typing import Any

import pytest

from node.features.joining.links import take_back
from node.features.joining.tables import all_links
from node.features.joining.types import LONGEST_NAME, Wish
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.features.joining.conftest import Browser
from tests.node.features.joining.test_links import listed
from tests.node.features.joining.visiting import come_in, link, own_token, page_in
from tests.node.web.conftest import Site
from tests.node.web.html import Document


def there(core: Core) -> list[str]:
    """Names of all but the key person."""
    return sorted(one.name for one in persons(core).all() if not one.key_person)


def used(core: Core) -> int:
    return sum(one.used for one in all_links(core))


async def test_one_field_and_in(core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core)
    html = await site.text(path)
    fields = re.findall(r'<(?:input type="text"|textarea|select)[^>]*name="(\w+)"', html)
    assert fields == ["name"]
    answer = await come_in(site, path, " Anna  Müller ")
    assert (answer.status, answer.headers["Location"]) == (303, "/welcome")
    page = Document(await site.text("/welcome"))
    assert "Du bist drin, Anna Müller" in page.text
    assert "Passwort" in page.text
    assert (there(core), used(core)) == (["Anna Müller"], 1)


async def test_newcomer_sees_what_everybody_sees(core: Core, browser: Browser) -> None:
    site = await browser()
    await come_in(site, link(core), "Anna")
    for path in ("/ties", "/newcomers", "/invitations", "/members"):
        assert (await site.get(path)).status == 403, path


async def test_link_that_does_not_ask_makes_a_member_at_once(core: Core, browser: Browser) -> None:
    site = await browser()
    await come_in(site, link(core, Wish(asks=False)), "Anna")
    assert "Willkommen, Anna" in await site.text("/welcome")
    assert (await site.get("/ties")).status == 200


# Nothing that is no person uses a link up.


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND"])
async def test_looking_uses_nothing_up(method: str, core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core, Wish("personal"))
    for _time in range(3):
        answer = await site.browser.request(method, site.root.with_path(path))
        assert answer.status in (200, 405)
    assert (there(core), used(core)) == ([], 0)


def scanner_requests(token: str, page: str) -> list[dict[str, Any]]:
    """What a scanner might send that follows links, runs scripts and presses buttons."""
    whole = {"name": "Anna", "page": page}
    return [
        {"data": {}, "token": ""},  # nothing at all
        {"data": whole, "token": ""},  # the fields, but no page of ours
        {"data": whole, "token": "0" * 32},
        {"data": whole, "Origin": "https://scanner.example"},
        {"data": whole, "Sec_Fetch_Site": "cross-site"},
        {"data": whole, "Origin": "null"},
        {"data": {"page": page}, "token": token},  # all but the name: the button was pressed
        {"data": {"name": "  ", "page": page}, "token": token},
        {"data": {"name": "…", "page": page}, "token": token},
    ]


@pytest.mark.parametrize("case", range(9))
async def test_scanner_uses_nothing_up(case: int, core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core, Wish("personal"))
    page = await page_in(site, path)
    said = scanner_requests(own_token(site), page)[case]
    answer = await site.post(path, said.pop("data"), **said)
    assert answer.status in (403, 422)
    assert (there(core), used(core)) == ([], 0)
    assert (await come_in(site, path, "Anna")).status == 303  # who it was for comes in after that


async def test_page_of_one_browser_lets_no_other_in(core: Core, browser: Browser) -> None:
    """A scanner that was shown the page has another cookie than the person."""
    scanner, person, path = await browser(), await browser(), link(core, Wish("personal"))
    page, token = await page_in(scanner, path), own_token(scanner)
    answer = await person.post(path, {"name": "Anna", "page": page}, token=token)
    assert (answer.status, there(core)) == (403, [])
    await page_in(person, path)
    answer = await person.post(path, {"name": "Anna", "page": page}, token=token)
    assert (answer.status, there(core)) == (403, [])


async def test_without_cookies_nothing_is_lost(core: Core, browser: Browser) -> None:
    """The page was in a browser that keeps none, or forgot them: what was typed comes back."""
    site, path = await browser(), link(core)
    page, token = await page_in(site, path), own_token(site)
    site.browser.cookie_jar.clear()
    answer = await site.post(path, {"name": "Anna Müller", "page": page}, token=token)
    assert (answer.status, there(core)) == (403, [])
    assert "Anna Müller" in await answer.text()


async def test_preview_shows_the_name_of_the_group_and_nothing_else(
    core: Core, browser: Browser
) -> None:
    anna = listed(core, "Anna Geheim")
    site = await browser()
    wishes = (Wish(note="Notiz"), Wish("personal", note="Notiz", people=(anna,)))
    for path in [link(core, wish) for wish in wishes]:
        html = await site.text(path)
        head = html[: html.index("</head>")]
        assert re.findall("<title>(.*?)</title>", head) == ["Chor"]
        assert re.findall(r'<meta property="([^"]*)" content="([^"]*)">', head) == [
            ("og:title", "Chor")
        ]
        assert "description" not in head
        assert "Anna" not in html
        assert "Notiz" not in html


# A link that lets nobody in says why, and what to do.


async def test_link_after_its_end(core: Core, browser: Browser) -> None:
    site = await browser()
    over, once, back = (link(core, wish) for wish in (Wish(days=1), Wish(most=1), Wish()))
    other = await browser()
    await come_in(other, once, "Anna")
    take_back(core, all_links(core)[0].id if len(all_links(core)) == 1 else _last(core))
    core.clock.wall.now += 86_400
    found = {}
    for path in (over, once, back, over[:-1], "/join/x", "/join/" + "x" * 5_000):
        answer = await site.get(path, headers={"Accept-Language": "de"})
        posted = await site.post(path, {"name": "Anna", "page": "x"}, token=own_token(site))
        assert posted.status in (403, answer.status)
        found[path] = (answer.status, Document(await answer.text()).text)
    assert [status for status, _text in found.values()] == [410, 410, 410, 404, 404, 404]
    said = ["bis zu einem Tag", "schon so viele", "zurückgenommen", "abgeschnitten"]
    for (_status, text), words in zip(found.values(), said, strict=False):
        assert words in text
    assert there(core) == ["Anna"]


def _last(core: Core) -> str:
    return next(
        one.id for one in all_links(core) if one.most > 1 and one.until > core.clock() + 86_400
    )


async def test_name_of_a_megabyte(core: Core, browser: Browser) -> None:
    """It is refused before anybody reads it; ten megabytes of token are in `test_links`."""
    site, path = await browser(), link(core)
    page = await page_in(site, path)
    answer = await site.post(path, {"name": "x" * 900_000, "page": page})
    assert answer.status == 413
    answer = await site.post(path, {"name": "x" * (LONGEST_NAME + 1), "page": page})
    assert answer.status == 422
    assert there(core) == []


async def test_what_was_typed_stays_and_the_title_says_what_is_wrong(
    core: Core, browser: Browser
) -> None:
    site, path = await browser(), link(core)
    page = await page_in(site, path)
    said = {"name": "x" * (LONGEST_NAME + 5), "page": page}
    answer = await site.post(path, said, Accept_Language="de")
    html = await answer.text()
    assert (answer.status, "x" * (LONGEST_NAME + 5) in html) == (422, True)
    assert re.findall("<title>(.*?)</title>", html) == ["1 Fehler – Hereinkommen – Chor"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Anna\u202e\x00 Müller", "Anna Müller"), ("<b>Anna</b>", "<b>Anna</b>"), ("安娜", "安娜")],
)
async def test_names_of_all_kinds(name: str, kept: str, core: Core, browser: Browser) -> None:
    site = await browser()
    assert (await come_in(site, link(core), name)).status == 303
    assert there(core) == [kept]
    assert "<b>Anna" not in await site.text("/welcome")


# The same browser


async def test_two_taps_are_one_arrival(core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core)
    page, token = await page_in(site, path), own_token(site)
    first = await site.post(path, {"name": "Anna", "page": page}, token=token)
    site.browser.cookie_jar.clear_domain("nowhere")
    kept = {f"verbund-form-{site.server.port}": site.cookie(f"verbund-form-{site.server.port}")}
    site.browser.cookie_jar.clear()
    site.browser.cookie_jar.update_cookies(kept, site.root)  # sent before the answer was there
    second = await site.post(path, {"name": "Anna", "page": page}, token=token)
    assert [first.status, second.status] == [303, 303]
    assert (there(core), used(core)) == (["Anna"], 1)
    assert "Anna" in await site.text("/welcome")


async def test_next_person_at_this_screen_is_another(core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core)
    await come_in(site, path, "Anna")
    assert "Anna" in await site.text(path)  # it says who is in already
    assert (await site.post("/sign-out")).status == 303
    assert (await come_in(site, path, "Anna")).status == 303
    assert there(core) == ["Anna", "Anna"]


async def test_page_left_open_for_a_week(core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core, Wish(days=8))
    page = await page_in(site, path)
    core.clock.wall.now += 7 * 86_400
    assert (await site.post(path, {"name": "Anna", "page": page})).status == 303
    assert there(core) == ["Anna"]


async def test_page_left_open_beyond_the_end(core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core, Wish(days=6))
    page = await page_in(site, path)
    core.clock.wall.now += 7 * 86_400
    answer = await site.post(path, {"name": "Anna", "page": page})
    assert (answer.status, there(core)) == (410, [])


async def test_session_is_new_whatever_the_browser_brought(core: Core, browser: Browser) -> None:
    """Nobody can make somebody else use a session that they know."""
    site, name = await browser(), ""
    name = f"verbund-{site.server.port}"
    site.browser.cookie_jar.update_cookies({name: "known-to-others" * 3}, site.root)
    path = link(core)
    page = await page_in(site, path)
    answer = await site.post(path, {"name": "Anna", "page": page}, token=own_token(site))
    assert answer.status == 303
    assert answer.cookies[name].value not in ("", "known-to-others" * 3)


async def test_address_leads_nowhere_else(core: Core, browser: Browser) -> None:
    site, path = await browser(), link(core)
    page = await page_in(site, path)
    more = "?next=https://evil.example&to=//evil.example"
    answer = await site.post(path + more, {"name": "Anna", "page": page, "next": "//evil.example"})
    assert answer.headers["Location"] == "/welcome"


# Personal invitations


async def test_invited_person_comes_in_as_themselves(core: Core, browser: Browser) -> None:
    anna = listed(core, "Anna Müller")
    site, path = await browser(), link(core, Wish("personal", people=(anna,)))
    assert (await come_in(site, path, "Anna")).status == 303
    assert "Willkommen, Anna Müller" in await site.text("/welcome")
    assert there(core) == ["Anna Müller"]
    other = await browser()
    assert (await other.get(path)).status == 410


async def test_household_is_asked_who_they_are_after_the_page_was_sent(
    core: Core, browser: Browser
) -> None:
    ids = [listed(core, name) for name in ("Anna Müller", "Anne Müller")]
    path = link(core, Wish("personal", people=tuple(ids)))
    for at, name in enumerate(("Anna Müller", "Anne Müller")):
        site = await browser()
        assert "Anne" not in await site.text(path)
        answer = await come_in(site, path, "Müller" if at == 0 else "Anne")
        if at == 0:
            html = await answer.text()
            assert answer.status == 200
            assert ("Anna Müller" in html, "Anne Müller" in html) == (True, True)
            page = re.findall(r'name="page" value="([\w-]+)"', html)[0]
            said = {"who": ids[0], "name": "Müller", "page": page}
            answer = await site.post(path, said)
        assert answer.status == 303
        assert f"Willkommen, {name}" in await site.text("/welcome")
    assert (await (await browser()).get(path)).status == 410


async def test_who_is_none_of_them_waits(core: Core, browser: Browser) -> None:
    ids = [listed(core, name) for name in ("Anna Müller", "Anne Müller")]
    site, path = await browser(), link(core, Wish("personal", people=tuple(ids)))
    await come_in(site, path, "Clara")
    said = {"who": "nobody", "name": "Clara", "page": await page_in(site, path)}
    assert (await site.post(path, said)).status == 303
    found = {one.name: one.standing for one in persons(core).all()}
    assert found["Clara"] is Standing.NEWCOMER


async def test_made_up_answer_lets_nobody_in(core: Core, browser: Browser, key: Person) -> None:
    ids = [listed(core, name) for name in ("Anna Müller", "Anne Müller")]
    site, path = await browser(), link(core, Wish("personal", people=tuple(ids)))
    said = {"who": key.id, "name": "Anna", "page": await page_in(site, path)}
    answer = await site.post(path, said)
    assert answer.status == 422
    assert (await site.get("/welcome")).status == 403


async def test_english(core: Core, browser: Browser) -> None:
    site: Site = await browser()
    text = Document(await site.text(link(core), "en")).text
    assert "We need one thing from you: your name." in text
