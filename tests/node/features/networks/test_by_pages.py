"""Three groups and a network, by nothing but forms: found, apply, admit, change who decides, expel,
move. Real nodes over sockets on loopback."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from multidict import MultiDict

from protocol.control_state import Standing
from protocol.identity import deciding_roster
from protocol.ids import to_text
from tests.node.web.conftest import Serve, Site, person
from tests.node.web.html import Document, check
from tests.node.world import Running, befriend, make_home, running, until

EDITION = re.compile('name="edition" value="([^"]+)"')
HIDDEN = re.compile('<input type="hidden" name="([^"]+)" value="([^"]*)">')

CHARTER = {"admission": "decision", "majority": "2/3", "counted": "roster", "term": "1 Jahr"}


class Group(NamedTuple):
    """A machine that is up, and the browser of its key person."""

    node: Running
    site: Site

    @property
    def id(self) -> bytes:
        return self.node.id

    def standing(self, network: bytes) -> Standing:
        core = self.node.core
        return core.ties.standing(network, self.id, core.clock())

    async def read(self, path: str) -> Document:
        html = await self.site.text(path)
        return check(html, "de")

    async def sends(self, path: str, said: Mapping[str, Any] | None = None) -> str:
        """Send a form with its hidden fields; gives where it goes on to."""
        html = await self.site.text(path)
        hidden = dict(HIDDEN.findall(html))
        hidden.pop("token", None)
        sent: MultiDict[Any] = MultiDict(hidden)
        for name, value in (said or {}).items():
            sent.popall(name, None)
            for one in value if isinstance(value, list) else [value]:
                sent.add(name, one)
        answer = await self.site.post(path, sent)
        assert answer.status == 303, Document(await answer.text()).text
        self.node.links.stored()
        return answer.headers["Location"]

    async def presses(self, path: str, said: Mapping[str, Any] | None = None) -> str:
        """A button that stands on another page; gives what is said then."""
        answer = await self.site.post(path, said)
        assert answer.status == 303
        self.node.links.stored()
        return Document(await self.site.text(answer.headers["Location"])).text


@pytest.fixture
async def groups(tmp_path: Path, serve: Serve) -> AsyncIterator[list[Group]]:
    async with AsyncExitStack() as stack:
        found = []
        for name in ("Alpha", "Beta", "Gamma"):
            home = make_home(tmp_path, name)
            node = await stack.enter_async_context(running(home))
            site = await serve(node.core)
            site.sign_in(person(node.core, "Kim", key_person=True))
            found.append(Group(node, site))
        yield found


async def found(alpha: Group) -> bytes:
    """Two questions and the defaults; gives the network."""
    said = {**CHARTER, "name": "Hafenverbund", "purpose": "Für den Hafen"}
    path = await alpha.sends("/networks/new", said)
    assert "Den Verbund „Hafenverbund“ gibt es jetzt" in (await alpha.read(path)).text
    (network,) = alpha.node.core.own - {alpha.id}
    assert path == f"/networks/{to_text(network)}"
    assert alpha.standing(network) is Standing.MEMBER
    return network


async def joins(alpha: Group, one: Group, network: bytes) -> None:
    """By the link that a member shows; admitted by who looks after it."""
    path, core = f"/networks/{to_text(network)}", alpha.node.core
    link = re.search(r"\S*[a-z2-7]{52}\S*", (await alpha.read(f"{path}/invite")).text)
    assert link is not None
    await until(lambda: network in one.node.core.ties.charters, "the charter came")
    assert "Hafenverbund" in (await one.read("/networks")).text
    there = await one.site.post("/networks/link/paste", {"link": link[0]})
    assert there.headers["Location"].startswith(f"{path}/apply")
    await one.sends(f"{path}/apply", {"message": "Wir sind vom Ufer", "letters": ""})
    assert "Ihr habt um Aufnahme in Hafenverbund gebeten" in (await one.read(path)).text
    assert one.standing(network) is Standing.APPLIED

    def stands() -> Standing:
        return core.ties.standing(network, one.id, core.clock())

    await until(lambda: stands() is Standing.APPLIED, "the application came")
    assert "Hafenverbund: Eine Gruppe möchte dazukommen" in (await alpha.read("/")).text
    assert "Wir sind vom Ufer" in (await alpha.read(path)).text
    answer = f"{path}/applications/{to_text(one.id)}"
    assert "Die Gruppe aufnehmen" in (await alpha.read(answer)).text
    assert "ist jetzt Mitglied" in await alpha.presses(f"{answer}/admit")
    await until(lambda: one.standing(network) is Standing.MEMBER, "admitted")


async def changes_who_decides(alpha: Group, groups: list[Group], network: bytes) -> None:
    """Shown before it is sent, and done at once, for Alpha alone decides."""
    path, core = f"/networks/{to_text(network)}/amend", alpha.node.core
    everybody = sorted(to_text(one.id) for one in groups)
    edition = EDITION.search(await alpha.site.text(path))
    assert edition is not None
    said = {**CHARTER, "name": "Hafenverbund", "purpose": "Für den Hafen", "edition": edition[1]}
    said |= {"motto": "Alle in einem Boot", "note": "Wie besprochen"}
    sent = MultiDict([*said.items(), *(("deciders", one) for one in everybody)])
    preview = await alpha.site.post(path, sent)
    assert preview.status == 200
    text = check(await preview.text(), "de").text
    assert "Motto: leer → Alle in einem Boot" in text
    assert "Entscheidet von da an mit: Beta, Gamma" in text
    assert "Es braucht 1 von 1, die entscheiden" in text
    assert motto(alpha, network) is None
    sent.add("sure", "yes")
    assert (await alpha.site.post(path, sent)).status == 303
    alpha.node.links.stored()
    assert motto(alpha, network) == "Alle in einem Boot"
    roster = deciding_roster(core.ties.identities[network].links)
    assert sorted(map(to_text, roster)) == everybody


def motto(one: Group, network: bytes) -> Any:
    content = one.node.core.ties.charters[network].content
    assert content is not None
    return content["motto"]


async def hears_of_it(one: Group, network: bytes) -> None:
    """A member confirms what was decided without it, as far as that is asked."""
    path, ties = f"/networks/{to_text(network)}", one.node.core.ties
    await until(lambda: len(ties.identities[network].links) > 1, "the decision came")
    waits = re.search(rf"{path}/decisions/([a-z2-7]+)", await one.site.text(path))
    if waits is not None:
        assert "Alpha" in (await one.read(waits[0])).text
        await one.sends(waits[0], {"sure": "yes"})


async def expels(alpha: Group, one: Group, network: bytes) -> None:
    """Not without a reason and a yes; the reason is read by all."""
    path = f"/networks/{to_text(network)}"
    out = f"{path}/expel/{to_text(one.id)}"
    assert (await alpha.site.post(out, {"reason": "Beschluss vom 3. Mai"})).status == 422
    assert alpha.node.core.ties.is_member(network, one.id, alpha.node.core.clock())
    assert "Die Gruppe steht auf der Liste derer, die entscheiden" in (await alpha.read(out)).text
    await alpha.sends(out, {"reason": "Beschluss vom 3. Mai", "sure": "yes"})
    await until(lambda: one.standing(network) is Standing.EXPELLED, "expelled")
    assert "Beschluss vom 3. Mai" in (await alpha.read(path)).text


async def moves(alpha: Group, beta: Group, network: bytes) -> None:
    """Beta proposes that it looks after it, Alpha votes: two of three."""
    path = f"/networks/{to_text(network)}"
    assert "Es braucht 2 von 3, die entscheiden" in (await beta.read(f"{path}/move")).text
    await beta.sends(f"{path}/move", {"note": "Der alte Rechner ist alt"})
    assert network not in beta.node.core.own
    proposals = alpha.node.core.ties.decisions.proposals
    await until(lambda: len(proposals[network]) == 2, "the proposal came")
    votes = re.findall(rf'href="({path}/proposals/[^"]+)"', await alpha.site.text(path))
    assert "dass Beta den Verbund betreut" in (await alpha.read(votes[0])).text
    await alpha.sends(votes[0])
    await until(lambda: network in beta.node.core.own, "Beta looks after it")
    await until(lambda: network not in alpha.node.core.own, "Alpha does not any more")
    assert "von hier aus betreut" in (await beta.read(path)).text


async def test_the_whole_life_of_a_network(groups: list[Group]) -> None:
    alpha, beta, gamma = groups
    await befriend(alpha.node, beta.node)
    await befriend(alpha.node, gamma.node)
    network = await found(alpha)
    path = f"/networks/{to_text(network)}"
    for one in (beta, gamma):
        await joins(alpha, one, network)
    await changes_who_decides(alpha, groups, network)
    for one in (beta, gamma):
        await hears_of_it(one, network)
    assert "Ausschließen" not in (await beta.read(path)).text
    await expels(alpha, gamma, network)
    await moves(alpha, beta, network)
    again = await alpha.site.post(f"{path}/applications/{to_text(gamma.id)}/admit")
    assert again.status == 404


async def test_members_rescue_a_network_whose_machine_is_gone(groups: list[Group]) -> None:
    """It neither agrees nor runs: two of the three who decide are enough."""
    alpha, beta, gamma = groups
    for one, other in ((alpha, beta), (alpha, gamma), (beta, gamma)):
        await befriend(one.node, other.node)
    network = await found(alpha)
    path = f"/networks/{to_text(network)}"
    for one in (beta, gamma):
        await joins(alpha, one, network)
    await changes_who_decides(alpha, groups, network)
    for one in (beta, gamma):
        await hears_of_it(one, network)
    await alpha.node.links.close()
    assert "muss nicht zustimmen und nicht laufen" in (await beta.read(f"{path}/move")).text
    await beta.sends(f"{path}/move", {"note": "Der Rechner ist verbrannt"})
    proposals = gamma.node.core.ties.decisions.proposals
    await until(lambda: len(proposals.get(network, {})) == 2, "the proposal came")
    waiting = (await gamma.read("/")).hrefs
    (vote,) = [one for one in waiting if one.startswith(f"{path}/proposals/")]
    assert "Der Rechner ist verbrannt" in (await gamma.read(vote)).text
    await gamma.sends(vote)
    await until(lambda: network in beta.node.core.own, "Beta looks after it")
    assert network in alpha.node.core.own  # it heard of nothing
    await until(lambda: gamma.standing(network) is Standing.MEMBER, "still a member")
    assert "Beta" in (await gamma.read(path)).text
