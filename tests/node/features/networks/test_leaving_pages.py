"""Leaving on a page: what is told before, who may, what was another page by then, and who has
confirmed it afterwards."""

import re

import pytest

from node.base.errors import Problem
from node.features.networks.actions import apply_to_network, found_network, leave_network
from node.features.networks.leaving import going, gone, leavers
from node.features.rules.actions import begin, second
from node.features.rules.tables import rules
from node.texts import LANGUAGES
from protocol.control_state import Standing
from protocol.ids import from_text, to_text
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

HIDDEN = re.compile('<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def key(site: Site) -> Site:
    """A key person of the group in the store of the page tests."""
    site.sign_in(person(site.core, "Kim", key_person=True))
    with site.core.transaction():
        rules(site.core).set_needed("leave", 1)
    return site


def network(site: Site, name: str) -> bytes:
    assert site.world is not None
    return from_text(site.world.names[name])


def standing(site: Site, name: str) -> Standing:
    core = site.core
    return core.ties.standing(network(site, name), core.home_id, core.clock())


async def leaves(site: Site, name: str, **said: str) -> int:
    path = f"/networks/{{{name}}}/leave"
    hidden = dict(HIDDEN.findall(await site.text(path)))
    answer = await site.post(path, {**hidden, "sure": "yes", **said})
    return answer.status


@pytest.mark.parametrize("language", LANGUAGES)
async def test_preview_in_both_languages(key: Site, language: str) -> None:
    for name in ("network", "open_network"):
        document = check(await key.text(f"/networks/{{{name}}}/leave", language), language)
        said = {"de": "Dass niemand eine Kopie behält", "en": "That nobody keeps a copy"}[language]
        assert said in document.text


async def test_preview_says_what_changes(key: Site) -> None:
    text = Document(await key.text("/networks/{network}/leave")).text
    said = (
        "Euer Rechner betreut diesen Verbund",
        "Beamer",  # wanted in this network alone
        "Kernkreis",  # a meeting of another member
        "Rechner der 2 anderen Mitglieder",
    )
    assert [one for one in said if one not in text] == []
    other = Document(await key.text("/networks/{open_network}/leave")).text
    assert "Euer Rechner betreut diesen Verbund" not in other


async def test_way_out_stands_at_the_end(key: Site) -> None:
    html = await key.text("/networks/{network}")
    assert html.index("/leave") > html.index("Freiheit" if "Freiheit" in html else "proposals")
    assert "/leave" not in await key.text("/networks/{old}")
    assert "/left" in await key.text("/networks/{old}")
    key.sign_in(person(key.core, "Noa"))
    assert "/leave" not in await key.text("/networks/{network}")


async def test_leaving_needs_a_tick_and_is_done_then(key: Site) -> None:
    path = "/networks/{open_network}/leave"
    hidden = dict(HIDDEN.findall(await key.text(path)))
    assert (await key.post(path, hidden)).status == 422
    assert standing(key, "open_network") is Standing.MEMBER
    answer = await key.post(path, {**hidden, "sure": "yes"})
    assert answer.status == 303
    assert answer.headers["Location"] == key.path("/networks/{open_network}/left")
    assert standing(key, "open_network") is Standing.LEFT
    after = check(await key.text(answer.headers["Location"]), "de").text
    assert "Das gilt ab jetzt" in after
    assert "Noch nicht bestätigt" in after
    again = await key.post(path, {**hidden, "sure": "yes"})  # a page that was open for a week
    assert again.headers["Location"] == key.path("/networks/{open_network}/left")


async def test_another_membership_is_another_decision(key: Site) -> None:
    """The page was open while the group left and came back."""
    path, core = "/networks/{unanswered}/leave", key.core
    own = found_network(core, core.home_id, {"name": "Offen", "admission": "open"})
    path = f"/networks/{to_text(own)}/leave"
    hidden = dict(HIDDEN.findall(await key.text(path)))
    leave_network(core, core.home_id, own)
    apply_to_network(core, core.home_id, own, None)
    assert core.ties.is_member(own, core.home_id, core.clock())
    answer = await key.post(path, {**hidden, "sure": "yes"})
    assert answer.status == 422
    assert "hat sich eure Mitgliedschaft geändert" in await answer.text()
    assert core.ties.is_member(own, core.home_id, core.clock())


async def test_who_is_no_member_is_sent_on(key: Site) -> None:
    answer = await key.get("/networks/{old}/leave")
    assert answer.headers["Location"] == key.path("/networks/{old}/left")
    answer = await key.get("/networks/{unanswered}/leave")
    assert answer.headers["Location"] == key.path("/networks/{unanswered}")
    for strange in ("x" * 52, "a" * 52, "%00"):
        assert (await key.get(f"/networks/{strange}/leave")).status == 404
        assert (await key.get(f"/networks/{strange}/left")).status == 404
    assert (await key.get("/networks/{network}/left")).status == 404


async def test_who_confirmed_is_told_with_the_day(key: Site) -> None:
    text = check(await key.text("/networks/{old}/left"), "de").text
    (one,) = gone(key.sight(), network(key, "old"))
    assert len(one.confirmed) == 1
    assert f"1 von {1 + len(one.missing)} hat es bestätigt" in text
    assert "Das ist nichts Schlimmes" in text


async def test_second_key_person_is_told_that_it_is_another_membership(key: Site) -> None:
    core = key.core
    kim, alex = (person(core, name, key_person=True) for name in ("Kim", "Alex"))
    own = found_network(core, core.home_id, {"name": "Offen", "admission": "open"})
    with core.transaction():
        rules(core).set_needed("leave", 2)
    since = going(key.sight(), own, core.home_id).since
    what = {"network": own.hex(), "as": core.home_id.hex(), "since": since, "shown": "Offen"}
    id = begin(core, kim.id, "leave", what).request
    leave_network(core, core.home_id, own)
    apply_to_network(core, core.home_id, own, None)
    with pytest.raises(Problem, match="leave-changed"):
        second(core, alex.id, id)
    assert core.ties.is_member(own, core.home_id, core.clock())


async def test_network_of_ours_leaves_another_and_the_group_stays(key: Site) -> None:
    core, home = key.core, key.core.home_id
    outer = found_network(core, home, {"name": "Dach", "admission": "open"})
    inner = found_network(core, home, {"name": "Darunter", "admission": "open"})
    apply_to_network(core, inner, outer, None)
    assert leavers(core, outer) == [home, inner]
    path = f"/networks/{to_text(outer)}/leave"
    for who in ("", f"?who={to_text(inner)}"):
        check(await key.text(path + who), "de")
    hidden = dict(HIDDEN.findall(await key.text(path)))
    answer = await key.post(path, {**hidden, "sure": "yes", "who": to_text(inner)})
    assert answer.status == 303
    assert leavers(core, outer) == [home]
    wrong = await key.post(path, {**hidden, "sure": "yes", "since": "00"})
    assert wrong.status == 422
    assert leavers(core, outer) == [home]
