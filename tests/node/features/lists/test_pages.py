"""A list of groups on pages: brought, looked at, read in, taken back; taken along, read again."""

import io
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData
from openpyxl import Workbook

from node.features.groups.actions import current_entry, edit_group
from node.features.groups.tables import list_edition, own_list
from node.features.lists import waiting
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

LIST = "Gruppe;Ort;Themen;E-Mail\nChor;Kiel;Musik, Kunst;chor@example.org\nÄmterlotsen;Plön;;\n"


@pytest.fixture
def key(new_site: Site) -> Site:
    new_site.sign_in(person(new_site.core, key_person=True))
    return new_site


async def bring(site: Site, data: bytes | str, name: str = "liste.csv") -> ClientResponse:
    form = FormData()
    form.add_field("token", site.token())
    sent = data.encode() if isinstance(data, str) else data
    form.add_field("file", io.BytesIO(sent), filename=name)
    root = str(site.root).rstrip("/")
    return await site.browser.post(
        f"{root}/directory/import", data=form, headers={"Origin": root}, allow_redirects=False
    )


async def looked_at(site: Site, data: bytes | str) -> str:
    """The address where one sees what would become of it."""
    answer = await bring(site, data)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def read_in(site: Site, data: bytes | str, **more: str) -> ClientResponse:
    return await site.post(f"{await looked_at(site, data)}/commit", more)


async def take_back(site: Site) -> None:
    """By the button that is shown."""
    await site.post(f"/directory/undo/{list_edition(site.core)}")


def listed(site: Site) -> list[dict[str, Any]]:
    return own_list(site.core).entries()


def names(site: Site) -> list[str]:
    return [one["name"] for one in listed(site)]


async def test_first_one_sees_what_would_happen(key: Site) -> None:
    await read_in(key, LIST)
    more = LIST.replace("Plön", "Preetz") + "Bauwagen;;;\n"
    where = await looked_at(key, more)
    text = check(await key.text(where), "de").text
    for said in ("1 neue Gruppe Bauwagen", "1 Gruppe ändert sich Ämterlotsen Region",
                 "1 Gruppe bleibt, wie sie ist Chor", "Noch ist nichts geändert"):  # fmt: skip
        assert said in text
    assert names(key) == ["Chor", "Ämterlotsen"]
    answer = await key.post(f"{where}/commit")
    assert answer.headers["Location"].startswith("/directory")
    assert names(key) == ["Bauwagen", "Chor", "Ämterlotsen"]
    text = check(await key.text("/directory"), "de").text
    assert "Eingelesen. Neu: 1, geändert: 1." in text
    await take_back(key)
    assert names(key) == ["Chor", "Ämterlotsen"]
    assert [one["region"] for one in listed(key)] == ["Kiel", "Plön"]


async def test_what_is_taken_along_reads_back_the_same(key: Site) -> None:
    edit_group(key.core, key.core.home_id, {"topics": ["a, b", "c;d\\"], "purpose": "=Summe\nzwei"})
    await read_in(key, LIST)
    for form in ("csv", "json"):
        before = listed(key)
        answer = await key.get(f"/directory/export/{form}")
        assert f'gruppen.{form}"' in answer.headers["Content-Disposition"]
        data = await answer.read()
        text = check(await key.text(await looked_at(key, data)), "de").text
        assert "3 Gruppen bleiben, wie sie sind" in text
        with key.core.transaction():
            for one in before:
                own_list(key.core).remove(one["name"])
        await read_in(key, data)
        assert listed(key) == before


async def test_a_spreadsheet_is_read_as_it_is(key: Site) -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["Verein", "Ort"], ["Chor", "Kiel"], ["Zirkel", None]):
        sheet.append(row)
    book.save(out)
    await read_in(key, out.getvalue())
    assert [(one["name"], one["region"]) for one in listed(key)] == [
        ("Chor", "Kiel"),
        ("Zirkel", None),
    ]


