"""Search and filters of the directory."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from node.features.directory import counting
from node.features.directory.search_query import LONGEST_SEARCH, Search, read_search
from node.features.directory.types import DirectoryQuery
from node.features.erasures.actions import erase_group
from node.features.groups.actions import edit_group, group_content
from node.features.groups.tables import own_list
from node.store.columns import Columns
from tests.node.web.conftest import Site
from tests.node.web.html import Document, check
from tests.node.web.texts import BERLIN, HOME, INCLUSION, SAXONY, SECRET, UTOPIE


def shown(html: str) -> list[str]:
    """The names of the entries on a page."""
    return Document(html).inside_of("h3")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=bürgerplattform stadtteil", [BERLIN]),
        ("region=Sachsen", [SAXONY, UTOPIE]),
        ("region=Sachsen&takes=yes", [UTOPIE]),
        ("topic=Teilhabe", [INCLUSION]),
        ("language=de&q=ämter", [HOME]),
        ("q=Landesverband&region=Sachsen", [SAXONY]),
        ("q=gibtesnicht", []),
    ],
)
async def test_filters_do_filter(site: Site, query: str, found: list[dict[str, str]]) -> None:
    assert shown(await site.text(f"/directory?{query}")) == [one["name"] for one in found]


async def test_counts_stand_beside_filters(site: Site) -> None:
    text = Document(await site.text("/directory?q=landesverband")).text
    for said in ("2 Einträge", "Sachsen (1)", "Mitgliederverwaltung (1)", "Deutsch (2)"):
        assert said in text


async def test_inside_finds_what_is_for_inside_too(site: Site) -> None:
    """One's own list, and partners that were not released for the public page."""
    path = f"/directory?q={SECRET}"
    assert shown(await site.text(path)) == []
    await site.enter()
    found = shown(await site.text(path))
    assert f"Stammtisch {SECRET}" in found
    assert f"Wartende {SECRET}" in found


async def test_chosen_filters_can_be_taken_back_one_by_one(site: Site) -> None:
    hrefs = Document(await site.text("/directory?q=a&region=Sachsen&takes=yes")).hrefs
    assert "/directory?q=a&takes=yes#results" in hrefs
    assert "/directory?q=a&region=Sachsen#results" in hrefs


async def test_nothing_found_says_what_to_do(site: Site) -> None:
    document = Document(await site.text("/directory?q=gibtesnicht"))
    assert "Versucht es mit einem anderen oder kürzeren Wort" in document.text
    assert "/directory" in document.hrefs


async def test_nothing_there_says_what_will_come(new_site: Site) -> None:
    assert shown(await new_site.text("/directory")) == ["Neue Gruppe"]
    erase_group(new_site.core, new_site.core.home_id)
    assert "Noch steht hier keine Gruppe." in check(await new_site.text("/directory"), "de").text
    await new_site.enter()
    text = check(await new_site.text("/directory"), "de").text
    assert "Das Verzeichnis füllt sich, sobald" in text


async def test_capped_result_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.store.directory.RANKED", 1)
    text = check(await site.text("/directory?q=sachsen", "en"), "en").text
    assert "Showing the best 1 of very many." in text


async def test_pages_lead_on_and_back(inside: Site) -> None:
    with inside.core.transaction():
        for number in range(1, 121):
            content = group_content({"name": f"Gruppe {number}", "region": "Überall"})
            own_list(inside.core).put({"kind": "group", **content})
    first = Document(await inside.text("/directory?region=Überall"))
    assert "Seite 1 von 3" in first.text
    assert "/directory?region=%C3%9Cberall&page=2#results" in first.hrefs
    third = Document(await inside.text("/directory?region=Überall&page=3"))
    assert "Seite 3 von 3" in third.text
    assert "/directory?region=%C3%9Cberall&page=2#results" in third.hrefs


async def test_page_past_the_end(site: Site) -> None:
    document = Document(await site.text("/directory?page=77"))
    assert "So viele Seiten hat das Ergebnis nicht." in document.text


