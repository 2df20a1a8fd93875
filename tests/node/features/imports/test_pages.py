"""Imports over HTTP: from the upload to the result and back, questions, what is refused."""

import asyncio
import io
import re
from html import unescape

import pytest
from aiohttp import ClientResponse, FormData
from openpyxl import Workbook

from node.features.imports import jobs, steps
from node.features.imports.tables import KEPT_SECONDS, Import, Imports
from node.features.members.editing import edit
from node.features.members.tables import members
from node.people.persons import Persons
from node.store.core import Core
from tests.node.features.members.conftest import clock, core
from tests.node.features.members.people import add
from tests.node.web.conftest import Site, serve
from tests.node.world import Clock

__all__ = ["clock", "core", "serve"]

LIST = """Vorname;Name;E-Mail;PLZ;Instrument
Ada;Moor;ada@example.org;24103;Geige
Jürgen;Groß;jg@example.org;1067;Fagott
Anna;Müller;am@example.org;24105;
"""


class Browser:
    """A key person's."""

    def __init__(self, site: Site) -> None:
        self.site, self.core = site, site.core
        self.kim = add(self.core, "Kim Key", key_person=True, mail="kim@example.org")
        self.anna = add(self.core, "Anna Müller", mail="anna@example.org")
        self.sign_in(self.kim)

    def sign_in(self, id: str) -> None:
        self.site.sign_in(Persons(self.core.db).get(id))

    async def get(self, path: str, status: int = 200) -> str:
        answer = await self.site.get(path, headers={"Accept-Language": "en"})
        assert answer.status == status, (path, answer.status)
        return unescape(await answer.text())

    async def send(self, path: str, **fields: str) -> str:
        """Where a form leads."""
        answer = await self.site.post(path, fields, Accept_Language="en")
        assert answer.status == 303, (path, answer.status, await answer.text())
        return answer.headers["Location"]

    async def upload(self, data: bytes, name: str = "list.csv") -> ClientResponse:
        form = FormData()
        form.add_field("token", self.site.token())
        form.add_field("file", io.BytesIO(data), filename=name, content_type="application/x")
        root = str(self.site.root).rstrip("/")
        return await self.site.browser.post(
            f"{root}/members/import",
            data=form,
            headers={"Origin": root, "Accept-Language": "en"},
            allow_redirects=False,
        )

    async def begun(self, data: bytes) -> str:
        """The address of an import once its file was read."""
        answer = await self.upload(data)
        assert answer.status == 303, await answer.text()
        path = answer.headers["Location"]
        await self.settled(path)
        return path

    async def settled(self, path: str) -> Import:
        """The import when nothing is at work on it."""
        id = path.partition("?")[0].rpartition("/")[2]
        await asyncio.gather(*(one for one in asyncio.all_tasks() if one.get_name() == jobs.TASK))
        found = Imports(self.core).get(id)
        assert found is not None
        return found

    def names(self) -> list[str]:
        return sorted(one.name for one in members(self.core).everyone())


@pytest.fixture
async def browser(serve, core: Core) -> Browser:
    return Browser(await serve(core))


async def test_from_the_file_to_the_members_and_back(browser: Browser) -> None:
    path = await browser.begun(LIST.encode("cp1252"))
    page = await browser.get(path)
    assert "windows-1252" in page  # the person is told that it was guessed
    assert "Jürgen</bdi>" in page
    assert re.search(r'<option value="postcode" selected>', page)
    assert await browser.send(f"{path}/columns", c4="new") == path
    assert (await browser.settled(path)).counts == {
        "add": 1, "change": 0, "same": 0, "ask": 2, "refuse": 0
    }  # fmt: skip
    page = await browser.get(f"{path}?show=ask")
    assert "The postcode 1067 has four digits. Is a nought missing in front: 01067?" in page
    assert "This is Anna Müller, anna@example.org" in page
    assert "/commit" not in page
    await browser.send(f"{path}/answers", **{"q:3:3": "offer", "q:4": "new"})
    page = await browser.get(path)
    assert "Take in 3 people" in page
    await browser.send(f"{path}/commit")
    await browser.settled(path)
    assert browser.names() == ["Ada Moor", "Anna Müller", "Anna Müller", "Jürgen Groß", "Kim Key"]
    page = await browser.get(path)
    assert "3 people are new." in page
    assert list(Imports(browser.core).lines(path.rpartition("/")[2], 0)) == []
    await browser.send(f"{path}/undo")
    await browser.settled(path)
    assert browser.names() == ["Anna Müller", "Kim Key"]
    assert "Gone again: 3. As before again: 0." in await browser.get(path)
    assert [one.label for one in members(browser.core).fields() if one.own] == []


