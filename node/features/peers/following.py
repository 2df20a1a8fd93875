"""What follows a tidying: links that ran out, calls that wait, contacts that are in memory."""

from node.features.peers.calling import begin_calls
from node.features.peers.contacts import flush
from node.features.peers.received import tidy as tidy_received
from node.store.core import Core


def tidy(core: Core) -> None:
    """At the start, every hour, and after decisions."""
    flush(core)
    with core.transaction():
        tidy_received(core)
    begin_calls(core)
