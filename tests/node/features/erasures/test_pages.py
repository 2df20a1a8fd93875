"""The page of what was erased: who confirmed, who did not, and what that proves."""

from dataclasses import replace
from pathlib import Path

import pytest

from node.features.erasures.actions import erase_group
from node.features.erasures.types import ConfirmationView, ErasureView
from node.features.erasures.views import erasure_views
from node.features.peers import contacts
from node.features.peers.actions import end_peer
from node.lookup.sight import Sight
from node.lookup.types import Name, Viewer
from protocol.ids import to_text
from tests.node.web.conftest import Serve, Site, person, rendered
from tests.node.web.html import Document, check
from tests.node.web.texts import BERLIN, DUISBURG
from tests.node.web.world import World
from tests.node.world import Clock, accept, make_core
from tests.sync.people import NOW, Someone

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
        "Euren Eintrag mit den Anlaufstellen",
    ),
    "en": (
        "Not confirmed yet",
        "Tried again at each contact until",
        "Whoever is dishonest can say so and keep a copy.",
        "Your entry with its contact points",
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
    more = {"silent": (), "silent_days": 30, "may": True, "kept_days": 28}
    html = rendered("erasures.html", language, now=NOW, erasures=erasures, **more)
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


@pytest.mark.parametrize("days", [0, 29, 30, 60])
async def test_only_what_somebody_can_act_on_is_marked(
    serve: Serve, tmp_path: Path, days: int
) -> None:
    """Waiting is calm; who was not heard of for 30 days is to be written to, or let go."""
    clock = Clock()
    core = make_core(tmp_path, "Neue Gruppe", clock)
    away = Someone("away")
    accept(core, away)
    contacts.heard(core, [away.id])
    erase_group(core, core.home_id)
    clock.now += days * DAY
    site = await serve(core)
    await site.enter()
    document = check(await site.text("/erasures"), "de")
    marked = "Hier könnt ihr etwas tun" in document.text
    assert marked == (days >= 30)
    assert ("Es gibt nichts zu tun" in document.text) != marked
    assert (f"/ties/{to_text(away.id)}/end" in document.hrefs) == marked
    assert ("Zuletzt zu hören am 15. Januar 2027." in document.text) == marked
    assert ("bestätigt seit Wochen nicht" in await site.text("/")) == marked
    end_peer(core, core.home_id, away.id)
    text = check(await site.text("/erasures"), "de").text
    assert "Hier könnt ihr etwas tun" not in text
    assert "kann nicht mehr gefragt werden" in text
    core.close()


async def test_members_read_it_and_end_no_tie(serve: Serve, tmp_path: Path) -> None:
    clock = Clock()
    core = make_core(tmp_path, "Neue Gruppe", clock)
    accept(core, Someone("away"))
    erase_group(core, core.home_id)
    clock.now += 40 * DAY
    site = await serve(core)
    site.sign_in(person(core))
    document = check(await site.text("/erasures"), "de")
    assert "Noch nie zu hören." in document.text
    assert [one for one in document.hrefs if one.endswith("/end")] == []
    assert "bestätigt seit Wochen nicht" not in await site.text("/")
    core.close()


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
