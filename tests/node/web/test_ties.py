"""The page of ties: who confirmed what, which pacts wait, and what is folded away."""

import re
from dataclasses import replace

from node.features.networks.types import DepartureView
from node.features.peers.types import PeerView
from node.lookup.types import Name
from tests.node.web.conftest import Site
from tests.node.web.html import Document, check
from tests.node.web.neighbours import NETWORK, SECRET, an_id
from tests.node.web.pacts import DONE, OVER


async def test_ties_say_who_confirmed(inside: Site) -> None:
    text = Document(await inside.text("/ties")).text
    for said in (
        "Seit dem 29. November 2026 nicht mehr in Alter Verbund",
        "Unterschrift passt nicht",
        "Haben noch nicht bestätigt, dass eure Daten gelöscht sind (wer aus ist",
        "erfährt es später): Utopie25",
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
    assert "verbund peer accept LINK" in text  # without an address there are no links to give
    assert "verbund peer invite" not in text
    assert "Noch in keinem Verbund." in text
    assert "verbund pact propose --help" in text


async def test_what_is_long_over_is_folded_away(inside: Site) -> None:
    somebody = (Name(an_id("x"), "X"),)
    inside.world.state = replace(
        inside.world.state,
        peers=tuple(PeerView(Name(an_id(str(n)), f"Ehemals {n}"), "ended", False) for n in "abc"),
        networks=(NETWORK, *(replace(NETWORK, standing="left", held_here=False),) * 3),
        departures=(
            *(
                DepartureView(Name(an_id(str(n)), f"Verbund {n}"), n, somebody, ())
                for n in range(4)
            ),
            DepartureView(Name(an_id("open"), "Offener"), 1, (), somebody),
        ),
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
