"""The backups that a running node keeps by itself.

Rules:

1. One a day, in `backups` in the node's folder, named by its day, sealed as every backup is: only
   the words open it. A node whose key file knows no backup key yet writes none. It is read back
   before it takes its name (`node.features.recovery.backup`).
2. How old one is, is counted in the time that the node ran, not by a clock that may be wrong. The
   seven latest stay, and of each week before one; none is older than `KEPT_DAYS`.
3. But the `SURE` latest that can be read back stay in any case, unless something was erased after
   them: an erasure makes a fresh backup, and when that is `KEPT_DAYS` old and can be read back all
   from before it go. So what was erased is gone from all of them after that time, and a node that
   stands still or whose disk is full keeps what it has.
4. What a process left that was killed while it wrote one is taken away.
5. On another thread: copying a large database stops nobody. What goes wrong is logged and tried
   again within the hour; the backups that are there stay.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from node.base.errors import Problem
from node.base.logs import event
from node.store import troubles
from node.store.core import Core
from node.store.timekeeper import DAY
from node.upkeep.backup_file import SNAPSHOT, Progress, backup, read_back
from node.upkeep.erasure_list import FOLDER
from node.upkeep.leftovers import clear
from node.upkeep.wiping import STALE

log = logging.getLogger(__name__)

KEPT_DAYS = 28
DAILY = 7
SURE = 3
SUFFIX = ".verbund"

LONGEST_SECONDS = 7_200
"""Between two looks of a node that runs; what is longer it did not run, or it slept."""

RAN, MADE = "ran", "backups"


class Kept(NamedTuple):
    """A backup that is there. `ran`: how long this node had run by then, in seconds; `at`: what
    the clock showed; `fresh`: the first one after something was erased."""

    name: str
    ran: int
    at: int
    digest: str | None = None
    fresh: bool = False


_at_work: WeakKeyDictionary[Core, asyncio.Lock] = WeakKeyDictionary()
"""One writes at a time, and nobody clears away what another one writes."""


async def keep_backups(core: Core) -> None:
    """Write today's, if it is missing or holds what was erased, and take away what is too old."""
    if core.has_folder:
        async with _at_work.setdefault(core, asyncio.Lock()):
            await _keep(core)


async def back_up_now(core: Core, progress: Progress) -> Problem | OSError | None:
    """Write today's anew, since a person asks for it; gives why it could not be done, if so."""
    async with _at_work.setdefault(core, asyncio.Lock()):
        _clear(core)
        today = _day(core.clock()).isoformat() + SUFFIX
        is_there = today in {one.name for one in known_backups(core)}
        file, stale = core.home.path / FOLDER / today, core.settings.get(STALE)
        return await _write(core, file, is_there, _count(core), stale, progress)


def file_of(core: Core, name: str) -> Path:
    """Where a backup lies that `known_backups` names."""
    return core.home.path / FOLDER / name


def is_whole(core: Core, one: Kept) -> bool:
    """Whether the disk gives back what was written. It reads the whole file: not in the loop."""
    return _reads(core.home.path / FOLDER, one)


async def _keep(core: Core) -> None:
    _clear(core)
    folder, today = core.home.path / FOLDER, _day(core.clock()).isoformat() + SUFFIX
    stale = core.settings.get(STALE)
    ran = _count(core)
    is_there = today in {one.name for one in known_backups(core)}
    if core.ring.backup is not None and (stale == "own" or not is_there):
        await _write(core, folder / today, is_there, ran, stale)
    there = known_backups(core)
    gone = await asyncio.to_thread(outdated, there, ran, lambda one: _reads(folder, one))
    for one in gone:
        with contextlib.suppress(OSError):
            (folder / one.name).unlink()
    if gone:
        _note(core, [one for one in there if one not in gone])


async def _write(
    core: Core,
    file: Path,
    replace: bool,
    ran: int,
    stale: str | None,
    progress: Progress = lambda _done, _total: None,
) -> Problem | OSError | None:
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        saved = await asyncio.to_thread(backup, core, file, replace, progress)
    except (Problem, OSError) as error:
        code = error.code if isinstance(error, Problem) else type(error).__name__
        event(log, "backup-not-written", code=code)
        troubles.note(core, "backup", error)
        return error
    troubles.over(core, "backup")
    one = Kept(file.name, ran, core.clock(), saved.digest, stale is not None)
    others = [other for other in known_backups(core) if other.name != file.name]
    _note(core, [*others, one], written_since=stale)
    return None


