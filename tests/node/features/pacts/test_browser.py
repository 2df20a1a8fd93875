"""Going, in Chromium on a phone, in German: three machines over sockets on loopback. One disagrees
with what is proposed, founds anew with another, and one leaves alone."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from node.features import FEATURES
from node.features.decisions.actions import Wish, amend
from node.features.decisions.holding import confirm_decision
from node.features.meetings.actions import new_meeting
from node.web.server import make_app
from protocol.control_state import Standing
from tests.days import wall
from tests.node.features.networks.test_browser import Machine
from tests.node.web.browsing import CHROMIUM, Shown
from tests.node.world import befriend, make_home, network_of, running, shut, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]

MEETING = {
    "title": "Sommerfest",
    "starts": wall(90),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[list[Machine]]:
    """A network of three, all of whom decide, in a thread, since the browser blocks this one."""
    loop, stack = asyncio.new_event_loop(), AsyncExitStack()

    async def start() -> list[Machine]:
        found: list[Machine] = []
        for name in ("Chor am Hafen", "Ruderverein", "Mietertreff"):
            node = await stack.enter_async_context(running(make_home(tmp_path, name)))
            app = make_app(node.core, node.links, None, FEATURES)
            runner = web.AppRunner(app, handle_signals=False)
            await runner.setup()
            stack.push_async_callback(shut, runner)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            root = f"http://localhost:{runner.addresses[0][1]}"
            found.append(Machine(node, Shown(root, node.core, loop), tmp_path, found))
        chor, *others = [one.node for one in found]
        for other in others:
            await befriend(chor, other)
        network = await network_of(chor, *others, name="Hafenverbund")
        added = frozenset(one.id for one in others)
        chor.say(amend, network, Wish(added=added))
        for one in others:
            ties = one.core.ties
            await until(lambda ties=ties: len(ties.identities[network].links) == 2, "decided")
            confirm_decision(one.core, network, ties.identities[network].decision.digest)
            one.links.stored()
        chor.say(amend, network, Wish({"motto": "Nur noch wir"}))
        others[0].say(new_meeting, network, MEETING)
        for one in others:
            known = one.core.ties.decisions.proposals
            await until(lambda known=known: len(known.get(network, {})) == 2, "proposed")
        return found

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(30)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield run(start())
    finally:
        run(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def opposes(one: Machine) -> None:
    """From what waits at home."""
    one.page.goto(one.served.root)
    one.follows("Über einen Vorschlag ist abzustimmen")
    one.presses("Dagegen stimmen")


def test_one_disagrees_and_founds_anew(chromium: Any, machines: list[Machine]) -> None:
    chor, verein, treff = machines
    for one in machines:
        one.opens(chromium)
    opposes(treff)
    opposes(verein)
    ties = verein.node.core.ties
    (network,) = ties.networks
    verein.waits(lambda: _against(verein, network) == 2, "the other vote came")
    verein.page.reload()
    verein.follows("Neu gründen")
    verein.looks_good("anew")
    assert verein.page.get_by_label("Mietertreff").first.is_checked()
    assert "Nur noch wir" in verein.page.get_by_label("Warum?").input_value()
    verein.page.get_by_label("Name des Verbunds").fill("Neuer Hafenverbund")
    verein.page.get_by_label("Bis wann?").fill("in 3 Wochen")
    verein.presses("Ansehen, was dann geschieht")
    assert "Davon erfahren nur: Mietertreff" in verein.says()
    assert "Sommerfest" in verein.says()
    verein.looks_good("sure")
    verein.presses("So vorschlagen und unterschreiben")
    assert "1 von 2 nötigen Unterschriften" in verein.says()
    verein.looks_good("proposed")
    treff.waits(lambda: treff.node.core.ties.certificates.cases, "the pact came")
    treff.page.goto(treff.served.root)
    treff.follows("Ihr seid gefragt, ob ihr mitgeht")
    treff.looks_good("pact")
    treff.page.get_by_label("Ja, unsere Gruppe geht mit").check()
    treff.presses("Unterschreiben")
    assert "Vollzogen: Eure Gruppe ist jetzt im Verbund „Neuer Hafenverbund“" in treff.says()
    treff.looks_good("done")
    # The page that is open goes on by itself.
    verein.waits(lambda: standing(verein, network) is Standing.LEFT, "it left")
    verein.page.get_by_text("Vollzogen: Eure Gruppe").wait_for()
    verein.follows("Zum neuen Verbund")
    verein.follows("Allein austreten")
    verein.looks_good("leave")
    verein.page.get_by_label("Ja, unsere Gruppe tritt aus").check()
    verein.presses("Austreten")
    assert "Das gilt ab jetzt" in verein.says()
    verein.looks_good("left")
    assert standing(chor, network) is Standing.MEMBER
    for one in machines:
        one.page.context.close()


def standing(one: Machine, network: bytes) -> Standing:
    core = one.node.core
    return core.ties.standing(network, one.node.id, core.clock())


def _against(one: Machine, network: bytes) -> int:
    """How many are known here to be against the proposal that is open."""
    from protocol.tally import State, proposals

    core = one.node.core
    found = proposals(core.ties, network, core.clock())
    return max(len(counted.against) for _one, counted in found if counted.state is State.OPEN)
