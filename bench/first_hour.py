"""The first quarter of an hour of a group, in a real browser: steps, clicks, fields, seconds.

`verbund run` in an empty folder, at a terminal; its link is opened in Chromium as on a phone (360
px, German), and a script does what people do: set up, let the phones of the room in, take in the
spreadsheet and take that back once, make a link, ten come in by it, look at the list, write the
words down. `first_hour/seconds` is how long the script takes for all of it, people's typing and
reading not counted; `first_hour/server` what the browser waited for answers in all; `first_hour/
coming_in` how many fields somebody fills in who comes in. Each step has a line of its own, too.

127.0.0.2 stands for the Wi-Fi, 127.0.0.3 for the first phone in it.
"""

import asyncio
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from bench.processes import ROOT, environment
from bench.result import Result, say

WIFI, PHONE = "127.0.0.2", "127.0.0.3"
PEOPLE = 10
WANTED_SECONDS = 45.0
WANTED_FIELDS = 2
PATIENCE_SECONDS = 60.0

IN_A_WIFI = f"""
import sys
from node.web import local_addresses
local_addresses.house_addresses = lambda: [{WIFI!r}]
from node.app import main
sys.exit(main(sys.argv[1:]))
"""
"""The program on a machine whose Wi-Fi is on loopback."""

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)

SHEET = "Vorname;Nachname;E-Mail;PLZ;Eintritt\r\n" + "".join(
    f"Person{n};Müller{n};person{n}@verein.example;0106{n % 10};{1 + n % 28}.3.2019\r\n"
    for n in range(40)
)
"""As a treasurer's spreadsheet program writes it on Windows."""

PASSWORD = "drei Birnen im Keller"


class Step(NamedTuple):
    """What a part of it took."""

    name: str
    seconds: float
    server: float
    pages: int
    clicks: int
    fields: int


