"""`bundle write|read|show`: records by stick or mail."""

from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.cli import terminal
from node.cli.context import Answer, Context, plain
from node.cli.sheet import Sheet
from node.cli.words import day

if TYPE_CHECKING:
    from node.features.bundles.reading import Look, Report
    from sync.bundle import Head

ID_SHOWN = 16
"""Characters of an id that two groups compare by telephone: 80 bits."""

IN_PART = 3
"""Exit status when some of a file was missing, so that scripts can ask for it once more."""


def write(context: Context) -> Answer:
    """Write what a peer may have, or an introduction, to a file."""
    from node.features.bundles.actions import write_bundle
    from node.lookup.names import find_identity

    core, args, t = context.core, context.args, context.t
    recipient = find_identity(core, args.for_) if args.for_ else None
    written = write_bundle(core, recipient, terminal.file(args.file), args.replace)
    who = context.name(recipient) if recipient else None
    sheet = context.sheet()
    kib = -(-written.bytes // 1024)
    sheet.say(t("bundles.cli.written", n=written.records, file=args.file, kib=kib))
    if who:
        sheet.hint(t("bundles.cli.only_for", who=context.called(who), file=_quoted(args.file)))
    else:
        sheet.hint(t("bundles.cli.for_all", file=_quoted(args.file)))
        sheet.hint(_compare(core.home_id, context))
    document = {
        "file": str(written.file),
        "bytes": written.bytes,
        "for": plain(who),
        "records": written.records,
    }
    return Answer(document, sheet)


def show(context: Context) -> Answer:
    """What is in a file, without taking anything in."""
    from node.features.bundles.reading import look

    core, args, t = context.core, context.args, context.t
    found = look(core, terminal.file(args.file))
    sheet, head = context.sheet(), found.head
    sheet.facts(
        [
            (t("bundles.cli.from"), _writer(found, context)),
            (t("common.label.id"), _shown_id(head.writer)),
            (t("bundles.cli.for"), _recipient(head, context)),
            (t("bundles.cli.made"), day(head.made, context.texts)),
            (t("bundles.cli.records"), str(head.records)),
        ]
    )
    if not found.proven:
        sheet.hint(t("bundles.cli.not_proven"))
    _say_missing(sheet, context, len(found.lost), found.missing, found.surplus)
    document = {
        "file": args.file,
        **_about(head, context),
        "proven": found.proven,
        "records": head.records,
        "kinds": dict(sorted(found.kinds.items())),
        "missing_parts": found.lost,
        "missing_records": found.missing,
    }
    return Answer(document, sheet)


def read(context: Context) -> Answer:
    """Take in what a file brings."""
    from node.features.bundles.reading import Acceptance, look, read_bundle

    core, args, t = context.core, context.args, context.t
    file, me, accept = terminal.file(args.file), context.me, None
    if args.accept:
        found = look(core, file)
        if found.head.writer in core.own:  # nobody is asked about themselves
            raise Problem("bundle-by-us")
        accept = Acceptance(me, found.head.writer)
        if not core.ties.accepts(me, found.head.writer, core.clock()):
            context.progress(t("bundles.cli.compare_them", id=_shown_id(found.head.writer)))
            context.confirm(t("bundles.cli.sure", who=_writer(found, context)))
    report = read_bundle(core, file, accept)
    who = context.called(context.name(report.head.writer))
    sheet = context.sheet()
    if report.accepted:
        sheet.say(t("bundles.cli.accepted", who=who))
    _say_result(sheet, report, context)
    if report.back:
        sheet.hint(t("bundles.cli.back", who=who, n=report.back, id=_shown_id(report.head.writer)))
    document = {
        **_about(report.head, context),
        "accepted": report.accepted,
        "new": report.new,
        "known": report.known,
        "refused": dict(sorted(report.refused.items())),
        "missing_parts": report.lost,
        "missing_records": report.missing,
        "back": report.back,
    }
    return Answer(document, sheet, IN_PART if report.missing or report.lost else 0)


def _say_result(sheet: Sheet, report: "Report", context: Context) -> None:
    t = context.t
    sheet.say(t("bundles.cli.new", n=report.new))
    if report.known:
        sheet.say(t("bundles.cli.known", n=report.known))
    if report.refused:
        sheet.say(t("bundles.cli.refused", n=report.refused.total()))
        sheet.items(
            f"{t('cli.refused.' + code)}: {count}" for code, count in sorted(report.refused.items())
        )
    _say_missing(sheet, context, len(report.lost), report.missing, report.surplus)


def _say_missing(sheet: Sheet, context: Context, parts: int, records: int, surplus: bool) -> None:
    if parts:
        sheet.hint(context.t("bundles.cli.missing", parts=parts, n=records))
    if surplus:
        sheet.hint(context.t("bundles.cli.surplus"))


def _about(head: "Head", context: Context) -> dict[str, Any]:
    return {
        "from": plain(context.name(head.writer)),
        "for": plain(context.name(head.recipient)) if head.recipient else None,
        "made": head.made,
    }


def _writer(found: "Look", context: Context) -> str:
    known = context.name(found.head.writer)
    return found.name or context.called(known)


def _recipient(head: "Head", context: Context) -> str:
    if head.recipient is None:
        return context.t("bundles.cli.everybody")
    return context.called(context.name(head.recipient))


def _compare(identity: bytes, context: Context) -> str:
    return context.t("bundles.cli.compare_us", id=_shown_id(identity))


def _shown_id(identity: bytes) -> str:
    from protocol.ids import to_text

    return to_text(identity)[:ID_SHOWN]


def _quoted(file: str) -> str:
    from shlex import quote

    return quote(file)
