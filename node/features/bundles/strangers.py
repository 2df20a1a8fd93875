"""Files of groups with whom there is no tie yet: seen, accepted by key persons, then taken in.

Rules:

1. Nothing of such a file is taken in before key persons accepted who wrote it; they are shown the
   letters to compare (docs/protocol.md §10.2).
2. It is kept in the store until then: what is agreed on names its row, so nobody can exchange it.
3. Accepting is agreed on first and read afterwards, in a thread; without a loop at once.
"""

import asyncio
from io import BytesIO
from typing import BinaryIO

from node.base.errors import Problem
from node.features.bundles.reading import Acceptance, look_in, read_from
from node.features.bundles.tables import Strange, strange_files
from node.records.publish import new_name
from node.store.core import Core
from node.store.disk_reserve import essential

LARGEST = 4 * 1_048_576
"""Bytes of a file of a stranger: an introduction with some thousand meetings. Who has more to give
gives an introduction first."""

OPEN = 20
"""Files that wait for a decision: of more the oldest is dropped."""

KEPT_SECONDS = 14 * 86_400
"""As long as an act waits for another key person."""

LISTED_SECONDS = 30 * 86_400
"""How long one can see what came of it."""

_tasks: set[asyncio.Task[None]] = set()


def keep(core: Core, source: BinaryIO, by: str | None) -> Strange:
    """Keep a file of which nobody here knows the writer; `Problem` if that can't be proven."""
    source.seek(0)
    content = source.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Problem("bundle-stranger-large", mib=LARGEST // 1_048_576)
    found, now, table = look_in(core, BytesIO(content)), core.clock(), strange_files(core)
    if found.head.writer in core.own:
        raise Problem("bundle-by-us")
    if not found.proven:
        raise Problem("bundle-forged")
    with core.transaction():
        tidy(core)
        waiting = table.in_state("seen", "failed")
        for old in waiting[: max(0, len(waiting) - OPEN + 1)]:
            table.move(old.id, ("seen", "failed"), "dropped", now)
        one = Strange(
            *(new_name(core), found.head.writer, found.head.made, by, now, "seen"),
            *(found.said, None, now),
        )
        table.add(one, content)
    return one


def agree(core: Core, id: str) -> None:
    """Key persons accept the writer. `Problem` if the file is here no more."""
    core.require_words()
    with core.transaction():
        moved = strange_files(core).move(id, ("seen", "failed"), "taking", core.clock())
    if not moved:
        raise Problem("file-gone")
    if _has_loop():
        go_on(core)
    else:
        take_in(core, id)


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def go_on(core: Core) -> None:
    """Take in what key persons agreed on, in a thread; in the loop."""
    busy = {task.get_name() for task in _tasks}
    for one in strange_files(core).in_state("taking"):
        if one.id not in busy:
            task = asyncio.create_task(core.turns.work(take_in, core, one.id), name=one.id)
            _tasks.add(task)
            task.add_done_callback(_tasks.discard)


async def soon(id: str, seconds: float) -> None:
    """Wait a moment for one that is being taken in."""
    some = [task for task in _tasks if task.get_name() == id]
    if some:
        await asyncio.wait(some, timeout=seconds)


def take_in(core: Core, id: str) -> None:
    """Accept the writer and read the file; what went wrong is noted."""
    table = strange_files(core)
    one, content = table.get(id), table.content(id)
    if one is None or content is None or one.state != "taking":
        return
    state, why = "taken", None
    try:
        read_from(core, BytesIO(content), Acceptance(core.home_id, one.writer))
    except Problem as problem:
        state, why = "failed", problem.code
    with core.transaction():
        table.move(id, ("taking",), state, core.clock(), why)


@essential
def drop(core: Core, id: str) -> None:
    """Nobody wants it; the file is deleted."""
    with core.transaction():
        strange_files(core).move(id, ("seen", "failed"), "dropped", core.clock())


def follow_up(core: Core) -> None:
    """At each tidying: forget what nobody decided on, go on with what was agreed on."""
    with core.transaction():
        tidy(core)
    if _has_loop():
        go_on(core)


def tidy(core: Core) -> None:
    """What nobody decided on. Inside a transaction."""
    now = core.clock()
    strange_files(core).forget(now - KEPT_SECONDS, now - LISTED_SECONDS)
