"""Every page, in both languages, from outside and inside: it says what it should, and is HTML."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from node.texts import LANGUAGES
from node.view_types import DepartureView, Name, PactView, PeerView
from node.web import render
from tests.node.web.conftest import Open, Site
from tests.node.web.html import Document
from tests.node.web.world import (
    AGREED,
    DONE,
    GROUPS,
    HIDDEN,
    HOME,
    HOSTILE,
    HOSTILE_PACT,
    LATE,
    NETWORK,
    OPEN_NETWORK,
    OVER,
    PACT,
    PATHS,
    PUBLIC,
    SECRET,
    SIGNED,
    WITHOUT_US,
    Broken,
    an_id,
)

MACHINE_WORDS = re.compile(
    r"\b(nodes?|instances?|actors?|federat\w*|records?|Knoten)\b", re.IGNORECASE
)
RIGHT_TO_LEFT = re.compile("[\u202a-\u202e\u2066-\u2069]")


def check(html: str, language: str) -> Document:
    """What holds for every page."""
    document = Document(html)
    assert document.faults == []
    assert html.startswith("<!DOCTYPE html>")
    assert document.all("html") == [{"lang": language}]
    assert len(document.all("h1")) == 1
    assert len(document.all("main")) == 1
    assert len(set(document.ids)) == len(document.ids)
    assert "script" not in {tag for tag, _ in document.tags}
    assert not [name for _, named in document.tags for name in named if name.startswith("on")]
    assert not [name for _, named in document.tags if "style" in named for name in named]
    assert not RIGHT_TO_LEFT.search(html)
    assert not MACHINE_WORDS.search(document.text)
    labelled = {named["for"] for named in document.all("label")}
    fields = document.all("input") + document.all("select")
    assert {f["id"] for f in fields if f.get("type") != "hidden"} == labelled
    for href in document.hrefs:
        assert re.match(r"(/(?!/)|#|https?://|mailto:|tel:)", href), href
    for named in document.all("a"):
        if not re.match(r"[/#]", named["href"] or ""):
            assert named["rel"] == "noopener nofollow ugc"
    return document


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
    assert answer.status == (403 if path.startswith(("/ties", "/pacts")) else 404)
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
        ("/directory", "Das Verzeichnis füllt sich, sobald"),
        ("/networks", "Noch ist kein Verbund bekannt."),
        ("/meetings", "Zurzeit ist kein Treffen angekündigt."),
        ("/meetings?past=1", "Es gibt keine vergangenen Treffen."),
    ):
        assert said in check(await site.text(path), "de").text


async def test_ties_say_who_confirmed(inside: Site) -> None:
    text = Document(await inside.text("/ties")).text
    for said in (
        "Seit dem 29. November 2026 nicht mehr in Alter Verbund",
        "Unterschrift passt nicht",
        "Haben noch nicht bestätigt, dass eure Daten gelöscht sind (wer aus ist, erfährt es später): Utopie25",
        "Haben bestätigt, dass eure Daten gelöscht sind: RKSLP",
        "wartet auf die andere Seite",
        f"Bitte {SECRET}",
        "1.234",
    ):
        assert said in text


async def test_ties_of_a_new_group(inside: Site) -> None:
    inside.world.state = replace(
        inside.world.state,
        peers=(),
        networks=(),
        departures=(),
        pacts=(),
        applications=(),
        address=None,
        endpoints=(),
        set_aside={},
    )
    text = check(await inside.text("/ties"), "de").text
    assert "verbund peer invite" in text
    assert "Noch in keinem Verbund." in text
    assert "verbund pact propose --help" in text


async def test_what_is_long_over_is_folded_away(inside: Site) -> None:
    inside.world.state = replace(
        inside.world.state,
        peers=tuple(PeerView(Name(an_id(str(n)), f"Ehemals {n}"), "ended", False) for n in "abc"),
        networks=(NETWORK, *(replace(NETWORK, standing="left", held_here=False),) * 3),
        departures=tuple(
            DepartureView(Name(an_id(str(n)), f"Verbund {n}"), n, (Name(an_id("x"), "X"),), ())
            for n in range(4)
        )
        + (DepartureView(Name(an_id("open"), "Offener"), 1, (), (Name(an_id("x"), "X"),)),),
        pacts=(DONE, OVER, DONE),
    )
    document = check(await inside.text("/ties"), "de")
    for folded in (
        "3 beendete Verbindungen",
        "3 Verbünde, in denen wir nicht sind",
        "2 ältere Austritte, von allen bestätigt",
        "3 frühere Absprachen",
    ):
        assert folded in document.text
    assert [named for named in document.all("details") if "open" in named] == []
    departures = re.findall(r"nicht mehr in (\S+( \d)?)", document.text)
    assert [name for name, _ in departures] == [
        *("Offener", "Verbund 3", "Verbund 2", "Verbund 1", "Verbund 0")
    ]


async def test_ties_show_first_which_pacts_wait(inside: Site) -> None:
    text = Document(await inside.text("/ties")).text
    said = [
        "Absprachen offen Neuer Verbund",
        "Eure Gruppe ist gefragt und hat noch nicht unterschrieben.",
        "1 von 2 nötigen Unterschriften. Die Frist endet am 12. Dezember 2026, noch 12 Tage.",
        f"Unterschreiben: verbund pact sign {PACT.id[:8]}",
        "wartet auf eure Entscheidung Zu spät gehört",
        f"Der Absprache jetzt folgen: verbund pact sign {LATE.id[:8]}",
        f"Schon unterschrieben {SECRET} offen 1 von 2 nötigen 12. Dezember 2026",
        f"Zustande gekommen {SECRET} zustande gekommen verlassen wird Sozialer Verbund Nord 3, nötig 2",
        f"Vollzogen {SECRET} vollzogen",
        f"Nichts geworden {SECRET} nicht zustande gekommen",
        "Verbundene Gruppen",
    ]
    places = [text.index(one) for one in said]
    assert places == sorted(places)
    assert text.count("verbund pact sign") == 3


async def test_pacts_that_do_not_wait_come_after_the_networks(inside: Site) -> None:
    inside.world.state = replace(inside.world.state, pacts=(SIGNED,))
    text = Document(await inside.text("/ties")).text
    assert text.index("Verbünde") < text.index("Schon unterschrieben") < text.index("Austritte")
    assert "verbund pact sign" not in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pact_is_told_in_full(inside: Site, language: str) -> None:
    document = check(await inside.text(f"/pacts/{PACT.id}", language), language)
    said = {
        "de": [
            f"Vorgeschlagen von {GROUPS[2].name}: gemeinsam den Verbund „Sozialer Verbund Nord“ verlassen",
            "1 von 2 nötigen Unterschriften, 1 fehlt noch. Die Frist endet am 12. Dezember 2026",
            "Nichts zu tun heißt nein.",
            f"{HOME.name} Das sind wir noch nicht",
            "hat unterschrieben hat es vorgeschlagen",
            "Über jede Aufnahme wird entschieden.",
            "Ämter enden nach 365 Tagen.",
            "Der Auftrag geht bis 18. Juni 2027 und endet von selbst.",
            "Sobald 2 der 3 Gefragten unterschrieben haben",
            "mehr als 30 Tage nach der Frist",
            "Wer unehrlich ist, kann eine Kopie behalten.",
            "Weitergereicht durch",
        ],
        "en": [
            f"Proposed by {GROUPS[2].name}: to leave the network “Sozialer Verbund Nord” together",
            "1 of 2 signatures needed, 1 is missing. The last day to sign is 12 December 2026",
            "Doing nothing means no.",
            f"{HOME.name} That’s us not yet",
            "has signed proposed it",
            "Each admission is decided upon.",
            "Offices end after 365 days.",
            "The mandate lasts until 18 June 2027 and ends by itself.",
            "As soon as 2 of the 3 asked have signed",
            "more than 30 days after the last day",
            "Who is dishonest may keep a copy.",
            "Passed on by",
        ],
    }[language]
    for one in (
        *said,
        PACT.name,
        f"Kommt mit {SECRET}",
        "Sozial, sicher, standhaft",
        str(NETWORK.purpose),
        *NETWORK.consensus,
        *NETWORK.topics,
        "sozial, überparteilich",
        "Schleswig-Holstein",
        "67 %",
        f"verbund pact sign {PACT.id[:8]}",
        GROUPS[6].name,
        PACT.id,
    ):
        assert one in document.text
    assert {"/ties#pacts", f"/networks/{NETWORK.id}", "https://example.org/verbund"} <= set(
        document.hrefs
    )
    assert f"/networks/{PACT.network}" not in document.hrefs


@pytest.mark.parametrize(
    ("pact", "said", "command"),
    [
        (SIGNED, "Bis genug andere es auch getan haben, ändert sich nichts.", False),
        (replace(PACT, asked=False), "Eure Gruppe ist nicht gefragt.", False),
        (replace(PACT, until=HOSTILE_PACT.until), "das ist der letzte Tag", True),
        (LATE, "dann verlässt sie „Sozialer Verbund Nord“", True),
        (replace(LATE, leaves=None), "Folgt ihr der Absprache, dann bestätigt sie das.", True),
        (AGREED, "geschieht gleich von selbst", False),
        (WITHOUT_US, "Bis zur Frist könnt ihr noch dazukommen.", True),
        (replace(WITHOUT_US, until=OVER.until), "Bei euch ändert sich nichts.", False),
        (DONE, "Eure Gruppe hat „Sozialer Verbund Nord“ verlassen", False),
        (replace(DONE, leaves=None), "Eure Gruppe ist zu „Vollzogen", False),
        (OVER, "Bis zum 29. November 2026 kamen hier 1 von 2 nötigen Unterschriften an.", False),
    ],
)
async def test_pact_says_where_it_stands(
    inside: Site, pact: PactView, said: str, command: bool
) -> None:
    inside.world.state = replace(inside.world.state, pacts=(pact,))
    for language in LANGUAGES:
        document = check(await inside.text(f"/pacts/{pact.id}", language), language)
        assert ("verbund pact sign" in document.text) is command
        if language == "de":
            assert said in document.text
    assert (f"/networks/{pact.network}" in document.hrefs) is (pact.state == "done")


async def test_text_of_a_pact_is_text(inside: Site) -> None:
    for path in ("/ties", f"/pacts/{HOSTILE_PACT.id}"):
        document = check(await inside.text(path), "de")
        assert "<script>alert(1)</script>" in document.text
        assert not [href for href in document.hrefs if "javascript" in href]
    assert "javascript:alert(7)" in document.text
    assert "https://example.org/pact" in document.hrefs


async def test_pact_is_found_by_a_prefix_of_its_id(inside: Site) -> None:
    assert (await inside.get(f"/pacts/{PACT.id[:4]}")).status == 200
    twin = replace(PACT, id=PACT.id[:5] + "zzz")
    inside.world.state = replace(inside.world.state, pacts=(PACT, twin))
    wrong = [PACT.id[:3], PACT.id[:4], PACT.id + "a", an_id("x"), "", "%00", "A" * 52, "a" * 3000]
    for id in wrong:
        answer = await inside.get(f"/pacts/{id}")
        assert answer.status == 404
        check(await answer.text(), "de")


async def test_outside_every_pact_looks_alike(site: Site) -> None:
    known = await site.text(f"/pacts/{PACT.id}")
    other = an_id("x")
    assert known.replace(PACT.id, other) == await site.text(f"/pacts/{other}")


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
