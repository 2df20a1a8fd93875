"""What waits for a person: that the machine can't do something."""

from node.feature import Right
from node.records import stale_copy
from node.store.troubles import troubles
from node.web.page import Asked, Todo

KEYS, DISK, CLOCK, UNREACHED = (f"/machine/{one}" for one in ("keys", "disk", "clock", "unreached"))


def waiting(asked: Asked) -> list[Todo]:
    """For those who act for the group; what keeps everything else waiting comes first."""
    if not asked.has(Right.KEY):
        return []
    core = asked.core
    found = []
    if stale_copy.state(core) is not None:
        found.append(Todo("status.todo.stale", {}, KEYS))
    if (disk := core.reserve.state) is not None:
        found.append(Todo(f"status.todo.disk_{disk.replace('-', '_')}", {}, DISK))
    if core.clock.trouble:
        found.append(Todo("status.todo.clock", {}, CLOCK))
    if stuck := troubles(core):
        found.append(Todo("status.todo.troubles", {}, UNREACHED, len(stuck)))
    return found
