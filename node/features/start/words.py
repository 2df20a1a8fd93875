"""The recovery words of a new node: shown where somebody reads them, else kept until then.

Rules (docs/protocol.md §5.5): at a terminal the words of a new node are shown once and are nowhere
else. Where nobody reads – a service, a journal, a pipe – they are not printed: their entropy lies
in the key file until a person saw them at a terminal and gave two of them back. Until then there is
no tie, no bundle and no public address, since whoever copied that file could make new keys.
"""

import secrets

from node.base.errors import Problem
from node.cli import terminal
from node.cli.context import Answer, Context
from node.cli.sheet import Sheet
from node.store.core import Core

WORD_COLUMNS = 4

ASKED = 2
"""Words that are asked back: who has these on paper wrote them down, in order."""

TRIES = 3
"""For each: a slip of the pen is common, and the words are still on the screen."""


def are_shown(context: Context) -> bool:
    """Whether the words of a new node are shown at once: to a person, or a program that asks."""
    return context.json or terminal.shows()


def show_words(sheet: Sheet, words: list[str], context: Context, *, again: bool = False) -> None:
    """The words, numbered, in columns, with plain words on what they are."""
    sheet.heading(context.t(f"start.cli.words.{'title_again' if again else 'title'}"))
    rows = -(-len(words) // WORD_COLUMNS)
    widest = max(map(len, words))
    sheet.gap()
    for row in range(rows):
        cells = [f"{at + 1:2} {words[at]:<{widest}}" for at in range(row, len(words), rows)]
        sheet.verbatim(("  " + "   ".join(cells)).rstrip())
    sheet.gap()
    for part in ("what_kept" if again else "what", "keep", "never"):
        sheet.say(context.t(f"start.cli.words.{part}"))


def keys_words(context: Context) -> Answer:
    """Show the words that nobody confirmed yet, and let a person confirm them."""
    from crypto.words import words_from_entropy

    core = context.core
    kept = core.ring.words
    if kept is None:
        raise Problem("words-confirmed")
    if not (terminal.is_there() and terminal.shows()):
        raise Problem("words-need-terminal")
    words = words_from_entropy(kept).split()
    sheet = context.sheet()
    show_words(sheet, words, context, again=True)
    terminal.put(f"{sheet}\n\n")
    for at in sorted(secrets.SystemRandom().sample(range(len(words)), ASKED)):
        if not _knows(context, at, words[at]):
            raise Problem("words-not-confirmed")
    forget_words(core)
    done = context.sheet()
    done.say(context.t("start.cli.words.confirmed"))
    return Answer({"confirmed": True}, done)


def _knows(context: Context, at: int, word: str) -> bool:
    for _ in range(TRIES):
        answer = terminal.ask(context.t("start.cli.words.ask", n=at + 1))
        if answer.casefold() == word:
            return True
        if not answer:
            return False
        context.progress(context.t("start.cli.words.other", n=at + 1))
    return False


def forget_words(core: Core) -> None:
    """They are on paper: nothing of them stays on this machine."""
    with core.transaction():
        core.ring.words = None
        core.save_ring()