BAD = [
    ("q", "x" * 201, "höchstens 200 Zeichen"),
    ("q", "\0\u202e" + "wöhnen " * 1_500, "höchstens 200 Zeichen"),
    ("topic", "x" * 121, "Diese Auswahl gibt es nicht"),
    *((name, "zebra", "gibt es nicht") for name in ("kind", "sort", "takes", "view")),
    *(
        ("page", number, "Diese Seitenzahl gibt es nicht")
        for number in ("0", "-1", "1e9", "99999", "9999999", "²")
    ),
]


@pytest.mark.parametrize(("name", "value", "said"), BAD)
async def test_what_is_out_of_bounds_is_named(site: Site, name: str, value: str, said: str) -> None:
    answer = await site.get("/directory", params={name: value})
    document = Document(await answer.text())
    assert answer.status == 400
    assert said in document.text
    assert "Verzeichnis" in document.text


@pytest.mark.parametrize(("name", "value", "said"), BAD)
def test_what_is_out_of_bounds_is_not_looked_for(name: str, value: str, said: str) -> None:
    asked = read_search({name: value}, inside=True).query
    assert replace(asked, text="") == DirectoryQuery()
    assert len(asked.text) <= LONGEST_SEARCH
    assert asked.text.isprintable()


def test_only_a_clean_query_is_looked_for() -> None:
    parameters = {"q": "\0 a\n\rb\u202e", "zebra": "x", "network": "abcdefgh"}
    assert read_search(parameters, inside=False) == Search(DirectoryQuery(text="a b"))


async def test_network_filter_is_for_inside(site: Site) -> None:
    path = "/directory?network={network}"
    outside = Document(await site.text(path))
    assert "im Verbund" not in outside.text
    assert len(shown(await site.text(path))) == len(shown(await site.text("/directory")))
    await site.enter()
    html = await site.text(path)
    assert "im Verbund Sozialer Verbund Nord" in Document(html).text
    assert shown(html) == [
        "Bürger für Bürger Duisburg e.V.",
        "Die Mitläufer",
        "RKSLP",
        "Sozialer Verbund Nord",
    ]


def test_search_as_an_address() -> None:
    parameters = {"q": "a&b", "topic": "c d", "language": "de", "takes": "yes", "page": "3"}
    search = read_search(parameters, inside=False)
    assert search.problems == ()
    assert search.path(3) == "/directory?q=a%26b&topic=c+d&language=de&takes=yes&page=3"
    assert search.path(topic=None) == "/directory?q=a%26b&language=de&takes=yes"


