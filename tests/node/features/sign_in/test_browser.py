"""Setting up and signing in, in a real browser at 360 px: nothing but what people see and press."""

from typing import Any

import pytest

from node.people.one_time_codes import make_code
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here, walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]

PASSWORD = "drei Birnen im Keller"


@pytest.fixture
def page(chromium: Any) -> Any:
    context = chromium.new_context(
        viewport={"width": PHONE, "height": 740}, locale="de-DE", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def faults(page: Any) -> list[str]:
    """What is wrong with the page that is open."""
    return [*faults_here(page), *walk(page)]


def test_from_the_printed_link_to_the_second_evening(
    page: Any, new_shown: Shown, chromium: Any
) -> None:
    page.goto(f"{new_shown.root}/enter/{new_shown.there(lambda: make_code(new_shown.core))}")
    assert faults(page) == []
    page.get_by_role("button", name="Gruppe einrichten").click()
    page.locator(".errors").wait_for()
    # What is wrong is said in the title, in a summary that has the focus, and beside the fields.
    assert page.title().startswith("2 Fehler – ")
    assert page.locator(":focus").get_attribute("id") == "setup-errors"
    assert faults(page) == []
    page.locator(".errors a").first.click()
    assert page.locator(":focus").get_attribute("name") == "name"
    described = page.get_by_label("Wie heißt du?").get_attribute("aria-describedby")
    assert "Das fehlt noch." in page.locator(f"#{described.split()[-1]}").inner_text()
    page.get_by_label("Wie heißt eure Gruppe?").fill("Chor am Hafen")
    page.get_by_label("Wie heißt du?").fill("Kim Müller")
    page.get_by_label("Dein Passwort").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{new_shown.root}/")
    status = page.get_by_role("status")
    assert status.inner_text() == "Eure Gruppe ist eingerichtet. Willkommen, Kim Müller!"
    assert page.locator(":focus").get_attribute("role") == "status"
    assert page.get_by_role("heading", level=1).inner_text() == "Chor am Hafen"
    assert faults(page) == []
    page.get_by_role("button", name="Abmelden").click()

    # Another browser, another day.
    again = chromium.new_context(viewport={"width": PHONE, "height": 740}, locale="de-DE")
    phone = again.new_page()
    phone.goto(f"{new_shown.root}/ties")
    phone.locator("main").get_by_role("link", name="Anmelden").click()
    assert axe(phone) == []
    phone.get_by_label("Dein Name").fill("kim mueller")
    phone.get_by_label("Passwort", exact=True).fill("falsch")
    phone.keyboard.press("Enter")
    phone.locator(".errors").wait_for()
    assert phone.title().startswith("1 Fehler – ")
    assert axe(phone) == []
    assert phone.get_by_label("Dein Name").input_value() == "kim mueller"
    phone.get_by_label("Passwort", exact=True).fill(PASSWORD)
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"{new_shown.root}/ties")
    phone.get_by_role("link", name="Angemeldet: Kim Müller").click()
    phone.get_by_role("link", name="Wo du angemeldet bist").click()
    assert phone.locator(".entries > li").count() == 1
    again.close()


def test_form_that_was_left_open_in_another_tab(page: Any, new_shown: Shown, chromium: Any) -> None:
    from node.people.persons import Standing, new_id, persons

    core = new_shown.core

    def add() -> Any:
        with core.transaction():
            return persons(core).add(new_id(core), "Kim", Standing.MEMBER, core.clock())

    new_shown.sign_in(page.context, new_shown.there(add))
    page.goto(f"{new_shown.root}/me/password")
    other = page.context.new_page()
    other.goto(new_shown.root)
    other.get_by_role("button", name="Abmelden").click()
    page.get_by_label("Neues Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).inner_text() == "Noch nicht gespeichert"
    assert PASSWORD not in page.content()
    assert faults_here(page) == []
