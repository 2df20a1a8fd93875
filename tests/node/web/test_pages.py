"""Every page, in both languages, from outside and inside: it says what it should, and is HTML."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from node.texts import LANGUAGES
from node.web import render
from tests.node.web.conftest import Open, Site
from tests.node.web.html import Document, check
from tests.node.web.neighbours import (
    GROUPS,
    HIDDEN,
    HOME,
    HOSTILE,
    NETWORK,
    OPEN_NETWORK,
    SECRET,
    an_id,
)
from tests.node.web.world import PATHS, PUBLIC, Broken


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS.outside)
async def test_page_from_outside(site: Site, path: str, language: str) -> None:
    answer = await site.get(path, headers={"Accept-Language": language})
    html = await answer.text()
    assert (answer.status, answer.content_type) == (200, "text/html")
    check(html, language)
    assert SECRET not in html
    assert "/ties" not in html
    assert "/pacts" not in html
    assert "/leave" not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS.outside + PATHS.inside)
async def test_page_from_inside(inside: Site, path: str, language: str) -> None:
    answer = await inside.get(path, headers={"Accept-Language": language})
    assert answer.status == 200
    document = check(await answer.text(), language)
    assert "/ties" in document.hrefs


@pytest.mark.parametrize("path", PATHS.inside)
async def test_inside_pages_say_nothing_outside(site: Site, path: str) -> None:
    answer = await site.get(path)
    html = await answer.text()
    inside = ("/ties", "/bundles", "/pacts", "/erasures")
    assert answer.status == (403 if path.startswith(inside) else 404)
    check(html, "de")
    assert SECRET not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        *PATHS.missing,
        "/groups/",
        "/groups/%00",
        "/groups/..%2f..%2fetc",
        "/networks/" + "a" * 3000,
        f"/meetings/{HOME.id}/" + "n" * 200,
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
    for method, path in (("POST", "/directory"), ("DELETE", "/"), ("GET", "/leave")):
        answer = await site.browser.request(method, site.server.make_url(path))
        assert answer.status == 405
        assert answer.headers["Allow"]
        assert "So geht das hier nicht" in check(await answer.text(), "de").text


async def test_failure_is_explained_and_written_down_without_its_data(
    open_site: Open, caplog: pytest.LogCaptureFixture
) -> None:
    site = await open_site(Broken())
    answer = await site.get("/directory?q=Geheimes")
    assert answer.status == 500
    html = await answer.text()
    assert "Hier ist etwas schiefgegangen" in check(html, "de").text
    assert "RuntimeError" in caplog.text
    assert SECRET not in html
    for private in (SECRET, "Geheimes"):
        assert private not in caplog.text


async def test_home_says_who_the_group_is(site: Site) -> None:
    text = Document(await site.text("/")).text
    for said in (
        HOME.name,
        HOME.purpose,
        HOME.orientation,
        *HOME.topics,
        *HOME.convictions,
        "Deutschland",
        "Deutsch",
        "Nimmt neue Mitglieder auf",
        "hallo@example.org",
        "http://wirgehenmit.org",
        PUBLIC.title,
        "Sa, 5. Dezember 2026, 19:00 Uhr (Europe/Berlin)",
        "Fragt uns nach einem Einladungslink",
    ):
        assert str(said) in text


async def test_home_of_a_group_that_said_nothing(site: Site) -> None:
    site.world.home_group = replace(HIDDEN, audience="public")
    site.world.upcoming = []
    text = check(await site.text("/"), "de").text
    for said in (
        "noch nichts über sich geschrieben",
        "Eine Anlaufstelle ist nicht angegeben",
        "Zurzeit ist kein Treffen angekündigt",
        "keine Angabe",
    ):
        assert said in text


async def test_contact_points_can_be_tapped(site: Site) -> None:
    hrefs = Document(await site.text("/")).hrefs
    assert {"mailto:hallo@example.org", "tel:+49301234"} <= set(hrefs)


async def test_group_is_found_by_a_prefix_of_its_id(site: Site) -> None:
    assert GROUPS[0].name in await site.text(f"/groups/{GROUPS[0].id[:4]}")
    assert (await site.get(f"/groups/{GROUPS[0].id[:3]}")).status == 404


async def test_what_others_wrote_is_text(site: Site) -> None:
    html = await site.text(f"/groups/{HOSTILE.id}")
    document = Document(html)
    assert "<script>alert(1)</script>" in document.text
    assert "x" * 4000 in document.text
    assert "javascript:alert(4)" in document.text
    elsewhere = [href for href in document.hrefs if not href.startswith(("/", "#"))]
    assert elsewhere == ["mailto:hallo@example.org", HOSTILE.links[2]]


async def test_search_is_shown_back_as_text(site: Site) -> None:
    html = await site.text("/directory?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&topic=%3Cb%3E")
    document = check(html, "de")
    assert [f["value"] for f in document.all("input") if f["id"] == "q"] == [
        '"><script>alert(1)</script>'
    ]


async def test_network_shows_its_charter(site: Site) -> None:
    text = Document(await site.text(f"/networks/{NETWORK.id}")).text
    for said in (
        "Sozial, sicher, standhaft",
        *NETWORK.consensus,
        "Über jede Aufnahme wird entschieden.",
        "Mindestens 67 %",
        "Ämter enden nach 365 Tagen.",
        "RKSLP",
        "Auftrag bis 18. Juni 2027",
        "Wer Mitglied ist, sehen nur die Mitglieder.",
        f"verbund network apply {NETWORK.id}",
    ):
        assert said in text


async def test_network_shows_its_members_inside(inside: Site) -> None:
    text = Document(await inside.text(f"/networks/{NETWORK.id}")).text
    for said in ("2 Mitglieder", "Ausgeschlossen", "Aufnahme beantragt", f"Grund {SECRET}"):
        assert said in text
    assert "network apply" not in text


async def test_network_shows_what_members_decide_inside(inside: Site) -> None:
    text = Document(await inside.text(f"/networks/{NETWORK.id}", "en")).text
    for said in (
        "Not yet confirmed, and without a vote",
        "looks after the network",
        "Motto: Sozial, sicher, standhaft → <script>",
        f"Weil {SECRET}",
        "Confirmed by 0 of 3, 2 are needed: nobody yet",
        f"verbund network confirm {NETWORK.id} abcdefghijklmnop",
    ):
        assert said in text


async def test_whoever_has_no_name_here_is_no_link(inside: Site) -> None:
    for path in (f"/networks/{NETWORK.id}", "/ties"):
        document = Document(await inside.text(path))
        assert "ohne bekannten Namen (" in document.text
        assert f"/groups/{an_id('nobody')}" not in document.hrefs


async def test_a_mandate_that_is_over(site: Site) -> None:
    text = Document(await site.text(f"/networks/{OPEN_NETWORK.id}", "en")).text
    assert "The mandate ended on" in text


async def test_meeting_says_when_where_and_for_whom(site: Site) -> None:
    text = Document(await site.text(f"/meetings/{HOME.id}/offenes-treffen")).text
    for said in (
        "Sa, 5. Dezember 2026, 19:00 Uhr (Europe/Berlin)",
        "2 Stunden",
        "Nachbarschaftshaus, Großer Saal",
        "https://call.example.org/treffen",
        "Offen für alle",
        "40 Personen",
        "Für Kaffee ist gesorgt.",
    ):
        assert said in text


async def test_answers_are_shown_inside(inside: Site) -> None:
    text = Document(await inside.text(f"/meetings/{HOME.id}/offenes-treffen")).text
    for said in (
        "Zusage",
        f"Wir freuen uns {SECRET}",
        "noch keine Antwort",
        "So, 6. Dezember 2026, 10:00 Uhr (Europe/Berlin), 45 Minuten",
        "Das Treffen wurde nach dieser Antwort geändert.",
        "nicht eingeladen",
    ):
        assert said in text


async def test_cancelled_meeting_says_why(site: Site) -> None:
    text = Document(await site.text(f"/meetings/{HOME.id}/abgesagt")).text
    assert "Abgesagt: Der Raum steht nicht zur Verfügung" in text


async def test_invitation_is_shown_inside(inside: Site) -> None:
    text = Document(await inside.text(f"/meetings/{GROUPS[0].id}/intern")).text
    assert "Ihr seid eingeladen" in text
    assert f"Kommt bitte {SECRET}" in text
    assert "Für Mitglieder von Sozialer Verbund Nord" in text


async def test_past_meetings(site: Site) -> None:
    assert "Sommerfest" in await site.text("/meetings?past=1")
    assert "Sommerfest" not in await site.text("/meetings")


async def test_nothing_yet(site: Site) -> None:
    site.world.groups, site.world.all_networks = [], []
    site.world.upcoming, site.world.bygone = [], []
    for path, said in (
        ("/directory", "Noch steht hier keine Gruppe."),
        ("/networks", "Diese Gruppe weist auf keine Verbünde hin."),
        ("/meetings", "Zurzeit ist kein Treffen angekündigt."),
        ("/meetings?past=1", "Es gibt keine vergangenen Treffen."),
    ):
        assert said in check(await site.text(path), "de").text
    await site.enter()
    for path, said in (
        ("/directory", "Das Verzeichnis füllt sich, sobald"),
        ("/networks", "Noch ist kein Verbund bekannt."),
    ):
        assert said in check(await site.text(path), "de").text


async def test_peer_page_explains_the_link(site: Site) -> None:
    text = Document(await site.text("/peer", "en")).text
    assert f"{HOME.name} invites your group to connect" in text
    assert "verbund peer accept 'LINK'" in text


def test_templates_trust_nothing() -> None:
    for path in Path(render.FOLDER).glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup|style=|<script|\bon\w+=", text), (
            path.name
        )
