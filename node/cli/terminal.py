"""The person at the terminal: language, colours, questions. Questions go to standard error."""

import os
import sys
from collections.abc import Mapping, Sequence

from node.base.errors import Problem
from node.texts import LANGUAGES, Texts, choose_language

WORDS_CHARACTERS = 4_000
"""More are not the words; what is too long is refused."""


def wanted_language(arguments: list[str], environ: Mapping[str, str]) -> str:
    """`--lang`, which is needed before anything else is read, or the locale's."""
    for place, one in enumerate(arguments):
        if one == "--":
            break
        after = arguments[place + 1] if place + 1 < len(arguments) else ""
        value = after if one == "--lang" else one.removeprefix("--lang=")
        if one.startswith("--lang") and value in LANGUAGES:
            return value
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return choose_language(next((environ[name] for name in names if environ.get(name)), None))


def use_colour() -> bool:
    """Only for a person who did not say no (no-color.org)."""
    dumb = os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and not dumb


def is_there() -> bool:
    """Whether somebody can answer a question."""
    return sys.stdin is not None and sys.stdin.isatty()


class OutputError(OSError):
    """Standard output takes nothing: a full disk, a device; the command did what it should."""


def put(text: str) -> None:
    """A part of the result; `OutputError` if it can't be written, `BrokenPipeError` if nobody
    reads any more."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error.errno, error.strerror) from error


def say(text: str) -> None:
    """Progress, questions, errors: not part of the result."""
    print(text, file=sys.stderr, flush=True)


def ask(question: str) -> str:
    """One line of an answer; empty at the end of the input."""
    print(question, end=" ", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line.endswith("\n"):  # the end of the input, where nobody typed Enter
        say("")
    return line.strip()


def confirm(question: str, texts: Texts) -> bool:
    """Yes or no; anything but yes is no, and so is nobody there."""
    if not is_there():
        return False
    answer = ask(f"{question} {texts('cli.ask.yes_no')}")
    return answer.strip().lower() in ("j", "ja", "y", "yes")


TRIES = 3
"""So often a number is asked for that stands in no list: then nobody reads the questions."""


def choose(question: str, choices: Sequence[str], texts: Texts) -> int | None:
    """Which of these, from 0; None if the person says none of them, or nobody is there."""
    if not is_there():
        return None
    say(question)
    for number, one in enumerate(choices, 1):
        say(f"  {number}  {one}")
    for _ in range(TRIES):
        answer = ask(texts("cli.ask.number")).rstrip(".)")
        if not answer:
            return None
        if answer.isdecimal() and 1 <= int(answer[:4]) <= len(choices):
            return int(answer[:4]) - 1
        say(texts("cli.ask.no_such_number", most=len(choices)))
    return None


def passphrase(texts: Texts) -> str | None:
    """To open a locked key file: from the environment or the person."""
    known = os.environ.get("VERBUND_PASSPHRASE")
    if known:
        return known
    return _hidden(texts("cli.ask.passphrase")) if is_there() else None


def proxy(said: str | None) -> str | None:
    """The proxy that was said, else that of the environment, where others do not see a password."""
    return os.environ.get("VERBUND_PROXY") or None if said is None else said


def words(texts: Texts) -> str:
    """The 24 recovery words: from the environment, the person, or standard input.

    Never an argument: arguments are kept in histories, and other users of the machine see them.
    """
    known = os.environ.get("VERBUND_WORDS")
    if known:
        return known
    if not is_there():
        return "" if sys.stdin is None else sys.stdin.read(WORDS_CHARACTERS)
    say(texts("cli.ask.words"))
    found = ""
    while len(found.split()) < 24:
        line = sys.stdin.readline()
        if not line.strip():
            break
        found += line
    return found


def new_passphrase(texts: Texts) -> str:
    """A new one: from the environment, or asked twice."""
    known = os.environ.get("VERBUND_PASSPHRASE")
    if known:
        return known
    if not is_there():
        raise Problem("passphrase-missing")
    first = _hidden(texts("cli.ask.passphrase_new"))
    if not first:
        raise Problem("passphrase-empty")
    if _hidden(texts("cli.ask.passphrase_again")) != first:
        raise Problem("passphrases-differ")
    return first


def _hidden(question: str) -> str:
    import getpass

    try:
        return getpass.getpass(question + " ", sys.stderr)
    except EOFError:
        return ""
