"""Choosing partners, and what everybody then sees, in Chromium on a phone, in German."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here
from tests.node.web.conftest import person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]

DATA = "document.querySelector('script[type=\"application/ld+json\"]').textContent"


def look(page: Any, picture: Path) -> None:
    """Nothing on it is too wide, too faint or too small, or unsaid."""
    page.screenshot(path=picture, full_page=True)
    assert faults_here(page) == []
    assert axe(page) == []


def test_partners_are_chosen_and_seen(chromium: Any, shown: Shown, tmp_path: Path) -> None:
    kim = shown.there(lambda: person(shown.core, "Kim", key_person=True))
    inside, outside = (
        chromium.new_context(viewport={"width": PHONE, "height": 780}, locale="de-DE")
        for _ in range(2)
    )
    shown.sign_in(inside, kim)
    page, seen = inside.new_page(), outside.new_page()
    said: list[str] = []
    seen.on("console", lambda message: said.append(message.text))

    seen.goto(shown.root)
    look(seen, tmp_path / "home.png")
    assert seen.get_by_role("heading", name="Von unseren Partnern").count() == 1
    assert json.loads(seen.evaluate(DATA))["@type"] == "Organization"
    seen.goto(shown.address("/meetings/{home}/{public}"))
    event = json.loads(seen.evaluate(DATA))
    assert (event["@type"], event["startDate"]) == ("Event", "2027-01-20T19:00:00+01:00")
    assert said == []  # the policy has nothing against data

    page.goto(f"{shown.root}/meetings")
    page.get_by_role("link", name="Partner auswählen").click()
    look(page, tmp_path / "choose.png")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("button", name="Speichern").click()
    assert "keine Treffen von Partnern" in page.get_by_role("status").inner_text()
    seen.goto(shown.root)
    assert seen.get_by_role("heading", name="Von unseren Partnern").count() == 0
    inside.close()
    outside.close()
