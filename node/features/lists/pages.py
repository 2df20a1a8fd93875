"""Lists of groups on pages: brought as a file, looked at, read in or not; taken along as a file.

Rules: nothing is read in before it was seen what becomes of it; if the list changed meanwhile, it
is shown once more; all of a file or nothing, unless one asks for the good rows; the last change of
the list is taken back by one click.
"""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from node.base.errors import Problem
from node.base.turns import away
from node.cli.problems import detail_text, explain
from node.features.groups.entry_form import LISTED
from node.features.groups.tables import list_edition, undo_of
from node.features.lists.actions import directory_entries, fill_own, import_list
from node.features.lists.file import write_csv, write_json
from node.features.lists.rows import FIELDS, Cell
from node.features.lists.text import BYTES, GUESSED
from node.features.lists.tools import TYPES
from node.features.lists.undo import undo_import
from node.features.lists.waiting import Lists, bytes_of, file_of, preview_of
from node.store.core import Core
from node.web.forms import Field, Filled, Form, Kind
from node.web.messages import Undo
from node.web.page import Asked, MissingError, Page

SECTION = "directory"
WHERE = "/directory/import"
NAME_SHOWN = 100

UPLOAD = Form(
    "list",
    Field(
        "file",
        Kind.FILE,
        "lists.web.file",
        "lists.web.file_hint",
        said={"mb": BYTES // 1_000_000},
    ),
)


def taking_back(core: Core) -> Undo:
    """The button that takes back the last change of the list, and no later one."""
    return Undo(f"/directory/undo/{list_edition(core)}", "lists.web.undo")


def why(asked: Asked, problem: Problem) -> str:
    """Why something was not done, in words of the pages where those of the command name others."""
    key = f"lists.web.why.{problem.code}"
    if asked.texts.has(key):
        return asked.texts(key, **problem.values)
    return explain(problem, asked.texts)


def refused(asked: Asked, path: str, problem: Problem) -> web.Response:
    """Go on to a page that says why."""
    return asked.go(path, "web.form.problem", why=why(asked, problem))


def start(asked: Asked) -> Page:
    """Bring a file; the last change, to be taken back."""
    return _start(asked, asked.show(UPLOAD))


def _start(asked: Asked, form: Filled) -> Page:
    values = {
        "undo": _undo(asked.core),
        "edition": list_edition(asked.core),
        "forms_of": tuple(TYPES),
    }
    return asked.form_page("list_import.html", asked.texts("lists.web.title"), form, SECTION,
                           **values)  # fmt: skip


def _undo(core: Core) -> dict[str, int] | None:
    """How many entries would go and come by taking back the last change, if there is one."""
    kept = undo_of(core)
    if kept is None or kept.get("half"):
        return None
    return {"gone": len(kept["new"]), "back": len(kept["replaced"]) + bool(kept.get("mine"))}


async def upload(asked: Asked) -> Page | web.StreamResponse:
    """Look at what came."""
    try:
        form = await asked.read(UPLOAD)
        if not form.ok:
            return _start(asked, form)
        sent = form["file"]
        data = sent.file.read()
    finally:
        asked.close_files()
    try:
        file = await asyncio.to_thread(file_of, data)
        preview = await asked.core.turns.work(preview_of, asked.core, file, asked.sight.home_name)
    except Problem as problem:
        form.refuse("file", "web.form.problem", why=why(asked, problem))
        return _start(asked, form)
    kept = _lists(asked).keep(sent.name[:NAME_SHOWN], data, preview)
    return asked.go(f"{WHERE}/{kept.id}")


def one(asked: Asked) -> Page | web.StreamResponse:
    """What would become of it."""
    found = _lists(asked).get(asked.match["id"])
    if found is None:
        return _gone(asked)
    preview = found.preview
    values = {
        "list": found,
        "preview": preview,
        "wrong": [_said(asked, cell) for cell in preview.wrong],
        "aside": [_said(asked, cell) for cell in preview.aside],
        "missing": _fields(asked, map(FIELDS.__getitem__, preview.missing)),
        "changes": {name: _fields(asked, some) for name, some in preview.changes},
        "guessed": GUESSED.get(preview.encoding),
        "own": asked.sight.home_name,
    }
    return Page("list_preview.html", asked.texts("lists.web.preview"), SECTION, values)


def _fields(asked: Asked, names: Iterable[str]) -> tuple[str, ...]:
    """What the form of an entry calls its fields."""
    labels = {one.name: one.label for one in LISTED.fields}
    return tuple(asked.texts(labels[one]) for one in names)


def _said(asked: Asked, cell: Cell) -> str:
    return detail_text(cell._asdict(), "lists.cell", asked.texts)


async def commit(asked: Asked) -> web.StreamResponse:
    """Read it in, if still the same would happen as was shown."""
    found, partial = _lists(asked).get(asked.match["id"]), asked.posted.get("partial") == "yes"
    if found is None:
        return _gone(asked)
    here = f"{WHERE}/{found.id}"

    def take(core: Core) -> bool:
        with away():
            file = file_of(bytes_of(found))
        now = preview_of(core, file, asked.sight.home_name)
        if now != found.preview:
            _lists(asked).again(found, now)
            return False
        import_list(core, file, partial=partial)
        return True

    try:
        done = await asked.core.turns.work(take, asked.core)
    except Problem as problem:
        return refused(asked, here, problem)
    if not done:
        return asked.go(here, "lists.web.changed_since")
    _lists(asked).drop(found.id)
    counts = {"new": found.preview.new.n, "changed": found.preview.changed.n}
    return asked.go(
        "/directory?kind=entry", "lists.web.done", undo=taking_back(asked.core), **counts
    )


async def mine(asked: Asked) -> web.StreamResponse:
    """Fill our own entry from the row of our name."""
    found, own = _lists(asked).get(asked.match["id"]), asked.sight.home_name
    if found is None:
        return _gone(asked)
    file = await asyncio.to_thread(file_of, bytes_of(found))
    try:
        report = fill_own(asked.core, asked.core.home_id, file, own)
    except Problem as problem:
        return refused(asked, f"{WHERE}/{found.id}", problem)
    if report.same:
        return asked.go(f"{WHERE}/{found.id}", "lists.web.mine_same")
    return asked.go(f"{WHERE}/{found.id}", "lists.web.mine_done", undo=taking_back(asked.core))


def give_up(asked: Asked) -> web.StreamResponse:
    """Forget it."""
    _lists(asked).drop(asked.match["id"])
    return asked.go(WHERE, "lists.web.given_up")


async def undo(asked: Asked) -> web.StreamResponse:
    """Take back the last change of the list, or of our entry from one: the one that was meant."""
    if asked.match["edition"] != str(list_edition(asked.core)):
        return asked.go(WHERE, "lists.web.undo_another")
    try:
        gone, back = await asked.core.turns.work(undo_import, asked.core)
    except Problem as problem:
        return refused(asked, WHERE, problem)
    return asked.go(WHERE, "lists.web.undone", gone=gone, back=back)


async def export(asked: Asked) -> web.Response:
    """The whole directory as a file, made beside the loop that serves."""
    form = asked.match["form"]
    if form not in TYPES:
        raise MissingError
    data = await asked.core.turns.work(_written, asked.core, form)
    name = asked.texts("lists.web.file_name")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return web.Response(body=data, headers={**headers, "Content-Type": TYPES[form]})


def _written(core: Core, form: str) -> bytes:
    entries = list(directory_entries(core))
    with away():
        if form == "json":
            return write_json(entries).encode()
        return write_csv(entries).encode("utf-8-sig")


def _lists(asked: Asked) -> Lists:
    kept: Lists = asked.state
    return kept


def _gone(asked: Asked) -> web.Response:
    """It was not kept any longer: somebody came back after hours, or the node was restarted."""
    return asked.go(WHERE, "lists.web.gone")
