"""After a start, and every hour: what an import left half is taken back, what is old is erased.

What that takes is imported only if there is any: reading lists is a large part of the software.
"""

import asyncio

from node.features.imports.tables import Imports, running
from node.store.core import Core

_tasks: set["asyncio.Task[None]"] = set()


def tidy(core: Core) -> None:
    """In the loop that serves, if anything is to be done."""
    half, waiting = running(core), Imports(core).is_any_waiting()
    if half is None and not waiting:
        return
    from node.features.imports import steps
    from node.features.imports.applying import is_live

    if not waiting and half is not None and is_live(half):
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # a command: it takes back what is half before it takes in anything
        return
    task = loop.create_task(core.turns.work(steps.tidy, core))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