async def test_columns_are_known_the_next_time(browser: Browser) -> None:
    path = await browser.begun(LIST.encode())
    await browser.send(f"{path}/columns", c4="notes")
    await browser.send(f"{path}/answers", **{"q:postcode": "offer", "q:namesake": "new"})
    await browser.send(f"{path}/commit")
    assert (await browser.settled(path)).state == "done"
    again = await browser.begun(LIST.encode())
    found = await browser.settled(again)
    assert (found.remembered, found.columns[4]) == (True, [4, "Instrument", "notes"])
    assert "they are what they were the last time" in await browser.get(again)
    await browser.send(f"{again}/columns")
    assert (await browser.settled(again)).counts["same"] == 3


async def test_what_is_undone_stays_where_others_changed_it(browser: Browser) -> None:
    path = await browser.begun(b"Vorname;Name\nAda;Moor\nBo;Beck\n")
    await browser.send(f"{path}/columns")
    await browser.send(f"{path}/commit")
    await browser.settled(path)
    ada = next(one for one in members(browser.core).everyone() if one.name == "Ada Moor")
    edit(browser.core, ada.id, {"town": ("Kiel",)})
    await browser.send("/members/import/undo", change=str((await browser.settled(path)).batch))
    await browser.settled(path)
    page = await browser.get(path)
    assert "Somebody changed this since; it stays as it is" in page
    assert f'<a href="/members/{ada.id}"><bdi>Ada Moor</bdi></a>' in page
    assert browser.names() == ["Ada Moor", "Anna Müller", "Kim Key"]


async def test_list_that_changed_since_the_preview(browser: Browser) -> None:
    path = await browser.begun(b"Vorname;Name\nAda;Moor\n")
    await browser.send(f"{path}/columns")
    add(browser.core, "Ada Moor", mail="ada@example.org")
    await browser.send(f"{path}/commit")
    found = await browser.settled(path)
    assert (found.state, found.problem, found.counts["same"]) == ("preview", "import-changed", 1)
    assert "Somebody changed the list meanwhile" in await browser.get(path)
    assert browser.names().count("Ada Moor") == 1


async def test_other_sheet_and_other_headings(browser: Browser) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Members"
    for row in (["Name", "Mail"], ["Ada", "a@example.org"]):
        first.append(row)
    other = book.create_sheet("Guests")
    for row in (["Guests 2026"], ["Who"], ["Bo"], ["Cy"]):
        other.append(row)
    out = io.BytesIO()
    book.save(out)
    path = await browser.begun(out.getvalue())
    assert "Guests (4 rows)" in await browser.get(path)
    assert await browser.send(f"{path}/sheet", sheet="1", heading="2") == f"{path}/columns"
    found = await browser.settled(path)
    assert (found.sheet, found.heading, found.columns) == (1, 2, [[0, "Who", None]])
    await browser.send(f"{path}/columns")
    found = await browser.settled(path)
    assert (found.state, found.problem) == ("columns", "import-nameless")
    await browser.send(f"{path}/columns", c0="name")
    assert (await browser.settled(path)).counts["add"] == 2


async def test_many_columns_are_on_several_pages(browser: Browser) -> None:
    head = ";".join(["Name", *(f"Column {n}" for n in range(199))])
    path = await browser.begun(f"{head}\nAda{';x' * 199}\n".encode())
    page = await browser.get(path)
    assert "Columns 1 to 25 of 200" in page
    assert len(page.encode()) < 60_000
    where = await browser.send(f"{path}/columns", next="25", c3="notes")
    assert where == f"{path}/columns?from=25"
    assert "Columns 26 to 50 of 200" in await browser.get(where)
    assert (await browser.settled(path)).columns[3][2] == "notes"


