"""After a start, and every hour: what an import left half is taken back, what is old is erased."""

import asyncio

from node.features.imports import steps
from node.features.imports.applying import is_live
from node.features.imports.tables import Imports, running
from node.store.core import Core

_tasks: set["asyncio.Task[None]"] = set()


def tidy(core: Core) -> None:
    """In the loop that serves, if anything is to be done."""
    half = running(core)
    if (half is None or is_live(half)) and not Imports(core).is_any_waiting():
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # a command: it takes back what is half before it takes in anything
        return
    task = loop.create_task(core.turns.work(steps.tidy, core))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
