"""What a command does to what a person has: it says which of them ask before; and where it is done.

Rules: what destroys, ends, or publishes for good asks a person; where nobody is at the terminal it
is refused before it begins, unless `--yes` says that it is meant. Each `Command` names its effect
(`node.cli.arguments`); `node.cli` keeps the rules.
"""

from enum import Enum


class Effect(Enum):
    """What a command may do."""

    READS = "reads"
    """Nothing is changed, here or anywhere; or a file is written where there was none."""

    WRITES = "writes"
    """Something is changed that can be changed back: by the same command, or the one beside it."""

    ASKS = "asks"
    """Something is over, gone or said for good."""


class Where(Enum):
    """Which process carries a command out (docs/door.md)."""

    NODE = "node"
    """Whichever owns the node's folder: the running server, else the command's own."""

    HERE = "here"
    """The command's own, whoever owns the folder: it needs no node, or begins or ends a server."""
