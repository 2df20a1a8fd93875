"""What a command is: its words, its arguments, who carries it out, the keys of its document.

Only data, so that `--help` needs nothing else; the commands themselves stand in the `feature.py` of
their noun. So do their words: of a command under `<noun>.command.<name>`, of an argument under
`<noun>.argument.<text>` and `<noun>.metavar.<metavar>`; the platform has those that many use
(`common.argument`, `common.metavar`). The keys of the document are a promise: tests compare them
with what each command prints.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from node.cli.effects import Effect, Where


class Argument(NamedTuple):
    """An argument. `kind`: text, number, flag, switch (`--no-…` takes it back), many (may be
    repeated), list (one or more), yes-no, contact, moment, day, answer, listen, language, languages
    (may be repeated)."""

    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    metavar: str = "text"
    text: str = ""
    """Key of its help text, if it is not its name. Choices may stand in it as `{choices}`."""
    required: bool = False
    optional: bool = False
    """A positional that may be left out."""
    noun: str = ""
    """Whose words it has, if not those of its command's noun."""
    usual: str | int | None = None
    """What is taken where nothing is said, for the help."""
    most: int | None = None
    """The bound of a number, for the help: it may stand in its text as `{most}`."""
    unit: str = ""
    """What both count, if they do: `days`, `minutes`, `percent`."""


@dataclass(frozen=True)
class Command:
    """One command. `path` are its words, `handler` is `module:function` in its noun's folder."""

    path: tuple[str, ...]
    handler: str
    effect: Effect
    """What it does to what a person has. There is no default, so that none forgets to say it."""
    where: Where
    """Which process carries it out. No default here either."""
    keys: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()
    only: tuple[str, ...] = ()
    """It asks only where one of these options is given (`argparse` names)."""
    also: tuple[str, ...] = ()
    """Words that people would guess instead of `path`."""
    awaits: frozenset[str] = frozenset()
    """Problems that mean: what it needs is not here yet (`node.cli.waiting`)."""
    noun: str = ""
    """The feature that has it; set where the commands are collected (`node.app`)."""

    @property
    def name(self) -> str:
        """Its words, as a key of texts."""
        return "-".join(self.path)

    def asks(self, given: Mapping[str, object]) -> bool:
        """Whether it asks before it begins, with these arguments."""
        wanted = self.effect is Effect.ASKS
        return wanted and (not self.only or any(given.get(one) for one in self.only))


COMMON = (
    Argument("--json", "flag"),
    Argument("--home", metavar="folder"),
    Argument("--as", metavar="who"),
    Argument("--lang", choices=("de", "en"), metavar="language"),
)
"""Before and after the command's words."""

YES = Argument("--yes", "flag")
