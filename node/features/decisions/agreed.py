"""Moving a network to this machine, once key persons agreed on it (`Event.AGREED`).

Its particulars: {network}, in hexadecimal, and a {note} for the other members. What the members
decide about it they decide as ever (docs/protocol.md §6.7).
"""

from collections.abc import Mapping
from typing import Any

from node.features.decisions.actions import Wish, move
from node.store.core import Core


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Propose it as the home group; whether it was an act of ours."""
    if act != "move":
        return False
    wish = Wish(note=what.get("note"))
    move(core, core.home_id, bytes.fromhex(what["network"]), wish)
    return True
