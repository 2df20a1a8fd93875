"""The page of what was erased: who confirmed, who did not, and what that proves."""

from dataclasses import replace

import pytest

from tests.node.web.conftest import Site
from tests.node.web.html import Document, check
from tests.node.web.neighbours import HOME

MEETING = f"/meetings/{HOME.id}/offenes-treffen"

SAID = {
    "de": (
        "Eintrag im Verzeichnis, gelöscht am",
        "Noch nicht bestätigt; haben es nur verschlüsselt weitergegeben",
        "Nicht mehr mit euch verbunden, kann nicht mehr gefragt werden",
        "Wird bei jedem Kontakt wieder versucht, bis zum",
        "auch aus den eigenen Sicherungen weg",
        "Eine Mitteilung, gelöscht am",
        "gewartet wird nicht mehr",
        "niemand muss: Ihr wart mit niemandem verbunden",
        "die Datenbank wird gerade gelesen",
        "Gelöschtes steht in keiner davon länger als 28 Tage",
        "Wer unehrlich ist, kann das sagen und eine Kopie behalten.",
        "verbund group erase",
    ),
    "en": (
        "Entry in the directory, erased on",
        "Not confirmed yet; only passed it on encrypted",
        "Not connected with you any more, can’t be asked",
        "Tried again at each contact until",
        "gone from your own backups by",
        "nobody is waited for any more",
        "Whoever is dishonest can say so and keep a copy.",
        "verbund meeting erase --help",
    ),
}


@pytest.mark.parametrize("language", SAID)
async def test_page(inside: Site, language: str) -> None:
    text = check(await inside.text(f"/erasures?lang={language}"), language).text
    assert [one for one in SAID[language] if one not in text] == []


async def test_all_confirmed(inside: Site) -> None:
    first = inside.world.erased[0]
    inside.world.erased = (replace(first, missing=(), missing_carriers=(), untied=()),)
    text = Document(await inside.text("/erasures")).text
    assert "Alle haben die Löschung bestätigt." in text
    assert "Noch nicht bestätigt" not in text


async def test_nothing_erased(inside: Site) -> None:
    inside.world.erased = ()
    assert "Noch nichts gelöscht." in check(await inside.text("/erasures"), "de").text


async def test_where_people_publish_they_find_how_to_erase(inside: Site) -> None:
    for path, command in (("/", "verbund group erase"), (MEETING, "verbund meeting erase --help")):
        document = check(await inside.text(path), "de")
        assert command in document.text
        assert "/erasures" in document.hrefs
    assert "/erasures" in Document(await inside.text("/ties")).hrefs


async def test_from_outside_there_is_none(site: Site) -> None:
    assert (await site.get("/erasures")).status == 403
    assert "erase" not in await site.text("/")
