"""`export` and `import`: the group list as a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.base.files import File, assert_free, opened, written
from node.base.turns import away, breathing
from node.cli import terminal
from node.cli.context import Answer, Context
from node.cli.parser import UsageError
from node.cli.problems import detail_text, shortened
from node.cli.sheet import Sheet

if TYPE_CHECKING:
    from node.features.lists.actions import Report
    from node.features.lists.rows import ListFile

SAMPLE = 10_000_001
"""Bytes that are read: one more than a list may have."""


def export(context: Context) -> Answer:
    """Write the whole directory that we see."""
    from node.features.lists.actions import directory_entries
    from node.features.lists.file import write_csv, write_json

    to = context.args.file
    if to != "-":
        assert_free(terminal.file(to), context.args.replace)
    form = _format(context, "json" if context.json and to == "-" else "csv")
    entries = list(breathing(directory_entries(context.core, _progress(context))))
    with away():
        text = write_json(entries) if form == "json" else write_csv(entries)
    sheet = context.sheet()
    if to == "-":
        terminal.put(text)
        context.json = False  # the list is the document
        return Answer({}, sheet)
    _write(terminal.file(to), text, form)
    sheet.say(context.t("lists.cli.export.done", n=len(entries), file=to))
    if form == "csv":
        sheet.hint(context.t("lists.cli.export.apostrophe"))
    return Answer({"file": to, "format": form, "groups": len(entries)}, sheet)


def _format(context: Context, default: str) -> str:
    said: str | None = context.args.format
    ending = Path(context.args.file).suffix.lower()
    if said is None and ending not in (".csv", ".json", ".tsv", ".txt", ""):
        raise Problem("list-format", file=context.args.file)
    return said or ("json" if ending == ".json" else default if ending == "" else "csv")


def _write(path: File, text: str, form: str) -> None:
    try:
        with written(path) as out:
            # A byte order mark: without it, spreadsheets take UTF-8 for something else.
            out.write(text.encode("utf-8-sig" if form == "csv" else "utf-8"))
    except OSError as error:
        raise Problem("file-unwritable", file=path, why=error.strerror) from error


SPREADSHEETS = frozenset({".xlsx", ".xls", ".ods"})


def import_(context: Context) -> Answer:
    """Read groups into one's own list, or undo that."""
    from node.features.lists.actions import fill_own
    from node.features.lists.file import read
    from node.features.lists.text import GUESSED

    args = context.args
    wishes = [args.file is not None, args.remove is not None, args.undo]
    if wishes.count(True) != 1:
        raise UsageError(context.t("lists.cli.usage_import"), "verbund import --help")
    if args.undo or args.remove is not None:
        return _take_back(context)
    is_sheet = args.format is None and Path(args.file).suffix.lower() in SPREADSHEETS
    form = "csv" if is_sheet else _format(context, "csv")
    data = _read(args.file)
    with away():  # 5,000 rows take a tenth of a second
        file = read(data, form)
    head = {
        "file": args.file,
        "encoding": file.encoding,
        "missing_columns": list(file.missing),
        "other_columns": list(file.others),
    }
    guessed = GUESSED.get(file.encoding)
    if guessed:
        context.progress(context.t("lists.cli.import.encoding", encoding=guessed))
    if args.mine is None:
        return _import(context, file, head)
    report = fill_own(context.core, context.me, file, args.mine, dry_run=args.dry_run)
    sheet = context.sheet()
    for name in (*report.changed, *report.same):
        key = "mine" if report.changed else "mine_same"
        sheet.say(context.t(f"lists.cli.import.{key}", name=name))
    if not report.done:
        sheet.hint(context.t("lists.cli.import.dry_run"))
    elif report.changed:
        sheet.hint(context.t("lists.cli.import.mine_undo"))
    return Answer(_document(**head, **_found(report)), sheet)


def _said_aside(sheet: Sheet, file: "ListFile", context: Context) -> None:
    """What of a file was not read in, and which columns it lacks."""
    if file.missing:
        sheet.say(context.t("lists.cli.import.missing", columns=", ".join(file.missing)))
    if file.others:
        columns = ", ".join(shortened(list(file.others), context.texts))
        sheet.say(context.t("lists.cli.import.others", columns=columns))
    if file.aside:
        sheet.heading(context.t("lists.cli.import.aside"))
        lines = [detail_text(one._asdict(), "lists.cell", context.texts) for one in file.aside]
        sheet.items(shortened(lines, context.texts))


def _import(context: Context, file: "ListFile", head: dict[str, Any]) -> Answer:
    from node.features.lists.actions import import_list

    args, sheet = context.args, context.sheet()
    report = import_list(
        context.core,
        file,
        partial=args.partial,
        dry_run=args.dry_run,
        progress=_progress(context),
    )
    _said_aside(sheet, file, context)
    for part in ("new", "changed", "same"):
        _names(sheet, part, getattr(report, part), context)
    left_out = [
        {**one._asdict(), "message": detail_text(one._asdict(), "lists.cell", context.texts)}
        for one in report.left_out
    ]
    if left_out:
        sheet.heading(context.t("lists.cli.import.left_out"))
        sheet.items(shortened([one["message"] for one in left_out], context.texts))
    ending = "done" if report.new or report.changed else "nothing"
    sheet.hint(context.t(f"lists.cli.import.{ending if report.done else 'dry_run'}"))
    return Answer(_document(**head, **_found(report), left_out=left_out), sheet)


def _found(report: "Report") -> dict[str, Any]:
    return {
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "done": report.done,
    }


def _read(name: str) -> bytes:
    try:
        if name == "-":
            return terminal.read(SAMPLE)
        with opened(terminal.file(name)) as source:
            return source.read(SAMPLE)
    except OSError as error:
        raise Problem("file-unreadable", file=name, why=error.strerror) from error


def _take_back(context: Context) -> Answer:
    from node.features.lists.actions import remove_entry
    from node.features.lists.undo import undo_import

    args, sheet = context.args, context.sheet()
    if args.undo:
        gone, back = undo_import(context.core, dry_run=args.dry_run)
        sheet.say(context.t("lists.cli.import.undone", gone=gone, back=back))
        counted, hint = (gone, back), None
    else:
        name = remove_entry(context.core, args.remove, dry_run=args.dry_run)
        sheet.say(context.t("lists.cli.import.removed", name=name))
        counted, hint = (1, 0), "lists.cli.import.undo"
    if args.dry_run:
        hint = "lists.cli.import.dry_run"
    if hint:
        sheet.hint(context.t(hint))
    done = not args.dry_run
    return Answer(_document(removed=counted[0], restored=counted[1], done=done), sheet)


def _document(**values: Any) -> dict[str, Any]:
    """All keys of an import's document; what did not happen is empty."""
    document: dict[str, Any] = {
        "file": None,
        "encoding": None,
        "new": [],
        "changed": [],
        "same": [],
        "left_out": [],
        "missing_columns": [],
        "other_columns": [],
        "removed": 0,
        "restored": 0,
        "done": True,
    }
    return document | values


def _names(sheet: Sheet, part: str, names: list[str], context: Context) -> None:
    if names:
        sheet.heading(context.t(f"lists.cli.import.{part}", n=len(names)))
        sheet.items(shortened(names, context.texts))


def _progress(context: Context) -> Any:
    def show(done: int, every: int) -> None:
        context.progress(context.t("lists.cli.import.progress", done=done, all=every))

    return show
