"""Pacts on the pages: told in full inside, and no word of them outside."""

from dataclasses import replace

import pytest

from node.features.pacts.types import PactView
from node.texts import LANGUAGES
from tests.node.web.conftest import Site
from tests.node.web.html import Document, check
from tests.node.web.neighbours import GROUPS, HOME, NETWORK, SECRET, an_id
from tests.node.web.pacts import AGREED, DONE, HOSTILE_PACT, LATE, OVER, PACT, SIGNED, WITHOUT_US


async def test_ties_show_first_which_pacts_wait(inside: Site) -> None:
    text = Document(await inside.text("/ties")).text
    said = [
        "Absprachen offen Neuer Verbund",
        "Eure Gruppe ist gefragt und hat noch nicht unterschrieben.",
        "1 von 2 nötigen Unterschriften. Die Frist endet am 12. Dezember 2026, noch 12 Tage.",
        f"Unterschreiben: verbund pact sign {PACT.id[:8]}",
        "wartet auf eure Entscheidung Zu spät gehört",
        f"Der Absprache jetzt folgen: verbund pact sign {LATE.id[:8]}",
        f"Schon unterschrieben {SECRET} offen 1 von 2 nötigen Unterschriften 12. Dezember 2026",
        f"Zustande gekommen {SECRET} verlassen wird Sozialer Verbund Nord zustande gekommen",
        "3 Unterschriften, nötig sind 2",
        f"Vollzogen {SECRET} verlassen wird Sozialer Verbund Nord vollzogen",
        f"Nichts geworden {SECRET} verlassen wird Sozialer Verbund Nord nicht zustande gekommen",
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
            f"Vorgeschlagen von {GROUPS[2].name}: gemeinsam den Verbund „Sozialer Verbund Nord“",
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
        (
            replace(PACT, until=HOSTILE_PACT.until),
            "Die Frist endet am 30. November 2026, in weniger als einem Tag.",
            True,
        ),
        (LATE, "dann verlässt sie „Sozialer Verbund Nord“", True),
        (replace(LATE, leaves=None), "Folgt ihr der Absprache, dann bestätigt sie das.", True),
        (replace(LATE, state="declined"), "Eure Gruppe ist der Absprache nicht gefolgt", False),
        (AGREED, "geschieht gleich von selbst", False),
        (WITHOUT_US, "Bis zur Frist könnt ihr noch dazukommen; dann geschieht es gleich.", True),
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
