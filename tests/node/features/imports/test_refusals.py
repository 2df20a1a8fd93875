"""Files that are refused, work that breaks off: what a person is told, and that nothing changed."""

import io

import pytest

from node.base.errors import Problem
from node.features.imports import steps, work
from node.features.imports.tables import Imports
from node.texts import Texts
from tests.node.features.imports.test_pages import LIST, Browser, browser
from tests.node.features.members.conftest import clock, core
from tests.node.spreadsheets.test_reading import REFUSED
from tests.node.web.conftest import serve

__all__ = ["browser", "clock", "core", "serve"]

CODES = {
    "nothing": "import-empty",
    "blanks and a mark": "import-empty",
    "only separators": "import-empty",
    "a PDF": "import-format",
    "a picture": "import-format",
    "a web page called .xls": "import-format",
    "a text document": "import-format",
    "Numbers of a Mac": "import-format",
    "any archive": "import-unknown",
    "a broken archive": "import-damaged",
    "a password": "import-password",
    "macros": "import-macros",
    "a sheet that is none": "import-damaged",
    "entities that grow": "import-bomb",
    "an archive that grows": "import-bomb",
    "NULs": "import-nul",
    "a long cell": "import-cell-open",
    "a long cell of a spreadsheet": "import-cell",
    "a quotation mark too few": "import-broken",
    "quotation marks in a cell": "import-broken",
    "many columns": "import-wide",
    "a far column": "import-wide",
    "many rows": "import-long",
    "a large file": "import-large",
}


def test_each_file_that_is_refused_is_in_the_table() -> None:
    assert CODES.keys() == REFUSED.keys()


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_why_a_file_is_not_read(name: str, code: str) -> None:
    data, _short, values = REFUSED[name]
    with pytest.raises(Problem) as caught:
        work.read_book(io.BytesIO(data))
    assert (caught.value.code, caught.value.values) == (code, values)


@pytest.mark.parametrize(("name", "code"), [("", "import-no-file"), ("a.csv", "import-empty")])
async def test_form_that_brings_no_file(name: str, code: str, browser: Browser) -> None:
    answer = await browser.upload(b"", name)
    assert answer.status == 422
    assert Texts("en")(f"imports.error.{code}") in await answer.text()
    assert Imports(browser.core).all() == []


async def test_fault_of_our_own_is_told_and_takes_nothing_in(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_sheets: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(work, "best_sheet", fail)
    before = browser.names()
    path = await browser.begun(LIST.encode())
    found = await browser.settled(path)
    assert (found.state, found.problem) == ("failed", "import-stumbled")
    assert Texts("en")("imports.error.import-stumbled") in await browser.get(path)
    assert list(Imports(browser.core).lines(found.id, 0)) == []
    assert browser.names() == before


async def test_import_that_was_given_up_is_gone(browser: Browser) -> None:
    path = await browser.begun(LIST.encode())
    found = await browser.settled(path)
    before = browser.names()
    steps.give_up(browser.core, found.id)
    for act in (
        lambda: steps.set_columns(browser.core, found.id, {0: "name"}),
        lambda: steps.answer(browser.core, found.id, {"q:namesake": "new"}),
        lambda: steps.begin(browser.core, found.id, "committing"),
        lambda: steps.commit(browser.core, found.id, lambda _done, _every: None),
    ):
        with pytest.raises(Problem) as caught:
            act()
        assert caught.value.code == "import-gone"
    assert (Imports(browser.core).all(), browser.names()) == ([], before)
