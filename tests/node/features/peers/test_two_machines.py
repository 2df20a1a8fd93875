"""Two machines on loopback sockets: groups find each other by forms alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.networks.actions import found_network
from node.features.peers.actions import end_peer, invite_peer, read_link, take_back_link
from node.features.peers.calling import calls_of
from node.features.peers.received import agree
from node.features.peers.tables import peer_links
from node.features.rules.tables import rules
from node.people.persons import Person
from node.serving import publish_endpoint
from node.store.serve_settings import allows_private_addresses
from protocol.ids import from_text
from protocol.peering import PeerLink
from tests.node.features.peers.two import PATIENCE, Group, close, group, two_groups
from tests.node.web.conftest import person
from tests.node.web.html import Document
from tests.node.world import Clock, make_core


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Group, Group]]:
    async for both in two_groups(tmp_path):
        yield both


def needs_two(one: Group) -> Person:
    """From now on connecting takes two key persons; gives the other one."""
    with one.core.transaction():
        rules(one.core).set_needed("connect", 2)
    return person(one.core, "Alex", key_person=True)


def secret_of(link: str) -> str:
    return link.partition("#")[2]


async def test_link_made_seen_and_accepted(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    link = await harbour.makes_link("Kitchen")
    where = await kitchen.opens(link)
    page = await kitchen.look(where)
    assert "Harbour lädt euch ein" in page.text
    assert "Was die andere Gruppe von euch sieht" in page.text
    assert (harbour.peers(), kitchen.peers()) == ([], [])  # looking accepts nobody
    assert await kitchen.send(f"{where}/accept") == where
    await kitchen.comes(where)
    assert harbour.peers() == [("Kitchen", "active")]
    assert kitchen.peers() == [("Harbour", "active")]
    answer = await kitchen.site.get(where)
    assert (answer.status, answer.headers["Location"]) == (303, f"/ties/{harbour.id}")
    for one, other in ((harbour, kitchen), (kitchen, harbour)):
        tie = await one.look(f"/ties/{other.id}")
        assert "Noch nicht angekommen nichts, alles ist dort" in tie.text
        assert "noch keiner" not in tie.text
    assert "benutzt" in (await harbour.look("/ties/links")).text
    assert "Gruppe verbunden" in (await harbour.look("/ties")).text


async def test_secret_is_nowhere_once_the_link_is_over(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    link = await harbour.makes_link()
    where = await kitchen.opens(link)
    for path in (where, "/ties/add", "/settings", "/ties", "/"):
        assert secret_of(link) not in await kitchen.site.text(path)
    await kitchen.send(f"{where}/accept")
    assert all("#" not in str(one.what) for one in rules(kitchen.core).latest(9))
    await kitchen.comes(where)
    found = peer_links(kitchen.core).received(where.rpartition("/")[2])
    assert found is not None
    assert (found.state, found.link) == ("done", None)


async def test_used_link_says_what_to_do(two: tuple[Group, Group], tmp_path: Path) -> None:
    harbour, kitchen = two
    third = await group(tmp_path, "Third", harbour.core.clock.wall, address=False)  # type: ignore[arg-type]
    try:
        link = await harbour.makes_link()
        where, late = await kitchen.opens(link), await third.opens(link)
        await kitchen.send(f"{where}/accept")
        await kitchen.comes(where)
        (given,) = peer_links(harbour.core).all_given()
        with pytest.raises(Problem, match="link-was-used"):
            take_back_link(harbour.core, given.id)
        await third.send(f"{late}/accept")
        await third.comes(late)
        page = await third.look(late)
        assert "Mit Harbour hat es nicht geklappt" in page.text
        assert "Bittet um einen neuen Link" in page.text
        assert third.peers() == []
        await third.send(f"{late}/drop")
        assert "Dieser Link ist vorbei" in (await third.look(late)).text
    finally:
        await close(third)


async def test_address_at_which_somebody_else_is_by_now(two: tuple[Group, Group]) -> None:
    """Its own keys are not there: nobody is accepted, and the link is not used up."""
    harbour, kitchen = two
    link = PeerLink.parse(await harbour.makes_link())
    where = await kitchen.opens(str(link._replace(id=bytes(31) + b"x")))
    assert "antwortet der Rechner einer anderen Gruppe" in (await kitchen.look(where)).text
    await kitchen.send(f"{where}/accept")
    await kitchen.comes(where)
    assert "ob sich ihre Adresse geändert hat" in (await kitchen.look(where)).text
    found = peer_links(kitchen.core).received(where.rpartition("/")[2])
    assert found is not None
    assert found.why == "peer-elsewhere"
    assert (harbour.peers(), kitchen.peers()) == ([], [])


async def test_link_of_a_network(two: tuple[Group, Group]) -> None:
    """Whose machine that is says nothing of it before it is called."""
    harbour, kitchen = two
    network = found_network(harbour.core, harbour.core.home_id, {"name": "Netz"})
    publish_endpoint(harbour.core, str(harbour.site.server.make_url("")).rstrip("/"), None)
    where = await kitchen.opens(str(invite_peer(harbour.core, network)))
    assert "Perhaps it looks after a network" in (await kitchen.look(where, "en")).text
    await kitchen.send(f"{where}/accept")
    await kitchen.comes(where)
    assert [state for _name, state in kitchen.peers()] == ["active"]


async def test_taken_back_link(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    link = await harbour.makes_link()
    where = await kitchen.opens(link)
    (given,) = peer_links(harbour.core).all_given()
    await harbour.send(f"/ties/links/{given.id}/end")
    assert "zurückgenommen" in (await harbour.look("/ties/links")).text
    await kitchen.send(f"{where}/accept")
    await kitchen.comes(where)
    assert "zurückgenommen" in (await kitchen.look(where)).text
    assert (harbour.peers(), kitchen.peers()) == ([], [])
    await harbour.send(f"/ties/links/{given.id}/end")  # once more is nothing more
    with pytest.raises(Problem, match="link-unknown"):
        take_back_link(harbour.core, "nobody")


async def test_machine_that_is_off_is_called_again(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    link = await harbour.makes_link()
    where = await kitchen.opens(link)
    port = harbour.site.server.port
    await harbour.site.server.close()
    await kitchen.send(f"{where}/accept")
    page = await kitchen.look(where)
    while "Ein Anruf ging nicht durch" not in page.text:  # a refused connection comes at once
        page = await kitchen.look(where)
    assert "Euer Rechner versucht es von selbst immer wieder" in page.text
    await harbour.on(port)
    await kitchen.send(f"{where}/again")
    await kitchen.comes(where)
    assert kitchen.peers() == [("Harbour", "active")]


async def test_nobody_there_to_ask(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    link, port = await harbour.makes_link(), harbour.site.server.port
    await harbour.site.server.close()
    where = await kitchen.opens(link)
    page = await kitchen.look(where)
    assert "Ihr Rechner hat nicht geantwortet" in page.text
    assert f"{where}/accept" not in await kitchen.site.text(where)  # seen before it is accepted
    await kitchen.send(f"{where}/accept")
    assert kitchen.peers() == []
    await harbour.on(port)
    await kitchen.send(f"{where}/again")
    await kitchen.comes(where)
    assert "Harbour lädt euch ein" in (await kitchen.look(where)).text


async def test_machine_in_the_same_house(two: tuple[Group, Group]) -> None:
    """Its address is called once a key person allows it; the machine need not start anew."""
    harbour, kitchen = two
    with kitchen.core.transaction():
        kitchen.core.settings.set("serve", {})
    kitchen.links.private = False
    where = await kitchen.opens(await harbour.makes_link())
    page = await kitchen.look(where)
    assert "Ihre Adresse liegt in einem lokalen Netz" in page.text
    assert await kitchen.send(f"{where}/allow") == where
    await kitchen.comes(where)
    await kitchen.send(f"{where}/accept")
    await kitchen.comes(where)
    assert kitchen.peers() == [("Harbour", "active")]
    assert allows_private_addresses(kitchen.core.settings)
    async with asyncio.timeout(PATIENCE):  # and goes on to do so by itself
        while not kitchen.links.connected(harbour.core.home_id):  # noqa: ASYNC110 - it says nothing
            await asyncio.sleep(0)


async def test_page_left_open_for_a_week(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    where = await kitchen.opens(await harbour.makes_link())
    clock = kitchen.core.clock.wall
    assert isinstance(clock, Clock)
    clock.now += 7 * 86_400
    kitchen.site.sign_in(kitchen.key)
    assert await kitchen.send(f"{where}/accept") == where
    assert "Dieser Link ist vorbei" in (await kitchen.look(where)).text
    assert kitchen.peers() == []


async def test_of_two_key_persons_the_second_brings_it_about(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    other = needs_two(kitchen)
    where = await kitchen.opens(await harbour.makes_link())
    assert "Eure Gruppe will dafür zwei Schlüsselpersonen" in (await kitchen.look(where)).text
    assert await kitchen.send(f"{where}/accept") == where
    assert "Es fehlt noch das Ja einer anderen" in (await kitchen.look(where)).text
    assert (harbour.peers(), kitchen.peers()) == ([], [])  # nothing happened
    (waits,) = rules(kitchen.core).in_state("waiting")
    kitchen.site.sign_in(other)
    assert "Verbindung mit Harbour" in (await kitchen.look("/settings")).text
    await kitchen.send(f"/settings/requests/{waits.id}", {"say": "yes"})
    await kitchen.comes(where)
    assert kitchen.peers() == [("Harbour", "active")]


async def test_two_who_press_accept_are_two_who_agree(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    other = needs_two(kitchen)
    link = await harbour.makes_link()
    where = await kitchen.opens(link)
    await kitchen.send(f"{where}/accept")
    await kitchen.send(f"{where}/accept")  # one who says it twice is one
    assert kitchen.peers() == []
    kitchen.site.sign_in(other)
    assert await kitchen.opens(link) == where  # the same link is the same row
    await kitchen.send(f"{where}/accept")
    await kitchen.comes(where)
    assert kitchen.peers() == [("Harbour", "active")]


async def test_link_that_ended_before_the_second_said_yes(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    other = needs_two(kitchen)
    where = await kitchen.opens(await harbour.makes_link())
    await kitchen.send(f"{where}/accept")
    (waits,) = rules(kitchen.core).in_state("waiting")
    clock = kitchen.core.clock.wall
    assert isinstance(clock, Clock)
    clock.now += 8 * 86_400
    kitchen.site.sign_in(other)
    await kitchen.send(f"/settings/requests/{waits.id}", {"say": "yes"})
    said = (await kitchen.look("/settings")).text
    assert "abgelaufen" in said
    assert "Bittet die andere Gruppe um einen neuen" in said
    found = rules(kitchen.core).get(waits.id)
    assert found is not None
    assert (found.state, kitchen.peers()) == ("failed", [])
    assert "Dieser Link ist vorbei" in (await kitchen.look(where)).text


async def test_tie_shown_hidden_and_ended(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    where = await kitchen.opens(await harbour.makes_link())
    await kitchen.send(f"{where}/accept")
    await kitchen.comes(where)
    tie = f"/ties/{harbour.id}"
    await kitchen.send(f"{tie}/name", {"shown": "yes"})
    assert "Gezeigt wird sie erst, wenn die andere" in (await kitchen.look(tie)).text
    await kitchen.send(f"{tie}/name", {"shown": "no"})
    assert "erfährt niemand davon" in (await kitchen.look(tie)).text
    page = await kitchen.look(f"{tie}/end")
    for said in ("bekommt von euch nichts Neues mehr", "Was nicht versprochen werden kann"):
        assert said in page.text
    assert kitchen.peers() == [("Harbour", "active")]
    assert await kitchen.send(f"{tie}/end") == "/ties"
    assert "Die Verbindung mit Harbour ist beendet" in (await kitchen.look("/ties")).text
    assert kitchen.peers() == [("Harbour", "ended")]
    assert await kitchen.send(f"{tie}/end") == tie  # a page left open: it has ended
    assert "nicht mehr verbunden" in (await kitchen.look(tie)).text
    assert (await kitchen.site.get(f"{tie}/end")).status == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Bitte ausfüllen"),
        ("   ", "Bitte ausfüllen"),
        ("nonsense", "kein vollständiger Einladungslink"),
        ("https://a.example/peer", "fehlt, was nach dem Zeichen #"),
        ("https://a.example/peer#abc", "kein vollständiger Einladungslink"),
        ("https://a.example/join/abc", "für einen Menschen"),
        ("https://a.example/enter/abc", "führt in die Seite einer Gruppe hinein"),
        ("javascript:alert(1)//peer#" + "a" * 60, "kein vollständiger Einladungslink"),
    ],
)
async def test_what_is_no_link(two: tuple[Group, Group], typed: str, said: str) -> None:
    _harbour, kitchen = two
    answer = await kitchen.site.post("/ties/add", {"link": typed})
    page = Document(await answer.text())
    assert answer.status == 422
    if typed.strip():
        assert said in page.text
    assert peer_links(kitchen.core).in_state("looking", "seen", "unseen") == []


async def test_own_old_and_broken_links(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    link = await harbour.makes_link()
    answer = await harbour.site.post("/ties/add", {"link": link})
    assert "Dieser Link ist euer eigener" in Document(await answer.text()).text
    wrapped = f"  {link[:60]}\r\n {link[60:]}\n"  # as mail programs break it
    assert await kitchen.opens(wrapped) == await kitchen.opens(link)
    clock = kitchen.core.clock.wall
    assert isinstance(clock, Clock)
    clock.now += 8 * 86_400
    answer = await kitchen.site.post("/ties/add", {"link": link})
    assert "Dieser Link ist abgelaufen" in Document(await answer.text()).text


async def test_partner_that_vanished(two: tuple[Group, Group]) -> None:
    """It is in the list with its last contact, and can be ended while it is off."""
    harbour, kitchen = two
    where = await kitchen.opens(await harbour.makes_link())
    await kitchen.send(f"{where}/accept")
    await kitchen.comes(where)
    await harbour.links.close()
    await harbour.site.server.close()
    assert "Letzter Kontakt" in (await kitchen.look(f"/ties/{harbour.id}")).text
    end_peer(kitchen.core, kitchen.core.home_id, from_text(harbour.id))
    assert "(1)" in (await kitchen.look("/ties?what=over")).text


async def test_members_look_and_key_persons_act(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    where = await kitchen.opens(await harbour.makes_link())
    kitchen.site.sign_in(person(kitchen.core, "Noa"))
    assert "Verbinden können die Schlüsselpersonen" in (await kitchen.look("/ties")).text
    for path in ("/ties/add", where, "/ties/links"):
        assert (await kitchen.site.get(path)).status == 403
    assert (await kitchen.site.post(f"{where}/accept", {})).status == 403
    answer = await kitchen.site.get("/peer/open")
    assert "Annehmen können nur Schlüsselpersonen" in Document(await answer.text()).text


async def test_calls_go_on_after_a_stop(two: tuple[Group, Group]) -> None:
    """What was agreed on stands in the table: the next start takes it up."""
    harbour, kitchen = two
    where = await kitchen.opens(await harbour.makes_link())
    id = where.rpartition("/")[2]
    with kitchen.core.transaction():
        assert peer_links(kitchen.core).move(id, ("seen",), "calling", kitchen.core.clock())
    calls_of(kitchen.core).go_on()
    await kitchen.comes(where)
    assert kitchen.peers() == [("Harbour", "active")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://x.example/join/abcdef", "link-for-people"),
        ("https://x.example/invited/abcdef", "link-for-people"),
        ("http://localhost:8480/enter/abcdef", "link-of-machine"),
        ("https://x.example/code", "link-of-machine"),
    ],
)
def test_link_of_another_kind_is_called_what_it_is(tmp_path: Path, text: str, code: str) -> None:
    core = make_core(tmp_path)
    with pytest.raises(Problem, match=code):
        read_link(core, text)
    with pytest.raises(Problem, match="link-dropped"):
        agree(core, "nobody")
    core.close()
