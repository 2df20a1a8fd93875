"""What a command works with: its arguments, the node, the words; and what it gives back."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID, shown
from node.cli import terminal
from node.cli.program import Program
from node.cli.sheet import Sheet, wrapped
from node.texts import Texts

if TYPE_CHECKING:
    from node.keys.home import Home
    from node.keys.recovery_words import Phrase
    from node.lookup.sight import Sight
    from node.lookup.types import Name
    from node.store.core import Core


class Answer(NamedTuple):
    """The result of a command: its JSON document, and the same for people."""

    document: dict[str, Any]
    sheet: Sheet
    status: int = 0
    unseen: Problem | None = None
    """What to say if the result can't be shown, and nobody can see it again: recovery words."""


def plain(value: Any) -> Any:
    """A view as JSON: dataclasses become objects, tuples lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(one) for key, one in asdict(value).items()}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


class Context:
    """For one command."""

    def __init__(
        self,
        program: Program,
        args: argparse.Namespace,
        texts: Texts,
        served: "Core | None" = None,
    ) -> None:
        self.program = program
        self.args = args
        self.texts = texts
        self.json: bool = getattr(args, "json", False)
        self.served = served is not None
        """Whether the running server carries it out, with its core."""
        self._core: Core | None = served
        self._chosen: dict[str, int | None] = {}

    def t(self, key: str, **values: Any) -> str:
        """A text."""
        return self.texts(key, **values)

    def titles(self, noun: str, *names: str) -> list[str]:
        """The titles of a table: labels of a noun."""
        return [self.texts.label(noun, one) for one in names]

    def sheet(self) -> Sheet:
        """An empty sheet for the terminal."""
        return Sheet(terminal.columns(), terminal.use_colour())

    # The node

    def home(self) -> "Home":
        """The folder of the node; `Problem` if this user must not work in it."""
        from pathlib import Path

        from node.keys.home import Home
        from node.keys.owner import assert_ours

        if self._core is not None:
            return self._core.home
        chosen = getattr(self.args, "home", None)
        home = Home(Path(chosen) if chosen else None)
        assert_ours(home.path)
        return home

    @property
    def core(self) -> "Core":
        """The open node; asks for the passphrase if its keys are locked."""
        if self._core is None:
            home = self.home()
            home.require()
            secret = terminal.passphrase(self.texts) if _is_locked(home) else None
            return self.open_with(secret)
        return self._core

    def open_with(self, passphrase: str | None) -> "Core":
        """Open a node with a passphrase that is known already."""
        from node.keys.owner import close_to_others

        home = self.home()
        opened = close_to_others(home.path)
        if opened:
            text = "open_keys" if "keys" in opened else "open_files"
            self.progress(self.t(f"cli.usage.{text}", files=", ".join(opened)))
        core: Core = self.program.open_core(home, passphrase)
        self._core = core
        return core

    @property
    def me(self) -> bytes:
        """The own identity that acts."""
        from node.lookup.names import find_own

        return find_own(self.core, getattr(self.args, "as_", None))

    def sight(self) -> "Sight":
        """What the person at the terminal sees: all that the node holds."""
        from node.lookup.sight import Sight
        from node.lookup.types import Viewer

        return Sight(self.core, Viewer.INSIDE, self.me)

    def name(self, identity: bytes) -> "Name":
        """An identity for a document."""
        from node.lookup.names import name_of
        from node.lookup.types import Name
        from protocol.ids import to_text

        return Name(to_text(identity), name_of(self.core, identity))

    def called(self, who: "Name | None") -> str:
        """An identity for a person; nothing if there is none to be seen."""
        if who is None:
            return ""
        return shown(who.name) if who.name else self.texts("web.nameless", id=who.id[:SHORT_ID])

    def close(self) -> None:
        """Close the node, if it was opened."""
        if self._core is not None and not self.served:
            self._core.close()

    # The person

    def progress(self, text: str) -> None:
        """What is going on."""
        terminal.say("\n".join(wrapped(text, terminal.columns())))

    def phrase(self) -> "Phrase":
        """The recovery words of the person; `Problem` that names the mistake in them."""
        from node.keys.recovery_words import Phrase

        return Phrase.read(terminal.words(self.texts))

    def choose(self, question: str, choices: Sequence[str]) -> int | None:
        """Which of these is meant, from 0; None if nobody says. A command that waits for others
        (`node.cli.waiting`) begins again, and asks once."""
        if question not in self._chosen:
            self._chosen[question] = terminal.choose(question, choices, self.texts)
        return self._chosen[question]

    def confirm(self, question: str) -> None:
        """Ask before what can't be undone; `Problem` unless the answer is yes."""
        if not self.args.yes and not terminal.confirm(question, self.texts):
            raise Problem("not-confirmed")


def _is_locked(home: "Home") -> bool:
    from crypto.errors import BadKeyFile

    try:
        return home.is_locked
    except (OSError, BadKeyFile):
        return False  # opening it will say why


Handler = Callable[[Context], Answer]


def new_passphrase(context: Context) -> str | None:
    """The passphrase that locks the keys, if one is wanted."""
    if context.args.passphrase or terminal.wants_passphrase():
        return terminal.new_passphrase(context.texts)
    return None
