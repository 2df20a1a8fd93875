"""The group's own entry on a page: filled in, looked at, published; by two at once; and erased."""

from typing import Any

import pytest

from node.features.erasures.actions import entries
from node.features.groups.actions import current_entry, edit_group, group_content
from node.features.groups.entry_form import BLANK, shown_entry
from node.texts import Texts
from node.web.forms import EDITION
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

ENTRY: dict[str, Any] = {
    "name": "Neue Gruppe",
    "purpose": "Wir treffen uns.\n\nJede Woche.",
    "orientation": "offen",
    "topics": ["Kunst, Musik", "Wohnen"],
    "convictions": ["Alle Menschen sind gleich; auch hier.", "Gewaltfrei"],
    "region": "Kiel",
    "languages": ["de", "tr", "pt-BR"],
    "contacts": [["E-Mail", "a@example.org"], ["Tel. 2: Büro", "Raum 3: links"], ["Im Hof", None]],
    "takes_members": True,
    "links": ["https://example.org/a,b"],
}
"""With signs in it that separate values."""


@pytest.fixture
def key(new_site: Site) -> Site:
    edit_group(new_site.core, new_site.core.home_id, ENTRY)
    new_site.sign_in(person(new_site.core, key_person=True))
    return new_site


def stands(site: Site) -> Any:
    return current_entry(site.core, site.core.home_id)


async def form_of(site: Site) -> dict[str, str]:
    """What the form holds as a browser sends it back."""
    document = check(await site.text("/entry"), "de")
    shown = shown_entry(stands(site) or BLANK, Texts("de"))
    edition = next(one for one in document.all("input") if one.get("name") == EDITION)
    return {**shown, EDITION: edition["value"] or ""}


async def test_a_form_that_is_sent_back_unchanged_changes_nothing(key: Site) -> None:
    answer = await key.post("/entry", {**await form_of(key), "step": "publish"})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert stands(key) == group_content(ENTRY)


FIELDS = [
    ({"topics": "Kunst, Musik\nMiete; Energie"}, {"topics": ["Kunst, Musik", "Miete", "Energie"]}),
    ({"topics": ""}, {"topics": []}),
    ({"languages": "Türkisch, englisch; AR"}, {"languages": ["tr", "en", "ar"]}),
    ({"links": "www.example.org"}, {"links": ["https://www.example.org"]}),
    ({"contacts": "b@example.org\nBüro: Raum 4\n\n0431 123456"},
     {"contacts": [["E-Mail", "b@example.org"], ["Büro", "Raum 4"], ["Telefon", "0431 123456"]]}),
    ({"takes_members": "no"}, {"takes_members": False}),
    ({"takes_members": "unsaid"}, {"takes_members": None}),
    ({"region": " "}, {"region": None}),
    ({"name": "Neuer\u202e\x00 Name"}, {"name": "Neuer Name"}),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "becomes"), FIELDS)
async def test_what_is_typed_becomes_an_entry(
    key: Site, typed: dict[str, str], becomes: dict[str, Any]
) -> None:
    await key.post("/entry", {**await form_of(key), **typed, "step": "publish"})
    assert stands(key) == group_content({**ENTRY, **becomes})


REFUSED = [
    ({"name": ""}, "name", "Das fehlt noch"),
    ({"name": "x" * 121}, "name", "zu lang"),
    ({"purpose": "x" * 2_001}, "purpose", "zu lang"),
    ({"topics": "x" * 81}, "topics", ""),
    ({"topics": "\n".join(map(str, range(33)))}, "topics", ""),
    ({"contacts": "\n".join(f"Büro {n}: Raum" for n in range(17))}, "contacts", ""),
    ({"links": "javascript:alert(1)"}, "links", "keine Adresse im Internet"),
    ({"links": "Raum 3"}, "links", "keine Adresse im Internet"),
    ({"languages": "Klingonisch und so"}, "languages", "keine Sprache"),
    ({"takes_members": "zebra"}, "takes_members", ""),
]


