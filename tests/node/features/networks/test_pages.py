"""Pages of networks: who may do what where, what no form takes, and what others did meanwhile."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from multidict import MultiDict

from node.features.decisions import proposing
from node.features.decisions.actions import Wish, amend
from node.features.networks.actions import (
    apply_to_network,
    decide,
    found_network,
    leave_network,
)
from node.store.core import Core
from protocol.control_state import Standing
from protocol.ids import from_text, to_text
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import CHARTER
from tests.node.world import Clock, wind
from tests.sync.people import NOW

USUAL = {"admission": "decision", "majority": "2/3", "counted": "roster", "term": "1 Jahr"}
EDITION = re.compile('name="edition" value="([^"]+)"')
DAY = 86_400


@pytest.fixture
def key(new_site: Site) -> Site:
    """A group with one key person, who is signed in; it knows nobody."""
    new_site.sign_in(person(new_site.core, "Kim", key_person=True))
    return new_site


def networks(core: Core) -> set[str]:
    return {half.content["name"] for half in core.ties.charters.values() if half.content}


async def text_of(answer: Any, status: int) -> str:
    assert answer.status == status
    return check(await answer.text(), "de").text


# Who may do what: how the group stands to a network, and what its pages give then. Where the group
# has applied, the network that is looked after here still can.

STANDINGS: Mapping[str, Mapping[str, int]] = {
    #             member  applied  left
    "": {"member": 200, "applied": 200, "left": 200},
    "/apply": {"member": 303, "applied": 200, "left": 200},
    "/invite": {"member": 200, "applied": 404, "left": 404},
    "/proposals": {"member": 200, "applied": 404, "left": 404},
    "/amend": {"member": 200, "applied": 303, "left": 303},
    "/move": {"member": 200, "applied": 303, "left": 303},
    "/applications/{nobody}": {"member": 200, "applied": 404, "left": 404},
    "/expel/{rkslp}": {"member": 200, "applied": 404, "left": 404},
    "/expel/{nobody}": {"member": 404, "applied": 404, "left": 404},
}
NETWORKS = {"member": "{network}", "applied": "{unanswered}", "left": "{old}"}


@pytest.mark.parametrize("path", STANDINGS)
async def test_key_person_gets_what_the_table_says(site: Site, path: str) -> None:
    site.sign_in(None)
    found = {}
    for standing, network in NETWORKS.items():
        found[standing] = (await site.get(f"/networks/{network}{path}")).status
    assert found == STANDINGS[path]


BUTTONS = (
    "Ausschließen",
    "Ansehen und antworten",
    "Alle dürfen es wissen",
    "Ansehen und abstimmen",
)


async def test_members_read_and_are_shown_no_button(site: Site) -> None:
    site.sign_in(person(site.core, "Noa"))
    text = Document(await site.text("/networks/{network}")).text
    assert "Nur-für-uns" in text
    assert [one for one in BUTTONS if one in text] == []
    proposal = Document(await site.text("/networks/{network}/proposals/{proposal}"))
    assert "Bestätigt von 1 von 2" in proposal.text
    assert proposal.all("button") == [one for one in proposal.all("button") if "class" in one]
    site.sign_in(person(site.core, "Kim", key_person=True))
    text = Document(await site.text("/networks/{network}")).text
    assert [one for one in BUTTONS if one not in text] == []


# What no form takes

WRONG = {
    "fraction above one": ({"majority": "3/2"}, "kein Teil von der Hälfte bis zu allen"),
    "less than a half": ({"majority": "1/3"}, "kein Teil von der Hälfte bis zu allen"),
    "no fraction": ({"majority": "viele"}, "kein Teil von der Hälfte bis zu allen"),
    "nothing of it": ({"majority": "2/0"}, "kein Teil von der Hälfte bis zu allen"),
    "no months": ({"term": "0 Monate"}, "Das ist keine Amtszeit"),
    "five years": ({"term": "5 Jahre"}, "Das ist keine Amtszeit"),
    "for ever": ({"term": "immer"}, "Das ist keine Amtszeit"),
    "no name": ({"name": " \u200b "}, "Name des Verbunds"),
    "long name": ({"name": "x" * 121}, "Name des Verbunds"),
    "long sentence": ({"consensus": "Kurz\n" + "y" * 501}, "passt nicht"),
    "many topics": ({"topics": ", ".join(f"t{n}" for n in range(40))}, "Mehr als 32"),
    "no address": ({"links": "javascript:alert(1)"}, "passt nicht"),
    "no language": ({"languages": "Klingonisch!"}, "Eine Sprache schreibt man"),
    "no choice": ({"admission": "closed"}, "Wie man dazukommt"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_wrong_charter_is_refused_in_words(key: Site, name: str) -> None:
    said, why = WRONG[name]
    answer = await key.post("/networks/new", {**USUAL, "name": "Hafen", "motto": "Bleibt", **said})
    text = await text_of(answer, 422)
    assert why in text
    assert 'value="Bleibt"' in await answer.text()
    assert networks(key.core) == set()


TYPED = {
    "2/3": "2/3", "60 %": "3/5", "Hälfte": "1/2", "drei viertel": "3/4", "alle": "1/1",
}  # fmt: skip


@pytest.mark.parametrize("said", TYPED)
async def test_majority_is_read_as_people_say_it(key: Site, said: str) -> None:
    answer = await key.post("/networks/new", {**USUAL, "name": "Hafen", "majority": said})
    assert answer.status == 303
    (network,) = key.core.own - {key.core.home_id}
    content = key.core.ties.charters[network].content
    assert content is not None
    assert (content["majority"], content["term"]) == (TYPED[said], "P1Y")


async def test_name_of_another_network_is_asked_about(key: Site) -> None:
    said = {**USUAL, "name": "hafenverbund "}
    found_network(key.core, key.core.home_id, {"name": "Hafenverbund"})
    said["who"] = to_text(key.core.home_id)
    text = await text_of(await key.post("/networks/new", said), 422)
    assert "Es gibt schon einen Verbund" in text
    assert networks(key.core) == {"Hafenverbund"}
    assert (await key.post("/networks/new", {**said, "anyway": "yes"})).status == 303
    assert networks(key.core) == {"Hafenverbund", "hafenverbund"}
    both = Document(await key.text("/networks")).text
    for one in key.core.own - {key.core.home_id}:
        assert to_text(one)[:8] in both


LINKS = {
    "nothing of it": "https://example.org/",
    "cut": "https://example.org/networks/link#" + "a" * 40,
    "other letters": "a" * 52 + ".kurz",
    "not in its one form": "b" * 52,
}


@pytest.mark.parametrize("name", LINKS)
async def test_broken_link_says_what_to_do(key: Site, name: str) -> None:
    answer = await key.post("/networks/link/paste", {"link": LINKS[name]})
    assert "Kopiert die ganze Adresse" in await text_of(answer, 422)


async def test_link_to_an_unknown_network_says_how_to_get_to_know_it(key: Site) -> None:
    link = f"https://example.org/networks/link#{to_text(bytes(range(32)))}"
    text = await text_of(await key.post("/networks/link/paste", {"link": link}), 422)
    assert "kennt euer Rechner noch nicht" in text
    assert "Verbindet euch mit der Gruppe" in text


# What others did meanwhile


async def test_admitted_by_two_at_once(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    path = "/networks/{network}/applications/{nobody}"
    assert (await site.post(f"{path}/admit")).status == 303
    site.sign_in(person(site.core, "Alex", key_person=True))
    assert (await site.post(f"{path}/admit")).status == 303
    text = Document(await site.text("/networks/{network}")).text
    assert "Diese Gruppe ist Mitglied; es wurde nichts geändert" in text
    answer = await site.post(f"{path}/decline", {"reason": "Zu spät"})
    assert answer.status == 303
    assert site.core.ties.standing(
        from_text(site.path("{network}")), from_text(site.path("{nobody}")), site.core.clock()
    ) is Standing.MEMBER  # fmt: skip


async def test_application_to_a_network_that_ended(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    network = from_text(site.path("{old}"))
    site.core.ties.charters.pop(network)
    for path in ("", "/apply"):
        assert (await site.get(f"/networks/{{old}}{path}")).status == 404
    answer = await site.post("/networks/{old}/apply", {"message": "Hallo"})
    assert answer.status == 404
    check(await answer.text(), "de")


async def test_application_quotes_the_charter_that_was_read(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    said = {"message": "Bleibt stehen", "who": site.path("{home}"), "charter": "00" * 32}
    answer = await site.post("/networks/{old}/apply", said)
    assert "hat sich geändert, seit diese Seite geöffnet wurde" in await text_of(answer, 422)
    assert "Bleibt stehen" in await answer.text()


async def test_taken_back_and_taken_back_again(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    me, there = site.core.home_id, from_text(site.path("{unanswered}"))
    assert "Die Bewerbung zurücknehmen" in await site.text("/networks/{unanswered}")
    for said in ("ist zurückgenommen", "nicht beworben, oder es ist schon entschieden"):
        answer = await site.post("/networks/{unanswered}/apply/back", {"who": site.path("{home}")})
        assert answer.status == 303
        assert said in Document(await site.text("/networks/{unanswered}")).text
        assert site.core.ties.standing(there, me, site.core.clock()) is Standing.LEFT
    answer = await site.post("/networks/{unanswered}/apply/back", {"who": site.path("{partner}")})
    assert answer.status == 404


async def test_letters_that_fit_nothing(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    page = await site.text("/networks/{old}/apply?letters=abcdefghijklmnop")
    charter = re.search('name="charter" value="([^"]+)"', page)
    assert charter is not None
    said = {"letters": "abcd efgh ijkl mnop", "charter": charter[1], "who": site.path("{home}")}
    answer = await site.post("/networks/{old}/apply", said)
    assert "Einen Beschluss mit den Buchstaben" in await text_of(answer, 422)


@pytest.fixture
def alone(key: Site) -> str:
    """The page of a network in which the group alone decides."""
    return f"/networks/{to_text(found_network(key.core, key.core.home_id, dict(CHARTER)))}"


async def amended(site: Site, path: str, edition: str, **said: str) -> Any:
    page = await site.text(f"{path}/amend")
    stands = dict(
        re.findall('<input type="text" id="amend-[^"]*" name="([^"]+)" value="([^"]*)"', page)
    )
    longer = re.findall('<textarea id="amend-[^"]*" name="([^"]+)"[^>]*>\n([^<]*)<', page)
    chosen = {"admission": "decision", "counted": "roster"}
    deciders = {"deciders": to_text(site.core.home_id), "edition": edition}
    sent = {**stands, **dict(longer), **chosen, **deciders, **said}
    return await site.post(f"{path}/amend", MultiDict(sent))


async def test_page_left_open_for_a_week(key: Site, alone: str) -> None:
    """Others changed the charter meanwhile: it is shown, and what was typed is not lost."""
    found = EDITION.search(await key.text(f"{alone}/amend"))
    assert found is not None
    network = from_text(alone.rpartition("/")[2])
    amend(key.core, key.core.home_id, network, Wish({"motto": "Anders", "region": "Kiel"}))
    wind(key.core, Clock(NOW + 7 * DAY))
    key.sign_in(person(key.core, "Alex", key_person=True))
    answer = await amended(key, alone, found[1], motto="Unseres", region=CHARTER["region"])
    text = await text_of(answer, 422)
    assert "Anders" in text
    assert 'value="Unseres"' in await answer.text()
    assert (key.core.ties.charters[network].content or {})["motto"] == "Anders"


async def test_nothing_changed_renews_the_mandate(key: Site, alone: str) -> None:
    found = EDITION.search(await key.text(f"{alone}/amend"))
    assert found is not None
    text = await text_of(await amended(key, alone, found[1]), 200)
    assert "nur der Auftrag beginnt von neuem" in text
    network = from_text(alone.rpartition("/")[2])
    before = key.core.ties.charters[network].content
    assert (await amended(key, alone, found[1], sure="yes")).status == 303
    after = key.core.ties.charters[network].content
    assert before is not None
    assert after is not None
    assert {**after, "mandate": 0} == {**before, "mandate": 0}


async def test_back_to_the_form_keeps_what_was_typed(key: Site, alone: str) -> None:
    found = EDITION.search(await key.text(f"{alone}/amend"))
    assert found is not None
    answer = await amended(key, alone, found[1], motto="Noch nicht", sure="no")
    assert answer.status == 200
    assert 'value="Noch nicht"' in await answer.text()
    network = from_text(alone.rpartition("/")[2])
    assert (key.core.ties.charters[network].content or {})["motto"] == CHARTER["motto"]


async def test_proposal_that_was_decided_meanwhile(key: Site, alone: str) -> None:
    network = from_text(alone.rpartition("/")[2])
    done = amend(key.core, key.core.home_id, network, Wish({"motto": "Neu"}))
    page = Document(await key.text(f"{alone}/proposals/{done.name}"))
    assert "beschlossen" in page.text
    assert "Dafür stimmen" not in page.text
    for path in ("", "/oppose"):
        answer = await key.post(f"{alone}/proposals/{done.name}{path}", {"link": "x"})
        assert answer.status == 303
        text = Document(await key.text(f"{alone}/proposals/{done.name}")).text
        assert "schon beschlossen; es wurde nichts geändert" in text
    assert (await key.get(f"{alone}/proposals/nothing")).status == 404


async def test_expelled_twice(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    network, rkslp = (from_text(site.path(one)) for one in ("{network}", "{rkslp}"))
    decide(site.core, network, rkslp, "expelled", "Beschluss")
    answer = await site.post("/networks/{network}/expel/{rkslp}", {"reason": "x", "sure": "yes"})
    assert answer.status == 303
    assert "ist schon ausgeschlossen" in Document(await site.text("/networks/{network}")).text


async def test_mandate_that_is_over_says_how_to_renew_it(key: Site, alone: str) -> None:
    wind(key.core, Clock(NOW + 380 * DAY))
    key.sign_in(person(key.core, "Alex", key_person=True))
    page = Document(await key.text(alone))
    assert f"{alone}/amend" in page.hrefs
    assert "Den Auftrag erneuern" in page.text


# A network of networks


async def test_network_that_is_looked_after_here_joins_and_founds(key: Site) -> None:
    core = key.core
    small = found_network(core, core.home_id, {"name": "Klein"})
    said = {**USUAL, "name": "Groß", "who": to_text(small)}
    assert (await key.post("/networks/new", said)).status == 303
    (large,) = core.own - {core.home_id, small}
    now = core.clock()
    assert core.ties.standing(large, small, now) is Standing.MEMBER
    assert core.ties.standing(large, core.home_id, now) is Standing.NONE
    path = f"/networks/{to_text(large)}"
    assert "Klein, auch von hier aus betreut, ist Mitglied" in (await key.text(path))

    other = found_network(core, core.home_id, {"name": "Drittes"})
    page = await key.text(f"{path}/apply")
    check(page, "de")
    charter = re.search('name="charter" value="([^"]+)"', page)
    assert charter is not None
    ask = {"who": to_text(other), "charter": charter[1], "message": "Wir drei"}
    assert (await key.post(f"{path}/apply", ask)).status == 303
    assert core.ties.standing(large, other, now) is Standing.APPLIED
    assert "Drittes hat um Aufnahme gebeten" in await key.text(path)
    answer = f"{path}/applications/{to_text(other)}"
    assert (await key.post(f"{answer}/decline", {"reason": "Noch nicht"})).status == 303
    said = Document(await key.text(path)).text
    assert "Die Bewerbung von Drittes wurde abgelehnt" in said
    assert "Noch nicht" in said
    assert (await key.post(f"{answer}/admit")).status == 303
    assert core.ties.standing(large, other, now) is Standing.MEMBER
    assert (await key.post(f"{path}/apply", {**ask, "who": to_text(other)})).status in (303, 422)


async def test_network_that_is_looked_after_here_votes(key: Site) -> None:
    """In a larger one, of which it is a member: what waits for it waits for the key persons."""
    core = key.core
    one, other = (found_network(core, core.home_id, {"name": name}) for name in ("Eins", "Zwei"))
    large = found_network(core, one, {"name": "Groß"})
    apply_to_network(core, other, large, None)
    decide(core, large, other, "admitted")
    amend(core, one, large, Wish(added=frozenset({other})))
    proposed = amend(core, one, large, Wish({"motto": "Zusammen"}))
    assert not proposed.decided
    path = f"/networks/{to_text(large)}/proposals/{proposed.name}"
    assert path in Document(await key.text("/")).hrefs
    page = await key.text(path)
    check(page, "de")
    link = re.search('name="link" value="([^"]+)"', page)
    assert link is not None
    assert (await key.post(path, {"link": link[1]})).status == 303
    assert "Das ist beschlossen und gilt in Groß" in Document(await key.text(path)).text
    assert (core.ties.charters[large].content or {})["motto"] == "Zusammen"
    assert path not in Document(await key.text("/")).hrefs


# What everybody may know


async def test_what_everybody_may_know_is_one_button_each(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    network = from_text(site.path("{network}"))
    bond = site.core.ties.bond(network, site.core.home_id)
    for say, shown in (("yes", True), ("no", False)):
        assert (await site.post("/networks/{network}/show-us", {"say": say})).status == 303
        assert bond is not None
        assert bond.membership is not None
        assert site.core.ties.bond(network, site.core.home_id).membership.is_shown is shown  # type: ignore[union-attr]
        await site.post("/networks/{network}/show-publicly", {"say": say})
        await site.post("/groups/{partner}/show-publicly", {"say": say})
        site.browser.cookie_jar.clear()
        assert (await site.get("/networks/{network}")).status == (200 if shown else 404)
        assert (await site.get("/groups/{partner}")).status == (200 if shown else 404)
        site.sign_in(person(site.core, "Alex", key_person=True))
    await site.post("/groups/{nobody}/show-publicly", {"say": "yes"})
    await site.post("/networks/{old}/show-us", {"say": "yes"})
    assert "es wurde nichts geändert" in Document(await site.text("/networks/{old}")).text


async def test_left_meanwhile(site: Site) -> None:
    site.sign_in(person(site.core, "Kim", key_person=True))
    network = from_text(site.path("{network}"))
    leave_network(site.core, site.core.home_id, network)
    for path, said in (("amend", USUAL), ("move", {}), ("proposals/{proposal}", {"link": "x"})):
        answer = await site.post(f"/networks/{{network}}/{path}", said)
        assert answer.status == 303
        assert "es wurde nichts" in Document(await site.text(answer.headers["Location"])).text
    apply_to_network(site.core, site.core.home_id, network, None)
    assert (
        site.core.ties.standing(network, site.core.home_id, site.core.clock()) is Standing.APPLIED
    )


async def test_many_members_fit_on_a_page(
    key: Site, alone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who decides is always listed, so that nobody loses a say by not being shown."""
    monkeypatch.setattr(proposing, "LISTED", 1)
    core, network = key.core, from_text(alone.rpartition("/")[2])
    for name in ("Eins", "Zwei", "Drei"):
        one = found_network(core, core.home_id, {"name": name})
        apply_to_network(core, one, network, None)
        decide(core, network, one, "admitted")
    page = check(await key.text(f"{alone}/amend"), "de")
    assert "2 weitere Mitglieder stehen hier" in page.text
    listed = [one["value"] for one in page.all("input") if one.get("name") == "deciders"]
    assert len(listed) == 2
    assert to_text(core.home_id) in listed
