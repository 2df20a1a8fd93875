"""Roles, and letting somebody in again, on the pages of key persons."""

import re

import pytest

from node.features.roles.actions import TOLD_SECONDS
from node.people.persons import Person, Standing, persons
from node.people.sessions import Sessions
from node.store.core import Core
from tests.node.features.joining.conftest import Browser
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document

CODE = re.compile(r"<code>([2-9A-Z]{4}-[2-9A-Z]{4})</code>")


@pytest.fixture
async def kaethe(core: Core, browser: Browser, key: Person) -> Site:
    site = await browser()
    site.sign_in(key)
    return site


async def second_key(core: Core, browser: Browser, name: str = "Klaus") -> tuple[Person, Site]:
    one, site = person(core, name, key_person=True), await browser()
    site.sign_in(one)
    return one, site


def is_key(core: Core, id_: str) -> bool:
    found = persons(core).get(id_)
    return found is not None and found.key_person


async def test_key_is_given_and_given_back(core: Core, browser: Browser, kaethe: Site) -> None:
    anna = person(core, "Anna")
    other = await browser()
    other.sign_in(anna)
    assert (await other.get(f"/members/{anna.id}/role")).status == 403
    path = f"/members/{anna.id}/role"
    assert (await kaethe.post(path, {"change": "key"})).status == 303
    assert "Anna wurde Schlüsselperson, durch Käthe." in await kaethe.text(path)
    assert (await other.get(path)).status == 200
    answer = await other.post(path, {"change": "no-key"})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert not is_key(core, anna.id)
    assert (await other.get(path)).status == 403


async def test_last_key_person_stays(core: Core, key: Person, kaethe: Site) -> None:
    path = f"/members/{key.id}/role"
    assert "einzige Schlüsselperson" in await kaethe.text(path)
    assert (await kaethe.post(path, {"change": "no-key"})).status == 303
    assert is_key(core, key.id)


async def test_treasurer(core: Core, kaethe: Site) -> None:
    anna = person(core, "Anna")
    path = f"/members/{anna.id}/role"
    for change, is_ in (("treasurer", True), ("no-treasurer", False)):
        assert (await kaethe.post(path, {"change": change})).status == 303
        found = persons(core).get(anna.id)
        assert found is not None
        assert found.treasurer is is_


@pytest.mark.parametrize("change", ["", "x", "key_person"])
async def test_changes_that_there_are_not(change: str, core: Core, kaethe: Site) -> None:
    anna = person(core, "Anna")
    assert (await kaethe.post(f"/members/{anna.id}/role", {"change": change})).status == 303
    assert not is_key(core, anna.id)


@pytest.mark.parametrize("path", ["/members/nobody/role", "/members/nobody/code"])
async def test_nobody_has_no_roles(path: str, kaethe: Site) -> None:
    assert (await kaethe.get(path)).status == 404
    assert (await kaethe.post(path, {"change": "key"})).status == 404


async def test_key_is_taken_by_two_others(core: Core, browser: Browser, kaethe: Site) -> None:
    _klaus, klaus = await second_key(core, browser)
    bad, third = await second_key(core, browser, "Bernd")
    path = f"/members/{bad.id}/role"
    assert (await kaethe.post(path, {"change": "no-key"})).status == 303
    assert "Eine Woche lang" in await kaethe.text(path)
    assert "Käthe möchte, dass Bernd" in await klaus.text(path)
    assert "Käthe fragt, ob Bernd Schlüsselperson bleibt" in await klaus.text("/")
    assert "ob Bernd Schlüsselperson bleibt" not in await kaethe.text("/")
    assert (await third.post(f"/members/{bad.id}/seconds/end", {"act": "no-key"})).status == 303
    assert is_key(core, bad.id)
    assert "Käthe möchte, dass Bernd" in await klaus.text(path)  # Bernd can't wave it away
    assert (await klaus.post(path, {"change": "no-key"})).status == 303
    assert not is_key(core, bad.id)


async def test_who_never_came_in_gets_a_code_of_one(
    core: Core, browser: Browser, kaethe: Site
) -> None:
    anna = person(core, "Anna")
    path = f"/members/{anna.id}/code"
    assert "war noch nie hier" in await kaethe.text(path)
    (code,) = CODE.findall(await (await kaethe.post(path)).text())
    other = await browser()
    await other.get("/code")
    assert (await other.post("/code", {"code": code})).status == 303
    assert "gemacht von: Käthe" in await other.text("/me/ways")


async def test_two_key_persons_let_somebody_in_again(
    core: Core, browser: Browser, kaethe: Site
) -> None:
    _one, klaus = await second_key(core, browser)
    anna = person(core, "Anna")
    lost = Sessions(core).begin(anna.id, "password", "")
    path = f"/members/{anna.id}/code"
    assert "zwei Schlüsselpersonen" in await kaethe.text(path)
    for _tap in range(2):
        answer = await kaethe.post(path)
        assert (answer.status, answer.headers["Location"]) == (303, path)
    for one in (path, "/"):
        assert "Käthe möchte Anna wieder hereinlassen" in Document(await klaus.text(one)).text
    (code,) = CODE.findall(await (await klaus.post(path)).text())
    (code,) = CODE.findall(await (await kaethe.post(path)).text())  # and she is on the telephone
    assert Sessions(core).find(lost) is not None
    other = await browser()
    await other.get("/code")
    assert (await other.post("/code", {"code": code})).status == 303
    assert "Überall sonst bist du abgemeldet" in await other.text("/")
    assert Sessions(core).find(lost) is None


async def test_one_alone_lets_in_again_and_all_are_told(
    core: Core, browser: Browser, kaethe: Site
) -> None:
    anna, bernd, stranger = person(core, "Anna"), await browser(), await browser()
    Sessions(core).begin(anna.id, "password", "")
    bernd.sign_in(person(core, "Bernd"))
    path = f"/members/{anna.id}/code"
    assert "alle erfahren davon" in await kaethe.text(path)
    assert CODE.findall(await (await kaethe.post(path)).text())
    assert "von Käthe allein" in await bernd.text("/")
    assert "von Käthe allein" not in await stranger.text("/")
    core.clock.wall.now += TOLD_SECONDS + 1
    assert "von Käthe allein" not in await bernd.text("/")


async def test_nobody_gets_a_code_for_themselves_here(key: Person, kaethe: Site) -> None:
    path = f"/members/{key.id}/code"
    assert "auf deiner eigenen Seite" in await kaethe.text(path)
    assert (await kaethe.post(path)).status == 303


async def test_newcomer_has_no_roles(core: Core, kaethe: Site) -> None:
    toni = person(core, "Toni", Standing.NEWCOMER)
    assert (await kaethe.get(f"/members/{toni.id}/role")).status == 404


async def test_keeper_does_all_of_it_alone(core: Core, browser: Browser) -> None:
    anna, site = person(core, "Anna"), await browser()
    Sessions(core).begin(anna.id, "password", "")
    await site.enter()
    assert (await site.post(f"/members/{anna.id}/role", {"change": "key"})).status == 303
    assert is_key(core, anna.id)
    assert CODE.findall(await (await site.post(f"/members/{anna.id}/code")).text())
    text = Document(await site.text("/")).text
    assert "am Rechner der Gruppe" in text
