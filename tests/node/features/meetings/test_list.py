"""The list of meetings: cards, search, filters with counts, pages, past ones."""

import re

import pytest

from node.features.groups.actions import edit_group
from node.features.meetings.actions import new_meeting
from node.features.networks.actions import found_network
from node.lookup.zone import ZONE
from node.people.persons import Person
from node.store.core import Core
from tests.node.features.joining.conftest import Browser
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document
from tests.node.world import Clock, wind
from tests.sync.people import NOW

TOPICS = ("Mieten", "Verkehr", "Schule")


@pytest.fixture
async def kaethe(core: Core, browser: Browser, key: Person) -> Site:
    with core.transaction():
        core.settings.set(ZONE, "Europe/Berlin")
    site = await browser()
    site.sign_in(key)
    return site


def fill(core: Core, number: int) -> None:
    """So many meetings, one a day."""
    for n in range(number):
        said = {
            "title": f"Treffen {n}",
            "topic": TOPICS[n % len(TOPICS)],
            "starts": f"2027-{2 + n // 28:02}-{1 + n % 28:02}T19:00",
            "zone": "Europe/Berlin",
            "place": "Gaarden" if n % 10 == 0 else "Mitte",
        }
        new_meeting(core, core.home_id, "public", said)


def titles(page: str) -> list[str]:
    return re.findall(r"<bdi>(Treffen [0-9]+)</bdi>", page)


async def test_nothing_yet_says_what_it_is_for(kaethe: Site) -> None:
    page = await kaethe.text("/meetings")
    assert "Kündigt das erste an" in page
    assert 'href="/meetings/new"' in page
    assert "<select" not in page


async def test_few_need_no_search(core: Core, kaethe: Site) -> None:
    fill(core, 3)
    page = await kaethe.text("/meetings")
    assert titles(page) == ["Treffen 0", "Treffen 1", "Treffen 2"]
    assert "<select" not in page


async def test_more_than_fifty_are_paged(core: Core, kaethe: Site) -> None:
    fill(core, 60)
    first = await kaethe.text("/meetings")
    assert titles(first) == [f"Treffen {n}" for n in range(50)]
    assert "Seite 1 von 2" in first
    second = await kaethe.text("/meetings?page=2")
    assert titles(second) == [f"Treffen {n}" for n in range(50, 60)]
    assert titles(await kaethe.text("/meetings?page=99")) == titles(second)
    assert Document(first).faults == []
    assert len(first.encode()) < 60_000


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("q=gaarden", 1),
        ("q=treffen+7", 1),
        ("q=CHOR", 9),
        ("q=nirgends", 0),
        ("topic=Mieten", 3),
        ("topic=mieten&q=gaarden", 1),
        ("region=Kiel", 9),
        ("region=Bremen", 0),
        ("network=Hafenverbund", 0),
        ("topic=x&topic=y&page=-1&q=%00", 0),
    ],
)
async def test_search_and_filters(query: str, number: int, core: Core, kaethe: Site) -> None:
    fill(core, 9)
    edit_group(core, core.home_id, {"region": "Kiel"})
    page = await kaethe.text(f"/meetings?{query}")
    assert len(titles(page)) == number
    assert Document(page).faults == []
    assert ("Kein Treffen passt dazu" in page) is (number == 0)


async def test_filters_show_what_there_is_with_counts(core: Core, kaethe: Site) -> None:
    fill(core, 9)
    network = found_network(core, core.home_id, {"name": "Hafenverbund"})
    said = {"title": "Rat", "starts": "2027-06-05T19:00", "zone": "Europe/Berlin", "place": "Kai"}
    new_meeting(core, core.home_id, network, said)
    page = Document(await kaethe.text("/meetings")).text
    for choice in ("Mieten (3)", "Verkehr (3)", "Schule (3)", "Hafenverbund (1)"):
        assert choice in page
    assert "Rat" in await kaethe.text("/meetings?network=Hafenverbund")


async def test_outside_there_is_nothing_of_networks(
    core: Core, kaethe: Site, browser: Browser
) -> None:
    fill(core, 9)
    network = found_network(core, core.home_id, {"name": "Hafenverbund"})
    said = {"title": "Rat", "starts": "2027-06-05T19:00", "zone": "Europe/Berlin", "place": "Kai"}
    new_meeting(core, core.home_id, network, said)
    page = await (await browser()).text("/meetings")
    assert len(titles(page)) == 9
    assert "Hafenverbund" not in page
    assert "/meetings/new" not in page


async def test_past_ones(core: Core, kaethe: Site) -> None:
    fill(core, 9)
    wind(core, Clock(NOW + 20 * 86_400))
    kaethe.sign_in(person(core, "Klaus", key_person=True))
    assert "Treffen 0" not in titles(await kaethe.text("/meetings"))
    past = await kaethe.text("/meetings?past=1")
    assert titles(past)[-1] == "Treffen 0"
    one = re.search(r'href="(/meetings/[a-z0-9]+/[a-z0-9]+)"><bdi>Treffen 0', past)
    assert one is not None
    page = await kaethe.text(one[1])
    assert "Dieses Treffen ist vorbei" in page
    assert f"{one[1]}/edit" not in page
    assert f"{one[1]}/cancel" not in page
