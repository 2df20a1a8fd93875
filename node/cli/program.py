"""What the command line works with: the commands, who carries them out, how a node is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from node.cli.arguments import Command


@dataclass(frozen=True)
class Program:
    """`node.app` puts it together."""

    commands: tuple[Command, ...]
    """In the order in which the help names them."""
    load: Callable[[Command], Callable[..., Any]]
    """Who carries a command out."""
    open_core: Callable[..., Any]
    """Opens the node in a folder (`node.app.open_core`)."""
    features: Sequence[Any]
    """What the server shows (`node.features.FEATURES`)."""

    @property
    def families(self) -> tuple[str, ...]:
        """First words that have commands below them."""
        return tuple(dict.fromkeys(one.path[0] for one in self.commands if len(one.path) > 1))
