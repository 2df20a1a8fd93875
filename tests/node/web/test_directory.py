"""Search and filters of the directory."""

import pytest

from node.features.directory.search_query import LONGEST_SEARCH, read_search
from node.features.directory.types import DirectoryQuery
from tests.node.web.conftest import Site
from tests.node.web.html import Document
from tests.node.web.neighbours import GROUPS, NETWORK


def shown(html: str) -> list[str]:
    """The names of the entries on a page."""
    links = [href for href in Document(html).hrefs if href.startswith("/groups/")]
    names = {f"/groups/{group.id}": group.name for group in GROUPS}
    return [names[link] for link in links if link in names]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=bürgerplattform stadtteil", ["SO! MIT UNS – Bürgerplattform Berlin-Südost"]),
        ("region=Sachsen", ["Utopie25", "Landesverband Sachsen"]),
        ("region=Sachsen&takes=yes", ["Utopie25"]),
        ("topic=Teilhabe", ["Netzwerk Inklusion"]),
        ("language=de&q=ämter", ["Die Mitläufer"]),
        ("q=Landesverband&region=Sachsen", ["Landesverband Sachsen"]),
        ("q=gibtesnicht", []),
    ],
)
async def test_filters_do_filter(site: Site, query: str, names: list[str]) -> None:
    assert shown(await site.text(f"/directory?{query}")) == names


async def test_counts_stand_beside_filters(site: Site) -> None:
    text = Document(await site.text("/directory?q=landesverband")).text
    for said in ("2 Einträge", "Sachsen (1)", "Mitgliederverwaltung (1)", "Deutsch (2)"):
        assert said in text


async def test_chosen_filters_can_be_taken_back_one_by_one(site: Site) -> None:
    hrefs = Document(await site.text("/directory?q=a&region=Sachsen&takes=yes")).hrefs
    assert "/directory?q=a&takes=yes#results" in hrefs
    assert "/directory?q=a&region=Sachsen#results" in hrefs


async def test_nothing_found_says_what_to_do(site: Site) -> None:
    document = Document(await site.text("/directory?q=gibtesnicht"))
    assert "Versucht es mit einem anderen oder kürzeren Wort" in document.text
    assert "/directory" in document.hrefs


async def test_capped_result_says_so(site: Site) -> None:
    site.world.capped = True
    text = Document(await site.text("/directory", "en")).text
    assert "Showing the best 10 of very many." in text


async def test_pages_lead_on_and_back(site: Site) -> None:
    site.world.groups = [GROUPS[0]] * 120
    first = Document(await site.text("/directory"))
    assert "Seite 1 von 3" in first.text
    assert "/directory?page=2#results" in first.hrefs
    third = Document(await site.text("/directory?page=3"))
    assert "Seite 3 von 3" in third.text
    assert "/directory?page=2#results" in third.hrefs


async def test_page_past_the_end(site: Site) -> None:
    document = Document(await site.text("/directory?page=77"))
    assert "So viele Seiten hat das Ergebnis nicht." in document.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=" + "x" * 201, "höchstens 200 Zeichen"),
        ("topic=" + "x" * 121, "Diese Auswahl gibt es nicht"),
        ("page=0", "Diese Seitenzahl gibt es nicht"),
        ("page=-1", "Diese Seitenzahl gibt es nicht"),
        ("page=1e9", "Diese Seitenzahl gibt es nicht"),
        ("page=99999", "Diese Seitenzahl gibt es nicht"),
        ("page=²", "Diese Seitenzahl gibt es nicht"),
    ],
)
async def test_what_is_out_of_bounds_is_named(site: Site, query: str, said: str) -> None:
    answer = await site.get(f"/directory?{query}")
    document = Document(await answer.text())
    assert answer.status == 400
    assert said in document.text
    assert "Verzeichnis" in document.text
    asked = site.world.asked[-1]
    assert len(asked.text) <= LONGEST_SEARCH
    assert (asked.topic, asked.page) == (None, 1)


async def test_only_a_clean_query_reaches_the_views(site: Site) -> None:
    await site.get(
        "/directory?q=%00%20a%0A%0Db%E2%80%AE&takes=perhaps&sort=x&network=" + NETWORK.id
    )
    assert site.world.asked == [DirectoryQuery(text="a b")]


async def test_network_filter_is_for_inside(inside: Site) -> None:
    document = Document(await inside.text(f"/directory?network={NETWORK.id}"))
    assert inside.world.asked[-1].network == NETWORK.id
    assert "im Verbund Sozialer Verbund Nord" in document.text


def test_search_as_an_address() -> None:
    parameters = {"q": "a&b", "topic": "c d", "language": "de", "takes": "yes", "page": "3"}
    search = read_search(parameters, inside=False)
    assert search.problems == ()
    assert search.path(3) == "/directory?q=a%26b&topic=c+d&language=de&takes=yes&page=3"
    assert search.path(topic=None) == "/directory?q=a%26b&language=de&takes=yes"
