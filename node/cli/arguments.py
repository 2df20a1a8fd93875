"""What a command and an argument of it are: only data (`node.cli.grammar` has all of them)."""

from dataclasses import dataclass
from typing import NamedTuple


class Argument(NamedTuple):
    """An argument. `kind`: text, number, flag, switch (`--no-…` takes it back), many (may be
    repeated), list (one or more), yes-no, contact, moment, day, answer, listen, language, languages
    (may be repeated)."""

    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    metavar: str = "text"
    text: str = ""
    """Key of its help text, if it is not its name."""
    required: bool = False
    optional: bool = False
    """A positional that may be left out."""


@dataclass(frozen=True)
class Command:
    """One command. `path` are its words, `handler` is `module:function` in this package."""

    path: tuple[str, ...]
    handler: str
    keys: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()

    @property
    def name(self) -> str:
        """Its words, as a key of texts."""
        return "-".join(self.path)
