"""`members import`: a spreadsheet of members, previewed, taken in, taken back.

The document of a preview is `{"encoding", "columns": [{"header", "field"}], "rows": [{"line",
"outcome", "fields", "why"}]}`. Of a row `fields` is what is written: `{field: {"old", "new"}}`, and
`why` is a sentence, empty where there is nothing to be said. Taken in, it has besides how many rows
there were of each outcome (`counts`) and the number of the change (`change`).
"""

from collections.abc import Sequence
from typing import Any

from node.base.errors import Problem
from node.base.files import opened
from node.cli import terminal
from node.cli.context import Answer, Context
from node.cli.parser import UsageError
from node.cli.problems import shortened
from node.cli.sheet import Sheet
from node.features.imports.types import Column, Planned
from node.spreadsheets.book import Book

OUT = ("", "-", "out")
"""Fields that leave a column out."""


def import_(context: Context) -> Answer:
    """Read a file and say what becomes of its rows; take them in with `--commit`."""
    args = context.args
    wishes = [args.file is not None, args.undo]
    if wishes.count(True) != 1 or (args.preview and args.commit):
        raise UsageError(context.t("imports.cli.usage"), "verbund members import --help")
    return _undo(context) if args.undo else _import(context)


def _import(context: Context) -> Answer:
    from node.features.imports import work
    from node.features.imports.answering import read_answers
    from node.features.imports.plan import new_fields

    core, args = context.core, context.args
    book = _read(args.file)
    sheet = _chosen(book, args.sheet)
    table = work.table_of(book.sheets[sheet].lines, args.heading)
    columns, known = work.known_columns(core, table)
    columns = _as_said(context, columns)
    answers = read_answers(args.answer or (), columns)
    rows, basis = work.planned(core, table.lines, columns, answers)
    document = _document(context, book, columns, rows)
    shown = context.sheet()
    _say_file(shown, context, book, sheet, table.above, known)
    _say_columns(shown, context, columns)
    if not args.commit:
        _say_rows(shown, context, rows)
        return Answer(document, shown)
    return _commit(context, shown, document, rows, new_fields(basis), columns)


def _commit(
    context: Context,
    shown: Sheet,
    document: dict[str, Any],
    rows: Sequence[Planned],
    fields: Sequence[Any],
    columns: Sequence[Column],
) -> Answer:
    from node.features.imports.applying import apply
    from node.features.imports.work import remember

    def progress(done: int, every: int) -> None:
        context.progress(context.t("imports.cli.progress", done=done, all=every))

    try:
        done = apply(context.core, rows, fields, "", progress)
    except Problem as problem:
        if problem.code == "import-asks":
            _say_rows(shown, context, rows)
            context.progress(str(shown))
        raise
    with context.core.transaction():
        remember(context.core, columns)
    _say_counts(shown, context, done.counts)
    shown.hint(context.t("imports.cli.undo"))
    return Answer(document | {"counts": done.counts, "change": done.batch}, shown)


def _undo(context: Context) -> Answer:
    from node.features.imports.applying import take_back
    from node.features.members.tables import members

    done = take_back(context.core)
    names = {one.id: one.name for one in members(context.core).some({id for id, _ in done.stays})}
    sheet = context.sheet()
    sheet.say(context.t("imports.cli.undone", gone=len(done.gone), back=len(done.back)))
    if done.stays:
        sheet.heading(context.t("imports.cli.stays"))
        stays = [f"{names.get(id, id)}: {_part(context, part)}" for id, part in done.stays]
        sheet.items(shortened(stays, context.texts))
    stays_ = [{"id": id, "field": part} for id, part in done.stays]
    return Answer({"removed": len(done.gone), "restored": len(done.back), "stays": stays_}, sheet)


def _part(context: Context, part: str) -> str:
    from node.features.imports.wording import field_label
    from node.features.members.tables import members

    fields = {one.key: one for one in members(context.core).fields()}
    return field_label(part.partition("/")[0], fields, context.texts)


def _read(name: str) -> Book:
    from node.features.imports.work import read_book

    try:
        if name == "-":
            import io

            from node.spreadsheets.limits import FILE_BYTES

            return read_book(io.BytesIO(terminal.read(FILE_BYTES + 1)))
        with opened(terminal.file(name)) as source:
            return read_book(source)
    except OSError as error:
        raise Problem("file-unreadable", file=name, why=error.strerror) from error


