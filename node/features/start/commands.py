"""`init`: a new node."""

import secrets

from node.base.errors import Problem
from node.cli import terminal
from node.cli.context import Answer, Context, new_passphrase
from node.cli.parser import UsageError
from node.features.groups.commands import entry_fields
from node.features.start.words import are_shown, show_words


def init(context: Context) -> Answer:
    """Make a node."""
    from node.features.start.actions import initialise
    from protocol.ids import to_text

    home = context.home()
    if home.exists:  # before any question
        raise Problem("home-exists", path=home.path)
    home.assert_nothing_lost()
    fields = entry_fields(context)
    fields["name"] = fields.get("name") or _ask_name(context)
    passphrase = new_passphrase(context)
    shown, schema = are_shown(context), context.program.schema
    started = initialise(
        home, fields, passphrase, secrets.token_bytes, schema=schema, keep_words=not shown
    )
    words = started.words.split()
    document = {
        "id": to_text(started.id),
        "name": fields["name"],
        "home": str(home.path),
        "words": words,
    }
    sheet = context.sheet()
    sheet.say(context.t("start.cli.init.done", name=fields["name"]))
    sheet.facts([(context.t("start.cli.init.home"), str(home.path))])
    if shown:
        show_words(sheet, words, context)
    else:
        sheet.say(context.t("start.cli.words.later"))
    sheet.hint(context.t("start.cli.init.next"))
    return Answer(
        document, sheet, unseen=Problem("words-unseen", path=home.path) if shown else None
    )


def _ask_name(context: Context) -> str:
    name = terminal.ask(context.t("start.cli.ask_name")) if terminal.is_there() else ""
    if not name:
        raise UsageError(context.t("start.cli.name_missing"), "verbund init --name NAME")
    return name