def outdated(there: Iterable[Kept], ran: int, reads: Callable[[Kept], bool]) -> list[Kept]:
    """Which of these go, `ran` seconds into the life of the node."""
    found = sorted(there, key=lambda one: (one.ran, one.at, one.name), reverse=True)
    gone, weeks = [], set[int]()
    for number, one in enumerate(found):
        old, week = ran - one.ran >= KEPT_DAYS * DAY, one.ran // (7 * DAY)
        if old or (number >= DAILY and week in weeks):
            gone.append(one)
        elif number >= DAILY:
            weeks.add(week)
    if not gone:
        return []
    sure = [one for number, one in enumerate(_readable(found, reads)) if number < SURE]
    fresh = [one for one in found if one.fresh and ran - one.ran >= KEPT_DAYS * DAY]
    since = next((found.index(one) for one in fresh if reads(one)), len(found))
    return [one for one in gone if one not in sure or found.index(one) > since]


def _readable(found: list[Kept], reads: Callable[[Kept], bool]) -> Iterable[Kept]:
    count = 0
    for one in found:
        if count == SURE:
            return
        if reads(one):
            count += 1
            yield one


def _reads(folder: Path, one: Kept) -> bool:
    try:
        with (folder / one.name).open("rb") as file:
            return one.digest in (read_back(file), None)
    except OSError:
        return False


def known_backups(core: Core) -> list[Kept]:
    """Those that are there; one that nobody noted counts from the first look on."""
    noted: dict[str, list[Any]] = core.settings.get(MADE, {})
    folder, ran = core.home.path / FOLDER, ran_so_far(core)
    found = []
    for path in sorted(folder.glob("*" + SUFFIX)) if folder.is_dir() else ():
        with contextlib.suppress(ValueError, OSError):
            day = date.fromisoformat(path.name.removesuffix(SUFFIX))
            at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
            found.append(Kept(path.name, *noted.get(path.name, [ran, at])))
    return found


def _note(core: Core, there: Iterable[Kept], written_since: str | None = None) -> None:
    with core.transaction():
        core.settings.set(MADE, {one.name: list(one[1:]) for one in there})
        if written_since is not None and core.settings.get(STALE) == written_since:
            core.settings.set(STALE, None)


def ran_so_far(core: Core) -> int:
    """Seconds that this node ran in its life, as far as it was counted."""
    return int(core.settings.get(RAN, [0, 0])[0])


def _count(core: Core) -> int:
    """Add what passed since the last look, and note what nobody had noted."""
    last: float
    ran: int
    ran, last = core.settings.get(RAN, [0, 0.0])
    steady = core.clock.steady()
    ran += int(steady - last) if 0 <= steady - last <= LONGEST_SECONDS else 0
    with core.transaction():
        core.settings.set(RAN, [ran, steady])
        if {one.name for one in known_backups(core)} != set(core.settings.get(MADE, {})):
            core.settings.set(MADE, {one.name: list(one[1:]) for one in known_backups(core)})
    return ran


def holds_until(core: Core, erased: int) -> int | None:
    """Until when a backup may lie here from before `erased`, if the node runs; None: none does."""
    there = known_backups(core)
    before = [one.ran for one in there if one.at <= erased]
    if not before:
        return None
    ran = ran_so_far(core)
    fresh = [one.ran for one in there if one.fresh and one.at >= erased]
    begins = max(max(before), min(fresh, default=ran))
    return core.clock() + max(0, begins + KEPT_DAYS * DAY - ran)


def _day(now: int) -> date:
    return datetime.fromtimestamp(now, UTC).date()


def _clear(core: Core) -> None:
    """Snapshots and halves of files, of processes that are no more."""
    clear(core)
    home = core.home.path
    for path in (*home.glob(f"{SNAPSHOT}*.new"), *(home / FOLDER).glob(f"*{SUFFIX}.part")):
        path.unlink(missing_ok=True)
