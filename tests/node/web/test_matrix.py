"""Every page as people meet it: phone and desk, both languages, light and dark, without scripts, by
keyboard. `make test-pages`; a noun adds its pages to the lists in `world.py`.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from node.people.persons import Standing, new_id, persons
from tests.node.web.browsing import (
    CHROMIUM,
    DESK,
    PHONE,
    Shown,
    axe,
    faults_here,
    faults_of,
    file_name,
    walk,
)
from tests.node.web.world import INSIDE, OUTSIDE, OWN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.pages,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(600),
]

PAGES = (*OUTSIDE, *INSIDE, *OWN, "/styleguide")
LANGUAGES = ("de-DE", "en-GB")

WAYS = [
    *((width, language, scheme, True) for width, language, scheme
      in product((PHONE, DESK), LANGUAGES, ("light", "dark"))),
    *((PHONE, language, "light", False) for language in LANGUAGES),
]  # fmt: skip


@pytest.fixture(autouse=True)
def in_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBUND_DEVELOPMENT", "1")


def signed_in(chromium: Any, shown: Shown, width: int, language: str, **more: Any) -> Any:
    """A browser in which a key person is signed in."""
    context = chromium.new_context(
        viewport={"width": width, "height": 780}, locale=language, **more
    )
    core = shown.core

    def add() -> Any:
        with core.transaction():
            return persons(core).add(
                new_id(core), "Kim", Standing.MEMBER, core.clock(), key_person=True
            )

    shown.sign_in(context, shown.there(add))
    return context


@pytest.mark.parametrize(("width", "language", "scheme", "scripts"), WAYS)
def test_every_page(
    chromium: Any,
    shown: Shown,
    tmp_path: Path,
    width: int,
    language: str,
    scheme: str,
    scripts: bool,
) -> None:
    context = signed_in(
        chromium, shown, width, language, color_scheme=scheme, java_script_enabled=scripts
    )
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    faults = {}
    for path in PAGES:
        picture = tmp_path / f"{file_name(path)}.png"
        faults[path] = faults_of(page, shown.address(path), picture)
        if scripts:
            faults[path] += [f"axe: {found}" for found in axe(page)]
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert noise == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_by_keyboard(chromium: Any, shown: Shown, width: int) -> None:
    context = signed_in(chromium, shown, width, "de-DE")
    page = context.new_page()
    faults = {}
    for path in PAGES:
        page.goto(shown.address(path))
        faults[path] = walk(page)
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}


def test_every_page_with_texts_that_are_longer(chromium: Any, shown: Shown) -> None:
    """Two fifths more, as another language may need: nothing is cut or runs out at 360 px."""
    context = signed_in(chromium, shown, PHONE, "de-DE")
    page = context.new_page()
    faults = {}
    for path in PAGES:
        page.goto(shown.address(path))
        page.evaluate(LONGER)
        faults[path] = [one for one in faults_here(page) if one.startswith(("wide", "scrolls"))]
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}


LONGER = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  for (const one of found) {
    const text = one.textContent;
    if (text.trim().length > 2) one.textContent = text + " " + text.slice(0, text.length * 0.4);
  }
}
"""
