"""Imports at work while the node serves: a thread that has its turn for each, one state for all.

What is at work is a task of the loop; its import stands in the table, so a page that was closed
finds it again, and after a stop of the node it is told or taken back (`steps.tidy`).
"""

import asyncio
import logging
from collections.abc import Callable
from typing import BinaryIO, Concatenate, ParamSpec

from node.base.logs import event
from node.base.turns import Stopped
from node.features.imports import steps
from node.features.imports.applying import Progress
from node.features.imports.tables import Import, Imports
from node.store.core import Core
from protocol.ids import to_text

log = logging.getLogger(__name__)

P = ParamSpec("P")

SOON_SECONDS = 1.5
"""For which an answer waits for the work, so that most people never see a progress page."""

ID_BYTES = 20

TASK = "import"
"""What its tasks are called."""


class ImportJobs:
    """Of one running node."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tasks: set[asyncio.Task[None]] = set()
        self.progress: dict[str, tuple[int, int]] = {}
        """How far the work on an import is: of how many rows how many."""

    def is_live(self, id: str) -> bool:
        """Whether something is at work on an import."""
        return id in steps.at_work

    async def begin(self, who: str, file: str, source: BinaryIO) -> str:
        """Read an uploaded file; gives the id of its import. `source` is closed afterwards."""
        id = to_text(self._core.entropy(ID_BYTES))
        with self._core.transaction():
            Imports(self._core).put(Import(id, self._core.clock(), who, file))

        def read(core: Core, progress: Progress) -> None:
            with source:
                steps.read_in(core, id, source, progress)

        await self._work(id, lambda progress: read(self._core, progress))
        return id

    async def take_up(self, batch: int, who: str) -> str:
        """An import for a batch that was taken in by command, so that it can be undone here."""
        known = next((one for one in Imports(self._core).all() if one.batch == batch), None)
        if known is not None:
            return known.id
        id = to_text(self._core.entropy(ID_BYTES))
        with self._core.transaction():
            Imports(self._core).put(Import(id, self._core.clock(), who, state="done", batch=batch))
        return id

    async def step(
        self,
        id: str,
        state: str,
        work: Callable[Concatenate[Core, str, P], None],
        *args: P.args,
        **more: P.kwargs,
    ) -> None:
        """Do a step, unless something is at work on this import already."""
        if self.is_live(id):
            return
        steps.begin(self._core, id, state)
        await self._work(id, lambda _progress: work(self._core, id, *args, **more))

    async def commit(self, id: str) -> None:
        """Take it in."""
        if self.is_live(id):
            return
        steps.begin(self._core, id, "committing")
        await self._work(id, lambda progress: steps.commit(self._core, id, progress))

    async def _work(self, id: str, work: Callable[[Progress], None]) -> None:
        def progress(done: int, every: int) -> None:
            self.progress[id] = (done, every)

        steps.at_work.add(id)
        task = asyncio.create_task(self._run(id, lambda: work(progress)), name=TASK)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait([task], timeout=SOON_SECONDS)

    async def _run(self, id: str, work: Callable[[], None]) -> None:
        try:
            await self._core.turns.work(work)
        except Stopped:  # the node ends; the next start tells
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, a person is told
            event(log, "import-failed", error=type(error).__name__)
            one = Imports(self._core).get(id)
            if one is not None:
                await self._core.turns.work(steps.stopped, self._core, one, "import-stumbled")
        finally:
            steps.at_work.discard(id)
            self.progress.pop(id, None)
