"""What each command does to what a person has: the one list that says which of them ask before.

Rules: what destroys, ends, or publishes for good asks a person; where nobody is at the terminal it
is refused before it begins, unless `--yes` says that it is meant. A command that is not listed here
does not start, so that none forgets to be looked at (`node.cli` keeps the first rule, `effect` the
second).
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Effect(Enum):
    """What a command may do."""

    READS = "reads"
    """Nothing is changed, here or anywhere; or a file is written where there was none."""

    WRITES = "writes"
    """Something is changed that can be changed back: by the same command, or the one beside it."""

    ASKS = "asks"
    """Something is over, gone or said for good."""


class Rule(NamedTuple):
    """One command's effect; `only`: it asks only where one of these options is given."""

    effect: Effect
    only: tuple[str, ...] = ()

    def asks(self, given: Mapping[str, object]) -> bool:
        """Whether it asks, with these arguments (`argparse` names)."""
        wanted = self.effect is Effect.ASKS
        return wanted and (not self.only or any(given.get(one) for one in self.only))


_READS, _WRITES, _ASKS = Rule(Effect.READS), Rule(Effect.WRITES), Rule(Effect.ASKS)

EFFECTS = {
    "init": _WRITES,
    "status": _READS,
    "clock-confirm": _ASKS,  # what others wrote and ran out is forgotten
    "page": _WRITES,
    "serve": _WRITES,
    "run": _WRITES,
    "stop": _WRITES,
    "group-show": _READS,
    "group-edit": _WRITES,
    "group-erase": _ASKS,
    "group-show-publicly": _WRITES,
    "group-list": _READS,
    "group-search": _READS,
    "peer-invite": _WRITES,
    "peer-accept": _WRITES,
    "peer-list": _READS,
    "peer-end": _ASKS,
    "network-found": _WRITES,
    "network-show": _READS,
    "network-show-publicly": _WRITES,
    "network-list": _READS,
    "network-apply": _WRITES,
    "network-admit": _WRITES,
    "network-decline": _WRITES,
    "network-leave": _ASKS,
    "network-expel": _ASKS,
    "network-members": _READS,
    "network-amend": _WRITES,
    "network-move": _ASKS,
    "network-confirm": _ASKS,  # a vote stands
    "network-proposals": _READS,
    "pact-propose": _ASKS,  # written once
    "pact-sign": _ASKS,  # so is a signature
    "pact-list": _READS,
    "pact-show": _READS,
    "meeting-new": _WRITES,
    "meeting-edit": _WRITES,
    "meeting-invite": _WRITES,
    "meeting-list": _READS,
    "meeting-show": _READS,
    "meeting-reply": _WRITES,
    "meeting-cancel": _ASKS,
    "meeting-erase": _ASKS,
    "erasures": _READS,
    "keys-rotate": Rule(Effect.ASKS, ("compromised",)),  # otherwise the words are what it asks for
    "keys-recover": Rule(Effect.ASKS, ("compromised", "alone")),
    "bundle-write": _READS,
    "bundle-read": Rule(Effect.ASKS, ("accept",)),
    "bundle-show": _READS,
    "backup": _READS,
    "restore": Rule(Effect.ASKS, ("go_on",)),  # it brings back into an empty folder only
    "export": _READS,
    "import": _WRITES,  # --undo
}


def effect(name: str) -> Rule:
    """What the command `name` (`Command.name`) does; `LookupError` if nobody said."""
    if name not in EFFECTS:
        raise LookupError(f"node.cli.effects does not say what {name} does")
    return EFFECTS[name]