NO_LISTS = {
    "nothing": (b"", "stehen keine Gruppen"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ""),
    "no table": (b"Liebe Leute,\nbis bald!\n", "Keine Spalte hat die Namen der Gruppen"),
    "a broken spreadsheet": (b"PK\x03\x04\x14\0\x06\0", "lässt sich nicht lesen"),
    "other columns": (b"IBAN;Betrag\n1;2\n", "Keine Spalte hat die Namen der Gruppen"),
    "broken quotes": (b'name;region\n"Chor;Kiel\n', "Anführungszeichen"),
    "no json": (b'[{"name": "x"', "kein JSON"),
    "headings only": (b"name;region\n", "keine Gruppen"),
    "UTF-16 cut short": ("name;region\n".encode("utf-16")[:-1], ""),
    "too large": (b"name\n" + b"x\n" * 5_000_000, "größer als"),
}


@pytest.mark.parametrize("what", NO_LISTS)
async def test_what_is_no_list_is_said(key: Site, what: str) -> None:
    data, said = NO_LISTS[what]
    answer = await bring(key, data)
    text = check(await answer.text(), "de").text
    assert answer.status == 422
    assert said in text
    assert "verbund " not in text.replace("verbund-", "").lower().split("verbünde")[0]
    assert names(key) == []


async def test_more_than_is_taken_is_refused_in_words(key: Site) -> None:
    answer = await bring(key, b"x" * 10_200_000)
    assert answer.status == 413
    assert Document(await answer.text()).text


async def test_wrong_encodings_are_guessed_and_told(key: Site) -> None:
    where = await looked_at(key, LIST.encode("cp1252"))
    assert "sie wurde als Windows-1252 gelesen" in Document(await key.text(where)).text
    await key.post(f"{where}/commit")
    assert names(key) == ["Chor", "Ämterlotsen"]


BAD = "name;link\nChor;https://example.org\nChor;\nZirkel;\n;\n"


async def test_all_or_nothing_unless_one_asks_for_the_good_rows(key: Site) -> None:
    where = await looked_at(key, BAD)
    text = check(await key.text(where), "de").text
    assert "An 1 Stelle stimmt etwas nicht" in text
    assert "Zeile 3, Spalte name: Diesen Namen gibt es schon in Zeile 2" in text
    answer = await key.post(f"{where}/commit")
    assert answer.headers["Location"] == where
    assert names(key) == []
    assert "darum wurde nichts eingelesen" in Document(await key.text(where)).text
    await key.post(f"{where}/commit", {"partial": "yes"})
    assert names(key) == ["Chor", "Zirkel"]


async def test_what_changed_meanwhile_is_shown_again(key: Site) -> None:
    """Two key persons at once: nothing happens that was not seen."""
    where = await looked_at(key, LIST)
    await read_in(key, "name;region\nChor;Lübeck\n")
    answer = await key.post(f"{where}/commit")
    assert answer.headers["Location"] == where
    text = check(await key.text(where), "de").text
    assert "Inzwischen hat sich eure Liste geändert" in text
    assert "1 Gruppe ändert sich Chor Region, Themen und Kontakt" in text
    assert [one["region"] for one in listed(key)] == ["Lübeck"]
    await key.post(f"{where}/commit")
    assert names(key) == ["Chor", "Ämterlotsen"]


async def is_gone(site: Site, where: str) -> bool:
    """As a page that was left open for a week finds it."""
    assert (await site.get(where)).headers["Location"] == "/directory/import"
    return (
        "Diese Datei liegt hier nicht mehr" in Document(await site.text("/directory/import")).text
    )


