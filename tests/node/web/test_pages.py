"""Every page, in both languages, from outside and inside: it says what it should, and is HTML."""

import re
from pathlib import Path

import pytest

from node.lookup.showing import release
from node.texts import LANGUAGES
from node.web import render
from protocol.ids import from_text
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import (
    CHARTER,
    DUISBURG,
    HOME,
    HOSTILE,
    HOSTILE_MEETING,
    LONG,
    MEETING,
    RKSLP,
    SECRET,
)
from tests.node.web.world import CLOSED, CLOSED_BELOW, INSIDE, OUTSIDE, OWN


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OUTSIDE)
async def test_page_from_outside(site: Site, path: str, language: str) -> None:
    answer = await site.get(path, headers={"Accept-Language": language})
    html = await answer.text()
    assert (answer.status, answer.content_type) == (200, "text/html")
    check(html, language)
    assert SECRET not in html
    assert "/ties" not in html
    assert "/pacts" not in html
    assert "/sign-out" not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OUTSIDE + INSIDE)
async def test_page_from_inside(inside: Site, path: str, language: str) -> None:
    answer = await inside.get(path, headers={"Accept-Language": language})
    assert answer.status == 200
    document = check(await answer.text(), language)
    assert "/ties" in document.hrefs


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OWN)
async def test_page_of_ones_own(site: Site, path: str, language: str) -> None:
    site.sign_in(person(site.core, key_person=True))
    answer = await site.get(path, headers={"Accept-Language": language})
    assert answer.status == 200
    check(await answer.text(), language)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", INSIDE)
async def test_inside_pages_say_nothing_outside(site: Site, path: str) -> None:
    answer = await site.get(path)
    html = await answer.text()
    closed = path.startswith(CLOSED) or any(one in path for one in CLOSED_BELOW)
    assert answer.status == (403 if closed else 404)
    check(html, "de")
    assert SECRET not in html


async def test_outside_nobody_is_named_who_was_not_released(site: Site) -> None:
    """Nor how anybody stands to the group: public records of partners, until a person says so."""
    core, rkslp = site.core, from_text(site.path("{rkslp}"))
    assert RKSLP["name"] in await site.text("/directory")
    release(core, rkslp, shown=False)
    for path in (
        "/directory",
        "/directory?q=RKSLP",
        "/networks",
        "/networks/{network}",
        "/meetings",
    ):
        assert RKSLP["purpose"] not in await site.text(path)
        assert site.path("{rkslp}") not in await site.text(path)
    assert (await site.get("/groups/{rkslp}")).status == 404


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/groups/abc",
        "/groups/" + "a" * 52,
        "/networks/zzzz",
        "/meetings/a/b",
        "/groups/",
        "/groups/%00",
        "/groups/..%2f..%2fetc",
        "/networks/" + "a" * 3000,
        "/meetings/{home}/" + "n" * 200,
        "/static/../routes.py",
        "/static/routes.py",
        "//example.org/",
        "/%ff",
    ],
)
async def test_wrong_address_is_explained(site: Site, path: str, language: str) -> None:
    answer = await site.get(path, headers={"Accept-Language": language})
    assert answer.status == 404
    document = check(await answer.text(), language)
    assert {"de": "Das gibt es hier nicht", "en": "There is no such thing here"}[
        language
    ] in document.text
    assert not [href for href in document.hrefs if "example.org" in href]


async def test_wrong_method_is_explained(site: Site) -> None:
    for method, path in (("POST", "/directory"), ("DELETE", "/"), ("GET", "/sign-out")):
        answer = await site.browser.request(method, site.server.make_url(path))
        assert answer.status == 405
        assert answer.headers["Allow"]
        assert "So geht das hier nicht" in check(await answer.text(), "de").text


