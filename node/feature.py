"""What a noun gives to the platform: one `Feature`, in `features/<noun>/feature.py`.

Rules:

1. Handlers are named as strings, `module:function` inside the noun's folder: `--help` and a start
   read no more of a noun than its `feature.py`.
2. A route names the right that it needs. There is no default, so none can be forgotten.
3. What the platform does when something happens it asks of all features in the order of
   `features.FEATURES`; a feature imports the platform and the features before it.

>>> from node.cli.effects import Effect, Where
>>> listing = Command(("talk", "list"), "commands:list_", Effect.READS, Where.NODE, ("talks",))
>>> Feature("talks", commands=(listing,)).name
'talks'
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from typing import Any

from node.base.events import Event
from node.cli.arguments import Command


class Right(Enum):
    """Who may ask for an address."""

    EVERYBODY = "everybody"
    PERSON = "who is signed in"
    """Newcomers too; not who came by the machine's link, and is no person."""
    MEMBER = "members"
    TREASURER = "treasurers"
    KEY = "key persons"


FORM_BYTES = 65_536
"""The largest body of a form that brings no file."""


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the pages.

    `handler` is a function from `node.web.page.Asked` to a `Page` or an answer, awaited or not.
    """

    path: str
    handler: str
    right: Right
    method: str = "GET"
    head: bool = True
    """Whether HEAD is answered too; not where it would cost as much as the whole."""
    longest_body: int = FORM_BYTES
    """Bytes that may be sent along."""
    streams: bool = False
    """The handler reads the body itself, by pieces (`Asked.parts`, which checks the form)."""
    oneself: bool = False
    """Nobody does it for another (`node.people.acting`): what opens the door, or ends all."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu: `section` is the pages' name for it, `text` the key of its words."""

    place: int
    """Entries with smaller numbers come first."""
    section: str
    path: str
    text: str
    right: Right


@dataclass(frozen=True)
class Feature:
    """One noun. `name` is its folder."""

    name: str
    migrations: Mapping[str, str] = field(default_factory=dict)
    """What makes its tables: name → where in it the SQL stands (`tables:FIRST`), in order."""
    commands: tuple[Command, ...] = ()
    routes: tuple[Route, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    events: Mapping[Event, str] = field(default_factory=dict)
    """What follows when something happens."""
    banner: str = ""
    """What stands above every page: a function from the core and a visit to a `Banner` or None."""
    todo: str = ""
    """What waits for the viewer: a function from `Asked` to a list of `node.web.page.Todo`."""
    personal: Mapping[str, str] = field(default_factory=dict)
    """What it holds of a person: `tell`, `export` and `erase` (`node.people.personal`), functions
    of the core and a person's id."""
    panels: Mapping[str, str] = field(default_factory=dict)
    """What it adds to pages of others, by their name: a function from `Asked` and an id."""
    template_functions: Mapping[str, str] = field(default_factory=dict)
    """What templates may call, by the name under which they do."""
    state: str = ""
    """What is kept for its pages while the node runs: a function from the core."""

    def load(self, handler: str) -> Any:
        """What a handler names: a function, or the text of a migration."""
        module, _, name = handler.partition(":")
        return getattr(import_module(f"node.features.{self.name}.{module}"), name)