class Hand:
    """Somebody at one browser, and what they did."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_SECONDS * 1_000)
        self.pages = self.clicks = self.fields = 0
        self.server = 0.0
        self.page.on("requestfinished", self._answered)

    def _answered(self, request: Any) -> None:
        timing = request.timing
        if timing["responseStart"] > 0:
            self.server += (timing["responseStart"] - timing["requestStart"]) / 1_000
        if request.is_navigation_request() and request.redirected_to is None:
            self.pages += 1

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def clicks_on(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def fills(self, **values: str) -> None:
        for name, value in values.items():
            self.fields += 1
            self.page.locator(f'main [name="{name}"]').fill(value)

    def sends(self, action: str) -> None:
        """Press the button of the form that is sent there."""
        self.clicks_on(f'main form[action*="{action}"] button >> visible=true')

    def reads(self, text: str) -> None:
        """What must be on the page."""
        self.page.get_by_text(text).first.wait_for()


def run() -> Iterator[Result]:
    """All of it, once."""
    chromium = shutil.which("chromium")
    if chromium is None:
        say("no chromium on this machine: nothing was measured")
        return
    steps: list[Step] = []
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "Mitglieder 2027.csv"
        sheet.write_bytes(SHEET.encode("cp1252"))
        with _started(Path(folder) / "home") as link, _browser(chromium) as browser:
            story = Story(browser, link, sheet)
            for name, act in story.parts():
                steps.append(story.timed(name, act))
                say(f"{name}: {steps[-1].seconds:.1f} s")
    yield from _results(steps, story.each_in)


def _results(steps: list[Step], each_in: list[int]) -> Iterator[Result]:
    for one in steps:
        more = {"server": round(one.server, 2), "pages": one.pages, "clicks": one.clicks}
        yield Result(
            f"first_hour/{one.name}", round(one.seconds, 2), "s", None, None, "",
            True, {**more, "fields": one.fields},
        )  # fmt: skip
    whole, server = sum(one.seconds for one in steps), sum(one.server for one in steps)
    counts = {key: sum(getattr(one, key) for one in steps) for key in ("pages", "clicks", "fields")}
    wanted = f"≤ {WANTED_SECONDS:g} s"
    yield Result(
        "first_hour/seconds", round(whole, 1), "s", None, None, wanted,
        whole <= WANTED_SECONDS, {"steps": len(steps), **counts},
    )  # fmt: skip
    yield Result("first_hour/server", round(server, 2), "s", None, None, "", True)
    most = max(each_in)
    yield Result(
        "first_hour/coming_in", most, "fields", None, None, f"≤ {WANTED_FIELDS}",
        most <= WANTED_FIELDS, {"people": len(each_in)},
    )  # fmt: skip


class Story:
    """The quarter of an hour, part by part."""

    def __init__(self, browser: Any, link: str, sheet: Path) -> None:
        self.browser, self.link, self.sheet = browser, link, sheet
        self.root = link.partition("/enter/")[0]
        self.hand = Hand(_context(browser))
        self.hands = [self.hand]
        self.invitation = ""
        self.each_in: list[int] = []

    def parts(self) -> list[tuple[str, Callable[[], None]]]:
        """In the order of the hour."""
        return [
            ("set_up", self.set_up),
            ("phones", self.let_phones_in),
            ("spreadsheet", self.take_the_spreadsheet_in),
            ("link", self.make_a_link),
            ("ten_come_in", self.ten_come_in),
            ("list", self.look_at_the_list),
            ("words", self.write_the_words_down),
        ]

    def timed(self, name: str, act: Callable[[], None]) -> Step:
        """What a part takes."""
        before, began = self._counts(), time.perf_counter()
        act()
        seconds = time.perf_counter() - began
        server, *counts = (now - then for now, then in zip(self._counts(), before, strict=True))
        return Step(name, seconds, server, *map(int, counts))

    def _counts(self) -> tuple[float, ...]:
        return tuple(
            sum(getattr(one, key) for one in self.hands)
            for key in ("server", "pages", "clicks", "fields")
        )

    def set_up(self) -> None:
        """Group, purpose, name, password."""
        hand = self.hand
        hand.opens(self.link)
        hand.fills(
            group="Mietertreff Hafenstraße", purpose="Wir helfen einander", name="Kim Müller",
            password=PASSWORD,
        )  # fmt: skip
        hand.sends("/enter/")
        hand.reads("Kim Müller")

    def let_phones_in(self) -> None:
        """The switch, the first phone."""
        hand = self.hand
        hand.opens(f"{self.root}/machine/phones")
        hand.sends("/machine/phones")
        port = self.root.rpartition(":")[2]
        visit = threading.Thread(target=lambda: asyncio.run(_visit(f"http://{WIFI}:{port}/")))
        visit.start()
        visit.join()
        hand.reads("Ein iPhone war hier")

    def take_the_spreadsheet_in(self) -> None:
        """Upload, columns, preview, in; out again by one click; and in."""
        for again in (False, True):
            hand = self.hand
            hand.opens(f"{self.root}/members/import")
            hand.fields += 1
            hand.page.locator('input[type="file"]').set_input_files(self.sheet)
            hand.sends("/members/import")
            self._until('form[action$="/columns"] button')
            hand.sends("/columns")
            self._until('form[action$="/commit"] button')
            hand.sends("/commit")
            self._until('form[action$="/undo"] button')
            if not again:
                hand.sends("/undo")
                self._until("[role=status]")

    def _until(self, selector: str) -> None:
        """Pages of work that goes on load themselves anew until it is done."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.hand.page.locator(selector).count() == 0:
            if time.monotonic() > end:
                raise TimeoutError(selector)
            self.hand.page.reload()

    def make_a_link(self) -> None:
        """For the wall, without a yes: everybody is in the room."""
        hand = self.hand
        hand.opens(f"{self.root}/invitations/new")
        hand.clicks += 1
        hand.page.locator('main [name="asks"]').uncheck()
        hand.sends("/invitations/new")
        self.invitation = hand.page.locator("code.link").inner_text()

    def ten_come_in(self) -> None:
        """Each on a phone of their own: one thing, the name."""
        for number in range(PEOPLE):
            one = Hand(_context(self.browser, IPHONE))
            self.hands.append(one)
            one.opens(self.invitation)
            one.fills(name=f"Gast {number + 1}")
            one.sends("/join/")
            one.page.wait_for_url("**/welcome")
            self.each_in.append(one.fields)
            one.page.context.close()

    def look_at_the_list(self) -> None:
        """Ten faces more."""
        hand = self.hand
        hand.opens(f"{self.root}/members?q=Gast")
        hand.reads(f"Gast {PEOPLE}")

    def write_the_words_down(self) -> None:
        """From the banner to the end of it."""
        hand = self.hand
        hand.opens(self.root)
        hand.clicks_on('.banner a[href="/machine/words"]')
        hand.sends("/machine/words")
        words = hand.page.locator(".words li").all_inner_texts()
        hand.clicks_on('main a[href="/machine/words/check"]')
        fields = hand.page.locator('main [name^="secret_"]').all()
        names = [str(one.get_attribute("name")) for one in fields]
        hand.fills(**{name: words[int(name.partition("_")[2]) - 1] for name in names})
        hand.sends("/machine/words/check")
        hand.page.locator("[role=status]").wait_for()
        if hand.page.locator(".banner").count():
            raise AssertionError("the banner is still there")


async def _visit(address: str) -> None:
    """A phone in the Wi-Fi."""
    connector = aiohttp.TCPConnector(local_addr=(PHONE, 0))
    async with aiohttp.ClientSession(connector=connector) as session:
        await (await session.get(address, headers={"User-Agent": IPHONE})).read()


def _context(browser: Any, agent: str | None = None) -> Any:
    return browser.new_context(
        viewport={"width": 360, "height": 740}, locale="de-DE", user_agent=agent
    )


@contextmanager
def _browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def _started(home: Path) -> Iterator[str]:
    """`verbund run` at a terminal; gives the one link that it prints."""
    ours, theirs = pty.openpty()
    words = ["run", "--home", str(home), "--listen", "127.0.0.1:0", "--lang", "de"]
    with subprocess.Popen(
        [sys.executable, "-c", IN_A_WIFI, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment(),
    ) as process:
        os.close(theirs)
        try:
            yield _link(ours)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)
            os.close(ours)


def _link(terminal: int) -> str:
    shown = ""
    while not (found := re.search(r"(https?://\S+/enter/\w+)\s", shown)):
        shown += os.read(terminal, 4096).decode("utf-8", "replace")
    return found[1]
