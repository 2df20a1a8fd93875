"""Leaving together, by nothing but forms: groups over sockets on loopback, the network's machine
off, and one of them that nothing but files reaches."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import FormData
from multidict import MultiDict

from node.app import open_core
from node.features.meetings.actions import new_meeting
from node.features.networks.actions import apply_to_network
from node.lookup.names import name_of
from protocol.certificates import Pact
from protocol.control_state import Standing
from protocol.ids import to_text
from tests.days import wall
from tests.node.by_hand import acquainted, exchange
from tests.node.features.members.filling import filled
from tests.node.features.networks.test_by_pages import HIDDEN
from tests.node.features.networks.test_by_pages import Group as Before
from tests.node.web.conftest import Serve, person
from tests.node.web.html import check
from tests.node.world import (
    Running,
    befriend,
    make_home,
    network_of,
    running,
    until,
    wall_clock,
)

MEETING = {
    "title": "Sommerfest",
    "starts": wall(90),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}
NEW = "Neuer Hafenverbund"


class Group(Before):
    """A machine of which a key person has the pages open; `files`: nothing else reaches it."""

    async def file_for(self, other: bytes) -> bytes:
        """Written by the link on the page of the pact."""
        answer = await self.site.get(f"/bundles/{to_text(other)}")
        assert answer.status == 200
        return await answer.read()

    async def reads(self, file: bytes) -> str:
        """Hand a file in; gives what the page says."""
        form = FormData()
        form.add_field("token", self.site.token())
        form.add_field("file", file, filename="x.verbund")
        root = str(self.site.root).rstrip("/")
        answer = await self.site.browser.post(
            f"{root}/bundles", data=form, headers={"Origin": root}
        )
        assert answer.status == 200
        return check(await answer.text(), "de").text


class World(NamedTuple):
    """Beta, Gamma and Delta are in a network that Alpha's machine looks after, which is off."""

    network: bytes
    beta: Group
    gamma: Group
    delta: Group


class ByFile(Running):
    """A machine that neither serves others nor calls them."""


@pytest.fixture
async def world(tmp_path: Path, serve: Serve) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        off = AsyncExitStack()
        await stack.enter_async_context(off)
        alpha = await off.enter_async_context(running(make_home(tmp_path, "Alpha")))
        nodes = [
            await stack.enter_async_context(running(make_home(tmp_path, name)))
            for name in ("Beta", "Gamma")
        ]
        delta = ByFile(open_core(make_home(tmp_path, "Delta"), clock=wall_clock))
        stack.callback(delta.core.close)
        for one in nodes:
            await befriend(alpha, one)
        network = await network_of(alpha, *nodes)
        _joins_by_hand(alpha, delta, network)
        found = [await _group(one, serve) for one in (*nodes, delta)]
        for one in found:
            await until(lambda one=one: _members(one, network) == 4, "members")
        for one in found:
            ids = [other.id for other in found]
            await until(
                lambda one=one, ids=ids: all(name_of(one.node.core, id) for id in ids), "names"
            )
        await off.aclose()
        yield World(network, *found)


async def _group(node: Running, serve: Serve) -> Group:
    site = await serve(node.core)
    site.sign_in(person(node.core, "Kim", key_person=True))
    return Group(node, site)


def _joins_by_hand(alpha: Running, delta: Running, network: bytes) -> None:
    """Delta became a partner of Alpha and a member of the network, by files."""
    pair = [alpha.core, delta.core]
    acquainted(pair)
    exchange(*pair)
    apply_to_network(delta.core, delta.id, network, None)
    exchange(*pair)
    alpha.decide(network, delta.id, "admitted")
    exchange(*pair)
    alpha.links.stored()


def _members(one: Group, network: bytes) -> int:
    return len(one.node.core.ties.members(network, one.node.core.clock()))


async def looks(one: Group, path: str, said: Mapping[str, Any]) -> tuple[MultiDict[str], str]:
    """Fill in the form and look what would happen; gives what that page sends on, and its text."""
    html = await one.site.text(path)
    answer = await one.site.post("/pacts/new", MultiDict(filled(html, "/pacts/new", dict(said))))
    html = await answer.text()
    text = check(html, "de").text
    assert answer.status == 200, text
    return MultiDict((name, unescape(value)) for name, value in HIDDEN.findall(html)), text


