"""Coming in and coming back in Chromium: several browsers, a device with passkeys, a telephone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.people.persons import Standing, new_id, persons
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, axe, faults_here, shown
from tests.node.world import make_core

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]

CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4})+")


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Shown]:
    with shown(lambda: (make_core(tmp_path, "Chor am Hafen"), None)) as found:
        yield found


class Screen:
    """A browser on a telephone, and what is wrong with the pages that it was shown."""

    def __init__(self, chromium: Any, group: Shown, folder: Path, **options: Any) -> None:
        self.group = group
        self.folder = folder
        size = {"width": PHONE, "height": 780}
        self.context = chromium.new_context(viewport=size, locale="de-DE", **options)
        self.page = self.context.new_page()
        self.noise: list[str] = []
        self.page.on("console", lambda message: self.noise.append(message.text))

    def looks_good(self, name: str) -> None:
        page = self.page
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        assert faults_here(page) + axe(page) == [], name

    def goes(self, path: str, name: str = "") -> None:
        self.page.goto(self.group.root + path)
        if name:
            self.looks_good(name)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    def comes_in(self, address: str, name: str) -> None:
        self.page.goto(address)
        self.looks_good("join")
        assert self.page.locator("main input:visible, main select, main textarea").count() == 1
        self.page.get_by_label("Dein Name").fill(name)
        self.presses("Hereinkommen")
        self.page.wait_for_url("**/welcome")

    def closes(self) -> None:
        self.context.close()
        assert self.noise == []


def key_person(group: Shown, screen: Screen) -> str:
    """A key person comes in by the code that the keeper makes; gives the id."""

    def add() -> str:
        core = group.core
        with core.transaction():
            more = {"key_person": True}
            return persons(core).add(new_id(core), "Käthe", Standing.MEMBER, 1, **more).id

    id_ = group.there(add)
    keeper = Screen(screen.context.browser, group, screen.folder)
    keeper.page.goto(group.entrance)
    keeper.page.get_by_role("main").get_by_role("button").click()
    keeper.goes(f"/members/{id_}/code", "letting-in")
    keeper.presses("Code zeigen")
    (code,) = CODE.findall(keeper.text())
    keeper.looks_good("code-to-read-out")
    keeper.closes()
    screen.goes("/code", "code")
    screen.page.get_by_label("Code", exact=True).fill(code.lower())
    screen.presses("Herein")
    screen.page.wait_for_url(f"{group.root}/")
    return id_


def test_from_a_link_to_a_member(chromium: Any, group: Shown, tmp_path: Path) -> None:
    """A key person makes a link; somebody comes in on their own telephone, and is confirmed."""
    kaethe = Screen(chromium, group, tmp_path)
    id_ = key_person(group, kaethe)
    kaethe.goes("/invitations/new", "new-link")
    kaethe.presses("Link machen")
    address = kaethe.page.locator("code.link").inner_text()
    assert address.startswith(f"{group.root}/join/")
    kaethe.looks_good("link")
    kaethe.page.get_by_role("link", name="Aushang").click()
    kaethe.looks_good("poster")
    kaethe.page.emulate_media(media="print")
    kaethe.page.pdf(path=tmp_path / "poster.pdf", format="A4")
    pages = (tmp_path / "poster.pdf").read_bytes().count(b"/Type /Page\n")
    kaethe.page.emulate_media(media="screen")
    assert pages == 1
    anna = Screen(chromium, group, tmp_path)
    anna.comes_in(address, "Anna Müller")
    anna.looks_good("welcome")
    assert "Du bist drin, Anna Müller" in anna.text()
    kaethe.goes("/newcomers", "newcomers")
    kaethe.page.get_by_role("link", name="Anna Müller").click()
    kaethe.looks_good("newcomer")
    kaethe.presses("Ja, wir kennen die Person")
    assert "gehört jetzt zur Gruppe" in kaethe.text()
    anna.goes("/welcome")
    assert "Willkommen, Anna Müller" in anna.text()
    for path, name in ((f"/members/{id_}/role", "role"), ("/invitations", "invitations")):
        kaethe.goes(path, name)
    anna.goes("/me/acting", "acting")
    anna.goes("/me", "me")
    anna.closes()
    kaethe.closes()


def test_coming_back_after_everything_was_closed(
    chromium: Any, group: Shown, tmp_path: Path
) -> None:
    kaethe = Screen(chromium, group, tmp_path)
    key_person(group, kaethe)
    kaethe.goes("/me/ways", "ways")
    kaethe.presses("Codes für Papier machen")
    kaethe.looks_good("paper")
    papers = CODE.findall(kaethe.text())
    assert len(papers) == 8
    kept = kaethe.context.storage_state()
    kaethe.closes()
    same = Screen(chromium, group, tmp_path, storage_state=kept)  # the browser, opened again
    same.goes("/me/ways")
    assert "8 Codes sind übrig" in same.text()
    same.closes()
    other = Screen(chromium, group, tmp_path)
    other.goes("/sign-in", "sign-in")
    other.page.get_by_role("link", name="Ich habe einen Code").click()
    other.page.get_by_label("Code", exact=True).fill("ABCD-EFGH")
    other.presses("Herein")
    assert "Dazu passt kein Code" in other.text()
    other.looks_good("code-wrong")
    other.page.get_by_label("Code", exact=True).fill(papers[0])
    other.presses("Herein")
    other.page.wait_for_url(f"{group.root}/")
    assert "Du bist drin" in other.text()
    other.context.close()


def test_passkey(chromium: Any, group: Shown, tmp_path: Path) -> None:
    """A device of which Chromium believes that it has a fingerprint reader (CDP, WebAuthn)."""
    kaethe = Screen(chromium, group, tmp_path)
    key_person(group, kaethe)
    device = kaethe.context.new_cdp_session(kaethe.page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    kaethe.goes("/me/ways")
    kaethe.presses("Auf diesem Gerät einen Passkey anlegen")
    kaethe.page.get_by_text("Der Passkey ist angelegt.").wait_for()
    kaethe.looks_good("passkey")
    found = device.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})
    assert [one["rpId"] for one in found["credentials"]] == ["localhost"]
    kaethe.presses("Abmelden")
    kaethe.goes("/sign-in")
    kaethe.presses("Mit Passkey herein")
    kaethe.page.wait_for_url(f"{group.root}/")
    assert "Angemeldet: Käthe" in kaethe.page.locator("body").inner_text()
    kaethe.presses("Abmelden")
    # one that is not there any more: the page says so, and nothing hangs
    group.there(lambda: _forget_passkeys(group))
    kaethe.goes("/code")
    kaethe.presses("Mit Passkey herein")
    kaethe.page.get_by_text("gehört hier zu niemandem").wait_for()
    kaethe.closes()


def _forget_passkeys(group: Shown) -> None:
    from node.features.ways import tables

    with group.core.transaction():
        for one in persons(group.core).all():
            tables.remove_ways(group.core, one.id)
