"""The pages in Chromium, on a phone and on a desk: nothing overflows, all can be read and reached.

Screenshots of every page are kept in pytest's temporary folder, for people to look at.
"""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from node.web.site import add_pages
from tests.node.web.neighbours import GROUPS, HOME, NOW
from tests.node.web.world import PATHS, Hall, Pack, World

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
    "button, select, input:not([type=hidden]):not([type=checkbox]), nav a, .go, .brand, .chips a"
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


@contextmanager
def served() -> Iterator[tuple[str, Hall]]:
    """The small world on a port of its own, in a thread, since the browser blocks this one."""
    loop, hall = asyncio.new_event_loop(), Hall()
    app = web.Application()
    add_pages(app, World(), hall, lambda: NOW, Pack())
    runner = web.AppRunner(app, handle_signals=False)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        yield f"http://127.0.0.1:{port}", hall
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
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
    chromium: Any, tmp_path: Path, width: int, scheme: str, inside: bool
) -> None:
    with served() as (root, _hall):
        context = chromium.new_context(
            viewport={"width": width, "height": 780}, color_scheme=scheme, locale="de-DE"
        )
        page = context.new_page()
        noise: list[str] = []
        page.on("console", lambda message: noise.append(message.text))
        page.on("dialog", lambda dialog: noise.append(dialog.message))
        if inside:
            page.goto(f"{root}/enter/one-time-code")
            assert page.url == f"{root}/"
        faults = {}
        for path in PATHS.outside + (PATHS.inside if inside else ["/nowhere"]):
            picture = tmp_path / f"{file_name(path)}.png"
            faults[path] = faults_of(page, root + path, picture)
        context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert [text for text in noise if "404" not in text] == []


def test_search_by_keyboard(chromium: Any) -> None:
    with served() as (root, _hall):
        context = chromium.new_context(locale="de-DE", java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{root}/directory")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Zum Inhalt springen"
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.locator("#q:focus").count():
                break
        page.keyboard.type("ämter")
        page.keyboard.press("Enter")
        page.wait_for_url("**/directory?q=*#results")
        assert page.locator(".entries h3").all_inner_texts() == [HOME.name]
        page.locator(".entries h3 a").click()
        assert page.locator("h1").inner_text() == HOME.name
        context.close()


def test_filter_by_choosing(chromium: Any) -> None:
    with served() as (root, _hall):
        context = chromium.new_context(locale="en-GB", viewport={"width": 360, "height": 700})
        page = context.new_page()
        page.goto(f"{root}/directory")
        page.get_by_label("Region").select_option("Sachsen")
        page.get_by_label("takes new members").check()
        page.get_by_role("button", name="Search").click()
        assert page.locator(".entries h3").all_inner_texts() == [GROUPS[6].name]
        assert page.locator("#results").bounding_box()["y"] < 700
        page.get_by_role("link", name="Sachsen – no longer").click()
        assert page.locator(".entries > li").count() > 1
        context.close()


def test_leaving_by_the_button(chromium: Any) -> None:
    with served() as (root, hall):
        context = chromium.new_context(locale="de-DE")
        page = context.new_page()
        page.goto(f"{root}/enter/one-time-code")
        assert hall.tokens == {"a-token"}
        page.get_by_role("button", name="Abmelden").click()
        assert page.url == f"{root}/"
        assert page.get_by_role("button").count() == 0
        assert hall.tokens == set()
        context.close()


def test_handing_in_a_file(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "von-drüben.verbund"
    file.write_bytes(b"what another group wrote")
    with served() as (root, _hall):
        context = chromium.new_context(
            locale="de-DE", viewport={"width": PHONE, "height": 780}, java_script_enabled=True
        )
        page = context.new_page()
        page.goto(f"{root}/enter/one-time-code")
        page.goto(f"{root}/ties")
        page.get_by_role("link", name="Per Stick oder Mail mitnehmen").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Eine Vorstellung eurer Gruppe").click()
        assert download.value.suggested_filename == "verbund-everybody.verbund"
        assert Path(download.value.path()).read_bytes() == b"everybody"
        page.get_by_label("Datei").set_input_files(file)
        page.get_by_role("button", name="Aufnehmen").click()
        assert "12 Datensätze sind neu." in page.locator("#result").inner_text()
        page.screenshot(path=tmp_path / "handed-in.png", full_page=True)
        faults = [*page.evaluate(WIDE), *page.evaluate(FAINT, LEAST_CONTRAST)]
        assert faults + page.evaluate(SMALL, SMALLEST_TARGET) == []
        context.close()


def test_language_by_the_switch(chromium: Any) -> None:
    with served() as (root, _hall):
        context = chromium.new_context(locale="de-DE")
        page = context.new_page()
        page.goto(f"{root}/meetings?past=1")
        page.get_by_role("link", name="English").click()
        assert page.locator("h1").inner_text() == "Past meetings"
        page.get_by_role("link", name="Networks").click()
        assert page.locator("html").get_attribute("lang") == "en"
        context.close()