async def test_a_large_directory_is_counted_elsewhere(
    inside: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same counts, and not in the loop that serves others meanwhile."""
    edit_group(inside.core, inside.core.home_id, {"region": "Sachsen"})
    small = await inside.text("/directory")
    threads = []

    def noting(*args: Any) -> Columns:
        threads.append(threading.get_ident())
        return read(*args)

    read = counting.read_columns
    monkeypatch.setattr(counting, "read_columns", noting)
    for limit in ("LARGE", "FEW"):
        monkeypatch.setattr(counting, limit, 1)
    for region in (None, "Sachsen"):
        edit_group(inside.core, inside.core.home_id, {"region": region})
    assert Document(await inside.text("/directory")).text == Document(small).text
    assert threads
    assert threading.get_ident() not in threads
    await inside.text("/directory")
    await inside.text("/directory?q=Teilhabe")
    assert len(threads) == 1


LISTED = {
    "Chor": {"region": "Kiel", "topics": ["Musik"], "takes_members": True},
    "Ämterlotsen": {"region": "Kiel-Gaarden", "topics": ["Ämter"], "takes_members": False},
    "Bauwagen": {"region": "München", "topics": ["Wohnen"]},
    "Zirkel": {"region": "Landkreis Plön", "topics": ["Musik"], "takes_members": True},
    "Ohne Ort": {},
}
"""Entries of one's own list, by their names."""


def with_list(site: Site) -> None:
    with site.core.transaction():
        for name, more in LISTED.items():
            own_list(site.core).put({"kind": "group", **group_content({"name": name, **more})})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("region=Kiel", ["Ämterlotsen", "Chor"]),
        ("region=kiel", ["Ämterlotsen", "Chor"]),
        ("region=Kile", ["Ämterlotsen", "Chor"]),
        ("region=Gaarden", ["Ämterlotsen"]),
        ("region=kiel gaarden", ["Ämterlotsen"]),
        ("region=Muenchen", ["Bauwagen"]),
        ("region=MÜNCHEN", ["Bauwagen"]),
        ("region=Munchen", ["Bauwagen"]),
        ("region=Plö", ["Zirkel"]),
        ("region=Kreis Plön", []),
        ("region=Hamburg", []),
        ("region=Kiel&takes=yes", ["Chor"]),
        ("region=Kiel&takes=no", ["Ämterlotsen"]),
        ("topic=Musik", ["Chor", "Zirkel"]),
        ("topic=musik&region=kiel", ["Chor"]),
        ("kind=entry", ["Ämterlotsen", "Bauwagen", "Chor", "Ohne Ort", "Zirkel"]),
        ("kind=entry&sort=-name", ["Zirkel", "Ohne Ort", "Chor", "Bauwagen", "Ämterlotsen"]),
        ("kind=entry&sort=region", ["Chor", "Ämterlotsen", "Zirkel", "Bauwagen", "Ohne Ort"]),
        ("kind=network", []),
        ("q=musik&sort=-name", ["Zirkel", "Chor"]),
        ("q=aemter", ["Ämterlotsen"]),
        ("zebra=1", ["Ämterlotsen", "Bauwagen", "Chor", "Neue Gruppe", "Ohne Ort", "Zirkel"]),
    ],
)
async def test_what_is_chosen_is_found(new_site: Site, query: str, found: list[str]) -> None:
    with_list(new_site)
    await new_site.enter()
    assert shown(await new_site.text(f"/directory?{query}")) == found
    table = Document(await new_site.text(f"/directory?{query}&view=table"))
    assert table.inside_of("th")[5:] == found


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        (
            "",
            ["Musik (2)", "Kiel (2)", "Von eurer Liste (5)", "Gruppe (1)", "niemanden auf (1)"],
        ),
        ("topic=Musik", ["Musik (2)", "Ämter (1)", "Wohnen (1)", "Kiel (1)", "Landkreis Plön (1)"]),
        ("kind=entry", ["Von eurer Liste (5)", "Gruppe (1)", "Musik (2)"]),
        ("takes=no", ["auf (2)", "niemanden auf (1)", "Ämter (1)"]),
        ("q=musik&topic=Ämter", ["Musik (2)", "Ämter (0)"]),
    ],
)
async def test_counts_are_under_everything_else(
    new_site: Site, query: str, counts: list[str]
) -> None:
    with_list(new_site)
    await new_site.enter()
    text = check(await new_site.text(f"/directory?{query}"), "de").text
    assert [one for one in counts if one not in text] == []


async def test_what_a_region_counts_is_what_one_gets(new_site: Site) -> None:
    with_list(new_site)
    await new_site.enter()
    document = Document(await new_site.text("/directory"))
    assert "Kiel (2) Kiel-Gaarden (1)" in document.text
    assert "/directory?region=Kiel#results" in document.hrefs


async def test_a_slip_of_the_fingers_is_told(new_site: Site) -> None:
    with_list(new_site)
    await new_site.enter()
    said = "In „Kile“ ist nichts bekannt. Gezeigt wird, was ähnlich heißt: Kiel"
    assert said in Document(await new_site.text("/directory?region=Kile")).text
    assert "was ähnlich heißt" not in Document(await new_site.text("/directory?region=kiel")).text


async def test_regions_of_one_s_own_list_are_not_for_outside(new_site: Site) -> None:
    with_list(new_site)
    text = Document(await new_site.text("/directory?region=Kile")).text
    assert "0 Einträge" in text
    assert "ähnlich" not in text


async def test_the_table_stays_a_table(inside: Site) -> None:
    document = Document(await inside.text("/directory?view=table&region=Sachsen"))
    assert "/directory?view=table#results" in document.hrefs  # without the region
    assert "/directory?region=Sachsen#results" in document.hrefs  # as cards
