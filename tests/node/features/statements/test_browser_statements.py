"""Two statements answered and two groups compared, in Chromium on a phone, in German."""

from pathlib import Path
from typing import Any

import pytest

from node.features.statements.actions import list_of
from node.features.statements.links import compare_path, list_path
from protocol.ids import from_text
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here
from tests.node.web.conftest import person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


def look(page: Any, picture: Path) -> None:
    """Nothing on it is too wide, too faint or too small, or unsaid."""
    page.screenshot(path=picture, full_page=True)
    assert faults_here(page) == []
    assert axe(page) == []


def test_answer_two_statements_and_compare(chromium: Any, shown: Shown, tmp_path: Path) -> None:
    core, id = shown.core, shown.address("{network}").removeprefix(shown.root)
    kim = shown.there(lambda: person(core, "Kim", key_person=True))
    context = chromium.new_context(viewport={"width": PHONE, "height": 780}, locale="de-DE")
    shown.sign_in(context, kim)
    page = context.new_page()
    assert len(shown.there(lambda: list_of(core, from_text(id)))) == 2

    page.goto(shown.root)
    page.get_by_role("link", name="Sozialer Verbund Nord: Eine Aussage wartet").click()
    look(page, tmp_path / "list.png")
    page.get_by_role("link", name="Häuser, die zwei Jahre leer stehen").click()
    page.get_by_role("button", name="Antwort speichern").wait_for()
    look(page, tmp_path / "statement.png")
    page.get_by_label("nein", exact=True).check()
    page.get_by_label("In einem Satz, warum").fill("Nicht gegen den Willen der Leute.")
    page.get_by_role("button", name="Antwort speichern").click()
    assert "die letzte, die noch offen ist" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Antwort speichern").click()  # nothing chosen yet
    assert page.title().startswith("1 Fehler")
    look(page, tmp_path / "error.png")
    page.get_by_label("ja", exact=True).check()
    page.get_by_role("button", name="Antwort speichern").click()
    assert "zu allen Aussagen etwas gesagt" in page.get_by_role("status").inner_text()

    page.get_by_role("link", name="Wer ist ähnlich, wer anders?").click()
    look(page, tmp_path / "alike.png")
    page.get_by_role("link", name="Andere zuerst").click()
    assert page.url.startswith(shown.root + list_path(id) + "/alike")
    home, partner = (
        shown.address(f"{{{one}}}").removeprefix(shown.root) for one in ("home", "partner")
    )
    page.locator(f"a[href='{compare_path(id, home, partner)}']").click()
    look(page, tmp_path / "compare.png")
    said = page.locator("main").inner_text()
    assert "0 % einig, bei einer Aussage" in said
    assert "verschieden" in said
    assert "Nicht gegen den Willen der Leute." in said
    context.close()
