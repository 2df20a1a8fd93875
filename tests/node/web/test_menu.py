"""The menu on a phone: it stays where it is, whichever of its pages is open."""

from typing import Any

import pytest

from tests.node.web.browsing import CHROMIUM, PHONE, Shown

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(60),
]

ROWS = """
() => new Set([...document.querySelectorAll(".top nav a")]
  .map((e) => Math.round(e.getBoundingClientRect().top))).size
"""

MOST_ROWS = 3


def test_menu_has_the_same_few_rows_on_each_of_its_pages(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(viewport={"width": PHONE, "height": 740}, locale="de-DE")
    page = context.new_page()
    shown.enter(page)
    paths = page.eval_on_selector_all(".top nav a", "all => all.map((e) => e.href)")
    rows = {}
    for path in paths:
        page.goto(path)
        page.wait_for_load_state()
        rows[path] = page.evaluate(ROWS)
    context.close()
    assert len(rows) > MOST_ROWS
    assert {path: n for path, n in rows.items() if n > MOST_ROWS} == {}
