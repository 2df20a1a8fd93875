"""Making a backup while the pages go on: a thread writes, and a page that is opened finds it."""

import asyncio

from node.base.errors import Problem
from node.store.core import Core
from node.upkeep.backups import back_up_now

SOON_SECONDS = 1.5
"""For which the answer waits, so that most people never see a progress page."""


class BackupJobs:
    """Of one running node."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._task: asyncio.Task[None] | None = None
        self.far: tuple[int, int] = (0, 0)
        """How many bytes of how many are written."""
        self.failed: Problem | OSError | None = None
        """Why the last one did not succeed."""

    @property
    def is_busy(self) -> bool:
        """Whether one is being made."""
        return self._task is not None and not self._task.done()

    async def begin(self) -> None:
        """Make one, unless one is being made; done, or at work after some moments."""
        if not self.is_busy:
            self.far, self.failed = (0, 0), None
            self._task = asyncio.create_task(self._make(), name="backup")
        assert self._task is not None  # noqa: S101 - made just now, or before
        await asyncio.wait([self._task], timeout=SOON_SECONDS)

    async def _make(self) -> None:
        self.failed = await back_up_now(self._core, self._progress)

    def _progress(self, done: int, total: int) -> None:
        self.far = (done, total)
