"""Pacts on the pages: told in full inside, and no word of them outside."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from node.features.pacts.pages import SIGN
from node.features.pacts.types import PactView
from node.features.pacts.views import pact_views
from node.lookup.sight import Sight
from node.lookup.types import Name, Viewer
from node.texts import LANGUAGES
from tests.node.web.conftest import Site, rendered
from tests.node.web.html import Document, check
from tests.node.web.texts import (
    BIDI,
    CHARTER,
    DUISBURG,
    HOME,
    HOSTILE_CHARTER,
    SCRIPT,
    SECRET,
    UTOPIE,
)
from tests.node.web.world import World
from tests.sync.people import NOW

DAY = 86_400

Pact = Callable[..., PactView]

BUTTON = {"de": "Ja, unsere Gruppe geht mit", "en": "Yes, our group goes along"}
"""What is to be ticked where it can be signed, or followed after all."""


@pytest.fixture
def pact(world: World) -> Pact:
    """A pact of the store by its name there, with some of it changed."""
    sight = Sight(world.core, Viewer.INSIDE, world.core.home_id)
    found = {one.id: one for one in pact_views(sight)}
    return lambda key, **changes: replace(found[world.names[key]], **changes)


def page(world: World, pact: PactView, language: str = "de") -> Document:
    """The page of a pact in a state that no real record reached."""
    values = {
        "us": world.names["home"],
        "late_days": 30,
        "path": "/pacts/x",
        "going": pact.state in ("open", "agreed"),
        "may": True,
        "two": False,
        "warned": None,
        "along": (),
        "files": [],
        "form": SIGN.blank({"state": pact.state}, {}),
    }
    return check(rendered("pact.html", language, now=NOW, pact=pact, **values), language)


async def test_ties_show_first_which_pacts_wait(inside: Site) -> None:
    text = Document(await inside.text("/ties")).text
    said = [
        "Absprachen offen <script>",
        "Eure Gruppe ist gefragt und hat noch nicht unterschrieben.",
        f"offen Neuer Verbund {SECRET}",
        "1 von 2 nötigen Unterschriften. Die Frist endet am 27. Januar 2027, noch 12 Tage.",
        "wartet auf eure Entscheidung Zu spät gehört",
        f"Schon unterschrieben {SECRET} offen 2 von 3 nötigen Unterschriften 27. Januar 2027",
        f"Zustande gekommen {SECRET} zustande gekommen 2 von 2 nötigen Unterschriften",
        f"Vollzogen {SECRET} vollzogen 2 von 2 nötigen Unterschriften",
        f"Nichts geworden {SECRET} nicht zustande gekommen",
        "Warten auf Antwort (",
    ]
    assert [one for one in said if one not in text] == []
    places = [text.index(one) for one in said]
    assert places == sorted(places)
    assert text.count("Die Absprache ganz lesen") == 3
    assert "verbund pact" not in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pact_is_told_in_full(inside: Site, language: str) -> None:
    document = check(await inside.text("/pacts/{open}", language), language)
    said = {
        "de": [
            f"Vorgeschlagen von {DUISBURG['name']}: gemeinsam den Verbund „Sozialer Verbund Nord“",
            "1 von 2 nötigen Unterschriften, 1 fehlt noch. Die Frist endet am 27. Januar 2027",
            "Nichts zu tun heißt nein.",
            f"{HOME['name']} Das sind wir noch nicht",
            "hat unterschrieben hat es vorgeschlagen",
            "Über jede Aufnahme wird entschieden.",
            "Amtszeit: 1 Jahr.",
            "Der Auftrag geht bis 15. Januar 2028 und endet von selbst.",
            "Sobald 2 der 3 Gefragten unterschrieben haben",
            "mehr als 30 Tage nach der Frist",
            "Wer unehrlich ist, kann eine Kopie behalten.",
            "Weitergereicht durch",
        ],
        "en": [
            f"Proposed by {DUISBURG['name']}: to leave the network “Sozialer Verbund Nord”",
            "1 of 2 signatures needed, 1 is missing. The last day to sign is 27 January 2027",
            "Doing nothing means no.",
            f"{HOME['name']} That’s us not yet",
            "has signed proposed it",
            "Each admission is decided upon.",
            "Offices end after 1 year.",
            "The mandate lasts until 15 January 2028 and ends by itself.",
            "As soon as 2 of the 3 asked have signed",
            "more than 30 days after the last day",
            "Who is dishonest may keep a copy.",
            "Passed on by",
        ],
    }[language]
    said += [
        f"Neuer Verbund {SECRET}",
        f"Kommt mit {SECRET}",
        *(CHARTER[name] for name in ("motto", "purpose", "orientation", "region")),
        *CHARTER["consensus"],
        *CHARTER["topics"],
        "2/3",
        UTOPIE["name"],
        inside.path("{open}"),
    ]
    assert [one for one in said if one not in document.text] == []
    network = inside.path("/networks/{network}")
    assert {"/ties#pacts", network, "https://example.org/verbund"} <= set(document.hrefs)
    assert [href for href in document.hrefs if href.startswith("/networks/")] == [network]


@pytest.mark.parametrize(
    ("name", "said", "command"),
    [
        ("signed", "Bis genug andere es auch getan haben, ändert sich nichts.", False),
        ("hostile_pact", "Die Frist endet am 15. Januar 2027, in weniger als einem Tag.", True),
        ("late", "Folgt ihr der Absprache, dann bestätigt sie das.", True),
        ("agreed", "geschieht gleich von selbst", False),
        ("without_us", "Bis zur Frist könnt ihr noch dazukommen; dann geschieht es gleich.", True),
        ("done", "Eure Gruppe ist zu „Vollzogen", False),
        ("over", "Bis zum 14. Januar 2027 kamen hier 1 von 3 nötigen Unterschriften an.", False),
    ],
)
async def test_pact_says_where_it_stands(inside: Site, name: str, said: str, command: bool) -> None:
    for language in LANGUAGES:
        document = check(await inside.text(f"/pacts/{{{name}}}", language), language)
        assert (BUTTON[language] in document.text) is command
        if language == "de":
            assert said in document.text
    networks = [href for href in document.hrefs if href.startswith("/networks/")]
    founded = [href for href in networks if not href.endswith("/leave")]
    assert bool(founded) is (name in ("done", "hostile_pact"))


OLD = Name("a" * 52, "Sozialer Verbund Nord")


@pytest.mark.parametrize(
    ("name", "changes", "said", "command"),
    [
        ("open", {"asked": False}, "Eure Gruppe ist nicht gefragt.", False),
        ("late", {"leaves": OLD}, "dann verlässt sie „Sozialer Verbund Nord“", True),
        ("late", {"state": "declined"}, "Eure Gruppe ist der Absprache nicht gefolgt", False),
        ("without_us", {"until": NOW - DAY}, "Bei euch ändert sich nichts.", False),
        ("done", {"leaves": OLD}, "Eure Gruppe hat „Sozialer Verbund Nord“ verlassen", False),
    ],
)
def test_pact_in_other_states(
    world: World, pact: Pact, name: str, changes: dict[str, object], said: str, command: bool
) -> None:
    for language in LANGUAGES:
        document = page(world, pact(name, **changes), language)
        assert (BUTTON[language] in document.text) is command
        if language == "de":
            assert said in document.text


def test_whom_a_pact_does_not_reach_is_said(world: World, pact: Pact) -> None:
    signers = pact("signed").signers
    for how, said in (
        ("waiting", "noch nicht"),
        ("carried", "weiter"),
        ("no-way", "kein"),
    ):
        some = tuple(replace(one, reached=how) for one in signers)
        assert said in page(world, pact("signed", signers=some)).text


async def test_text_of_a_pact_is_text(inside: Site) -> None:
    for path in ("/ties", "/pacts/{hostile_pact}"):
        document = check(await inside.text(path), "de")
        assert "<script>alert(1)</script>" in document.text
    assert HOSTILE_CHARTER["links"][0] in document.hrefs


def test_text_of_a_pact_that_no_record_may_contain_is_text(world: World, pact: Pact) -> None:
    one = pact("hostile_pact", name=SCRIPT + BIDI, note=BIDI, leaves=Name("b" * 52, BIDI))
    charter = replace(one.charter, motto=BIDI, links=("javascript:alert(7)",))
    document = page(world, replace(one, charter=charter))
    assert "javascript:alert(7)" in document.text
    assert not [href for href in document.hrefs if "javascript" in href]


async def test_pact_is_found_by_a_prefix_of_its_id(inside: Site) -> None:
    id = inside.path("{open}")
    assert (await inside.get(f"/pacts/{id[:5]}")).status == 200
    wrong = [id[:3], id + "a", "x" * 52, "", "%00", "A" * 52, "a" * 3000]
    for one in wrong:
        answer = await inside.get(f"/pacts/{one}")
        assert answer.status == 404
        check(await answer.text(), "de")


async def test_outside_every_pact_looks_alike(site: Site) -> None:
    id, other = site.path("{open}"), "x" * 52
    known = await site.text(f"/pacts/{id}")
    assert known.replace(id, other) == await site.text(f"/pacts/{other}")
