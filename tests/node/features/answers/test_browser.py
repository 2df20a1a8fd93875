"""Who comes, in Chromium on a telephone, in German: with an account by one tap, without by a link."""

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


def test_with_an_account_and_without(chromium: Any, group: Shown, tmp_path: Path) -> None:
    core = group.core

    def begin() -> tuple[str, Person, Person]:
        more = {"capacity": 12, "text": "Wir reden über das Fest."}
        kaethe = person(core, "Käthe", key_person=True)
        return meet_at(core, **more), kaethe, person(core, "Anna Müller")

    id_, kaethe, anna = group.there(begin)
    address = f"{group.root}/meetings/{id_}"

    # a neighbour, without an account, by what stands in the chat
    neighbour = Phone(chromium, group, tmp_path)
    neighbour.page.goto(address)
    neighbour.is_at("outside")
    neighbour.follows("Zusagen oder absagen")
    neighbour.presses("Antworten")
    assert neighbour.page.title().startswith("2 Fehler")
    neighbour.is_at("errors")
    neighbour.page.get_by_label("Ich komme", exact=True).check()
    neighbour.page.get_by_label("Dein Name").fill("Nachbarin Özlem")
    neighbour.page.get_by_text("Mehr angeben").click()
    neighbour.page.get_by_label("Personen").fill("2")
    neighbour.is_at("form")
    neighbour.presses("Antworten")
    neighbour.page.wait_for_url("**/answer/*")
    link = neighbour.page.url
    assert "Danke, deine Antwort ist da" in neighbour.is_at("private")
    assert neighbour.page.locator("#private-link").inner_text() == link
    neighbour.context.close()

    # a member, by one tap
    member = Phone(chromium, group, tmp_path)
    group.sign_in(member.context, anna)
    member.page.goto(address)
    member.is_at("member")
    member.presses("Ich komme")
    assert "Notiert: Du kommst." in member.is_at("tapped")
    member.follows("Wie viele, und eine Anmerkung")
    member.page.get_by_label("Meinen Vornamen").check()
    member.is_at("mine")
    member.presses("Speichern")
    assert "Anna" in member.page.locator("#answers").inner_text()

    # whoever organises hears of both
    organiser = Phone(chromium, group, tmp_path)
    group.sign_in(organiser.context, kaethe)
    organiser.page.goto(group.root)
    organiser.page.get_by_role("link", name="2 neue Antworten: Sommerrat").click()
    text = organiser.is_at("organiser")
    assert "Nachbarin Özlem" in text
    assert "Anna Müller" in text
    organiser.presses("Habe ich gesehen")

    # on another device the neighbour changes it, and takes it back
    elsewhere = Phone(chromium, group, tmp_path)
    elsewhere.page.goto(link)
    elsewhere.page.get_by_label("Vielleicht").check()
    elsewhere.presses("Speichern")
    assert "Gespeichert." in elsewhere.is_at("changed")
    found = group.there(lambda: [one.said.answer for one in tables.of_meeting(core, id_)])
    assert sorted(found) == ["maybe", "yes"]
    elsewhere.presses("Antwort zurücknehmen")
    assert "Du hast deine Antwort zurückgenommen" in elsewhere.is_at("taken-back")
    assert group.there(lambda: len(tables.of_meeting(core, id_))) == 1
    elsewhere.context.close()

    # the sheet fits on paper, the calendar is made
    organiser.page.goto(f"{address}/sheet")
    organiser.is_at("sheet")
    organiser.page.pdf(path=tmp_path / "sheet.pdf", format="A4")
    assert (tmp_path / "sheet.pdf").read_bytes().count(b"/Type /Page\n") == 1
    organiser.page.goto(f"{group.root}/me/calendar")
    organiser.presses("Kalender einrichten")
    organiser.is_at("calendar")
    address = organiser.page.locator("#calendar-link").inner_text()
    got = organiser.context.request.get(address)
    assert "SUMMARY:Sommerrat" in got.text()
    organiser.context.close()
    member.context.close()