async def test_preview_of_many_rows_is_paged(browser: Browser) -> None:
    rows = "".join(f"Person {n};p{n}@example.org\n" for n in range(120))
    path = await browser.begun(f"Name;Mail\n{rows}".encode())
    await browser.send(f"{path}/columns")
    await browser.settled(path)
    page = await browser.get(f"{path}?show=add&page=3")
    assert "Page 3 of 3" in page
    assert page.count('<th scope="row">') == 20
    assert len((await browser.get(path)).encode()) < 60_000


REFUSED = [
    (b"", "There is nothing in the file", 422),
    (b"%PDF-1.7", "This is a file .pdf", 200),
    (b"Name;Ort\n", "Nobody stands below the headings", 200),
    (b"PK\x03\x04xxxx", "The file is damaged", 200),
]


@pytest.mark.parametrize(("data", "said", "status"), REFUSED)
async def test_file_that_is_not_read(browser: Browser, data: bytes, said: str, status: int) -> None:
    answer = await browser.upload(data, "list.xlsx")
    if status == 200:
        await browser.settled(answer.headers["Location"])
        page = await browser.get(answer.headers["Location"])
    else:
        assert answer.status == status
        page = unescape(await answer.text())
        assert 'href="#import-file"' in page
    assert said in page
    assert browser.names() == ["Anna Müller", "Kim Key"]


async def test_file_that_is_too_large(browser: Browser) -> None:
    answer = await browser.upload(b"Name\n" + b"x" * (10 * 1_048_576))
    assert answer.status == 422
    assert "The file is larger than 10 MB" in await answer.text()


async def test_upload_without_a_token_is_not_read(browser: Browser) -> None:
    form = FormData()
    form.add_field("file", b"Name\nAda\n", filename="x.csv")
    root = str(browser.site.root).rstrip("/")
    answer = await browser.site.browser.post(
        f"{root}/members/import", data=form, headers={"Origin": root}, allow_redirects=False
    )
    assert answer.status == 403
    assert Imports(browser.core).all() == []


async def test_given_up(browser: Browser) -> None:
    path = await browser.begun(LIST.encode())
    assert await browser.send(f"{path}/give-up") == "/members/import"
    assert Imports(browser.core).all() == []
    assert browser.core.db.all("select * from import_lines") == []
    await browser.get(path, 404)


async def test_only_key_persons(browser: Browser) -> None:
    path = await browser.begun(LIST.encode())
    browser.sign_in(browser.anna)
    for one in ("/members/import", path, f"{path}/columns"):
        await browser.get(one, 403)
    assert (await browser.upload(b"Name\nAda\n")).status == 403


async def test_progress_while_it_works(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer comes before the work is done; the page says how far it is, and reloads itself."""
    monkeypatch.setattr(jobs, "SOON_SECONDS", 0)
    answer = await browser.upload(LIST.encode())
    page = await browser.get(answer.headers["Location"])
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "The file is being read" in page
    assert (await browser.settled(answer.headers["Location"])).state == "columns"


async def test_what_a_stop_left(browser: Browser, clock: Clock) -> None:
    core, imports = browser.core, Imports(browser.core)
    states = ("reading", "planning", "committing", "undoing", "preview")
    with core.transaction():
        for at, state in enumerate(states):
            imports.put(Import(f"{at}" * 32, core.clock(), state=state))
    steps.tidy(core)
    found = {one.id[0]: (one.state, one.problem) for one in imports.all()}
    stopped = "import-interrupted"
    assert found == {
        "0": ("failed", stopped), "1": ("columns", stopped), "2": ("preview", stopped),
        "3": ("done", stopped), "4": ("preview", ""),
    }  # fmt: skip
    clock.now += KEPT_SECONDS + 60
    steps.tidy(core)
    assert imports.all() == []
