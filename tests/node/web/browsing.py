"""A node in a real browser: it is served in a thread, and pages are looked at as people meet them.

`faults_of` opens an address and says what is wrong with it: too wide, too faint, too small; `axe`
says what that one finds. `walk` goes through a page by the keyboard alone.
"""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from aiohttp import web

from node.features import FEATURES
from node.links.manager import Links
from node.people.persons import Person
from node.people.sessions import Sessions
from node.store.core import Core
from node.web.server import make_app
from tests.node.entering import code_for
from tests.node.web.world import World
from tests.node.world import shut

T = TypeVar("T")

CHROMIUM = shutil.which("chromium")
PHONE, DESK = 360, 1280
SMALLEST_TARGET = 44
LEAST_CONTRAST = 4.5

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
    "button, select, textarea, nav a, .go, .brand, .chips a, .todo a, .errors a, " +
    "input:not([type=hidden]):not([type=checkbox]):not([type=radio])"
  )].filter((e) => e.getClientRects().length)
  .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)
"""

WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter((e) => !e.closest(".skip") && e.getBoundingClientRect().right > innerWidth + 1)
  .filter((e) => !((e.closest("thead")?.clientWidth ?? 9) <= 1))  // only read aloud
  .map((e) => `${e.tagName} ${e.className}`)
"""

REACHABLE = """
() => [...document.querySelectorAll("a[href], button, select, textarea, input, summary")]
  .filter((e) => e.type !== "hidden" && !e.disabled && e.checkVisibility())
  .filter((e) => e.type !== "radio" || e === e.form.querySelector(`[name="${e.name}"]:checked`)
    || (!e.form.querySelector(`[name="${e.name}"]:checked`)
        && e === e.form.querySelector(`[name="${e.name}"]`)))

"""

FOCUSED = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const seen = getComputedStyle(e).outlineStyle !== "none";
  e.dataset.walked = "yes";
  return [e.tagName, e.textContent.trim().slice(0, 40), seen];
}
"""


MISSED = f"""
() => ({REACHABLE})().filter((e) => !e.dataset.walked)
  .map((e) => `${{e.tagName}} ${{e.textContent.trim().slice(0, 40)}} ${{e.href || ""}}`)
"""


class Shown(NamedTuple):
    """A node that is served: its address, its store, and the loop in which that is used."""

    root: str
    core: Core
    loop: asyncio.AbstractEventLoop
    world: World | None = None

    def there(self, act: Callable[[], T]) -> T:
        """Do something where the server is."""

        async def acting() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(acting(), self.loop).result(10)

    @property
    def entrance(self) -> str:
        """A link that leads inside, once."""
        return f"{self.root}/enter/{self.there(lambda: code_for(self.core))}"

    def enter(self, page: Any) -> None:
        """Go inside by the machine's link."""
        page.goto(self.entrance)
        page.locator("main button").click()
        page.wait_for_url(f"{self.root}/")

    def sign_in(self, context: Any, person: Person) -> None:
        """Be signed in as a person in this browser, however that came about."""
        token = self.there(lambda: Sessions(self.core).begin(person.id, "password", ""))
        name = f"verbund-{self.root.rpartition(':')[2]}"
        context.add_cookies([{"name": name, "value": token, "url": self.root}])

    def address(self, pattern: str) -> str:
        return self.root + (self.world.path(pattern) if self.world else pattern)


@contextmanager
def shown(make: Callable[[], tuple[Core, World | None]]) -> Iterator[Shown]:
    """A node on a port of its own, in a thread, since the browser blocks this one.

    `make` opens it, in that thread.
    """
    loop = asyncio.new_event_loop()

    async def start() -> tuple[Core, World | None, web.AppRunner]:
        core, world = make()
        links = Links(core)
        app = make_app(core, links, None, FEATURES)
        runner = web.AppRunner(app, handle_signals=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        links.hosts.add(f"localhost:{runner.addresses[0][1]}")
        return core, world, runner

    async def stop() -> None:
        await shut(runner)
        core.close()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        core, world, runner = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
        # By name, as people do: what needs a secure context works there.
        root = f"http://localhost:{runner.addresses[0][1]}"
        yield Shown(root, core, loop, world)
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def file_name(path: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in path).strip("-")[:60] or "home"


def faults_of(page: Any, address: str, screenshot: Path | None = None) -> list[str]:
    """Open a page, keep a picture, and say what is wrong with it."""
    page.goto(address)
    if screenshot is not None:
        page.screenshot(path=screenshot, full_page=True)
    return faults_here(page)


def faults_here(page: Any) -> list[str]:
    """What is wrong with the page that is open."""
    page.wait_for_load_state()  # with its stylesheet
    faults = [f"wide: {found}" for found in page.evaluate(WIDE)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("scrolls sideways")
    faults += [f"faint: {found}" for found in page.evaluate(FAINT, LEAST_CONTRAST)]
    return faults + [f"small: {found}" for found in page.evaluate(SMALL, SMALLEST_TARGET)]


def axe(page: Any) -> list[str]:
    """What axe finds on the page that is open: rule, and where; nothing if all is well.

    axe needs JavaScript; the page itself need not.
    """
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]
    ]


def walk(page: Any) -> list[str]:
    """Go through the page that is open by the Tab key: what is wrong with that.

    Everything that can be used is reached, in as many steps, and seen where it is.
    """
    faults = []
    wanted = page.evaluate(f"({REACHABLE})().length")
    page.evaluate("document.activeElement?.blur()")
    for _ in range(wanted + 8):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is not None and not found[2]:  # None: it goes on at the top
            faults.append(f"focus is not seen: {found[:2]}")
    missed = page.evaluate(MISSED)
    return [*faults, *(f"never reached: {one}" for one in missed)]
