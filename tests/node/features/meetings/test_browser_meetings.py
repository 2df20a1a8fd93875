"""A meeting is announced, moved and called off in Chromium on a phone, in German."""

from typing import Any

import pytest

from node.lookup.zone import ZONE
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here
from tests.node.web.conftest import person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


def look(page: Any) -> None:
    """Nothing on it is too wide, too faint or too small, or unsaid."""
    assert faults_here(page) == []
    assert axe(page) == []


def test_meeting_is_asked_about_checked_moved_and_called_off(
    chromium: Any, new_shown: Shown
) -> None:
    core = new_shown.core

    def begin() -> Any:
        with core.transaction():
            core.settings.set(ZONE, "Europe/Berlin")
        return person(core, "Käthe", key_person=True)

    kaethe = new_shown.there(begin)
    context = chromium.new_context(viewport={"width": PHONE, "height": 780}, locale="de-DE")
    new_shown.sign_in(context, kaethe)
    page = context.new_page()

    page.goto(f"{new_shown.root}/meetings")
    look(page)
    announce(page)
    move(page)
    call_off(page)


def announce(page: Any) -> None:
    page.get_by_role("link", name="Ein Treffen ankündigen").click()
    page.get_by_label("Wie heißt es?").fill("Sommerrat")
    page.get_by_label("Wann beginnt es?").fill("Dienstag 18:30")
    page.get_by_label("Wo?").fill("Haus am Hafen")
    page.get_by_text("Mehr: Ende").click()
    page.get_by_label("Wann endet es?").fill("2")
    page.get_by_role("button", name="Weiter: prüfen").click()
    assert page.title().startswith("1 Fehler")
    assert page.locator(":focus").get_attribute("id") == "meeting-errors"
    look(page)
    page.get_by_label("Di, 26. Januar 2027, 18:30 Uhr").check()
    page.get_by_role("button", name="Weiter: prüfen").click()
    look(page)
    page.get_by_label("Di, 26. Januar 2027, 20:30 Uhr").check()
    page.get_by_role("button", name="Weiter: prüfen").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Stimmt das so?"
    assert "Di, 26. Januar 2027, 20:30 Uhr (2 Stunden)" in page.locator("main").inner_text()
    look(page)
    page.get_by_role("button", name="Noch etwas ändern").click()
    assert page.get_by_label("Wie heißt es?").input_value() == "Sommerrat"
    page.get_by_label("Wo?").fill("Garten")
    page.get_by_role("button", name="Weiter: prüfen").click()
    page.get_by_role("button", name="Ja, ankündigen").click()
    assert "Das Treffen ist angekündigt" in page.get_by_role("status").inner_text()
    look(page)


def move(page: Any) -> None:
    page.get_by_role("link", name="Ändern oder verlegen").click()
    page.get_by_label("Wann beginnt es?").fill("27.1. 19 Uhr")
    page.get_by_role("button", name="Weiter: prüfen").click()
    assert page.locator("del").first.inner_text() == "Di, 26. Januar 2027, 18:30 Uhr"
    look(page)
    page.get_by_role("button", name="Ja, ändern").click()
    page.get_by_role("link", name="Gruppen einladen").click()
    assert "Noch seid ihr mit keiner Gruppe verbunden" in page.locator("main").inner_text()
    look(page)
    page.get_by_role("link", name="Zum Treffen").click()


def call_off(page: Any) -> None:
    page.get_by_role("link", name="Dieses Treffen absagen").click()
    look(page)
    page.get_by_label("Warum fällt es aus?").fill("Der Saal ist vergeben")
    page.get_by_role("button", name="Treffen absagen").click()
    assert "Abgesagt: Der Saal ist vergeben" in page.locator("main").inner_text()
    page.get_by_role("link", name="Neu ankündigen").click()
    assert page.get_by_label("Wo?").input_value() == "Garten"
