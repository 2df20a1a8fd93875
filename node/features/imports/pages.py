"""Importing members on pages, for key persons: upload, columns, preview, take in, undo.

What comes is written to a nameless file as it comes, up to `FILE_BYTES`; neither its name nor what
the browser says it is decides anything. Long work goes on when the page is closed; the page of an
import shows how far it is, and reloads itself without a script.
"""

import tempfile
from typing import Any, BinaryIO

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.imports import steps
from node.features.imports.answering import read_page_answers
from node.features.imports.applying import WHAT
from node.features.imports.jobs import ImportJobs
from node.features.imports.tables import BUSY, KEPT_SECONDS, Import, Imports, running
from node.features.imports.types import Outcome
from node.features.imports.views import columns_view, result_view, rows_view
from node.features.members.changes.tables import Kept, batch_of, latest
from node.features.members.pages import SECTION, who
from node.spreadsheets.limits import FILE_BYTES
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page, Todo

PIECE = 65_536

DRAINED = 8 * FILE_BYTES
"""Of a file that is too large so much is taken and thrown away, so that the browser, which does not
listen while it sends, gets to see why."""

NAME_SHOWN = 100
"""Characters of the name of a file."""

UPLOAD = Form(
    "import",
    Field(
        "file",
        Kind.FILE,
        "imports.web.file",
        "imports.web.file_hint",
        said={"mb": FILE_BYTES // 1_048_576},
    ),
)
WHERE = "/members/import"


def start(asked: Asked) -> Page:
    """Where an import begins; those that are under way, and the last one, to be undone."""
    return _start(asked, asked.show(UPLOAD))


def _start(asked: Asked, form: Filled) -> Page:
    last = latest(asked.core, WHAT)
    if last is not None and last.no == running(asked.core):
        last = None
    values = {
        "under_way": [one for one in Imports(asked.core).all() if one.state not in steps.ENDED],
        "last": last and _said(last),
        "days": KEPT_SECONDS // 86_400,
    }
    title = asked.texts("imports.web.title")
    return asked.form_page("import_start.html", title, form, SECTION, **values)


def waiting(asked: Asked) -> list[Todo]:
    """Spreadsheets that somebody began and that wait for somebody to go on."""
    if not asked.has(Right.KEY):
        return []
    some = [one for one in Imports(asked.core).all() if one.state in ("columns", "preview")]
    if not some:
        return []
    path = f"{WHERE}/{some[0].id}" if len(some) == 1 else WHERE
    return [Todo("imports.todo.waiting", {"n": len(some)}, path, len(some))]


def _said(kept: Kept) -> dict[str, Any]:
    return {"no": kept.no, "at": kept.at, "counts": kept.note.get("counts", {})}


async def upload(asked: Asked) -> web.StreamResponse | Page:
    """Take a file and begin to read it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    try:
        name = await _receive(asked, file)
    except Problem as problem:
        file.close()
        refused = asked.show(UPLOAD)
        refused.refuse("file", f"imports.error.{problem.code}", **problem.values)
        return _start(asked, refused)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    id = await _jobs(asked).begin(who(asked), name, file)
    return asked.go(f"{WHERE}/{id}")


async def _receive(asked: Asked, file: BinaryIO) -> str:
    """The file; gives its name. `Problem` if there is none, or too much of it."""
    name, size = "", 0
    async for part in asked.parts():
        if part.name != "file":
            continue
        name = (part.filename or "")[:NAME_SHOWN]
        while piece := await part.read_chunk(PIECE):
            size += len(piece)
            if size <= FILE_BYTES:
                file.write(piece)
            elif size > DRAINED:
                raise web.HTTPRequestEntityTooLarge(FILE_BYTES, size)
    if size > FILE_BYTES:
        raise Problem("import-large", mb=FILE_BYTES // 1_048_576)
    if not size:
        raise Problem("import-empty" if name else "import-no-file")
    return name


def one(asked: Asked) -> Page | web.StreamResponse:
    """An import where it stands."""
    found = _found(asked)
    if found.state in BUSY:
        return _busy(asked, found)
    if found.state == "columns":
        return _columns(asked, found)
    if found.state == "preview":
        return _preview(asked, found)
    return _ended(asked, found)


def _busy(asked: Asked, found: Import) -> Page:
    done, every = _jobs(asked).progress.get(found.id, (0, 0))
    title = asked.texts(f"imports.web.busy.{found.state}")
    values = {"import": found, "done": done, "every": every}
    return Page("import_busy.html", title, SECTION, values)


def columns(asked: Asked) -> Page | web.StreamResponse:
    """What columns are, also after they were looked at once."""
    found = _found(asked)
    if found.state not in ("columns", "preview"):
        return asked.go(f"{WHERE}/{found.id}")
    return _columns(asked, found)


def _columns(asked: Asked, found: Import) -> Page:
    first = _number(asked.visit.parameters.get("from", "0"))
    values = columns_view(asked.core, found, first, asked.texts)
    title = asked.texts("imports.web.columns_title")
    return _with_problem(asked, "import_columns.html", title, found, values)


def _with_problem(
    asked: Asked, template: str, title: str, found: Import, values: dict[str, Any]
) -> Page:
    problem = ""
    if found.problem:
        problem = asked.texts.error(found.problem, **found.values)
    return Page(template, title, SECTION, {"import": found, "problem": problem, **values})


async def say_columns(asked: Asked) -> web.StreamResponse:
    """What columns are; then on to the next ones, or to the preview."""
    found = _found(asked)
    if found.state in ("columns", "preview") and not _jobs(asked).is_live(found.id):
        said = {
            int(name[1:]): str(value) or None
            for name, value in asked.posted.items()
            if name[:1] == "c" and name[1:].isascii() and name[1:].isdigit() and len(name) < 6
        }
        steps.set_columns(asked.core, found.id, said)
        following = _number(str(asked.posted.get("next", "0")))
        if following:
            return asked.go(f"{WHERE}/{found.id}/columns?from={following}")
        await _jobs(asked).step(found.id, "planning", steps.plan)
    return asked.go(f"{WHERE}/{found.id}")


async def say_sheet(asked: Asked) -> web.StreamResponse:
    """Which sheet, and where its headings are."""
    found = _found(asked)
    if found.state in ("columns", "preview"):
        sheet = min(_number(str(asked.posted.get("sheet", "0"))), len(found.sheets) - 1)
        said = str(asked.posted.get("heading", "")).strip()
        heading = _number(said) if said.isdigit() else None
        if sheet != found.sheet and said == str(found.heading):
            heading = None  # it was that of the other sheet
        await _jobs(asked).step(found.id, "planning", steps.look_again, sheet, heading)
    return asked.go(f"{WHERE}/{found.id}/columns")


def _preview(asked: Asked, found: Import) -> Page:
    shown = asked.visit.parameters.get("show", "")
    outcome = next((each for each in Outcome if each.value == shown), None)
    page = max(1, _number(asked.visit.parameters.get("page", "1")))
    values = rows_view(asked.core, found, outcome, page, asked.texts)
    title = asked.texts("imports.web.preview_title")
    return _with_problem(asked, "import_preview.html", title, found, values)


async def say_answers(asked: Asked) -> web.StreamResponse:
    """Answers, of one question or of all of a sort."""
    found = _found(asked)
    answers = read_page_answers(asked.posted)
    if found.state == "preview" and answers and not _jobs(asked).is_live(found.id):
        steps.answer(asked.core, found.id, answers)
        await _jobs(asked).step(found.id, "planning", steps.plan)
    left = Imports(asked.core).get(found.id)
    asks = left.counts.get("ask", 0) if left and left.state == "preview" else 0
    return asked.go(f"{WHERE}/{found.id}{'?show=ask' if asks else ''}")


async def commit(asked: Asked) -> web.StreamResponse:
    """Take it in."""
    found = _found(asked)
    if found.state == "preview":
        await _jobs(asked).commit(found.id)
    now = Imports(asked.core).get(found.id)
    if now is not None and now.state == "done":
        return asked.go(f"{WHERE}/{found.id}", "imports.web.done_said")
    return asked.go(f"{WHERE}/{found.id}")


def _ended(asked: Asked, found: Import) -> Page:
    title = asked.texts(f"imports.web.ended.{found.state}")
    values = result_view(asked.core, found, asked.texts)
    return _with_problem(asked, "import_ended.html", title, found, values)


async def undo(asked: Asked) -> web.StreamResponse:
    """Take back what was taken in."""
    found = _found(asked)
    if found.state == "done":
        await _jobs(asked).step(found.id, "undoing", steps.undo, who(asked))
    return asked.go(f"{WHERE}/{found.id}")


async def undo_last(asked: Asked) -> web.StreamResponse:
    """The same for the last one, however it was taken in."""
    no = _number(str(asked.posted.get("change", "0")))
    kept = batch_of(asked.core, no)
    if kept is None or kept.what != WHAT or kept.undone is not None:
        return asked.go(WHERE, "imports.error.import-nothing-to-undo")
    id = await _jobs(asked).take_up(no, who(asked))
    await _jobs(asked).step(id, "undoing", steps.undo, who(asked))
    return asked.go(f"{WHERE}/{id}")


async def give_up(asked: Asked) -> web.StreamResponse:
    """Throw away what was uploaded."""
    found = _found(asked)
    if found.state in BUSY:
        return asked.go(f"{WHERE}/{found.id}")
    await asked.core.turns.work(steps.give_up, asked.core, found.id)
    return asked.go(WHERE, "imports.web.given_up")


def _found(asked: Asked) -> Import:
    id = asked.match["id"]
    found = Imports(asked.core).get(id) if is_import(id) else None
    if found is None:
        raise MissingError
    return found


def is_import(text: str) -> bool:
    """Whether a text has the form of an import's id."""
    return len(text) == 32 and text.isascii() and text.isalnum()


def _jobs(asked: Asked) -> ImportJobs:
    jobs: ImportJobs = asked.state
    return jobs


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