async def test_a_list_does_not_wait_for_ever(key: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    where = await looked_at(key, LIST)
    assert (await key.post(f"{where}/give-up")).status == 303
    assert await is_gone(key, where)
    late = await looked_at(key, LIST)
    monkeypatch.setattr(waiting, "SECONDS", 0)
    assert (await key.post(f"{late}/commit")).headers["Location"] == "/directory/import"
    assert names(key) == []


async def test_only_some_lists_wait(key: Site) -> None:
    first, *_rest = [await looked_at(key, LIST) for _ in range(waiting.MOST + 1)]
    assert await is_gone(key, first)


async def test_our_own_entry_is_filled_from_its_row(key: Site) -> None:
    where = await looked_at(key, LIST + "Neue Gruppe;Preetz;Nachbarschaft;\n")
    assert "In der Datei steht auch „Neue Gruppe“" in Document(await key.text(where)).text
    await key.post(f"{where}/mine")
    entry = current_entry(key.core, key.core.home_id)
    assert entry is not None
    assert (entry["region"], entry["topics"]) == ("Preetz", ["Nachbarschaft"])
    await take_back(key)
    entry = current_entry(key.core, key.core.home_id)
    assert entry is not None
    assert entry["region"] is None


async def test_undo_says_why_it_can_not(key: Site) -> None:
    await take_back(key)
    text = Document(await key.text("/directory/import")).text
    assert "keine Änderung der Liste, die sich noch zurücknehmen ließe" in text


async def test_undo_takes_back_nothing_of_another(key: Site) -> None:
    """The button of a message that was shown before somebody else changed the list."""
    await read_in(key, LIST)
    before = list_edition(key.core)
    await read_in(key, "name\nZirkel\n")
    await key.post(f"/directory/undo/{before}")
    assert names(key) == ["Chor", "Zirkel", "Ämterlotsen"]
    text = Document(await key.text("/directory/import")).text
    assert "zurückgenommen wurde nichts" in text


# One entry by hand

CHOR = {"kind": "group", "name": "Chor", "region": "Kiel", "takes_members": "unsaid"}


async def edition(site: Site, path: str) -> str:
    document = check(await site.text(path), "de")
    return next(one["value"] or "" for one in document.all("input") if one.get("name") == "edition")


async def add(site: Site, **fields: str) -> ClientResponse:
    sent = {**CHOR, **fields, "edition": await edition(site, "/directory/new")}
    return await site.post("/directory/new", sent)


async def test_one_group_is_added_changed_and_taken_off(key: Site) -> None:
    where = (await add(key)).headers["Location"]
    page = check(await key.text(where), "de")
    assert "„Chor“ steht jetzt auf eurer Liste" in page.text
    no = where.rpartition("-")[2]
    change = f"/directory/list/{no}"
    assert change in page.hrefs
    sent = {**CHOR, "name": "Chor am Hafen", "edition": await edition(key, change)}
    assert (await key.post(change, sent)).headers["Location"] == where  # it keeps its id
    assert names(key) == ["Chor am Hafen"]
    await take_back(key)
    assert names(key) == ["Chor"]
    assert "„Chor“ verschwindet" in check(await key.text(f"{change}/remove"), "de").text
    await key.post(f"{change}/remove")
    assert names(key) == []
    assert (await key.get(change)).status == 404
    await take_back(key)
    assert (await key.get(change)).status == 200
    assert [(one["name"], one["region"]) for one in listed(key)] == [("Chor", "Kiel")]


async def test_a_name_is_on_the_list_once(key: Site) -> None:
    await add(key)
    answer = await add(key, name="CHOR")
    assert answer.status == 422
    assert "„Chor“ steht schon auf eurer Liste" in check(await answer.text(), "de").text
    assert names(key) == ["Chor"]


async def test_the_second_sees_what_the_first_changed(key: Site) -> None:
    no = (await add(key)).headers["Location"].rpartition("-")[2]
    change = f"/directory/list/{no}"
    opened = await edition(key, change)
    await key.post(change, {**CHOR, "region": "Plön", "edition": opened})
    answer = await key.post(change, {**CHOR, "purpose": "Singen", "edition": opened})
    text = await answer.text()
    assert answer.status == 422
    assert 'value="Plön"' in text
    assert "Singen" in text
    assert [one["purpose"] for one in listed(key)] == [None]


async def test_our_list_is_for_our_group(key: Site) -> None:
    assert "Wer das sieht: unsere Gruppe" in Document(await key.text("/directory/new")).text
    await add(key)
    key.sign_in(person(key.core))
    hrefs = Document(await key.text("/directory")).hrefs
    assert "/directory/new" not in hrefs
    assert "/directory/export/csv" in hrefs
    for path in ("/directory/new", "/directory/list/1", "/directory/import"):
        assert (await key.get(path)).status == 403
    key.browser.cookie_jar.clear()
    assert (await key.get("/directory/export/csv")).status == 403
    assert "Chor" not in await key.text("/directory")
