"""Each act of a network where the group wants two key persons: the first one begins it and nothing
happens, the second one says yes and it is done; what changed meanwhile is told, and nothing done.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from multidict import MultiDict

from node.features.decisions.actions import Wish, amend
from node.features.networks.actions import (
    apply_to_network,
    decide,
    found_network,
    leave_network,
)
from node.features.networks.held import held_of, letters
from node.features.rules.tables import rules
from node.store.core import Core
from protocol.control_state import Standing
from protocol.ids import from_text, to_text
from protocol.tally import tally
from tests.node.by_hand import acquainted, exchange
from tests.node.web.conftest import Serve, Site, person
from tests.node.web.html import Document, check
from tests.node.web.world import World
from tests.node.world import make_core

HIDDEN = re.compile('<input type="hidden" name="([^"]+)" value="([^"]*)">')

USUAL = {"admission": "decision", "majority": "2/3", "counted": "roster", "term": "1 Jahr"}


class There(NamedTuple):
    """The store of the page tests, and the ids in it."""

    core: Core
    names: Mapping[str, str]

    def id(self, name: str) -> bytes:
        return from_text(self.names[name])

    def stands(self, network: str, who: str) -> Standing:
        return self.core.ties.standing(self.id(network), self.id(who), self.core.clock())

    def by_us(self, network: str) -> int:
        """How many proposals of ours there are."""
        found = self.core.ties.decisions.proposals.get(self.id(network), {})
        return sum(author == self.core.home_id for author, _name in found)

    def votes(self) -> list[bool]:
        """Our votes on the open proposal: whether it is for it."""
        found = self.core.ties.decisions.proposals[self.id("network")]
        one = next(one for (_by, name), one in found.items() if name == self.names["proposal"])
        counted, me = tally(self.core.ties, one, self.core.clock()), self.core.home_id
        yes = [True for vote in counted.votes if vote.author == me]
        return yes + [False for author in counted.against if author == me]


class Case(NamedTuple):
    """An act: where it is begun, with which words, what is to be seen of it, and what says that it
    happened. `meanwhile` changes what it was about, and then that is told."""

    act: str
    path: str
    said: Mapping[str, Any]
    reads: tuple[str, ...]
    happened: Callable[[There], object]
    meanwhile: Callable[[There], object] | None = None
    why: str = ""


def leaves(there: There) -> None:
    leave_network(there.core, there.core.home_id, there.id("network"))


def charter_changes(there: There) -> None:
    amend(there.core, there.core.home_id, there.id("alone"), Wish({"region": "Kiel"}))


CASES = {
    "found": Case(
        "found",
        "/networks/new",
        {**USUAL, "name": "Neuer Hafen", "who": "{home}", "motto": "Alle in einem Boot"},
        ("Den Verbund Neuer Hafen gründen", "Motto: Alle in einem Boot", "Amtszeit: 1 Jahr"),
        lambda there: any(
            half.content and half.content["name"] == "Neuer Hafen"
            for half in there.core.ties.charters.values()
        ),
    ),
    "apply": Case(
        "apply",
        "/networks/{old}/apply",
        {"message": "Wir kommen wieder", "named": "yes", "who": "{home}"},
        ("Wir kommen wieder", "Alle dürfen wissen, dass ihr Mitglied seid"),
        lambda there: there.stands("old", "home") is Standing.APPLIED,
        lambda there: apply_to_network(there.core, there.core.home_id, there.id("old"), None),
        "hat sich bei diesem Verbund schon beworben",
    ),
    "admit": Case(
        "admit",
        "/networks/{network}/applications/{nobody}/admit",
        {},
        ("aufnehmen", "Im Verbund Sozialer Verbund Nord"),
        lambda there: there.stands("network", "nobody") is Standing.MEMBER,
        lambda there: decide(there.core, there.id("network"), there.id("nobody"), "admitted"),
        "Diese Gruppe ist Mitglied",
    ),
    "decline": Case(
        "admit",
        "/networks/{network}/applications/{nobody}/decline",
        {"reason": "Keine Gruppe"},
        ("Die Bewerbung von", "ablehnen", "„Keine Gruppe“"),
        lambda there: there.stands("network", "nobody") is Standing.DECLINED,
        lambda there: decide(there.core, there.id("network"), there.id("nobody"), "declined"),
        "ist schon abgelehnt",
    ),
    "expel": Case(
        "expel",
        "/networks/{network}/expel/{rkslp}",
        {"reason": "Beschluss vom 3. Mai", "sure": "yes"},
        ("ausschließen", "Im Verbund Sozialer Verbund Nord", "„Beschluss vom 3. Mai“"),
        lambda there: there.stands("network", "rkslp") is Standing.EXPELLED,
        lambda there: decide(there.core, there.id("network"), there.id("rkslp"), "expelled"),
        "ist schon ausgeschlossen",
    ),
    "leave": Case(
        "leave",
        "/networks/{open_network}/leave",
        {"sure": "yes"},
        ("verlassen", "Die anderen sehen", "Hier werden"),
        lambda there: there.stands("open_network", "home") is Standing.LEFT,
        lambda there: leave_network(there.core, there.core.home_id, there.id("open_network")),
        "ist schon aus dem Verbund ausgetreten",
    ),
    "move": Case(
        "move",
        "/networks/{network}/move",
        {"note": "Der Rechner ist weg"},
        ("auf einen anderen Rechner", "„Der Rechner ist weg“"),
        lambda there: there.by_us("network") == 2,
        leaves,
        "",
    ),
    "amend": Case(
        "amend",
        "/networks/{alone}/amend",
        {**USUAL, "name": "Allein", "motto": "Ein Boot", "deciders": "{home}", "sure": "yes"},
        ("In Allein eine Änderung vorschlagen", "Motto: leer → Ein Boot"),
        lambda there: (there.core.ties.charters[there.id("alone")].content or {})["motto"],
        charter_changes,
        "Die Grundstruktur dieses Verbunds hat sich geändert",
    ),
    "confirm": Case(
        "confirm",
        "/networks/{network}/proposals/{proposal}",
        {},
        ("für einen Vorschlag stimmen", "Betreut von da an von", "Motto: "),
        lambda there: there.votes() == [True],
        leaves,
        "schon aus dem Verbund ausgetreten",
    ),
    "oppose": Case(
        "confirm",
        "/networks/{network}/proposals/{proposal}/oppose",
        {},
        ("gegen einen Vorschlag stimmen", "Betreut von da an von"),
        lambda there: there.votes() == [False],
        leaves,
        "schon aus dem Verbund ausgetreten",
    ),
}


@pytest.fixture
def there(site: Site, world: World) -> There:
    network = found_network(site.core, site.core.home_id, {"name": "Allein"})
    world.names = {**world.names, "alone": to_text(network)}
    with site.core.transaction():
        for case in CASES.values():
            rules(site.core).set_needed(case.act, 2)
    return There(site.core, world.names)


async def send(site: Site, case: Case) -> None:
    """The form as its page shows it, with the words of the case."""
    page = case.path.removesuffix("/admit").removesuffix("/decline").removesuffix("/oppose")
    sent: MultiDict[Any] = MultiDict(HIDDEN.findall(await site.text(page)))
    for name, value in case.said.items():
        sent[name] = site.path(value)
    answer = await site.post(case.path, sent)
    assert answer.status == 303, Document(await answer.text()).text
    assert answer.headers["Location"] == "/settings"


async def begun(site: Site, case: Case) -> str:
    """Kim begins it, and begins it only once; Alex sees what it is. Gives where to say yes."""
    kim, alex = (person(site.core, name, key_person=True) for name in ("Kim", "Alex"))
    before = rules(site.core).in_state("waiting")
    site.sign_in(kim)
    await send(site, case)
    (waits,) = (one for one in rules(site.core).in_state("waiting") if one not in before)
    assert waits.act == case.act
    site.sign_in(alex)
    text = check(await site.text("/settings"), "de").text
    for words in case.reads:
        assert words in text, words
    return f"/settings/requests/{waits.id}"


def state(site: Site, path: str) -> str | None:
    found = rules(site.core).get(path.rpartition("/")[2])
    return found.state if found else None


@pytest.mark.parametrize("name", CASES)
async def test_second_yes_does_it(site: Site, there: There, name: str) -> None:
    case = CASES[name]
    assert not case.happened(there)
    path = await begun(site, case)
    assert not case.happened(there)
    await site.post(path, {"say": "yes"})
    assert "Ihr wolltet es zu zweit" in Document(await site.text("/settings")).text
    assert case.happened(there)


@pytest.mark.parametrize("name", CASES)
async def test_no_leaves_all_as_it_was(site: Site, there: There, name: str) -> None:
    case = CASES[name]
    path = await begun(site, case)
    await site.post(path, {"say": "no"})
    assert not case.happened(there)
    assert state(site, path) == "refused"


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.meanwhile])
async def test_what_changed_meanwhile_is_told(site: Site, there: There, name: str) -> None:
    case = CASES[name]
    path = await begun(site, case)
    assert case.meanwhile is not None
    case.meanwhile(there)
    await site.post(path, {"say": "yes"})
    text = check(await site.text("/settings"), "de").text
    assert "Es ging nicht mehr" in text
    assert case.why in text
    assert state(site, path) == "failed"


async def test_the_same_act_is_begun_once(site: Site, there: There) -> None:
    """Also by the other key person, in the other language: what people read of it is no part."""
    case = CASES["expel"]
    await begun(site, case)
    alex_in_english = MultiDict({**case.said})
    answer = await site.post(case.path, alex_in_english, Accept_Language="en")
    assert answer.headers["Location"] == site.path("/networks/{network}")
    assert "already" in Document(await site.text("/networks/{network}", "en")).text
    waiting = rules(site.core).in_state("waiting")
    assert [one.act for one in waiting].count("expel") == 1


async def test_what_was_decided_without_us_is_confirmed_by_two(
    serve: Serve, tmp_path: Path
) -> None:
    """What the members decided before we had a say: who decides is read by both."""
    alpha, beta = (make_core(tmp_path, name) for name in ("Alpha", "Beta"))
    acquainted([alpha, beta])
    network = found_network(alpha, alpha.home_id, {"name": "Netz"})
    exchange(alpha, beta, rounds=1)
    apply_to_network(beta, beta.home_id, network, None)
    exchange(alpha, beta, rounds=1)
    decide(alpha, network, beta.home_id, "admitted")
    amend(alpha, alpha.home_id, network, Wish(added=frozenset({beta.home_id})))
    exchange(alpha, beta, rounds=2)
    with beta.transaction():
        rules(beta).set_needed("confirm", 2)
    site = await serve(beta)
    kim, alex = (person(beta, name, key_person=True) for name in ("Kim", "Alex"))
    site.sign_in(kim)
    held = held_of(beta, network)
    assert held is not None
    (open_,) = held.open
    path = f"/networks/{to_text(network)}/decisions/{letters(open_.digest)}"
    assert path in Document(await site.text("/")).hrefs
    assert (await site.post(path, {})).status == 422
    assert (await site.post(path, {"sure": "yes"})).headers["Location"] == "/settings"
    assert held_of(beta, network) == held
    (waits,) = rules(beta).in_state("waiting")
    site.sign_in(alex)
    text = check(await site.text("/settings"), "de").text
    assert "In Netz bestätigen, was beschlossen wurde" in text
    assert f"Von da an entscheiden Alpha, Beta ({letters(open_.digest)})" in text
    await site.post(f"/settings/requests/{waits.id}", {"say": "yes"})
    after = held_of(beta, network)
    assert after is not None
    assert (after.held, after.open) == (open_, ())
    assert "schon bestätigt" in Document(await site.text(path)).text
    for core in (alpha, beta):
        core.close()
