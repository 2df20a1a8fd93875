"""The pages in Chromium, on a phone and on a desk: nothing overflows, all can be read and reached.

Screenshots of every page are kept in pytest's temporary folder, for people to look at.
"""

from pathlib import Path
from typing import Any

import pytest

from node.features.bundles.actions import write_bundle
from node.features.groups.actions import edit_group
from tests.node.by_hand import acquainted
from tests.node.web.browsing import (
    CHROMIUM,
    DESK,
    FAINT,
    LEAST_CONTRAST,
    PHONE,
    SMALL,
    SMALLEST_TARGET,
    WIDE,
    Shown,
    faults_of,
    file_name,
)
from tests.node.web.texts import HOME, UTOPIE
from tests.node.web.world import INSIDE, OUTSIDE
from tests.node.world import Clock, make_core
from tests.sync.people import NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(180),
]


@pytest.mark.parametrize(
    ("width", "scheme", "inside"),
    [
        (PHONE, "light", True),
        (DESK, "dark", False),
    ],
)
def test_every_page_can_be_read(
    chromium: Any, shown: Shown, tmp_path: Path, width: int, scheme: str, inside: bool
) -> None:
    """In German, here; all the rest is in `test_matrix.py`."""
    context = chromium.new_context(
        viewport={"width": width, "height": 780}, color_scheme=scheme, locale="de-DE"
    )
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("dialog", lambda dialog: noise.append(dialog.message))
    if inside:
        shown.enter(page)
    faults = {}
    for path in OUTSIDE + (INSIDE if inside else ("/nowhere",)):
        picture = tmp_path / f"{file_name(path)}.png"
        faults[path] = faults_of(page, shown.address(path), picture)
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert [text for text in noise if "404" not in text] == []


def test_search_by_keyboard(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shown.root}/directory")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Zum Inhalt springen"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("#q:focus").count():
            break
    page.keyboard.type("ämter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/directory?q=*#results")
    assert page.locator(".entries h3").all_inner_texts() == [HOME["name"]]
    page.locator(".entries h3 a").click()
    assert page.locator("h1").inner_text() == HOME["name"]
    context.close()


def test_filter_by_choosing(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="en-GB", viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{shown.root}/directory")
    page.get_by_label("Region", exact=True).fill("Sachsen")
    page.get_by_label("New members").select_option("yes")
    page.get_by_role("button", name="Search").click()
    assert page.locator(".entries h3").all_inner_texts() == [UTOPIE["name"]]
    assert page.locator("#results").bounding_box()["y"] < 700
    page.get_by_role("link", name="Sachsen – no longer").click()
    assert page.locator(".entries > li").count() > 1
    context.close()


def test_leaving_by_the_button(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="de-DE")
    page = context.new_page()
    shown.enter(page)
    page.get_by_role("button", name="Abmelden").click()
    assert page.url == f"{shown.root}/"
    assert page.get_by_role("status").inner_text() == "Du bist abgemeldet."
    assert page.get_by_role("button").count() == 0
    assert page.goto(f"{shown.root}/ties").status == 403
    context.close()


def test_handing_in_a_file(chromium: Any, shown: Shown, tmp_path: Path) -> None:
    file = tmp_path / "von-drüben.verbund"
    with_partner(shown, file)
    context = chromium.new_context(
        locale="de-DE", viewport={"width": PHONE, "height": 780}, java_script_enabled=True
    )
    page = context.new_page()
    shown.enter(page)
    page.goto(f"{shown.root}/ties")
    page.get_by_role("link", name="Per Stick oder Mail mitnehmen").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Eine Vorstellung eurer Gruppe").click()
    assert download.value.suggested_filename == "verbund-everybody.verbund"
    assert Path(download.value.path()).stat().st_size > 0
    page.get_by_label("Datei").set_input_files(file)
    page.get_by_role("button", name="Aufnehmen").click()
    assert "Angabe ist neu." in page.locator("#result").inner_text()
    page.screenshot(path=tmp_path / "handed-in.png", full_page=True)
    faults = [*page.evaluate(WIDE), *page.evaluate(FAINT, LEAST_CONTRAST)]
    assert faults + page.evaluate(SMALL, SMALLEST_TARGET) == []
    context.close()


def with_partner(shown: Shown, file: Path) -> None:
    """A new partner writes a bundle for the node."""
    other = make_core(file.parent, "Drüben", Clock(NOW))
    ours = shown.core

    def meet() -> None:
        acquainted([ours, other])
        edit_group(other, other.home_id, {"region": "Plön"})
        write_bundle(other, ours.home_id, file, replace=False)

    shown.there(meet)
    other.close()


def test_language_by_the_switch(chromium: Any, shown: Shown) -> None:
    context = chromium.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{shown.root}/meetings?past=1")
    page.get_by_role("link", name="English").click()
    assert page.locator("h1").inner_text() == "Past meetings"
    page.get_by_role("link", name="Networks").click()
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()
