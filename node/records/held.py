"""What this node never gives up of what members decided (docs/protocol.md §6.10, 4 and 8)."""

from node.records.other_branches import drop, dropped
from node.records.superseded import drop_ended
from node.store.core import Core
from node.store.memory import keep_held


def hold(core: Core, network: bytes, decision: bytes) -> None:
    """Never give up a decision for what does not follow it. Inside a transaction."""
    before = core.ties.successions.get(network)
    keep_held(core.settings, core.ties.memory, network, decision)
    core.ties.reconsider([network])
    after = core.ties.successions.get(network)
    if before is not None and after is not None:
        drop(core, dropped(before, after))
        drop_ended(core, network)


def is_held(core: Core, network: bytes) -> bool:
    """Whether what counts is held here: what is merely followed deletes nothing (§6.10, 5)."""
    known = core.ties.successions.get(network)
    return known is None or known.held == known.counts.decision.digest
