"""The person at the terminal: language, colours, questions. Questions go to standard error.

A command speaks with one terminal: its own process's (`Here`), or, where the running server carries
it out, that of the process that came through the door (`node.door.visitor`). The functions below
are about the terminal of the command that this thread carries out.
"""

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from node.base.errors import Problem
from node.base.files import File
from node.texts import LANGUAGES, Texts, choose_language

WORDS_CHARACTERS = 4_000
"""More are not the words; what is too long is refused."""

WIDEST = 100
"""Columns: longer lines are hard to read."""

NARROWEST = 40


class OutputError(OSError):
    """Standard output takes nothing: a full disk, a device; the command did what it should."""


class Terminal(ABC):
    """Where a command was typed."""

    environ: Mapping[str, str]
    """Of its process, without what is a secret: that is asked for (`variable`)."""

    @abstractmethod
    def width(self) -> int:
        """Columns; 0 if nobody knows."""

    @abstractmethod
    def is_there(self) -> bool:
        """Whether somebody can answer a question."""

    @abstractmethod
    def shows(self) -> bool:
        """Whether somebody sees the result as it is written."""

    @abstractmethod
    def put(self, text: str) -> None:
        """A part of the result; `OutputError` if it can't be written, `BrokenPipeError` if nobody
        reads any more."""

    @abstractmethod
    def say(self, text: str) -> None:
        """Progress, questions, errors: not part of the result."""

    @abstractmethod
    def line(self, prompt: str) -> str:
        """One line of standard input, with its end."""

    @abstractmethod
    def hidden(self, prompt: str) -> str:
        """The same, typed unseen."""

    @abstractmethod
    def read(self, most: int) -> bytes:
        """What standard input has, at most so many bytes."""

    def read_text(self, most: int) -> str:
        """The same as text, of at most so many bytes."""
        return self.read(most).decode("utf-8", "replace")

    @abstractmethod
    def variable(self, name: str) -> str | None:
        """A secret from the environment; None if it is not there or empty."""

    @abstractmethod
    def file(self, name: str) -> File:
        """A file that was named on the command line."""


class Here(Terminal):
    """This process's own."""

    environ = os.environ

    def width(self) -> int:
        import shutil

        return shutil.get_terminal_size((0, 0)).columns

    def is_there(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty()

    def shows(self) -> bool:
        return sys.stdout.isatty()

    def put(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from error

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def line(self, prompt: str) -> str:
        if prompt:
            print(prompt, end=" ", file=sys.stderr, flush=True)
        return sys.stdin.readline() if sys.stdin is not None else ""

    def hidden(self, prompt: str) -> str:
        import getpass

        try:
            return getpass.getpass(prompt + " ", sys.stderr)
        except EOFError:
            return ""

    def read(self, most: int) -> bytes:
        return sys.stdin.buffer.read(most) if sys.stdin is not None else b""

    def read_text(self, most: int) -> str:
        return sys.stdin.read(most) if sys.stdin is not None else ""

    def variable(self, name: str) -> str | None:
        return os.environ.get(name) or None

    def file(self, name: str) -> File:
        return Path(name)


_HERE = Here()
_current: ContextVar[Terminal] = ContextVar("terminal", default=_HERE)


@contextmanager
def at(terminal: Terminal) -> Iterator[None]:
    """Speak with this terminal inside, in this thread."""
    token = _current.set(terminal)
    try:
        yield
    finally:
        _current.reset(token)


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


def environ() -> Mapping[str, str]:
    """What the process of the command has in its environment."""
    return _current.get().environ


def columns() -> int:
    """How wide our text may be."""
    return max(NARROWEST, min(WIDEST, _current.get().width() or 80))


def use_colour() -> bool:
    """Only for a person who did not say no (no-color.org)."""
    given = environ()
    return shows() and not given.get("NO_COLOR") and given.get("TERM") != "dumb"


def shows() -> bool:
    """Whether somebody sees the result as it is written."""
    return _current.get().shows()


def is_there() -> bool:
    """Whether somebody can answer a question."""
    return _current.get().is_there()


def put(text: str) -> None:
    """A part of the result (`Terminal.put`)."""
    _current.get().put(text)


def say(text: str) -> None:
    """Progress, questions, errors: not part of the result."""
    _current.get().say(text)


def read(most: int) -> bytes:
    """What standard input has."""
    return _current.get().read(most)


def file(name: str) -> File:
    """A file that was named on the command line."""
    return _current.get().file(name)


def ask(question: str) -> str:
    """One line of an answer; empty at the end of the input."""
    line = _current.get().line(question)
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
    known = _current.get().variable("VERBUND_PASSPHRASE")
    if known:
        return known
    return _hidden(texts("cli.ask.passphrase")) if is_there() else None


def proxy(said: str | None) -> str | None:
    """The proxy that was said, else that of the environment, where others do not see a password."""
    return _current.get().variable("VERBUND_PROXY") if said is None else said


def words(texts: Texts) -> str:
    """The 24 recovery words: from the environment, the person, or standard input.

    Never an argument: arguments are kept in histories, and other users of the machine see them.
    """
    known = _current.get().variable("VERBUND_WORDS")
    if known:
        return known
    if not is_there():
        return _current.get().read_text(WORDS_CHARACTERS)
    say(texts("cli.ask.words"))
    found = ""
    while len(found.split()) < 24:
        line = _current.get().line("")
        if not line.strip():
            break
        found += line
    return found


def new_passphrase(texts: Texts) -> str:
    """A new one: from the environment, or asked twice."""
    known = _current.get().variable("VERBUND_PASSPHRASE")
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


def wants_passphrase() -> bool:
    """Whether the environment has a passphrase for new keys."""
    return _current.get().variable("VERBUND_PASSPHRASE") is not None


def _hidden(question: str) -> str:
    return _current.get().hidden(question)
