"""Connecting with another group, once key persons agreed on it (`Event.AGREED`).

Its particulars: {peer}, in hexadecimal, the id of a group that is known here: it introduced itself.
"""

from collections.abc import Mapping
from typing import Any

from node.base.errors import Problem
from node.features.peers.actions import accept_peer
from node.store.core import Core


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Do it as the home group; whether it was an act of ours."""
    if act != "connect":
        return False
    peer = bytes.fromhex(what["peer"])
    if peer not in core.ties.identities:
        raise Problem("nobody-found", text=what["peer"][:8], near=None)
    accept_peer(core, core.home_id, peer)
    return True
