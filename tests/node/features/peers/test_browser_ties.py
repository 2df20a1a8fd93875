"""Two machines find each other by the link from a QR code, in a real browser at 360 px."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.features.peers.calling import calls_of
from node.features.peers.views import peer_views
from node.serving import publish_endpoint
from node.web.qr import qr
from tests.node.web import browsing
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, faults_here, walk
from tests.node.web.conftest import person
from tests.node.world import inside, make_core

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Shown, Shown]]:
    """Hafen, which others reach, and Küche, whose machine only calls."""
    with (
        browsing.shown(lambda: (make_core(tmp_path, "Hafen"), None)) as hafen,
        browsing.shown(lambda: (make_core(tmp_path, "Kueche"), None)) as kueche,
    ):
        hafen.there(lambda: publish_endpoint(hafen.core, hafen.root, None))
        kueche.there(lambda: _allow(kueche))
        yield hafen, kueche
        asyncio.run_coroutine_threadsafe(calls_of(kueche.core).rest(), kueche.loop).result(10)


def _allow(one: Shown) -> None:
    with one.core.transaction():
        one.core.settings.set("serve", {"private_addresses": True})


def phone(chromium: Any, one: Shown | None = None) -> Any:
    """A telephone; of a key person of a group, who is signed in there."""
    context = chromium.new_context(viewport={"width": PHONE, "height": 740}, locale="de-DE")
    if one is not None:
        key = one.there(lambda: person(one.core, "Kim", key_person=True))
        one.sign_in(context, key)
    return context.new_page()


def faults(page: Any) -> list[str]:
    return [*faults_here(page), *walk(page)]


def test_two_groups_in_one_room(chromium: Any, both: tuple[Shown, Shown]) -> None:
    hafen, kueche = both
    shows, scans = phone(chromium, hafen), phone(chromium, kueche)
    shows.goto(f"{hafen.root}/ties")
    assert "Noch keine Verbindung" in shows.locator("main").inner_text()
    shows.get_by_role("link", name="Links für Partnergruppen").click()
    shows.get_by_label("Für wen").fill("Die aus der Küche")
    shows.get_by_role("button", name="Link machen").click()
    link = shows.locator("code.link").inner_text()
    # What the code says is the link, module by module.
    assert shows.locator("svg.qr-code path.dark").get_attribute("d") == qr(link).path
    assert faults(shows) == []

    scans.goto(link)  # the camera opens the page of the group that invites
    assert "Hafen lädt eure Gruppe ein" in scans.locator("main").inner_text()
    assert faults(scans) == []
    field = scans.get_by_label("Adresse der Seite eurer eigenen Gruppe")
    field.fill("unsinn")
    scans.get_by_role("button", name="In unserer Gruppe öffnen").click()
    assert scans.get_by_text("Das ist keine Adresse").is_visible()
    field.fill(kueche.root)
    scans.get_by_role("button", name="In unserer Gruppe öffnen").click()
    scans.wait_for_url(f"{kueche.root}/ties/add")  # the secret is in no address any more
    assert scans.get_by_label("Link").input_value() == link
    assert faults(scans) == []
    scans.get_by_role("button", name="Nachsehen, wer es ist").click()
    scans.get_by_role("heading", name="Hafen lädt euch ein").wait_for()
    assert faults(scans) == []
    assert kueche.there(lambda: peer_views(inside(kueche.core))) == ()
    scans.get_by_role("button", name="Annehmen und verbinden").click()
    scans.wait_for_url(re.compile(r"/ties/[a-z2-7]{52}$"), timeout=20_000)
    assert scans.get_by_role("heading", level=1).inner_text() == "Hafen"
    assert "verbunden" in scans.locator("main").inner_text()
    assert faults(scans) == []

    shows.goto(f"{hafen.root}/ties")
    shows.get_by_role("link", name="Kueche").click()
    shows.get_by_role("link", name="Diese Verbindung beenden").click()
    assert "Was nicht versprochen werden kann" in shows.locator("main").inner_text()
    assert faults(shows) == []


def test_link_waits_until_somebody_signed_in(chromium: Any, both: tuple[Shown, Shown]) -> None:
    """It stays in that browser, and no machine is sent it by opening pages."""
    hafen, kueche = both
    shows, scans = phone(chromium, hafen), phone(chromium)
    shows.goto(f"{hafen.root}/ties/links")
    shows.get_by_role("button", name="Link machen").click()
    link = shows.locator("code.link").inner_text()
    asked: list[str] = []
    scans.on("request", lambda request: asked.append(request.url))
    scans.goto(link)
    scans.get_by_label("Adresse der Seite eurer eigenen Gruppe").fill(kueche.root)
    scans.get_by_role("button", name="In unserer Gruppe öffnen").click()
    scans.wait_for_url(f"{kueche.root}/peer/open")
    assert scans.get_by_text("Der Link liegt bis dahin in diesem Browser").is_visible()
    assert faults(scans) == []
    key = kueche.there(lambda: person(kueche.core, "Kim", key_person=True))
    kueche.sign_in(scans.context, key)
    scans.goto(f"{kueche.root}/ties/add")
    assert scans.get_by_label("Link").input_value() == link
    secret = link.partition("#")[2]
    assert [one for one in asked if secret in one.partition("#")[0]] == []
