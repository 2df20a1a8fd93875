"""What follows a tidying: files that nobody decided on, and those that key persons agreed on.

Commands come here, too: what reads files is read only where one waits for it.
"""

from node.features.bundles.tables import strange_files
from node.store.core import Core


def tidy(core: Core) -> None:
    """At the start, every hour, and after decisions."""
    if strange_files(core).has_any():
        from node.features.bundles.strangers import follow_up

        follow_up(core)
