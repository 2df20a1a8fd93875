"""`backup` and `restore`: a whole node in one file."""

import time
from collections.abc import Callable
from pathlib import Path

from node.cli import terminal
from node.cli.context import Answer, Context
from node.cli.parser import UsageError
from node.cli.words import day

SAY_SECONDS = 3.0
"""Between two lines of progress; short work says nothing."""


def backup(context: Context) -> Answer:
    """Write everything to a file that only the words open."""
    from node.features.recovery.backup import prepare
    from node.upkeep.backup_file import backup as save

    core, args = context.core, context.args
    if core.ring.backup is None:
        context.progress(context.t("recovery.cli.backup.once"))
        prepare(core, context.phrase())
    saved = save(core, terminal.file(args.file), args.replace, _progress(context))
    sheet = context.sheet()
    sheet.say(context.t("recovery.cli.backup.done", file=args.file, kib=-(-saved.bytes // 1024)))
    sheet.hint(context.t("recovery.cli.backup.next"))
    return Answer({"file": str(saved.file), "bytes": saved.bytes}, sheet)


def restore(context: Context) -> Answer:
    """Make a node of such a file; or let a node go on that waits."""
    from node.features.recovery.backup import check_restore as check
    from node.features.recovery.backup import restore as bring_back

    home, args = context.home(), context.args
    if args.file is None:
        if not args.go_on:
            raise UsageError(
                context.t("recovery.cli.usage_restore"),
                f"verbund restore {context.t('common.metavar.file')}",
            )
        return _go_on(context, None)
    check(home, Path(args.file))  # before somebody types 24 words
    schema = context.program.schema
    made = bring_back(home, Path(args.file), context.phrase(), _progress(context), schema)
    if args.go_on:
        return _go_on(context, made)
    sheet = context.sheet()
    when = day(made, context.texts)
    sheet.say(context.t("recovery.cli.restore.done", day=when, home=str(home.path)))
    sheet.say(context.t("recovery.cli.restore.waits"))
    sheet.hint(context.t("recovery.cli.restore.next"))
    return Answer({"home": str(home.path), "made": made, "waiting": True}, sheet)


def _go_on(context: Context, made: int | None) -> Answer:
    """The person takes the risk that something newer is forgotten."""
    from node.base.errors import Problem
    from node.records.transaction import go_on

    core = context.core
    if core.is_reconciled:
        raise Problem("not-waiting")
    context.confirm(context.t("recovery.cli.restore.sure"))
    go_on(core)
    sheet = context.sheet()
    sheet.say(context.t("recovery.cli.restore.gone_on"))
    return Answer({"home": str(core.home.path), "made": made, "waiting": False}, sheet)


def _progress(context: Context) -> Callable[[int, int], None]:
    last = time.monotonic()

    def say(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > SAY_SECONDS:
            last = time.monotonic()
            percent = done * 100 // max(total, 1)
            context.progress(context.t("recovery.cli.backup.progress", percent=percent))

    return say
