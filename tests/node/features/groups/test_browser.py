"""On a phone, in German: look for a group, narrow down, open it, come back; edit the own entry."""

from typing import Any

import pytest

from node.features.groups.actions import current_entry, group_content
from node.features.groups.tables import own_list
from tests.node.features.directory.test_pages import LISTED
from tests.node.web.browsing import CHROMIUM, PHONE, Shown, faults_here
from tests.node.web.conftest import person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


def names(page: Any) -> list[str]:
    found: list[str] = page.locator(".entries h3").all_inner_texts()
    return found


def prepared(shown: Shown) -> Any:
    with shown.core.transaction():
        for name, more in LISTED.items():
            content = group_content({"name": name, **more})
            own_list(shown.core).put({"kind": "group", **content})
    return person(shown.core, "Anna", key_person=True)


def test_finding_and_being_found(chromium: Any, shown: Shown) -> None:
    key = shown.there(lambda: prepared(shown))
    context = chromium.new_context(locale="de-DE", viewport={"width": PHONE, "height": 780})
    shown.sign_in(context, key)
    page = context.new_page()
    page.goto(f"{shown.root}/directory")
    page.get_by_label("Region", exact=True).fill("kile")
    page.get_by_role("button", name="Suchen").click()
    page.wait_for_url("**#results")
    assert names(page) == ["Ämterlotsen", "Chor"]
    assert "was ähnlich heißt" in page.locator("main").inner_text()
    page.get_by_label("Neue Mitglieder").select_option("yes")
    page.get_by_role("button", name="Suchen").click()
    page.wait_for_url("**takes=yes**")
    assert names(page) == ["Chor"]
    page.get_by_role("link", name="Tabelle", exact=True).click()
    page.wait_for_url("**view=table**")
    assert faults_here(page) == []
    chosen = page.url
    page.get_by_role("link", name="Chor", exact=True).click()
    page.wait_for_url("**/groups/entry-*")
    assert page.locator("h1").inner_text() == "Chor"
    page.get_by_role("link", name="Eintrag bearbeiten").click()
    page.go_back()
    page.get_by_role("link", name="Zum Verzeichnis").click()
    assert page.url == chosen
    page.get_by_role("link", name="Euren Eintrag bearbeiten").click()
    page.wait_for_url("**/entry")
    page.get_by_label("Region").fill("Kiel-Gaarden")
    assert faults_here(page) == []
    page.get_by_role("button", name="Ansehen").click()
    assert "Noch ist nichts veröffentlicht" in page.locator("main").inner_text()
    assert page.locator("ins").inner_text() == "Kiel-Gaarden"
    page.get_by_text("Partnergruppen", exact=False).first.click()
    assert faults_here(page) == []
    page.get_by_role("button", name="Veröffentlichen").click()
    assert "Gespeichert." in page.get_by_role("status").inner_text()
    entry = shown.there(lambda: current_entry(shown.core, shown.core.home_id))
    assert entry is not None
    assert entry["region"] == "Kiel-Gaarden"
    context.close()
