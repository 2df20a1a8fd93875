"""A circle, a file and a participant, in Chromium on a phone, in German."""

from pathlib import Path
from typing import Any

import pytest

from node.features.circles.tables import files
from node.features.networks.actions import found_network
from protocol.ids import to_text
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here
from tests.node.web.conftest import person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]

PAGE = "<html><script>document.title = 'ran'</script>"


def look(page: Any) -> None:
    """Nothing on it is too wide, too faint or too small, or unsaid."""
    assert faults_here(page) == []
    assert axe(page) == []


def test_circle_file_and_participant(chromium: Any, new_shown: Shown, tmp_path: Path) -> None:
    core = new_shown.core
    kim = new_shown.there(lambda: person(core, "Kim", key_person=True))
    network = new_shown.there(lambda: found_network(core, core.home_id, {"name": "Hafenverbund"}))
    context = chromium.new_context(viewport={"width": PHONE, "height": 780}, locale="de-DE")
    new_shown.sign_in(context, kim)
    page = context.new_page()

    page.goto(f"{new_shown.root}/circles")
    page.get_by_role("link", name="Einen Kreis bilden").click()
    page.get_by_role("button", name="Speichern").click()
    assert page.title().startswith("1 Fehler")
    assert page.locator(":focus").get_attribute("id") == "circle-errors"
    look(page)
    page.get_by_label("Name").fill("Garten")
    page.get_by_label("Nur wer im Kreis ist, darf lesen").check()
    page.get_by_label("Nur mit Einladung").check()
    page.get_by_role("button", name="Speichern").click()
    assert "Den Kreis „Garten“ gibt es jetzt" in page.get_by_role("status").inner_text()

    file = tmp_path / "seite.html"
    file.write_text(PAGE)
    page.get_by_label("Was du sagen willst").fill("Der Plan hängt an.")
    page.get_by_label("Eine Datei").set_input_files(file)
    page.get_by_role("button", name="Ans Brett schreiben").click()
    look(page)
    with page.expect_download() as coming:
        page.get_by_role("link", name="seite.html").click()
    saved = Path(coming.value.path())
    assert (saved.read_text(), coming.value.suggested_filename) == (PAGE, "seite.html")
    (kept,) = new_shown.there(lambda: files(core).of(kim.id))
    circle = new_shown.there(lambda: files(core).get(kept.circle, kept.id))
    assert circle is not None
    with page.expect_download():  # also when it is opened by its address
        page.evaluate("to => { location = to }", f"/circles/{kept.circle}/files/{kept.id}")
    assert page.title() != "ran"

    page.goto(f"{new_shown.root}/participants/{to_text(network)}/me")
    for label in ("„Name“", "„Mail“"):
        page.get_by_label(label).check()
    page.get_by_role("textbox", name="Mail").fill("kim@example.org")
    look(page)
    page.get_by_role("button", name="Angekreuztes freigeben").click()
    assert "kim@example.org" in page.locator("main").inner_text()

    page.goto(f"{new_shown.root}/me/data")
    look(page)
    page.get_by_role("button", name="Zurücknehmen", exact=True).click()
    assert "Zurückgenommen" in page.get_by_role("status").inner_text()
    assert "Zurückgenommen am" in page.locator("main").inner_text()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Als Datei speichern").click()
    assert '"Kim"' in Path(coming.value.path()).read_text("utf-8")
    context.close()
