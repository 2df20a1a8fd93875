"""The pages: the list with its filters, one of each, who sees what. Both languages."""

import pytest

from node.features.exchange.actions import publish
from node.features.exchange.pages import PER_PAGE
from node.store.core import Core
from node.texts import LANGUAGES
from protocol.audience import PUBLIC
from tests.node.web.conftest import Site
from tests.node.web.html import Document, check
from tests.node.web.texts import SECRET, TABLES

OFFER = "/exchange/{home}/offer/{tables}"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_offer_from_outside_and_inside(site: Site, language: str) -> None:
    html = await site.text(OFFER, language)
    check(html, language)
    text = Document(html).text
    amount = {"de": "Wie viel", "en": "How much"}[language]
    for one in (TABLES["title"], TABLES["place"], "12 Stück", amount):
        assert one in text
    asked = {"de": "Wer zugesagt hat", "en": "Who said yes"}[language]
    assert asked not in text
    assert SECRET not in text
    await site.enter()
    text = Document(await site.text(OFFER, language)).text
    assert asked in text
    assert f"Am Freitag {SECRET}" in text
    assert {"de": "Euer Eintrag", "en": "Your entry"}[language] in text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("", ["Klapptische", "Beamer", "Bank"], []),
        ("?what=want", ["Beamer"], ["Klapptische", "Bank"]),
        ("?q=tische", ["Klapptische"], ["Beamer", "Bank"]),
        ("?place=hannover", ["Beamer"], ["Klapptische"]),
        ("?network={network}", ["Beamer"], ["Klapptische", "Bank"]),
        ("?mine=yes", ["Klapptische", "Beamer"], ["Bank"]),
        ("?what=nonsense&network=abcd&mine=perhaps&page=-1", ["Klapptische", "Bank"], []),
    ],
)
async def test_filters(inside: Site, query: str, shown: list[str], hidden: list[str]) -> None:
    text = Document(await inside.text("/exchange" + query)).text
    assert [one for one in shown if one not in text] == []
    assert [one for one in hidden if one in text] == []


async def test_outside_only_what_is_for_everybody(site: Site) -> None:
    html = await site.text("/exchange?mine=yes&network={network}")
    text = Document(html).text
    assert "Klapptische" in text
    assert SECRET not in text
    assert 'name="network"' not in html
    assert 'name="mine"' not in html


async def test_who_sees_it_and_what_we_take(inside: Site) -> None:
    text = Document(await inside.text("/exchange/{home}/want/{projector}")).text
    assert "Wer das sieht die Mitglieder von" in text
    text = Document(await inside.text("/exchange/{partner}/offer/{bench}")).text
    assert "Ihr habt zugesagt" in text
    assert "Wer das sieht nur" in text


@pytest.mark.parametrize(
    "path",
    [
        "/exchange/{home}/want/{tables}",
        "/exchange/{home}/meeting/{public}",
        "/exchange/{home}/offer/" + "n" * 100,
        "/exchange/x/offer/{tables}",
        "/exchange/%00/offer/x",
    ],
)
async def test_what_is_not_there(site: Site, path: str) -> None:
    assert (await site.get(path)).status == 404


async def test_empty_page_offers_the_first_step(new_site: Site) -> None:
    assert "Zurzeit wird nichts angeboten" in await new_site.text("/exchange")
    await new_site.enter()
    assert {"/exchange/offer", "/exchange/want"} <= set(
        Document(await new_site.text("/exchange")).hrefs
    )


async def test_more_than_fifty_are_paged(new_site: Site, new_core: Core) -> None:
    until = new_core.clock() + 86_400
    for number in range(PER_PAGE + 2):
        said = {"title": f"Stuhl {number:03}"}
        publish(new_core, new_core.home_id, "offer", PUBLIC, said, until)
    pages = [await new_site.text(f"/exchange?q=stuhl&page={n}") for n in (1, 2, 9)]
    counted = [sum(f"Stuhl {n:03}" in page for n in range(PER_PAGE + 2)) for page in pages]
    assert counted == [PER_PAGE, 2, 2]
    assert "/exchange?q=stuhl&page=2#results" in Document(pages[0]).hrefs
    assert "Seite 2 von 2" in Document(pages[1]).text
