"""The one place that wires the features into the platform.

Light: a command starts here, and most need neither server nor pages.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from node import cli
from node.base.errors import Problem
from node.base.events import Event, Follower
from node.cli.arguments import Command
from node.cli.program import Program
from node.features import FEATURES
from node.store.schema import OF_THE_STORE, Migration, Schema

if TYPE_CHECKING:
    from node.keys.home import Home
    from node.store.core import Core

FIRST = ("init", "status", "page", "serve", "run")
"""Commands that the help names first; the others follow in the order of the features."""


def _place(command: Command) -> int:
    return FIRST.index(command.name) if command.name in FIRST else len(FIRST)


COMMANDS = tuple(
    sorted(
        (replace(command, noun=one.name) for one in FEATURES for command in one.commands),
        key=_place,
    )
)
_NOUNS = {one.name: one for one in FEATURES}

PEOPLE = ("0001_first", "0002_passwords", "0003_acting")
"""The tables of persons and sessions, which are no noun's."""


def _of_people(name: str) -> str:
    from node.people.tables import MIGRATIONS

    return MIGRATIONS[name]


SCHEMA = Schema(
    (
        *OF_THE_STORE.migrations,
        *(Migration("people", name, partial(_of_people, name)) for name in PEOPLE),
        *(
            Migration(one.name, name, partial(one.load, handler))
            for one in FEATURES
            for name, handler in one.migrations.items()
        ),
    )
)


PERSONAL = {Event.TOLD: "tell", Event.EXPORTED: "export", Event.FORGOTTEN: "erase"}
"""Events that ask the nouns what they hold of a person (`Feature.personal`)."""


@cache
def followers(event: Event) -> Sequence[Follower]:
    """What the features do when something happens, in their order."""
    if event in PERSONAL:
        told = PERSONAL[event]
        return tuple(one.load(one.personal[told]) for one in FEATURES if told in one.personal)
    return tuple(one.load(one.events[event]) for one in FEATURES if event in one.events)


def open_core(home: "Home", passphrase: str | None = None, **more: Any) -> "Core":
    """The core of the node in `home`; `Problem` if there is none or it can't be opened.

    `clock` and `entropy` may be given, as to `Core`.
    """
    from node.store.core import Core

    home.require()
    if not home.database.exists() or home.database.stat().st_size == 0:
        raise Problem("database-missing", path=home.database)
    core = Core(home, passphrase, followers=followers, schema=SCHEMA, **more)
    if core.has_unread:  # it may be known since an update
        from node.records.newly_known import take_up

        take_up(core)
    return core


PROGRAM = Program(
    COMMANDS,
    lambda command: _NOUNS[command.noun].load(command.handler),
    open_core,
    SCHEMA,
    FEATURES,
)


def main(argv: Sequence[str] | None = None) -> int:
    """The command `verbund`; gives the exit status."""
    return cli.main(PROGRAM, argv)
