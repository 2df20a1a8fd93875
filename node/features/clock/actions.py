"""A person says that the clock of the machine is right (docs/protocol.md §4.5)."""

from node.base.errors import Problem
from node.records.redating import redate
from node.store.core import Core
from node.upkeep.upkeep import renew


def confirm_clock(core: Core) -> int:
    """Go by what the clock shows from now on; gives how much was issued again for it."""
    if core.clock.trouble == "unset":
        raise Problem("clock-unset", shown=core.clock.wall())
    with core.transaction():
        core.clock.confirm(core.records.last())
    if not core.may_issue:
        return 0
    return redate(core) + renew(core)
