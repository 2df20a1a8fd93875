"""How the command is called here, and other words for what it does.

What is printed as the next step works when it is pasted: `verbund` where the shell finds this very
program, else the path to it; with `--home` where that was given.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

COMMAND = "verbund"

Synonyms = Mapping[tuple[str, ...], tuple[str, ...]]
"""Words that people would guess, and the command that they mean."""

WITH_VALUE = ("--home", "--as", "--lang")
"""Options of every command that may stand before its words, with a value of their own."""


def meant(arguments: Sequence[str], synonyms: Synonyms) -> list[str]:
    """The same command in the words of the grammar.

    >>> known = {("connect",): ("peer", "accept")}
    >>> meant(["--lang", "de", "connect", "LINK"], known), meant(["help", "meeting", "new"], known)
    (['--lang', 'de', 'peer', 'accept', 'LINK'], ['meeting', 'new', '--help'])
    """
    found = list(arguments)
    places = _words(found)
    if places and found[places[0]] == "help":
        return meant([*found[: places[0]], *found[places[0] + 1 :], "--help"], synonyms)
    for words, instead in synonyms.items():
        taken = places[: len(words)]
        if tuple(found[at] for at in taken) == words:
            for at in reversed(taken):
                del found[at]
            found[taken[0] : taken[0]] = instead
            break
    return found


def _words(arguments: Sequence[str]) -> list[int]:
    """Where the first two words stand that are no options of every command."""
    places: list[int] = []
    skip = False
    for at, one in enumerate(arguments):
        if skip:
            skip = False
        elif one in WITH_VALUE:
            skip = True
        elif not one.startswith("-"):
            places.append(at)
        if len(places) == 2:
            break
    return places


def own_name() -> str:
    """What calls this program in a shell that stands where we do."""
    try:
        cwd = str(Path.cwd())
    except OSError:
        cwd = ""
    return name_in(cwd, sys.executable, os.environ.get("PATH"))


def name_in(cwd: str, interpreter: str, path: str | None) -> str:
    """What calls the program of an interpreter in a shell with this folder and search path.

    >>> name_in("/", "", None)  # Python does not always know where it is
    'verbund'
    """
    if not interpreter:
        return COMMAND
    here = Path(interpreter).with_name(COMMAND)
    if not os.path.lexists(here):
        return COMMAND
    found = shutil.which(COMMAND, path=path)
    if found and os.path.realpath(found) == os.path.realpath(here):
        return COMMAND
    try:
        return shlex.quote(str(here.relative_to(cwd)))
    except ValueError:
        return shlex.quote(str(here))


def called(home: str | None, name: str) -> str:
    """The same, for the node that a command named with `--home`, if it did.

    >>> called("my node", "verbund"), called("-x", "verbund")
    ("verbund --home 'my node'", 'verbund --home=-x')
    """
    if not home:
        return name
    return f"{name} --home{'=' if home.startswith('-') else ' '}{shlex.quote(home)}"
