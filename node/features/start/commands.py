"""`init`: a new node; and its recovery words, shown once."""

import secrets

from node.base.errors import Problem
from node.cli import terminal
from node.cli.context import Answer, Context, new_passphrase
from node.cli.parser import UsageError
from node.cli.sheet import Sheet
from node.features.groups.commands import entry_fields

WORD_COLUMNS = 4


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
    schema = context.program.schema
    started = initialise(home, fields, passphrase, secrets.token_bytes, schema=schema)
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
    show_words(sheet, words, context)
    sheet.hint(context.t("start.cli.init.next"))
    return Answer(document, sheet, unseen=Problem("words-unseen", path=home.path))


def _ask_name(context: Context) -> str:
    name = terminal.ask(context.t("start.cli.ask_name")) if terminal.is_there() else ""
    if not name:
        raise UsageError(context.t("start.cli.name_missing"), "verbund init --name NAME")
    return name


def show_words(sheet: Sheet, words: list[str], context: Context) -> None:
    """The words, numbered, in columns, with plain words on what they are."""
    sheet.heading(context.t("start.cli.words.title"))
    rows = -(-len(words) // WORD_COLUMNS)
    widest = max(map(len, words))
    sheet.gap()
    for row in range(rows):
        cells = [f"{at + 1:2} {words[at]:<{widest}}" for at in range(row, len(words), rows)]
        sheet.verbatim(("  " + "   ".join(cells)).rstrip())
    sheet.gap()
    for part in ("what", "keep", "never"):
        sheet.say(context.t(f"start.cli.words.{part}"))
