"""Groups on a stage: each has a machine – the real program, a process of its own – and a key person
with a browser. Whatever they do, they do on pages.

What is done elsewhere takes a moment to arrive: `sees` looks again until it is there. Every page
that somebody comes to is looked at: nothing may be cut, too faint or too small (`browsing`).
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from node.demo.nodes import DemoNode, stop_all
from node.demo.pages import enter, set_up
from node.texts import Texts
from tests.node.web import browsing

PATIENCE = 30.0
"""Seconds in which something must have arrived: who was away is called again after some."""

LOOK_SECONDS = 0.3

MILLISECONDS = 20_000
"""For one thing to happen in a browser, on a machine that other work keeps busy."""


class Look(NamedTuple):
    """At what a story is looked at."""

    width: int
    language: str


class Visitor:
    """Whoever sits at a page of the machine at `root`."""

    def __init__(self, name: str, root: str, page: Any, texts: Texts) -> None:
        self.name, self.root, self.page, self.t = name, root, page, texts

    @property
    def where(self) -> str:
        """The page on which one is, without what is asked for."""
        return urlsplit(self.page.url).path

    # What a person does

    def goes(self, path: str) -> "Visitor":
        """Open a page."""
        self.page.goto(self.root + path)
        return self.looks()

    def looks(self) -> "Visitor":
        """See that nothing is wrong with the page on which one is."""
        assert browsing.faults_here(self.page) == [], self.page.url
        return self

    def follows(self, path: str) -> "Visitor":
        """Press the link that leads to a page; the first, if there are several."""
        self.page.locator(f'main a[href="{path}"]').first.click()
        self.page.wait_for_url(lambda url: urlsplit(url).path == urlsplit(path).path)
        return self.looks()

    def fills(self, **said: str) -> "Visitor":
        """Type into fields, choose, or tick, by the names that the form has."""
        for name, value in said.items():
            found = self.page.locator(f'main [name="{name}"]:not([type="hidden"])')
            kind = found.first.get_attribute("type") or ""
            if not found.first.is_visible():
                self.page.locator("main details:not([open]) > summary").first.click()
            if kind in ("radio", "checkbox"):
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif found.first.evaluate("e => e.tagName") == "SELECT":
                found.select_option(value)
            else:
                found.fill(value)
        return self

    def presses(self, key: str, **values: Any) -> "Visitor":
        """Press the button with these words."""
        name = self.t(key, **values)
        found = self.page.get_by_role("button", name=name, exact=True).first
        assert found.is_visible(), (self.name, self.page.url, name, self.text())
        found.click()
        self.page.wait_for_load_state()
        return self.looks()

    def hands_in(self, file: Path, key: str) -> "Visitor":
        """Choose a file and send it."""
        self.page.locator('main input[type="file"]').set_input_files(file)
        return self.presses(key)

    def downloads(self, name: str, file: Path) -> Path:
        """Press the link with these words, which leads to a file, and keep that."""
        with self.page.expect_download() as taken:
            self.page.get_by_role("link", name=name, exact=True).last.click()
        taken.value.save_as(file)
        return file

    # What a person sees

    def text(self) -> str:
        """What stands on the page."""
        return " ".join(str(self.page.locator("body").inner_text()).split())

    def sees(self, *words: str, at: str = "") -> "Visitor":
        """These words come to stand on a page: looked at again until they do."""
        end = time.monotonic() + PATIENCE
        if at:
            self.page.goto(self.root + at)
        while missing := [one for one in words if _plain(one) not in _plain(self.text())]:
            assert time.monotonic() < end, (self.name, self.page.url, missing, self.text())
            time.sleep(LOOK_SECONDS)
            self.page.goto(self.root + at) if at else self.page.reload()
        return self.looks()

    def sees_not(self, *words: str, at: str) -> "Visitor":
        """These words stand on a page no more."""
        end = time.monotonic() + PATIENCE
        self.page.goto(self.root + at)
        while there := [one for one in words if _plain(one) in _plain(self.text())]:
            assert time.monotonic() < end, (self.name, self.page.url, there, self.text())
            time.sleep(LOOK_SECONDS)
            self.page.goto(self.root + at)
        return self.looks()

    def finds(self, pattern: str, at: str) -> str:
        """The address of a link that fits, once there is one."""
        end = time.monotonic() + PATIENCE
        while True:
            self.page.goto(self.root + at)
            links = self.page.locator("main a[href]").evaluate_all(
                "all => all.map((one) => one.getAttribute('href'))"
            )
            fits = [one for one in links if re.fullmatch(pattern, one)]
            if fits:
                return str(fits[0])
            assert time.monotonic() < end, (self.name, at, pattern, links, self.text())
            time.sleep(LOOK_SECONDS)


class Group(Visitor):
    """A group: its machine, and its key person at a page."""

    def __init__(self, node: DemoNode, browser: Any, look: Look) -> None:
        self.node, self.browser, self.look = node, browser, look
        super().__init__(node.name, node.address, self._page(), Texts(look.language))
        self.page.goto(enter(node))
        self.page.locator("main button").click()
        self.page.wait_for_url(f"{self.root}/")

    def _page(self) -> Any:
        context = self.browser.new_context(
            viewport={"width": self.look.width, "height": 800}, locale=self.look.language
        )
        context.set_default_timeout(MILLISECONDS)
        return context.new_page()

    def switches_off(self) -> None:
        """Its machine is off."""
        assert self.node.stop() == 0

    def switches_on(self) -> None:
        """Its machine is back, at the same address; who was signed in still is."""
        self.node.start()
        self.node.wait_ready()

    def visitor(self, name: str) -> Visitor:
        """Somebody without an account at a page of this group."""
        return Visitor(name, self.root, self._page(), self.t)


def _plain(text: str) -> str:
    """Without marks of direction, and in one case: headings may be set in capitals."""
    return " ".join(re.sub(r"[\u2066-\u2069\u200e\u200f]", "", text).split()).casefold()


class Stage:
    """All groups of a story, by name."""

    def __init__(self, groups: Sequence[Group], folder: Path) -> None:
        self.groups = {one.name: one for one in groups}
        self.folder = folder

    def __getitem__(self, name: str) -> Group:
        return self.groups[name]

    def errors(self) -> list[str]:
        """What the machines wrote down as errors."""
        return [line for one in self.groups.values() for line in one.node.errors()]


@contextmanager
def stage(
    folder: Path, browser: Any, look: Look, reachable: Sequence[str], alone: Sequence[str] = ()
) -> Iterator[Stage]:
    """Machines that run; `alone`: those that nobody reaches, and that reach nobody."""
    names = [*reachable, *alone]
    nodes = [
        DemoNode(
            name[0],
            name,
            folder / name,
            reachable=name in reachable,
            lang="en",
            show=lambda _node, _words: None,
        )
        for name in names
    ]
    try:
        for begun in [one.begin("init", "--name", one.name) for one in nodes]:
            begun()
        for one in nodes:
            one.private = one.name in reachable
            one.start()
        for one in nodes:
            one.wait_ready()
        for one in nodes:
            set_up(one)
        yield Stage([Group(one, browser, look) for one in nodes], folder)
    finally:
        stop_all(nodes)
