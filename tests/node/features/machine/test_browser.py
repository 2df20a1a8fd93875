"""The machine in Chromium, on a phone, in German: a backup is made, taken along and tried."""

import secrets
import shutil
from pathlib import Path
from typing import Any

import pytest

from node.app import SCHEMA, open_core
from node.features.recovery.backup import look_into
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from tests.node.web import browsing
from tests.node.web.conftest import chromium  # noqa: F401 - a fixture
from tests.node.world import Clock

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


def test_a_backup_is_made_taken_along_and_opened(chromium: Any, tmp_path: Path) -> None:  # noqa: F811
    home, clock = Home(tmp_path / "linde"), Clock()
    name = {"name": "Linde"}
    words = initialise(home, name, None, secrets.token_bytes, clock, schema=SCHEMA).words
    with browsing.shown(lambda: (open_core(home, clock=clock), None)) as served:
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="de-DE")
        page = context.new_page()
        served.enter(page)
        page.get_by_role("link", name="Rechner").click()
        page.get_by_role("link", name="Sicherungen").click()
        page.get_by_role("button", name="Jetzt eine machen").click()
        page.get_by_text("noch einmal gelesen: Es ist alles da.").wait_for()
        assert browsing.faults_here(page) == []
        with page.expect_download() as taken:
            page.get_by_role("button", name="Herunterladen", exact=True).click()
        file = tmp_path / "taken"
        taken.value.save_as(file)
        assert taken.value.suggested_filename.startswith("verbund-linde-")
        assert look_into(file, Phrase.read(words)) == clock()
        page.get_by_role("link", name="Öffnen unsere Wörter sie?").click()
        page.get_by_label("Die 24 Wörter").fill(words)
        page.get_by_role("button", name="Ausprobieren").click()
        page.get_by_text("und sie ist ganz").wait_for()
        assert browsing.faults_here(page) == []
        context.close()
