"""Our ties on one page: paged, searched, with what is not settled."""

import time

import pytest

from node.features.groups.actions import edit_group
from node.features.peers.contacts import heard
from node.features.ties.views import tie_views
from node.lookup.types import Viewer
from node.texts import LANGUAGES
from protocol.ids import to_text
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import BERLIN, DUISBURG
from tests.node.world import accept
from tests.sync.people import Someone


def cards(html: str) -> int:
    return html.count('<li class="card">')


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_says_what_both_see(inside: Site, language: str) -> None:
    text = check(await inside.text("/ties", language), language).text
    said = {
        "de": ("Ihr seht voneinander den Eintrag", "Alle Mitglieder sehen euren Eintrag",
               "noch nicht angenommen", "Über euren Antrag ist noch nicht entschieden"),
        "en": ("You see of each other the entry", "All members see your entry",
               "has not accepted you yet", "has not been decided on yet"),
    }  # fmt: skip
    for one in (*said[language], DUISBURG["name"], BERLIN["name"]):
        assert one in text


async def test_over_fifty_are_paged_and_searched(new_site: Site) -> None:
    site, some = new_site, [Someone(f"many {n}") for n in range(60)]
    for one in some:
        accept(site.core, one)
    site.sign_in(person(site.core, "Noa"))
    first, second = await site.text("/ties"), await site.text("/ties?page=2")
    assert (cards(first), cards(second)) == (50, 10)
    assert "Seite 1 von 2" in check(first).text
    found = await site.text(f"/ties?q={to_text(some[7].id)[:12]}")
    assert cards(found) == 1
    for path in ("/ties?page=99", "/ties?page=-1", "/ties?page=x", "/ties?what=<b>", "/ties?q=%00"):
        check(await site.text(path))
    assert "Davon gibt es gerade nichts" in check(await site.text("/ties?what=networks")).text


async def test_what_did_not_arrive_yet(inside: Site) -> None:
    """Counted from the last contact on; told of one who may have it, and of nobody else."""
    assert inside.world
    core = inside.core
    partner, hostile = (
        one
        for name in ("partner", "hostile")
        for one in core.ties.identities
        if to_text(one) == inside.world.names[name]
    )
    heard(core, [partner])
    path = f"/ties/{to_text(partner)}"
    assert "nichts, alles ist dort" in Document(await inside.text(path)).text
    edit_group(core, core.home_id, {"region": "Kiel"})
    assert "1 Änderung von euch" in Document(await inside.text(path)).text
    assert "noch nicht angekommen" in Document(await inside.text("/ties?q=Duisburg")).text
    assert (
        "Letzter Kontakt noch keiner"
        in Document(await inside.text(f"/ties/{to_text(hostile)}")).text
    )
    heard(core, [partner])
    assert "nichts, alles ist dort" in Document(await inside.text(path)).text


async def test_what_is_over_stands_apart(inside: Site) -> None:
    over = Document(await inside.text("/ties?what=over")).text
    assert "Alter Verbund" in over
    assert "Noch nicht bestätigt, dass eure Daten gelöscht sind" in over
    assert DUISBURG["name"] not in over.partition("Beendet (")[2].partition("So beginnt")[0]


async def test_network_has_its_own_page(inside: Site) -> None:
    answer = await inside.get("/ties/{network}")
    assert (answer.status, answer.headers["Location"]) == (303, inside.path("/networks/{network}"))


@pytest.mark.parametrize("path", ["/ties/x", "/ties/nobody", "/ties/" + "a" * 52, "/ties/entry-1"])
async def test_nobody(inside: Site, path: str) -> None:
    assert (await inside.get(path)).status == 404
    assert (await inside.post(f"{path}/end", {})).status == 404


async def test_hundreds_of_ties_are_seen_at_once(new_site: Site) -> None:
    """Only what stands on the page is looked at closely."""
    for n in range(300):
        accept(new_site.core, Someone(f"many {n}"))
    new_site.sign_in(person(new_site.core, "Noa"))
    await new_site.text("/ties")
    began = time.process_time()
    assert len(tie_views(new_site.sight(Viewer.INSIDE))) == 300
    assert time.process_time() - began < 1