@pytest.mark.parametrize(("typed", "field", "said"), REFUSED)
async def test_what_fits_no_entry_is_said_beside_the_field(
    key: Site, typed: dict[str, str], field: str, said: str
) -> None:
    answer = await key.post("/entry", {**await form_of(key), **typed, "step": "publish"})
    document = check(await answer.text(), "de")
    assert answer.status == 422
    assert f'id="entry-{field}-error"' in await answer.text()
    assert said in document.text
    assert stands(key) == group_content(ENTRY)


async def test_nothing_goes_out_before_it_was_looked_at(key: Site) -> None:
    answer = await key.post("/entry", {**await form_of(key), "region": "Plön", "step": "check"})
    text = check(await answer.text(), "de").text
    assert answer.status == 200
    assert "Region Kiel Plön" in text
    assert "Von außen" in text
    assert "Noch ist nichts veröffentlicht" in text
    assert "Partnergruppe" not in text  # there are none
    assert stands(key)["region"] == "Kiel"


async def test_the_preview_shows_each_kind_of_others(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    answer = await site.post("/entry", {**await form_of(site), "step": "check"})
    text = check(await answer.text(), "de").text
    for said in ("Von außen", "Partnergruppen", "Mitglieder eure", "Nichts."):
        assert said in text


async def test_what_was_looked_at_can_be_changed_once_more(key: Site) -> None:
    answer = await key.post("/entry", {**await form_of(key), "region": "Plön", "step": "back"})
    assert answer.status == 200
    assert 'value="Plön"' in await answer.text()
    assert stands(key)["region"] == "Kiel"


async def test_the_second_sees_what_the_first_changed(key: Site) -> None:
    """Also on a page that was left open for a week."""
    opened = await form_of(key)
    edit_group(key.core, key.core.home_id, {"region": "Lübeck", "orientation": "neu"})
    mine = {**opened, "region": "Plön", "purpose": "Anders", "step": "publish"}
    answer = await key.post("/entry", mine)
    text = await answer.text()
    document = check(text, "de")
    assert answer.status == 422
    assert "Lübeck" in document.text
    assert 'value="Plön"' in text  # both changed it: mine stays typed, theirs is told
    assert 'value="neu"' in text  # only they did: it is taken
    assert stands(key)["purpose"] == ENTRY["purpose"]


async def test_who_sees_it_stands_beside_every_field(key: Site) -> None:
    document = Document(await key.text("/entry"))
    assert document.text.count("Wer das sieht: alle") == 10


async def test_a_group_without_an_entry_writes_a_new_one(key: Site) -> None:
    name = {"name": "Neue Gruppe"}
    assert (await key.post("/entry/erase", name)).headers["Location"] == "/erasures"
    assert entries(key.core, key.core.home_id) == []
    text = check(await key.text("/entry/erase"), "de").text
    assert "es gibt nichts zu löschen" in text
    assert "zurzeit keinen Eintrag" in check(await key.text("/entry"), "de").text
    await key.post("/entry", {**await form_of(key), **name, "step": "publish"})
    assert stands(key)["name"] == "Neue Gruppe"


async def test_erasing_says_first_what_happens(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    assert "/entry/erase" in Document(await site.text("/")).hrefs
    text = check(await site.text("/entry/erase"), "de").text
    for said in ("verschwindet aus dem Verzeichnis", "Partnergruppe", "Verbund", "Sicherungen"):
        assert said in text
    answer = await site.post("/entry/erase", {"name": "Falscher Name"})
    assert answer.status == 422
    assert stands(site) is not None


async def test_members_do_not_edit_it(site: Site) -> None:
    site.sign_in(person(site.core))
    hrefs = Document(await site.text("/")).hrefs
    assert "/entry" not in hrefs
    assert "/entry/erase" not in hrefs
    for path in ("/entry", "/entry/erase"):
        assert (await site.post(path, {"name": "x"})).status in (403, 404)
