"""The machine's pages in Chromium, on a phone, in German: the words, and the first phone."""

import asyncio
import re
import secrets
import shutil
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import web

from node.app import SCHEMA, open_core
from node.features import FEATURES
from node.features.arrival import confirming
from node.features.start.actions import initialise
from node.keys.home import Home
from node.links.manager import Links
from node.people.sessions import Sessions
from node.store.core import Core
from node.web.idle_connections import Site
from node.web.local_pages import LOCAL_PAGES
from node.web.server import make_app
from tests.node.web.browsing import FAINT, LEAST_CONTRAST, SMALL, SMALLEST_TARGET, WIDE
from tests.node.web.conftest import person
from tests.node.world import shut

T = TypeVar("T")

CHROMIUM = shutil.which("chromium")
WIFI, PHONE = "127.0.0.2", "127.0.0.3"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is there"),
    pytest.mark.timeout(120),
]


class Machine:
    """A node that is served in a thread of its own, since the browser blocks this one."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.core, self.runner, self.token = self.there(lambda: self._start(folder))
        self.port = self.runner.addresses[0][1]
        self.root = f"http://localhost:{self.port}"

    def there(self, act: Callable[[], Awaitable[T]]) -> T:
        async def acting() -> T:
            return await act()

        return asyncio.run_coroutine_threadsafe(acting(), self.loop).result(20)

    async def _start(self, folder: Path) -> tuple[Core, web.AppRunner, str]:
        home, fields = Home(folder / "alpha"), {"name": "Hafengruppe"}
        initialise(home, fields, None, secrets.token_bytes, schema=SCHEMA, keep_words=True)
        core = open_core(home)
        runner = web.AppRunner(make_app(core, Links(core), None, FEATURES), handle_signals=False)
        await runner.setup()
        await Site(runner, "127.0.0.1", 0).start()
        local = runner.app[LOCAL_PAGES]
        local.addresses, local.names = (lambda: [WIFI]), list
        local.attach(runner, "127.0.0.1", runner.addresses[0][1], plain=True)
        token = Sessions(core).begin(person(core, "Kim", key_person=True).id, "test", "")
        return core, runner, token

    async def visit(self) -> int:
        """A phone in the Wi-Fi opens the address."""
        agent = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"}
        connector = aiohttp.TCPConnector(local_addr=(PHONE, 0))
        async with (
            aiohttp.ClientSession(connector=connector) as browser,
            browser.get(f"http://{WIFI}:{self.port}/", headers=agent) as answer,
        ):
            return answer.status

    def end(self) -> None:
        async def stop() -> None:
            await shut(self.runner)
            self.core.close()

        self.there(stop)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium: Any, machine: Machine, script: bool = True) -> Any:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="de-DE", java_script_enabled=script
    )
    cookie = {"name": f"verbund-{machine.port}", "value": machine.token, "url": machine.root}
    context.add_cookies([cookie])
    return context.new_page()


def fits(page: Any) -> bool:
    """Nothing overflows, all can be read, and what is tapped is large enough."""
    faults = [
        *page.evaluate(WIDE),
        *page.evaluate(FAINT, LEAST_CONTRAST),
        *page.evaluate(SMALL, SMALLEST_TARGET),
    ]
    assert faults == []
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


def test_words_from_the_banner_to_paper(chromium: Any, machine: Machine) -> None:
    page = opened(chromium, machine)
    words = confirming.kept_words(machine.core)
    page.goto(machine.root)
    page.get_by_role("link", name="Jetzt aufschreiben").click()
    assert fits(page)
    page.get_by_role("button", name="Die 24 Wörter zeigen").click()
    assert page.locator(".words li").all_inner_texts() == words
    assert fits(page)
    assert words[0] not in page.url + page.evaluate("() => document.cookie + document.referrer")
    paper = page.pdf(format="A4", print_background=False)
    assert re.findall(rb"/Count (\d+)", paper) == [b"1"], "one sheet"
    page.get_by_role("link", name="Ich habe sie auf Papier").click()
    page.wait_for_url("**/check")
    _goes_back_to_no_word(page, words)
    page.goto(f"{machine.root}/machine/words/check")
    asked = [int(one.split()[-1]) for one in page.locator("main label").all_inner_texts()]
    page.get_by_label(f"Wort Nummer {asked[0]}", exact=True).fill(
        "zebra" if words[0] != "zebra" else "zoo"
    )
    page.get_by_label(f"Wort Nummer {asked[1]}", exact=True).fill(words[asked[1] - 1])
    page.get_by_role("button", name="Vergleichen").click()
    assert page.title().startswith("1 Fehler")
    page.wait_for_function("() => document.activeElement.id === 'words-errors'")
    assert fits(page)
    page.get_by_label(f"Wort Nummer {asked[0]}", exact=True).fill(words[asked[0] - 1])
    page.get_by_role("button", name="Vergleichen").click()
    page.wait_for_url("**/machine/words")
    assert "nur noch auf eurem Papier" in page.locator("[role=status]").inner_text()
    assert page.get_by_role("link", name="Jetzt aufschreiben").count() == 0
    assert machine.core.ring.words is None
    page.context.close()


def _goes_back_to_no_word(page: Any, words: list[str]) -> None:
    """The browser keeps no copy of the page; it asks whether to send the form again."""
    from playwright.sync_api import Error

    with suppress(Error):  # of a page that it can't show without asking
        page.go_back(timeout=5_000)
    page.wait_for_load_state()
    assert page.get_by_text(words[0], exact=True).count() == 0
    assert page.locator(".words li").count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["live", "without scripts"])
def test_first_phone(chromium: Any, machine: Machine, script: bool) -> None:
    page = opened(chromium, machine, script)
    page.goto(f"{machine.root}/machine/phones")
    page.get_by_role("button", name="Für dieses WLAN öffnen").click()
    page.wait_for_url("**/phones")
    assert f"http://{WIFI}:{machine.port}" in page.locator("main").inner_text()
    assert page.get_by_role("img", name="QR-Code von").is_visible()
    if script:
        assert fits(page)
    assert page.get_by_text("Noch kein Handy").is_visible()
    assert machine.there(machine.visit) == 200
    if not script:
        page.get_by_role("link", name="Noch einmal nachsehen").click()
    page.get_by_text("Ein iPhone war hier").wait_for(timeout=15_000)
    page.get_by_role("button", name="Für das WLAN schließen").click()
    page.get_by_role("button", name="Für dieses WLAN öffnen").wait_for()
    page.context.close()
