"""Connecting with another group, once key persons agreed on it (`Event.AGREED`).

Its particulars: either {peer}, in hexadecimal, the id of a group that is known here: it introduced
itself; or {link}, the id of a link that it gave us (`received.py`), which names no secret. `shown`,
a name for pages, is not read. Other nouns have other particulars: those of a file are in `bundles`.
"""

from collections.abc import Mapping
from typing import Any

from node.base.errors import Problem
from node.features.peers.actions import accept_peer
from node.features.peers.received import agree
from node.store.core import Core


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Do it as the home group; whether it was an act of ours."""
    if act != "connect":
        return False
    if "link" in what:
        from node.features.peers.calling import begin_calls

        agree(core, str(what["link"]))
        begin_calls(core)
        return True
    if "peer" not in what:
        return False
    peer = bytes.fromhex(what["peer"])
    if peer not in core.ties.identities:
        raise Problem("nobody-found", text=what["peer"][:8], near=None)
    accept_peer(core, core.home_id, peer)
    return True