async def test_failure_is_explained_and_written_down_without_its_data(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.core.db.conn.execute(f'alter table directory rename to "{SECRET}"')
    answer = await site.get("/directory?q=Geheimes")
    assert answer.status == 500
    html = await answer.text()
    assert "Hier ist etwas schiefgegangen" in check(html, "de").text
    assert "OperationalError" in caplog.text
    assert SECRET not in html
    for private in (SECRET, "Geheimes"):
        assert private not in caplog.text


async def test_home_says_who_the_group_is(site: Site) -> None:
    text = Document(await site.text("/")).text
    for said in (
        HOME["name"],
        HOME["purpose"],
        HOME["orientation"],
        *HOME["topics"],
        *HOME["convictions"],
        "Deutschland",
        "Deutsch",
        "Nimmt neue Mitglieder auf",
        "hallo@example.org",
        "http://wirgehenmit.org",
        MEETING["title"],
        "Mi, 20. Januar 2027, 19:00 Uhr (Europe/Berlin)",
        "Fragt uns nach einem Einladungslink",
    ):
        assert said in text


async def test_home_of_a_group_that_said_nothing(new_site: Site) -> None:
    text = check(await new_site.text("/"), "de").text
    for said in (
        "noch nichts über sich geschrieben",
        "Eine Anlaufstelle ist nicht angegeben",
        "Zurzeit ist kein Treffen angekündigt",
        "keine Angabe",
    ):
        assert said in text


async def test_home_asks_only_those_outside_whether_they_are_a_group(site: Site) -> None:
    asks = "Ihr seid selbst eine Gruppe?"
    assert asks in Document(await site.text("/")).text
    site.sign_in(person(site.core))
    assert asks not in Document(await site.text("/")).text


async def test_what_is_not_there_leads_to_the_directory_that_it_speaks_of(site: Site) -> None:
    for who in (None, person(site.core)):
        site.sign_in(who)
        main = Document(await site.text("/nowhere"))
        assert "Sucht im Verzeichnis" in main.text
        assert main.hrefs.count("/directory") == 2  # in the menu, and below the sentence


async def test_contact_points_can_be_tapped(site: Site) -> None:
    hrefs = Document(await site.text("/")).hrefs
    assert {"mailto:hallo@example.org", "tel:+49301234"} <= set(hrefs)


async def test_group_is_found_by_a_prefix_of_its_id(site: Site) -> None:
    id = site.path("{rkslp}")
    assert RKSLP["name"] in await site.text(f"/groups/{id[:4]}")
    assert (await site.get(f"/groups/{id[:3]}")).status == 404


async def test_what_others_wrote_is_text(site: Site) -> None:
    html = await site.text("/groups/{hostile}")
    document = Document(html)
    assert "<script>alert(1)</script>" in document.text
    assert LONG in document.text
    assert "javascript:alert(3)" in document.text
    elsewhere = [href for href in document.hrefs if not href.startswith(("/", "#"))]
    assert elsewhere == ["mailto:hallo@example.org", HOSTILE["links"][0]]


async def test_address_that_looks_like_another_is_no_link(site: Site) -> None:
    document = Document(await site.text("/meetings/{hostile}/strange.meeting"))
    assert HOSTILE_MEETING["link"] not in document.hrefs
    assert HOSTILE_MEETING["title"] in document.text


async def test_search_is_shown_back_as_text(site: Site) -> None:
    html = await site.text("/directory?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&topic=%3Cb%3E")
    document = check(html, "de")
    assert [f["value"] for f in document.all("input") if f["id"] == "q"] == [
        '"><script>alert(1)</script>'
    ]


async def test_network_shows_its_charter(site: Site) -> None:
    text = Document(await site.text("/networks/{network}")).text
    for said in (
        "Sozial, sicher, standhaft",
        *CHARTER["consensus"],
        "Über jede Aufnahme wird entschieden.",
        "von allen, die entscheiden: mindestens 2/3.",
        "Amtszeit: 1 Jahr.",
        HOME["name"],
        "Auftrag bis 15. Januar 2028",
        "Wer Mitglied ist, sehen nur die Mitglieder.",
        "Eure Gruppe bittet auf ihrer eigenen Seite um Aufnahme",
        site.path("{network}"),
    ):
        assert said in text


async def test_network_shows_its_members_inside(inside: Site) -> None:
    text = Document(await inside.text("/networks/{network}")).text
    for said in ("3 Mitglieder", "Ausgeschlossen", "Aufnahme beantragt", f"Grund {SECRET}"):
        assert said in text
    assert "network apply" not in text


async def test_network_shows_what_members_decide_inside(inside: Site) -> None:
    page = Document(await inside.text("/networks/{network}", "en"))
    text = page.text
    assert inside.path("/networks/{network}/proposals/{proposal}") in page.hrefs
    for said in (
        "Not yet confirmed, and without a vote",
        "looks after the network",
        "Motto: Sozial, sicher, standhaft → <script>",
        f"Weil {SECRET}",
        f"Confirmed by 1 of 2, 2 are needed: {DUISBURG['name']}",
    ):
        assert said in text


async def test_whoever_has_no_name_here_is_no_link(inside: Site) -> None:
    for path in ("/networks/{network}", "/ties"):
        document = Document(await inside.text(path))
        assert "… (Name noch nicht bekannt)" in document.text
        assert inside.path("/groups/{nobody}") not in document.hrefs


async def test_a_mandate_that_is_over(site: Site) -> None:
    text = Document(await site.text("/networks/{open_network}", "en")).text
    assert "The mandate ended on" in text


async def test_meeting_says_when_where_and_for_whom(site: Site) -> None:
    text = Document(await site.text("/meetings/{home}/{public}")).text
    for said in (
        "Mi, 20. Januar 2027, 19:00 Uhr (Europe/Berlin)",
        "2 Stunden",
        "Nachbarschaftshaus, Großer Saal",
        "https://call.example.org/treffen",
        "Offen für alle",
        "40 Personen",
        "Für Kaffee ist gesorgt.",
    ):
        assert said in text


async def test_answers_are_shown_inside(inside: Site) -> None:
    text = Document(await inside.text("/meetings/{home}/{public}")).text
    for said in (
        "Zusage",
        f"Wir freuen uns {SECRET}",
        "Noch keine Antwort",
        "So, 24. Januar 2027, 10:00 Uhr (Europe/Berlin), 45 Minuten",
        "Das Treffen wurde nach dieser Antwort geändert.",
        "nicht eingeladen",
    ):
        assert said in text


async def test_cancelled_meeting_says_why(site: Site) -> None:
    text = Document(await site.text("/meetings/{home}/{cancelled}")).text
    assert "Abgesagt: Der Raum steht nicht zur Verfügung" in text


async def test_invitation_is_shown_inside(inside: Site) -> None:
    text = Document(await inside.text("/meetings/{rkslp}/intern")).text
    assert "Ihr seid eingeladen" in text
    assert f"Kommt bitte {SECRET}" in text
    assert "Für Mitglieder von Sozialer Verbund Nord" in text


async def test_past_meetings(site: Site) -> None:
    assert "Sommerfest" in await site.text("/meetings?past=1")
    assert "Sommerfest" not in await site.text("/meetings")


async def test_nothing_yet(new_site: Site) -> None:
    for path, said in (
        ("/networks", "Diese Gruppe weist auf keine Verbünde hin."),
        ("/meetings", "Zurzeit ist kein Treffen angekündigt."),
        ("/meetings?past=1", "Es gibt keine vergangenen Treffen."),
    ):
        assert said in check(await new_site.text(path), "de").text
    await new_site.enter()
    assert (
        "Eure Gruppe gehört zu keinem Verbund."
        in check(await new_site.text("/networks"), "de").text
    )


async def test_peer_page_explains_the_link(site: Site) -> None:
    text = Document(await site.text("/peer", "en")).text
    assert f"{HOME['name']} invites your group to connect" in text
    assert "Open the page of your own group, there “Ties”, then “Add a partner group”" in text


UNSAFE = r"\|\s*safe|autoescape|Markup|style=|<script(?! src=.\{\{ asset_path\()|\bon\w+="
"""What a template has no business with; scripts are files of ours."""


def test_templates_trust_nothing() -> None:
    found = [*Path(render.FOLDER).glob("*.html"), *Path(render.NOUNS).glob("*/templates/*.html")]
    assert len(found) > 12
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert not re.search(UNSAFE, text), path.name
