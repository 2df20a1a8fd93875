"""The group ends itself: by its last key person alone, by two of several; what ends, what stays."""

from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.dissolving.actions import dissolve, dissolved, ending
from node.features.joining.links import make_link, state
from node.features.joining.tables import all_links, arrival_of
from node.features.joining.types import Wish
from node.features.members.changes.undo import undo
from node.features.members.tables import members
from node.features.networks.actions import apply_to_network, found_network
from node.features.peers.actions import accept_peer
from node.features.rules.tables import rules
from node.people.persons import Person, Standing, persons
from node.people.sessions import Sessions
from node.store.core import Core
from tests.node.by_hand import exchange
from tests.node.features.joining.conftest import Browser
from tests.node.features.joining.test_newcomers import newcomer
from tests.node.web import texts
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document
from tests.node.world import make_core

SAID = {"reason": "Es war schön", "name": "chor"}


async def signed_in(browser: Browser, who: Person) -> Site:
    site = await browser()
    site.sign_in(who)
    return site


def stands(core: Core) -> set[Standing]:
    return {one.standing for one in persons(core).all()}


async def test_last_key_person_alone(core: Core, browser: Browser, key: Person) -> None:
    anna, link = person(core, "Anna"), make_link(core, None, Wish()).link
    toni = newcomer(core, "Toni")
    token = Sessions(core).begin(anna.id, "password", "")
    kaethe, outside = await signed_in(browser, key), await browser()
    assert ending(core) == ((), (), 2, 1, 2, ())
    page = Document(await kaethe.text("/dissolve")).text
    assert "2 Mitgliedschaften enden" in page
    assert (await kaethe.post("/dissolve", {**SAID, "name": "Chors"})).status == 422
    assert dissolved(core) is None
    assert (await kaethe.post("/dissolve", SAID)).status == 303
    assert dissolved(core) == core.clock()
    assert stands(core) == {Standing.FORMER, Standing.NEWCOMER}
    assert {one.reason for m in members(core).everyone() for one in m.memberships} == {
        SAID["reason"]
    }
    assert {state(one, core.clock()) for one in all_links(core)} == {"taken-back"}
    assert link.id in {one.id for one in all_links(core)}
    arrival = arrival_of(core, toni)
    assert arrival is not None
    assert (arrival.state, arrival.reason) == ("declined", SAID["reason"])
    assert "Diese Gruppe hat sich aufgelöst" in await outside.text("/")
    assert Sessions(core).find(token) is not None  # to take along what is theirs
    assert (await kaethe.get("/me")).status == 200
    assert (await kaethe.get("/dissolve")).status == 403


async def test_of_several_two_want_it(core: Core, browser: Browser, key: Person) -> None:
    klaus = person(core, "Klaus", key_person=True)
    kaethe = await signed_in(browser, key)
    assert (await kaethe.post("/dissolve", SAID)).status == 303
    assert "Jetzt wird eine andere Schlüsselperson gefragt" in await kaethe.text("/")
    assert (dissolved(core), stands(core)) == (None, {Standing.MEMBER})
    other = await signed_in(browser, klaus)
    (waits,) = rules(core).in_state("waiting")
    assert "Die Gruppe auflösen" in await other.text("/settings")
    answer = await other.post(f"/settings/requests/{waits.id}", {"answer": "yes", "what": "yes"})
    assert answer.status == 303
    assert dissolved(core) is not None


async def test_members_can_not(core: Core, browser: Browser, key: Person) -> None:
    site = await signed_in(browser, person(core, "Anna"))
    assert (await site.get("/dissolve")).status == 403
    assert (await site.post("/dissolve", SAID)).status == 403


@pytest.mark.usefixtures("key")
def test_keeper_can_bring_the_members_back(core: Core) -> None:
    person(core, "Anna")
    dissolve(core, "Why")
    assert dissolved(core) is not None
    no = core.db.one("select max(no) from member_batches")[0]
    undo(core, no)
    assert (dissolved(core), stands(core)) == (None, {Standing.MEMBER})


@pytest.fixture
def other(tmp_path: Path) -> Core:
    return make_core(tmp_path, "Other")


@pytest.mark.usefixtures("key")
def test_networks_and_partners_are_left(core: Core, other: Core) -> None:
    exchange(core, other, rounds=1)
    for one, two in ((core, other), (other, core)):
        accept_peer(one, one.home_id, two.home_id)
    exchange(core, other, rounds=1)
    network = found_network(other, other.home_id, texts.CHARTER)
    exchange(other, core, rounds=1)
    apply_to_network(core, core.home_id, network, None)
    assert (ending(core).networks, ending(core).partners) == ((texts.CHARTER["name"],), ("Other",))
    dissolve(core, "Why")
    assert (ending(core).networks, ending(core).partners) == ((), ())
    dissolve(core, "Why")  # once more is nothing more
    other.close()


@pytest.mark.usefixtures("key")
def test_network_that_is_looked_after_here_comes_first(core: Core) -> None:
    found_network(core, core.home_id, texts.CHARTER)
    with pytest.raises(Problem, match="dissolve-holds-networks"):
        dissolve(core, "Why")
    assert (dissolved(core), stands(core)) == (None, {Standing.MEMBER})
