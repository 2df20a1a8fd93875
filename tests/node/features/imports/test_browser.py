"""A spreadsheet is taken in and back in a real browser at 360 px, in German, with and without
scripts; every page on the way passes axe."""

from pathlib import Path
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

LIST = """Mitglieder 2026;;;;;
Vorname;Name;E-Mail;PLZ;Ort;Instrument
Ada;Moor;ada@example.org;24103;Kiel;Geige
Jürgen;Groß;jg@example.org;1067;Dresden;Fagott
Anna;Müller;am@example.org;1069;Dresden;
Kim;Schlüssel;kim@example.org;;Ulm;Alt
"""


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, chromium: Any, new_shown: Shown) -> Any:
    """Of a key person."""
    core = new_shown.core

    def fill() -> Any:
        add(core, "Anna Müller", mail="anna@example.org", town="Kiel")
        return persons(core).get(
            add(core, "Kim Schlüssel", key_person=True, mail="kim@example.org")
        )

    context = chromium.new_context(
        viewport={"width": PHONE, "height": 740},
        locale="de-DE",
        java_script_enabled=request.param,
    )
    new_shown.sign_in(context, new_shown.there(fill))
    made = context.new_page()
    made.scripts = request.param
    yield made
    context.close()


def good(page: Any) -> None:
    """Nothing is cut off, and axe finds nothing; it is a script itself."""
    if page.scripts:
        assert faults_here(page) == []
        assert axe(page) == []


def test_from_the_file_to_the_members_and_back(page: Any, new_shown: Shown, tmp_path: Path) -> None:
    file = tmp_path / "Mitglieder.csv"
    file.write_bytes(LIST.encode("cp1252"))
    page.goto(f"{new_shown.root}/members")
    page.get_by_role("link", name="Eine Tabelle mitbringen").first.click()
    good(page)
    page.get_by_role("button", name="Lesen").click()
    assert page.title().startswith("1 Fehler – ")
    page.get_by_label("Die Tabelle").set_input_files(file)
    page.get_by_role("button", name="Lesen").click()
    page.wait_for_selector("text=Was steht in welcher Spalte?")
    text = page.inner_text("main")
    assert "windows-1252" in text
    assert "1 Zeile über den Überschriften wird übergangen." in text
    assert "Jürgen" in text
    good(page)
    page.get_by_label("Instrument").select_option("new")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    page.wait_for_selector("text=Das wird daraus")
    assert "Fragen zu 2 Zeilen" in page.inner_text("main")
    good(page)
    page.get_by_label("Überall: den Vorschlag nehmen").check()
    page.get_by_role("button", name="Für alle so").click()
    page.wait_for_url("**?show=ask")
    good(page)
    page.get_by_label("Jemand anderes: als neue Person aufnehmen").check()
    page.get_by_role("button", name="Antworten speichern").click()
    page.wait_for_selector("text=4 Personen übernehmen")
    text = page.inner_text("main")
    assert "01067" in text
    assert "Ort: Ulm" in text  # of Kim, who is here
    page.get_by_role("button", name="4 Personen übernehmen").click()
    page.wait_for_selector("text=3 Personen sind neu dabei.")
    good(page)
    page.get_by_role("link", name="Zu den Mitgliedern").last.click()
    assert "Jürgen Groß" in page.inner_text("main")
    page.go_back()
    page.get_by_role("button", name="Übernahme zurücknehmen").click()
    page.wait_for_selector("text=Wieder weg: 3. Wieder wie vorher: 1.")
    good(page)
    page.goto(f"{new_shown.root}/members")
    assert "Jürgen Groß" not in page.inner_text("main")
