"""What the command line works with: the commands, who carries them out, how a node is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from node.cli.arguments import Command
from node.store.schema import Schema


@dataclass(frozen=True)
class Program:
    """`node.app` puts it together."""

    commands: tuple[Command, ...]
    """In the order in which the help names them."""
    load: Callable[[Command], Callable[..., Any]]
    """Who carries a command out."""
    open_core: Callable[..., Any]
    """Opens the node in a folder (`node.app.open_core`)."""
    schema: Schema
    """The tables of a new node, and of one that comes back from a backup."""
    features: Sequence[Any]
    """What the server shows (`node.features.FEATURES`)."""

    @property
    def families(self) -> dict[str, str]:
        """First words that have commands below them, and the noun that has their words."""
        found: dict[str, str] = {}
        for one in self.commands:
            if len(one.path) > 1:
                found.setdefault(one.path[0], one.noun)
        return found

    @property
    def synonyms(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Words that people would guess, and the command that they mean."""
        return {one.also: one.path for one in self.commands if one.also}
