"""The page of ties: who confirmed what, which pacts wait, and what is folded away."""

import re
from dataclasses import replace
from typing import Any

import pytest

from node.features.networks.types import DepartureView
from node.features.pacts.types import PactView
from node.features.status.pages import MENDED_ON, ties_values
from node.features.status.types import ArrivingView, StatusView
from node.features.status.views import status_view
from node.lookup.sight import Sight
from node.lookup.types import (
    ClockView,
    ContradictionView,
    Name,
    RunOutView,
    TroubleView,
    Viewer,
)
from node.store.troubles import WHATS
from node.texts import LANGUAGES
from node.web.page import Panel
from protocol.kinds import KINDS
from tests.node.web.conftest import Site, rendered
from tests.node.web.html import Document, check
from tests.node.web.texts import BERLIN, RKSLP, SCRIPT, SECRET, UTOPIE
from tests.node.web.world import World
from tests.sync.people import NOW

X = Name("x" * 52, "X")
HOSTILE = Name("y" * 52, SCRIPT)
NAMELESS = Name("z" * 52, None)

RENEWED = [name for name, kind in KINDS.items() if kind.renewed]


NO_TIES: dict[str, Any] = {
    "any": False,
    "may": True,
    "has_address": False,
    "letters": "",
}
"""What the page shows of the ties themselves (tests/node/features/ties)."""


@pytest.fixture
def status(world: World) -> StatusView:
    """How the node of the tests stands."""
    return status_view(Sight(world.core, Viewer.INSIDE, world.core.home_id))


def page(status: StatusView, language: str = "de") -> Document:
    """The page of a node that stands in a way to which no test gets one."""
    values = ties_values(status)
    html = rendered(
        "ties.html",
        language,
        now=NOW,
        **NO_TIES,
        first=[Panel("status_wrong.html", values)],
        panels=[Panel("status_below.html", values)],
    )
    return check(html, language)


async def test_ties_say_who_confirmed(inside: Site) -> None:
    text = Document(await inside.text("/ties")).text
    for said in (
        "Seit dem 15. Januar 2027 nicht mehr in Alter Verbund",
        "Unterschrift passt nicht",
        "Haben noch nicht bestätigt, dass eure Daten gelöscht sind (wer aus ist",
        "erfährt es später): Alter Verbund",
        UTOPIE["name"],
        f"Haben bestätigt, dass eure Daten gelöscht sind: {RKSLP['name']}",
        "wartet auf die andere Seite",
        f"Bitte {SECRET}",
        BERLIN["name"],
    ):
        assert said in text


async def test_ties_of_a_new_group(new_site: Site) -> None:
    await new_site.enter()
    text = check(await new_site.text("/ties"), "de").text
    assert "Noch keine Verbindung" in text
    assert "Bittet eine andere Gruppe um einen Link" in text  # without an address none is given
    assert "Mit anderen zusammen gehen" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_done_on_a_page_names_no_command(status: StatusView, language: str) -> None:
    troubles = tuple(TroubleView(what, "disk-full", NOW) for what in MENDED_ON)
    document = page(replace(status, words_unconfirmed=True, troubles=troubles), language)
    assert "verbund keys" not in document.text
    assert "verbund group" not in document.text
    assert "verbund network" not in document.text
    assert "--no-local-network" not in document.text
    for path in ("/machine/words", *MENDED_ON.values()):
        assert [one for one in document.all("a") if one.get("href") == path], path


@pytest.mark.parametrize("source", ["said", "machine", "assumed"])
def test_time_zone_is_told_without_a_command(status: StatusView, source: str) -> None:
    text = page(replace(status, zone="Europe/Berlin", zone_source=source)).text
    assert "Europe/Berlin" in text
    assert "--zone" not in text


async def test_ties_of_a_machine_without_words_lead_to_them(new_site: Site) -> None:
    await new_site.enter()
    text = await new_site.text("/ties")
    assert "verbund keys words" not in text
    assert "verbund group edit" not in text


def test_pacts_that_do_not_wait_come_after_the_ties(status: StatusView) -> None:
    signed = [one for one in status.pacts if one.state == "open" and one.signed_here]
    text = page(replace(status, pacts=tuple(signed))).text
    assert text.index("Schon unterschrieben") < text.index("Austritte")
    assert "verbund pact sign" not in text


def test_what_is_long_over_is_folded_away(status: StatusView) -> None:
    past: list[PactView] = [one for one in status.pacts if one.state in ("over", "done")]
    document = page(
        replace(
            status,
            departures=(
                *(DepartureView(Name("a" * 52, f"Verbund {n}"), n, (X,), ()) for n in range(4)),
                DepartureView(Name("b" * 52, "Offener"), 1, (), (X,)),
            ),
            pacts=(*past, past[0]),
        )
    )
    for folded in (
        "2 ältere Austritte, von allen bestätigt",
        "3 frühere Absprachen",
    ):
        assert folded in document.text
    assert [named for named in document.all("details") if "open" in named] == []
    departures = re.findall(r"nicht mehr in (\S+( \d)?)", document.text)
    assert [name for name, _ in departures] == [
        *("Offener", "Verbund 3", "Verbund 2", "Verbund 1", "Verbund 0")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {"disk": "full"},
        {"disk": "low"},
        {"groups_known": 1234, "set_aside": {"unknown-kind": 1200, "over-limit": 1}},
        {"address": "https://mitlaeufer.example.org", "running": True},
        {"endpoints": ("https://mitlaeufer.example.org",)},
        {"departures": (DepartureView(NAMELESS, NOW, (), ()),)},
        {"contradictions": (ContradictionView(HOSTILE, False, ("group",), 7, NOW),)},
        {"contradictions": (ContradictionView(NAMELESS, True, ("group",), 1, NOW),)},
        {"frozen": (X, NAMELESS, HOSTILE), "superseded": (X, NAMELESS)},
        *({"waiting": why} for why in ("restored", "recovered", "newer", "twins", "used-up")),
        {"arriving": (ArrivingView(HOSTILE, 12_000, 34_567),)},
        *({"troubles": (TroubleView(what, "disk-full", NOW),)} for what in WHATS),
        *(
            {"clock": ClockView(one, NOW, NOW, 3)}
            for one in ("ahead", "behind", "unset", "mended", "unsure")
        ),
        {"clock": ClockView("partners", NOW, NOW, others=2, said=NOW)},
        {"clock": ClockView("ahead", NOW, NOW, others=3, said=NOW)},
        {"run_out": tuple(RunOutView(one, X, NOW) for one in RENEWED)},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_whatever_is_wrong_is_said_in_words(
    status: StatusView, changes: dict[str, object], language: str
) -> None:
    """Each makes the page say something that it does not say otherwise, and nothing of code."""
    text = page(replace(status, **changes), language).text
    assert text != page(status, language).text
    assert "status_" not in text
    assert "keys_" not in text
