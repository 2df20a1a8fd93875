"""Releasing a group or a network for the public pages (`node.lookup.showing`)."""

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.lookup.names import name_of
from node.lookup.showing import has_tie, release
from node.store.core import Core
from protocol.ids import to_text


def show_publicly(core: Core, identity: bytes, shown: bool) -> None:
    """Show it from now on, or not; `Problem` if there is no tie that could be shown."""
    if identity == core.home_id:
        raise Problem("shown-anyway")
    if shown and not has_tie(core.ties, identity, core.clock()):
        raise Problem(
            "nothing-to-show", who=name_of(core, identity) or to_text(identity)[:SHORT_ID]
        )
    release(core, identity, shown)
