"""Acting for somebody, in browsers of sorts."""

import pytest

from node.features.acting.actions import say_yes
from node.features.acting.tables import agreement, log_of
from node.features.ways.codes import new_papers
from node.people.persons import Person
from node.store.core import Core
from node.web.visit import form_token
from tests.node.features.joining.conftest import Browser
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document


@pytest.fixture
def anna(core: Core) -> Person:
    found = person(core, "Anna")
    new_papers(core, found.id)
    return found


@pytest.fixture
def lotte(core: Core) -> Person:
    """A child."""
    return person(core, "Lotte")


async def signed_in(browser: Browser, who: Person) -> Site:
    site = await browser()
    site.sign_in(who)
    return site


def token_while_acting(site: Site, whom: Person) -> str:
    return form_token(site.cookie(f"verbund-{site.server.port}") + whom.id)


async def test_both_say_yes(core: Core, browser: Browser, anna: Person) -> None:
    bernd = person(core, "Bernd")
    one, other = await signed_in(browser, anna), await signed_in(browser, bernd)
    assert (await one.post(f"/members/{bernd.id}/acting", {"what": "ask"})).status == 303
    assert "hat noch nicht ja gesagt" in await one.text("/me/acting")
    assert "Anna möchte für dich handeln" in await other.text("/")
    assert "Du wirst gefragt" in await other.text("/me/acting")
    pair = {"actor": anna.id, "person": bernd.id}
    assert (await other.post("/me/acting/yes", pair)).status == 303
    found = agreement(core, anna.id, bernd.id)
    assert found is not None
    assert found.stands
    assert "Anna handelt für dich" in await other.text("/me/acting")


async def test_page_says_for_whom_and_both_read_what_was_done(
    core: Core, browser: Browser, anna: Person, lotte: Person
) -> None:
    say_yes(core, None, anna.id, lotte.id)
    site = await signed_in(browser, anna)
    assert (await site.post("/me/acting/begin", {"person": lotte.id})).status == 303
    assert "Du handelst für Lotte" in Document(await site.text("/")).text
    own = site.token()
    answer = await site.post(f"/members/{anna.id}/acting", {"what": "ask"}, token=own)
    assert answer.status == 403, "a form from before acts for nobody else"
    answer = await site.post("/me/acting/stop", token=token_while_acting(site, lotte))
    assert answer.status == 303
    assert "Du handelst für" not in Document(await site.text("/")).text
    child = await signed_in(browser, lotte)
    for one in (site, child):
        text = Document(await one.text("/me/acting")).text
        assert "Anna hat angefangen, für Lotte zu handeln." in text
        assert "Anna hat vorerst aufgehört." in text


async def test_change_is_noted(core: Core, browser: Browser, anna: Person, lotte: Person) -> None:
    say_yes(core, None, anna.id, lotte.id)
    site = await signed_in(browser, anna)
    await site.post("/me/acting/begin", {"person": lotte.id})
    await site.post("/welcome", {"contact": "x"}, token=token_while_acting(site, lotte))
    assert [(one.what, one.path) for one in log_of(core, lotte.id, 1)] == [("changed", "/welcome")]


@pytest.mark.parametrize(
    "path",
    ["/me/ways", "/me/acting", "/invitations", "/newcomers", "/members/{anna}/role"],
)
async def test_what_is_not_done_for_others(
    path: str, core: Core, browser: Browser, lotte: Person, anna: Person
) -> None:
    with core.transaction():
        from node.people.persons import persons

        persons(core).change(anna.id, key_person=True)
    say_yes(core, None, anna.id, lotte.id)
    site = await signed_in(browser, anna)
    path = path.format(anna=anna.id)
    assert (await site.get(path)).status == 200
    await site.post("/me/acting/begin", {"person": lotte.id})
    assert (await site.get(path)).status == 403


@pytest.mark.parametrize("path", ["/me/ways/code", "/me/ways/paper", "/me/ways/passkeys/options"])
async def test_nobody_makes_ways_in_for_others(
    path: str, core: Core, browser: Browser, lotte: Person, anna: Person
) -> None:
    say_yes(core, None, anna.id, lotte.id)
    site = await signed_in(browser, anna)
    await site.post("/me/acting/begin", {"person": lotte.id})
    assert (await site.post(path, token=token_while_acting(site, lotte))).status == 403


async def test_nobody_acts_without_a_yes(
    core: Core, browser: Browser, anna: Person, lotte: Person
) -> None:
    site = await signed_in(browser, anna)
    for said in ({"person": lotte.id}, {"person": ""}, {"person": "nobody"}, {}):
        assert (await site.post("/me/acting/begin", said)).status == 303
        assert "Du handelst für Lotte." not in Document(await site.text("/")).text
    stranger = person(core, "Bernd")
    pair = {"actor": anna.id, "person": lotte.id}
    other = await signed_in(browser, stranger)
    for path in ("/me/acting/yes", "/me/acting/end"):
        assert (await other.post(path, pair)).status == 303
        assert "nur die beiden selbst" in await other.text("/me/acting")
    assert agreement(core, anna.id, lotte.id) is None


async def test_key_person_says_it_for_a_child(
    core: Core, browser: Browser, anna: Person, lotte: Person, key: Person
) -> None:
    kaethe = await signed_in(browser, key)
    path = f"/members/{lotte.id}/acting"
    assert (await kaethe.post(path, {"actor": "nobody"})).status == 422
    assert (await kaethe.post(path, {"actor": anna.id})).status == 303
    found = agreement(core, anna.id, lotte.id)
    assert found is not None
    assert (found.stands, found.key_by) == (True, key.id)
    site = await signed_in(browser, anna)
    assert (await site.post(path, {"actor": key.id})).status == 303, "no key person"
    assert agreement(core, key.id, lotte.id) is None
    pair = {"actor": anna.id, "person": lotte.id}
    assert (await site.post("/me/acting/end", pair)).status == 303
    assert agreement(core, anna.id, lotte.id) is None
