"""A network in Chromium on a phone, in German: founded, joined, changed, by two machines over
sockets on loopback."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from node.features import FEATURES
from node.people.persons import Person
from node.web.server import make_app
from protocol.control_state import Standing
from protocol.ids import from_text
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here
from tests.node.web.conftest import person
from tests.node.world import Running, befriend, make_home, running, shut, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


class Machine:
    """A node that is up, its pages, and the phone of its key person."""

    def __init__(self, node: Running, served: Shown, folder: Path, all_: list["Machine"]) -> None:
        self.all = all_
        self.node = node
        self.served = served
        self.folder = folder
        self.page: Any = None

    def opens(self, chromium: Any) -> None:
        kim: Person = self.served.there(lambda: person(self.node.core, "Kim", key_person=True))
        size = {"width": PHONE, "height": 780}
        context = chromium.new_context(viewport=size, locale="de-DE")
        self.served.sign_in(context, kim)
        self.page = context.new_page()
        self.page.goto(self.served.root)

    def follows(self, name: str, *, exact: bool = False) -> None:
        self.page.get_by_role("link", name=name, exact=exact).first.click()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def looks_good(self, name: str) -> None:
        self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        assert faults_here(self.page) + axe(self.page) == [], name

    def says(self) -> str:
        return str(self.page.locator("body").inner_text())

    def waits(self, condition: Callable[[], object], what: str) -> None:
        """Until something came over the wire."""

        async def waiting() -> None:
            for one in self.all:
                one.node.links.stored()
            await until(condition, what)

        asyncio.run_coroutine_threadsafe(waiting(), self.served.loop).result(30)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[list[Machine]]:
    """Two partners, in a thread, since the browser blocks this one."""
    loop, stack = asyncio.new_event_loop(), AsyncExitStack()

    async def start() -> list[Machine]:
        found: list[Machine] = []
        for name in ("Chor am Hafen", "Ruderverein"):
            node = await stack.enter_async_context(running(make_home(tmp_path, name)))
            runner = web.AppRunner(
                make_app(node.core, node.links, None, FEATURES), handle_signals=False
            )
            await runner.setup()
            stack.push_async_callback(shut, runner)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            root = f"http://localhost:{runner.addresses[0][1]}"
            found.append(Machine(node, Shown(root, node.core, loop), tmp_path, found))
        await befriend(found[0].node, found[1].node)
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


def founds(chor: Machine) -> bytes:
    """From the menu: a mistake in what is behind “more” opens it, then it is founded."""
    chor.follows("Verbünde")
    chor.follows("Einen Verbund gründen")
    chor.page.get_by_label("Name des Verbunds").fill("Hafenverbund")
    chor.page.get_by_text("Mehr festlegen").click()
    chor.looks_good("found")
    chor.page.get_by_label("Mehrheit für Änderungen").fill("3/2")
    chor.presses("Den Verbund gründen")
    assert chor.page.title().startswith("1 Fehler")
    assert "kein Teil von der Hälfte bis zu allen" in chor.says()
    chor.looks_good("found-wrong")
    chor.page.get_by_label("Mehrheit für Änderungen").fill("Hälfte")
    chor.presses("Den Verbund gründen")
    assert "Den Verbund „Hafenverbund“ gibt es jetzt" in chor.says()
    return from_text(chor.page.url.rpartition("/")[2])


def joins(chor: Machine, verein: Machine, network: bytes) -> None:
    """By the link; taken back once, and asked again; admitted."""
    chor.follows("Andere einladen")
    link = chor.page.locator("main code").inner_text()
    chor.looks_good("invite")
    verein.waits(lambda: network in verein.node.core.ties.charters, "the charter came")
    scanned = f"{chor.served.root}/networks/link#{link.rpartition('#')[2]}"
    verein.page.goto(scanned)  # as a camera opens it: at the machine of who invites
    verein.looks_good("link")
    verein.page.get_by_label("Adresse der Seite eurer eigenen Gruppe").fill(verein.served.root)
    verein.presses("In unserer Gruppe öffnen")
    verein.page.wait_for_url(f"{verein.served.root}/networks/link#*")
    verein.looks_good("link-own")
    verein.presses("Weiter")
    verein.looks_good("apply")
    for again in (False, True):
        verein.page.get_by_label("Ein paar Worte").fill("Wir sind vom Ufer")
        verein.presses("Um Aufnahme bitten")
        assert "Ihr habt um Aufnahme in Hafenverbund gebeten" in verein.says()
        if not again:
            verein.presses("Die Bewerbung zurücknehmen")
            assert "ist zurückgenommen" in verein.says()
            verein.follows("Um Aufnahme bitten")
    core = chor.node.core
    chor.waits(
        lambda: core.ties.standing(network, verein.node.id, core.clock()) is Standing.APPLIED,
        "the application came",
    )
    chor.page.goto(chor.served.root)
    chor.follows("Eine Gruppe möchte dazukommen")
    chor.looks_good("application")
    chor.presses("Die Gruppe aufnehmen")
    assert "Ruderverein ist jetzt Mitglied von Hafenverbund" in chor.says()
    mine = verein.node.core
    verein.waits(
        lambda: mine.ties.is_member(network, verein.node.id, mine.clock()), "the admission came"
    )


def lets_decide(chor: Machine) -> None:
    """The next step of the page leads there; what changes is shown before it is sent."""
    chor.follows("Noch eine Gruppe mitentscheiden lassen")
    chor.looks_good("amend")
    chor.page.get_by_label("Ein paar Worte dazu").fill("Wie besprochen")
    chor.presses("Ansehen, was sich ändert")
    assert "Entscheidet von da an mit: Ruderverein" in chor.says()
    chor.looks_good("amend-sure")
    chor.presses("So vorschlagen")
    assert "beschlossen" in chor.says()


def test_found_join_and_decide(chromium: Any, machines: list[Machine]) -> None:
    chor, verein = machines
    for one in machines:
        one.opens(chromium)
    network = founds(chor)
    joins(chor, verein, network)
    lets_decide(chor)
    ties = verein.node.core.ties
    verein.waits(lambda: len(ties.identities[network].links) == 2, "the decision came")
    verein.page.reload()
    verein.follows("Unser Rechner soll den Verbund betreuen")
    assert "Seht es an und bestätigt es" in verein.says()  # it was decided without them
    verein.looks_good("decision")
    verein.page.get_by_label("Wir kennen diese Namen").check()
    verein.presses("Bestätigen")
    assert "Das gilt hier in Hafenverbund" in verein.says()
    verein.follows("Unser Rechner soll den Verbund betreuen")
    verein.looks_good("move")
    verein.presses("Das den Mitgliedern vorschlagen")
    verein.looks_good("proposals")
    chor.waits(lambda: len(chor.node.core.ties.decisions.proposals[network]) == 2, "it came")
    chor.page.goto(chor.served.root)
    chor.follows("Über einen Vorschlag ist abzustimmen")
    chor.looks_good("proposal")
    chor.presses("Dafür stimmen")
    verein.waits(lambda: network in verein.node.core.own, "the network moved")
    verein.follows("Zum Verbund")
    assert "von hier aus betreut" in verein.says()
    verein.looks_good("network")
    for one in machines:
        one.page.context.close()
