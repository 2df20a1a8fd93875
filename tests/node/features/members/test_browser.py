"""The list of members in a real browser at 360 px, in German: what people see and press."""

from typing import Any

import pytest

from node.people.persons import persons
from tests.node.features.members.people import add
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


@pytest.fixture
def page(chromium: Any, new_shown: Shown) -> Any:
    """Of a key person, whose group has a list with somebody on it twice."""
    core = new_shown.core

    def fill() -> Any:
        add(core, "Ada Moor", mail="ada@example.org", town="Ulm")
        add(core, "A. Moor", mail="ada@example.org", town="Kiel")
        return persons(core).get(add(core, "Kim Schlüssel", key_person=True))

    context = chromium.new_context(viewport={"width": PHONE, "height": 740}, locale="de-DE")
    new_shown.sign_in(context, new_shown.there(fill))
    yield context.new_page()
    context.close()


def said(page: Any) -> str:
    """What was done; it has the focus, so that it is heard."""
    status = page.get_by_role("status")
    assert page.locator(":focus").get_attribute("role") == "status"
    return str(status.locator("p").inner_text())


def test_list_of_a_key_person(page: Any, new_shown: Shown) -> None:
    page.goto(new_shown.root)
    assert "Ein Paar auf der Liste" in page.inner_text("main")
    page.get_by_role("navigation").get_by_role("link", name="Mitglieder", exact=True).click()
    page.get_by_role("link", name="Jemanden aufnehmen").click()
    page.get_by_role("button", name="Aufnehmen").click()
    assert page.title().startswith("1 Fehler – ")
    assert page.locator(":focus").get_attribute("id") == "person-errors"
    page.get_by_label("Vorname").fill("Jürgen")
    page.get_by_label("Nachname").fill("Weiß")
    page.get_by_role("button", name="Aufnehmen").click()
    assert said(page) == "Jürgen Weiß steht auf der Liste."
    page.get_by_role("link", name="Ändern").click()
    page.get_by_label("Telefon").first.fill("0431 123456")
    page.get_by_role("button", name="Speichern").click()
    assert said(page) == "Gespeichert."
    page.get_by_role("button", name="Rückgängig machen").click()
    assert said(page).startswith("Rückgängig gemacht")
    assert "0431" not in page.inner_text("main")
    page.get_by_role("link", name="Zur Liste").click()
    page.get_by_label("Suchen").fill("weiss")
    page.keyboard.press("Enter")
    page.wait_for_url("**/members?q=weiss**")
    assert page.get_by_role("heading", level=2).inner_text() == "1 Person"
    assert faults_here(page) == []
    assert axe(page) == []


def test_two_entries_become_one_and_somebody_leaves(page: Any, new_shown: Shown) -> None:
    page.goto(f"{new_shown.root}/members")
    page.get_by_role("link", name="Ein Paar auf der Liste").click()
    page.get_by_role("link", name="dieselbe Person").click()
    page.get_by_role("group", name="Ort").get_by_label("Kiel").check()
    page.get_by_role("button", name="Einen daraus machen").click()
    assert "sind jetzt ein Eintrag" in said(page)
    text = page.inner_text("main")
    assert "Kiel" in text
    assert "Ort im anderen Eintrag: Ulm" in text
    page.get_by_role("link", name="Mitgliedschaft beenden").click()
    page.get_by_label("Grund").fill("zieht um")
    page.get_by_role("button", name="Mitgliedschaft beenden").click()
    assert said(page).startswith("Die Mitgliedschaft von ")
    assert "Früher Mitglied" in page.inner_text("main")
    page.goto(f"{new_shown.root}/me/leave")
    assert "Du bist die einzige Schlüsselperson" in page.inner_text("main")
    assert page.get_by_role("button", name="Jetzt austreten").count() == 0
    page.goto(f"{new_shown.root}/members/history")
    assert page.get_by_role("img").count() == 1
    assert faults_here(page) == []
