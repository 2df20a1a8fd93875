"""What a command is: its words, its arguments, who carries it out, the keys of its document.

Only data, so that `--help` needs nothing else; the commands themselves stand in the `feature.py` of
their noun. The words are in `node/texts/*/cli.toml`: of a command under `command.<name>`, of an
argument under `argument.<text>` and `metavar.<metavar>`. The keys are a promise: tests compare them
with what each command prints.
"""

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
    """One command. `path` are its words, `handler` is `module:function` in its noun's folder."""

    path: tuple[str, ...]
    handler: str
    keys: tuple[str, ...]
    arguments: tuple[Argument, ...] = ()

    @property
    def name(self) -> str:
        """Its words, as a key of texts."""
        return "-".join(self.path)


COMMON = (
    Argument("--json", "flag"),
    Argument("--home", metavar="folder"),
    Argument("--as", metavar="who"),
    Argument("--lang", choices=("de", "en"), metavar="language"),
)
"""Before and after the command's words."""

YES = Argument("--yes", "flag")

REASON = Argument("--reason")
