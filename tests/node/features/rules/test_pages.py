"""Settings in a browser of sorts: who may what alone, and what waits for another yes."""

import re

import pytest

from node.features.rules.actions import ACTS, begin, needed
from node.features.rules.tables import rules
from node.people.persons import Person
from node.texts import LANGUAGES
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

ALL_ONE = dict.fromkeys(ACTS, "1")


@pytest.fixture
def keys(new_site: Site) -> list[Person]:
    return [person(new_site.core, name, key_person=True) for name in ("Kim", "Alex")]


async def change(site: Site, **acts: str) -> int:
    found = re.search('name="edition" value="([^"]+)"', await site.text("/settings"))
    assert found
    answer = await site.post("/settings", {"edition": found[1], **ALL_ONE, **acts})
    return answer.status


@pytest.mark.parametrize("language", LANGUAGES)
async def test_page_in_both_languages(new_site: Site, keys: list[Person], language: str) -> None:
    site = new_site
    site.sign_in(person(site.core, "Noa"))
    check(await site.text("/settings", language), language)
    site.sign_in(keys[0])
    assert await change(site, leave="2") == 303
    assert await change(site) == 303
    check(await site.text("/settings", language), language)


async def test_members_read_and_key_persons_change(new_site: Site, keys: list[Person]) -> None:
    site = new_site
    site.sign_in(person(site.core, "Noa"))
    assert 'name="leave"' not in await site.text("/settings")
    assert (await site.post("/settings", {**ALL_ONE, "leave": "2"})).status == 403
    assert needed(site.core, "leave") == 1


async def test_two_to_one_in_two_browsers(new_site: Site, keys: list[Person]) -> None:
    site, (kim, alex) = new_site, keys
    site.sign_in(kim)
    assert await change(site, leave="2", expel="2") == 303
    assert await change(site, expel="2") == 303
    text = Document(await site.text("/settings")).text
    assert "Vorgemerkt" in text
    assert "Von zwei Schlüsselpersonen auf eine: Einen Verbund verlassen" in text
    assert "Begonnen von Kim" in text
    (waiting,) = rules(site.core).in_state("waiting")
    path = f"/settings/requests/{waiting.id}"
    await site.post(path, {"say": "yes"})  # one's own yes counts once
    assert needed(site.core, "leave") == 2
    site.sign_in(None)
    await site.post(path, {"say": "yes"})
    assert needed(site.core, "leave") == 2
    site.sign_in(alex)
    assert (await site.post(path, {"say": "yes"})).status == 303
    assert "Ihr wolltet es zu zweit" in Document(await site.text("/settings")).text
    assert (needed(site.core, "leave"), needed(site.core, "expel")) == (1, 2)
    await site.post(path, {"say": "yes"})
    assert "Das ist vorbei" in Document(await site.text("/settings")).text


async def test_no_is_no(new_site: Site, keys: list[Person]) -> None:
    site, (kim, alex) = new_site, keys
    what = {"network": "00" * 32, "shown": "Netz <b>\u202e"}
    with site.core.transaction():
        rules(site.core).set_needed("leave", 2)
    id_ = begin(site.core, kim.id, "leave", what).request
    site.sign_in(alex)
    html = await site.text("/settings")
    check(html, "de")
    assert "<b>" not in html
    await site.post(f"/settings/requests/{id_}", {"say": "no"})
    assert [one.state for one in rules(site.core).latest(5)] == ["refused"]
    assert (await site.post("/settings/requests/nothing", {"say": "yes"})).status == 404


async def test_what_fails_later_is_told(new_site: Site, keys: list[Person]) -> None:
    site, (kim, alex) = new_site, keys
    with site.core.transaction():
        rules(site.core).set_needed("leave", 2)
    id_ = begin(site.core, kim.id, "leave", {"network": "00" * 32}).request
    site.sign_in(alex)
    await site.post(f"/settings/requests/{id_}", {"say": "yes"})
    assert "Es ging nicht mehr" in Document(await site.text("/settings")).text
    assert [one.state for one in rules(site.core).latest(5)] == ["failed"]


async def test_two_need_two(new_site: Site) -> None:
    site = new_site
    site.sign_in(person(site.core, "Kim", key_person=True))
    assert await change(site, found="2") == 422
    assert needed(site.core, "found") == 1
