"""Who comes, in Chromium on a telephone, in German: by one tap, and by a private link."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.features.answers import tables
from node.people.persons import Person
from tests.node.features.answers.conftest import meet_at
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here, shown
from tests.node.web.conftest import person
from tests.node.world import make_core

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Shown]:
    with shown(lambda: (make_core(tmp_path, "Chor am Hafen"), None)) as found:
        yield found


class Phone:
    """A browser of its own."""

    def __init__(self, chromium: Any, group: Shown, folder: Path) -> None:
        self.group, self.folder = group, folder
        size = {"width": PHONE, "height": 780}
        self.context = chromium.new_context(viewport=size, locale="de-DE")
        self.page = self.context.new_page()

    def is_at(self, name: str) -> str:
        """The page that is open, looked at."""
        self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        assert faults_here(self.page) + axe(self.page) == [], name
        return str(self.page.locator("main").inner_text())

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()


def neighbour_answers(phone: Phone, address: str) -> str:
    """Without an account, by what stands in the chat; gives the private link."""
    page = phone.page
    page.goto(address)
    phone.is_at("outside")
    phone.follows("Zusagen oder absagen")
    phone.presses("Antworten")
    assert page.title().startswith("2 Fehler")
    phone.is_at("errors")
    page.get_by_label("Ich komme", exact=True).check()
    page.get_by_label("Dein Name").fill("Nachbarin Özlem")
    page.get_by_text("Mehr angeben").click()
    page.get_by_label("Personen").fill("2")
    phone.is_at("form")
    phone.presses("Antworten")
    page.wait_for_url("**/answer/*")
    assert "Danke, deine Antwort ist da" in phone.is_at("private")
    assert page.locator("#private-link").inner_text() == page.url
    return str(page.url)


def member_taps(phone: Phone, address: str) -> None:
    """With an account, by one tap."""
    phone.page.goto(address)
    phone.is_at("member")
    phone.presses("Ich komme")
    assert "Notiert: Du kommst." in phone.is_at("tapped")
    phone.follows("Wie viele, und eine Anmerkung")
    phone.page.get_by_label("Meinen Vornamen").check()
    phone.is_at("mine")
    phone.presses("Speichern")
    assert "Anna" in phone.page.locator("#answers").inner_text()


def organiser_hears(phone: Phone) -> None:
    """Whoever organises hears of both."""
    phone.page.goto(phone.group.root)
    phone.page.get_by_role("link", name="2 neue Antworten: Sommerrat").click()
    text = phone.is_at("organiser")
    assert "Nachbarin Özlem" in text
    assert "Anna Müller" in text
    phone.presses("Habe ich gesehen")


def sheet_and_calendar(phone: Phone, address: str) -> None:
    """The sheet fits on one page of A4; a calendar program gets the meeting."""
    page = phone.page
    page.goto(f"{address}/sheet")
    phone.is_at("sheet")
    page.pdf(path=phone.folder / "sheet.pdf", format="A4")
    assert (phone.folder / "sheet.pdf").read_bytes().count(b"/Type /Page\n") == 1
    page.goto(f"{phone.group.root}/me/calendar")
    phone.presses("Kalender einrichten")
    phone.is_at("calendar")
    calendar = page.locator("#calendar-link").inner_text()
    assert "SUMMARY:Sommerrat" in phone.context.request.get(calendar).text()


def test_with_an_account_and_without(chromium: Any, group: Shown, tmp_path: Path) -> None:
    core = group.core

    def begin() -> tuple[str, Person, Person]:
        more = {"capacity": 12, "text": "Wir reden über das Fest."}
        kaethe = person(core, "Käthe", key_person=True)
        return meet_at(core, **more), kaethe, person(core, "Anna Müller")

    id_, kaethe, anna = group.there(begin)
    address = f"{group.root}/meetings/{id_}"
    neighbour, member, organiser, elsewhere = (Phone(chromium, group, tmp_path) for _ in range(4))
    link = neighbour_answers(neighbour, address)
    group.sign_in(member.context, anna)
    member_taps(member, address)
    group.sign_in(organiser.context, kaethe)
    organiser_hears(organiser)

    # on another device the neighbour changes it, and takes it back
    elsewhere.page.goto(link)
    elsewhere.page.get_by_label("Vielleicht").check()
    elsewhere.presses("Speichern")
    assert "Gespeichert." in elsewhere.is_at("changed")
    found = group.there(lambda: [one.said.answer for one in tables.of_meeting(core, id_)])
    assert sorted(found) == ["maybe", "yes"]
    elsewhere.presses("Antwort zurücknehmen")
    assert "Du hast deine Antwort zurückgenommen" in elsewhere.is_at("taken-back")
    assert group.there(lambda: len(tables.of_meeting(core, id_))) == 1

    sheet_and_calendar(organiser, address)
    for one in (neighbour, member, organiser, elsewhere):
        one.context.close()