async def proposes(world: World) -> str:
    """Beta asks two; the charter is that of the old network, changed. Gives the pact's page."""
    beta = world.beta
    beta.node.say(new_meeting, world.network, MEETING)
    path = f"/networks/{to_text(world.network)}"
    assert "Mit anderen zusammen gehen" in (await beta.read(path)).text
    said = {
        "groups": [to_text(one.id) for one in (world.gamma, world.delta)],
        "name": NEW,
        "motto": "Alle in einem Boot",
        "until": "in 3 Wochen",
        "quorum": "3",
        "note": "Wie am Telefon besprochen",
    }
    start = f"/pacts/new?leave={to_text(world.network)}"
    form = (await beta.read(start)).text
    assert "Gamma" in form
    assert "Delta (erfährt es, wenn ihr Rechner euren anruft)" in form
    sent, text = await looks(beta, start, said)
    for words in (
        "Davon erfahren nur: Delta und Gamma",
        "Sommerfest",
        "Motto: Alle in einem Boot",
        "3 von 3 Unterschriften",
    ):
        assert words in text, words
    assert beta.node.core.ties.certificates.cases == {}
    answer = await beta.site.post("/pacts/new", MultiDict([*sent.items(), ("sure", "yes")]))
    assert answer.status == 303
    beta.node.links.stored()
    page = answer.headers["Location"]
    text = (await beta.read(page)).text
    assert "1 von 3 nötigen Unterschriften, 2 fehlen noch" in text
    assert "Eine Datei für Delta schreiben" in text
    return page


async def signs(one: Group, page: str) -> str:
    """The page asks once more; gives what it says then."""
    assert "Geht ihr mit?" in (await one.read(page)).text
    sent = filled(await one.site.text(page), f"{page}/sign", {"sure": "yes"})
    answer = await one.site.post(f"{page}/sign", MultiDict(sent))
    assert answer.status == 303
    one.node.links.stored()
    return (await one.read(answer.headers["Location"])).text


def belongs(one: Group, network: bytes) -> bool:
    return one.standing(network) is Standing.MEMBER


def pact_of(one: Group) -> Pact:
    (case,) = one.node.core.ties.certificates.cases.values()
    assert case.pact is not None
    return case.pact


async def test_three_leave_together_while_the_network_is_off(world: World) -> None:
    beta, gamma, delta = world.beta, world.gamma, world.delta
    page = await proposes(world)
    await until(lambda: gamma.node.core.ties.certificates.cases, "the pact came")
    assert "Ihr seid gefragt, ob ihr mitgeht" in (await gamma.read("/")).text
    assert "2 von 3 nötigen Unterschriften, 1 fehlt noch" in await signs(gamma, page)
    (case,) = beta.node.core.ties.certificates.cases.values()
    await until(lambda: len(case.signed) == 2, "the signature came")
    new = pact_of(beta).network
    assert [belongs(one, world.network) for one in world[1:]] == [True] * 3
    assert (await delta.site.get(page)).status == 404
    # What only a file reaches: there, signed, and back.
    said = await delta.reads(await beta.file_for(delta.id))
    assert NEW in said
    text = await signs(delta, page)
    assert f"Vollzogen: Eure Gruppe ist jetzt im Verbund „{NEW}“" in text
    assert (belongs(delta, new), delta.standing(world.network)) == (True, Standing.LEFT)
    assert belongs(beta, world.network)
    assert NEW in await beta.reads(await delta.file_for(beta.id))
    beta.node.links.stored()
    for one in (beta, gamma):
        await until(lambda one=one: belongs(one, new), "it happens on all machines")
        await until(lambda one=one: one.standing(world.network) is Standing.LEFT, "it left")
        text = (await one.read(page)).text
        assert f"Vollzogen: Eure Gruppe ist jetzt im Verbund „{NEW}“" in text
    text = (await beta.read(page)).text
    assert "Was von euch mitgekommen ist" in text
    assert "Sommerfest" in text
    assert "Alle in einem Boot" in (await gamma.read(f"/networks/{to_text(new)}")).text
    left = (await beta.read(f"/networks/{to_text(world.network)}/left")).text
    assert "Noch nicht bestätigt" in left
    assert "Gamma" not in left.partition("Noch nicht bestätigt")[2].partition("Seit dem")[0]
