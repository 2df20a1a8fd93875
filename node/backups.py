"""The backups that a running node keeps by itself.

Rules:

1. One a day, in `backups` in the node's folder, named by its day, sealed as every backup is: only
   the words open it. A node whose key file knows no backup key yet writes none.
2. The seven latest stay, and of each week before one; none is older than `KEPT_DAYS`. So what was
   erased is gone from all of them after that time.
3. What a process left that was killed while it wrote one is taken away.
4. On another thread: copying a large database stops nobody. What goes wrong is logged and tried
   again within the hour; the backups that are there stay.
"""

import asyncio
import contextlib
import logging
from datetime import UTC, date, datetime
from pathlib import Path

from node.actions.backup import SNAPSHOT, backup
from node.core import Core
from node.erasure_list import FOLDER
from node.errors import Problem
from node.leftovers import clear
from node.logs import event

log = logging.getLogger(__name__)

KEPT_DAYS = 28
DAILY = 7
SUFFIX = ".verbund"


async def keep_backups(core: Core) -> None:
    """Write today's, if it is missing, and take away what is too old."""
    _clear(core.home.path)
    folder, today = core.home.path / FOLDER, _day(core.clock())
    if core.ring.backup is not None and today not in kept(folder):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            file = folder / (today.isoformat() + SUFFIX)
            await asyncio.to_thread(backup, core, file, False, lambda _done, _total: None)
        except (Problem, OSError) as error:
            code = error.code if isinstance(error, Problem) else type(error).__name__
            event(log, "backup-not-written", code=code)
    rotate(folder, today)


def rotate(folder: Path, today: date) -> None:
    """Take away what is not kept any more."""
    days = sorted(kept(folder), reverse=True)
    weeks: set[tuple[int, int]] = set()
    for number, day in enumerate(days):
        week = day.isocalendar()[:2]
        old = (today - day).days >= KEPT_DAYS
        if old or (number >= DAILY and week in weeks):
            with contextlib.suppress(OSError):
                (folder / (day.isoformat() + SUFFIX)).unlink()
        elif number >= DAILY:
            weeks.add(week)


def kept(folder: Path) -> list[date]:
    """The days of the backups that are there."""
    found = []
    for path in folder.glob("*" + SUFFIX) if folder.is_dir() else ():
        with contextlib.suppress(ValueError):
            found.append(date.fromisoformat(path.name.removesuffix(SUFFIX)))
    return found


def holds_until(folder: Path, erased: int) -> int | None:
    """Until when a backup may lie here that was made before `erased`; None if there is none."""
    before = [day for day in kept(folder) if day <= _day(erased)]
    if not before:
        return None
    latest = datetime(*max(before).timetuple()[:3], tzinfo=UTC)
    return int(latest.timestamp()) + KEPT_DAYS * 86_400


def _day(now: int) -> date:
    return datetime.fromtimestamp(now, UTC).date()


def _clear(home: Path) -> None:
    """Snapshots and halves of files, of processes that are no more."""
    clear(home)
    for path in (*home.glob(f"{SNAPSHOT}*.new"), *(home / FOLDER).glob(f"*{SUFFIX}.part")):
        path.unlink(missing_ok=True)
