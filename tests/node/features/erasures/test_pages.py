"""The page of what was erased: who confirmed, who did not, and what that proves."""

from dataclasses import replace

import pytest

from node.features.erasures.types import ConfirmationView, ErasureView
from node.features.erasures.views import erasure_views
from node.lookup.sight import Sight
from node.lookup.types import Name, Viewer
from tests.node.web.conftest import Site, rendered
from tests.node.web.html import Document, check
from tests.node.web.texts import BERLIN, DUISBURG
from tests.node.web.world import World
from tests.sync.people import NOW

DAY = 86_400

MEETING = "/meetings/{home}/{public}"

SAID = {
    "de": (
        "Treffen, gelöscht am 15. Januar 2027",
        "Einladung, gelöscht am 15. Januar 2027",
        f"{DUISBURG['name']}, am 15. Januar 2027",
        "Noch nicht bestätigt",
        BERLIN["name"],
        "Wird bei jedem Kontakt wieder versucht, bis zum",
        "Gelöschtes steht in keiner davon länger als 28 Tage",
        "Wer unehrlich ist, kann das sagen und eine Kopie behalten.",
        "verbund group erase",
    ),
    "en": (
        "Not confirmed yet",
        "Tried again at each contact until",
        "Whoever is dishonest can say so and keep a copy.",
        "verbund meeting erase --help",
    ),
}

OTHERWISE = {
    "de": (
        "Eintrag im Verzeichnis, gelöscht am",
        "Noch nicht bestätigt; haben es nur verschlüsselt weitergegeben",
        "Nicht mehr mit euch verbunden, kann nicht mehr gefragt werden",
        "auch aus den eigenen Sicherungen weg",
        "Eine Mitteilung, gelöscht am",
        "gewartet wird nicht mehr",
        "niemand muss: Ihr wart mit niemandem verbunden",
        "die Datenbank wird gerade gelesen",
    ),
    "en": (
        "Entry in the directory, erased on",
        "Not confirmed yet; only passed it on encrypted",
        "Not connected with you any more, can’t be asked",
        "gone from your own backups by",
        "nobody is waited for any more",
    ),
}


@pytest.fixture
def erased(world: World) -> ErasureView:
    """What was erased in the store: a meeting that some are still to confirm."""
    found = erasure_views(Sight(world.core, Viewer.INSIDE, world.core.home_id))
    return next(one for one in found if one.kind == "meeting")


def page(*erasures: ErasureView, language: str = "de") -> Document:
    """The page of erasures to which no test gets one."""
    html = rendered("erasures.html", language, now=NOW, erasures=erasures, kept_days=28)
    return check(html, language)


@pytest.mark.parametrize("language", SAID)
async def test_page(inside: Site, language: str) -> None:
    text = check(await inside.text(f"/erasures?lang={language}"), language).text
    assert [one for one in SAID[language] if one not in text] == []


@pytest.mark.parametrize("language", OTHERWISE)
def test_page_of_other_states(erased: ErasureView, language: str) -> None:
    somebody = (Name("x" * 52, "X"),)
    entry = replace(
        erased,
        kind="group",
        confirmed=(ConfirmationView(somebody[0], NOW, carried=False),),
        missing=somebody,
        missing_carriers=(Name("y" * 52, None),),
        untied=(Name("z" * 52, "Z"),),
        backups_until=NOW + 25 * DAY,
    )
    other = replace(
        erased,
        kind="other",
        until=NOW - DAY,
        over=True,
        wiped=None,
        confirmed=(),
        missing=(),
    )
    text = page(entry, other, language=language).text
    assert [one for one in OTHERWISE[language] if one not in text] == []


def test_all_confirmed(erased: ErasureView) -> None:
    text = page(replace(erased, missing=(), missing_carriers=(), untied=())).text
    assert "Alle haben die Löschung bestätigt." in text
    assert "Noch nicht bestätigt" not in text


async def test_nothing_erased(new_site: Site) -> None:
    await new_site.enter()
    assert "Noch nichts gelöscht." in check(await new_site.text("/erasures"), "de").text


async def test_where_people_publish_they_find_how_to_erase(inside: Site) -> None:
    assert "/entry/erase" in check(await inside.text("/"), "de").hrefs
    erase = inside.path(MEETING) + "/erase"
    assert erase in check(await inside.text(MEETING), "de").hrefs
    assert "/erasures" in check(await inside.text(erase), "de").hrefs
    assert "/erasures" in Document(await inside.text("/ties")).hrefs


async def test_from_outside_there_is_none(site: Site) -> None:
    assert (await site.get("/erasures")).status == 403
    assert "erase" not in await site.text("/")