def _chosen(book: Book, name: str | None) -> int:
    from node.features.imports.work import best_sheet

    names = [one.name for one in book.sheets]
    if name is None:
        return best_sheet(book.sheets)
    if name not in names:
        raise Problem("import-no-sheet", name=name, names=", ".join(names))
    return names.index(name)


def _as_said(context: Context, columns: list[Column]) -> list[Column]:
    """With what `--column HEADING=FIELD` says."""
    from node.features.imports.types import PARTS
    from node.features.members.tables import members

    keys = [*PARTS, *(one.key for one in members(context.core).fields())]
    for said in context.args.column or ():
        header, sign, key = said.rpartition("=")
        if not sign or not any(one.header == header for one in columns):
            names = ", ".join(one.header for one in columns)
            raise Problem("import-no-column", name=header or said, names=names)
        if key not in keys and key not in OUT:
            raise Problem("import-no-field", name=key, names=", ".join(keys))
        columns = [
            one._replace(field=None if key in OUT else key) if one.header == header else one
            for one in columns
        ]
    return columns


def _document(
    context: Context, book: Book, columns: Sequence[Column], rows: Sequence[Planned]
) -> dict[str, Any]:
    from node.features.imports.wording import why

    people = _people(context, rows)
    return {
        "encoding": book.encoding,
        "columns": [{"header": one.header, "field": one.field} for one in columns],
        "rows": [
            {
                "line": one.line,
                "outcome": one.outcome.value,
                "fields": {key: {"old": old, "new": new} for key, (old, new) in one.fields.items()},
                "why": why(one, people, context.texts),
            }
            for one in rows
        ],
    }


def _people(context: Context, rows: Sequence[Planned]) -> dict[str, str]:
    """The names of those who are asked about, by id."""
    from node.features.members.tables import members

    asked = {id for row in rows for one in row.questions for id in one.who}
    return {one.id: one.name for one in members(context.core).some(sorted(asked))}


def _say_file(
    shown: Sheet, context: Context, book: Book, sheet: int, above: int, known: bool
) -> None:
    t = context.t
    if book.guessed:
        shown.say(t("imports.note.guessed", encoding=book.encoding))
    if len(book.sheets) > 1:
        others = ", ".join(one.name for at, one in enumerate(book.sheets) if at != sheet)
        shown.say(t("imports.note.sheets", name=book.sheets[sheet].name, others=others))
    if above:
        shown.say(t("imports.note.above", n=above))
    if known:
        shown.say(t("imports.note.remembered"))
    of = book.sheets[sheet]
    if of.formulas > 0:
        shown.say(t("imports.note.formulas", n=of.formulas))
    if of.without_value:
        shown.say(t("imports.note.without_value", n=of.without_value))
    if of.broken:
        shown.say(t("imports.note.broken", n=of.broken))


def _say_columns(shown: Sheet, context: Context, columns: Sequence[Column]) -> None:
    from node.features.imports.wording import field_label
    from node.features.members.tables import members

    fields = {one.key: one for one in members(context.core).fields()}
    shown.heading(context.t("imports.cli.columns"))
    shown.facts(
        [
            (
                one.header,
                field_label(one.field, fields, context.texts)
                if one.field
                else context.t("imports.field.out"),
            )
            for one in columns
        ]
    )


def _say_rows(shown: Sheet, context: Context, rows: Sequence[Planned]) -> None:
    from node.features.imports.applying import counted
    from node.features.imports.wording import row_text, why

    people = _people(context, rows)
    for part in ("add", "change", "refuse", "ask"):
        some = [one for one in rows if one.outcome.value == part]
        if some:
            shown.heading(context.t(f"imports.cli.part.{part}", n=len(some)))
            lines = [row_text(one, why(one, people, context.texts), context.texts) for one in some]
            shown.items(shortened(lines, context.texts))
    counts = counted(rows)
    if counts["same"]:
        shown.hint(context.t("imports.cli.part.same", n=counts["same"]))
    shown.hint(context.t("imports.cli.asks" if counts["ask"] else "imports.cli.preview"))


def _say_counts(shown: Sheet, context: Context, counts: dict[str, int]) -> None:
    for part in ("add", "change", "same", "refuse"):
        if counts[part]:
            shown.say(context.t(f"imports.cli.part.{part}", n=counts[part]))
