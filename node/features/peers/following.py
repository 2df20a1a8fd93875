"""What follows a tidying: links that ran out, calls that wait, contacts that are in memory.

Commands come here, too: what calls is read only where something waits for it.
"""

from node.features.peers.contacts import flush
from node.features.peers.tables import peer_links
from node.store.core import Core


def tidy(core: Core) -> None:
    """At the start, every hour, and after decisions."""
    flush(core)
    if not peer_links(core).has_received():
        return
    from node.features.peers.received import tidy as tidy_received

    with core.transaction():
        tidy_received(core)
    if peer_links(core).in_state("looking", "calling"):
        from node.features.peers.calling import begin_calls

        begin_calls(core)
