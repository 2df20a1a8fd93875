"""The pages in Chromium, on a phone and on a desk: nothing overflows, all can be read and reached.

Screenshots of every page are kept in pytest's temporary folder, for people to look at.
"""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from aiohttp import web

from node.features import FEATURES
from node.features.bundles.actions import write_bundle
from node.features.groups.actions import edit_group
from node.links.manager import Links
from node.web.server import make_app
from tests.node.by_hand import acquainted
from tests.node.entering import code_for
from tests.node.web.texts import HOME, UTOPIE
from tests.node.web.world import INSIDE, OUTSIDE, World
from tests.node.world import Clock, make_core, shut
from tests.sync.people import NOW

T = TypeVar("T")

CHROMIUM = shutil.which("chromium")
PHONE, DESK = 360, 1280
SMALLEST_TARGET = 44
LEAST_CONTRAST = 4.5

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(180),
]

# Texts with too little contrast against the colour behind them (WCAG 2.2, 1.4.3).
FAINT = """
(least) => {
  const parts = (c) => (c.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.getClientRects().length) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least) found.push(`${e.tagName} ${e.className} ${ratio.toFixed(2)}`);
  }
  return found;
}
"""

# What is tapped must be large enough, links within a sentence excepted (WCAG 2.2, 2.5.8).
SMALL = """
(least) => [...document.querySelectorAll(
    "button, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), nav a, .go, .brand, .chips a"
  )].filter((e) => e.getClientRects().length)
  .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)
"""

WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter((e) => !e.closest(".skip") && e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => `${e.tagName} ${e.className}`)
"""


class Shown(NamedTuple):
    """A node that is served: its address, its store, and the loop in which that is used."""

    root: str
    world: World
    loop: asyncio.AbstractEventLoop

    def there(self, act: Callable[[], T]) -> T:
        """Do something where the server is."""

        async def acting() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(acting(), self.loop).result(10)

    @property
    def entrance(self) -> str:
        """A link that leads inside, once."""
        return f"{self.root}/enter/{self.there(lambda: code_for(self.world.core))}"

    def enter(self, page: Any) -> None:
        """Go inside by the machine's link."""
        page.goto(self.entrance)
        page.locator("main button").click()
        page.wait_for_url(f"{self.root}/")

    def address(self, pattern: str) -> str:
        return self.root + self.world.path(pattern)


@pytest.fixture
def shown(template: Path, tmp_path: Path) -> Iterator[Shown]:
    """The node on a port of its own, in a thread, since the browser blocks this one."""
    loop = asyncio.new_event_loop()

    async def start() -> tuple[World, web.AppRunner]:
        world = World(template, tmp_path / "node")
        app = make_app(world.core, Links(world.core), None, FEATURES)
        runner = web.AppRunner(app, handle_signals=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return world, runner

    async def stop() -> None:
        await shut(runner)
        world.core.close()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        world, runner = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        yield Shown(f"http://127.0.0.1:{runner.addresses[0][1]}", world, loop)
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def file_name(path: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in path).strip("-")[:60] or "home"


def faults_of(page: Any, address: str, screenshot: Path) -> list[str]:
    """Open a page, keep a picture, and say what is wrong with it."""
    page.goto(address)
    page.screenshot(path=screenshot, full_page=True)
    faults = [f"wide: {found}" for found in page.evaluate(WIDE)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("scrolls sideways")
    faults += [f"faint: {found}" for found in page.evaluate(FAINT, LEAST_CONTRAST)]
    return faults + [f"small: {found}" for found in page.evaluate(SMALL, SMALLEST_TARGET)]


@pytest.mark.parametrize(
    ("width", "scheme", "inside"),
    [
        (PHONE, "light", False),
        (PHONE, "light", True),
        (PHONE, "dark", True),
        (DESK, "dark", False),
        (DESK, "light", True),
        (DESK, "dark", True),
    ],
)
def test_every_page_can_be_read(
    chromium: Any, shown: Shown, tmp_path: Path, width: int, scheme: str, inside: bool
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 780}, color_scheme=scheme, locale="de-DE"
    )
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("dialog", lambda dialog: noise.append(dialog.message))
    if inside:
        shown.enter(page)
    faults = {}
    for path in OUTSIDE + (INSIDE if inside else ("/nowhere",)):
        picture = tmp_path / f"{file_name(path)}.png"
        faults[path] = faults_of(page, shown.address(path), picture)
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert [text for text in noise if "404" not in text] == []


def test_search_by_keyboard(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shown.root}/directory")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Zum Inhalt springen"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("#q:focus").count():
            break
    page.keyboard.type("ämter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/directory?q=*#results")
    assert page.locator(".entries h3").all_inner_texts() == [HOME["name"]]
    page.locator(".entries h3 a").click()
    assert page.locator("h1").inner_text() == HOME["name"]
    context.close()


def test_filter_by_choosing(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="en-GB", viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{shown.root}/directory")
    page.get_by_label("Region").select_option("Sachsen")
    page.get_by_label("takes new members").check()
    page.get_by_role("button", name="Search").click()
    assert page.locator(".entries h3").all_inner_texts() == [UTOPIE["name"]]
    assert page.locator("#results").bounding_box()["y"] < 700
    page.get_by_role("link", name="Sachsen – no longer").click()
    assert page.locator(".entries > li").count() > 1
    context.close()


def test_leaving_by_the_button(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="de-DE")
    page = context.new_page()
    shown.enter(page)
    page.get_by_role("button", name="Abmelden").click()
    assert page.url == f"{shown.root}/"
    assert page.get_by_role("status").inner_text() == "Du bist abgemeldet."
    assert page.get_by_role("button").count() == 0
    assert page.goto(f"{shown.root}/ties").status == 403
    context.close()


def test_handing_in_a_file(chromium: Any, shown: Shown, tmp_path: Path) -> None:
    file = tmp_path / "von-drüben.verbund"
    with_partner(shown, file)
    context = chromium.new_context(
        locale="de-DE", viewport={"width": PHONE, "height": 780}, java_script_enabled=True
    )
    page = context.new_page()
    shown.enter(page)
    page.goto(f"{shown.root}/ties")
    page.get_by_role("link", name="Per Stick oder Mail mitnehmen").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Eine Vorstellung eurer Gruppe").click()
    assert download.value.suggested_filename == "verbund-everybody.verbund"
    assert Path(download.value.path()).stat().st_size > 0
    page.get_by_label("Datei").set_input_files(file)
    page.get_by_role("button", name="Aufnehmen").click()
    assert "Angabe ist neu." in page.locator("#result").inner_text()
    page.screenshot(path=tmp_path / "handed-in.png", full_page=True)
    faults = [*page.evaluate(WIDE), *page.evaluate(FAINT, LEAST_CONTRAST)]
    assert faults + page.evaluate(SMALL, SMALLEST_TARGET) == []
    context.close()


def with_partner(shown: Shown, file: Path) -> None:
    """A new partner writes a bundle for the node."""
    other = make_core(file.parent, "Drüben", Clock(NOW))
    ours = shown.world.core

    def meet() -> None:
        acquainted([ours, other])
        edit_group(other, other.home_id, {"region": "Plön"})
        write_bundle(other, ours.home_id, file, replace=False)

    shown.there(meet)
    other.close()


def test_language_by_the_switch(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{shown.root}/meetings?past=1")
    page.get_by_role("link", name="English").click()
    assert page.locator("h1").inner_text() == "Past meetings"
    page.get_by_role("link", name="Networks").click()
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()
