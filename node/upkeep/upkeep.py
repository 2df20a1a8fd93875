"""What a running node does by itself: renewing, forgetting, getting rid of what was erased.

What a clock that is in doubt (`node.store.timekeeper`) may do: hide what ran out, and have one's
own renewed. It destroys nothing, and stops nothing: what others wrote is forgotten up to the time
that has certainly come, and what is one's own stays.
"""

import asyncio
import contextlib
import logging
import sqlite3

from node.base.errors import Problem
from node.base.events import Event
from node.base.logs import event
from node.base.throttle import Throttle
from node.links.manager import Links
from node.records.reactions import REFUSED
from node.records.redating import outlast, redate
from node.records.transaction import act
from node.store import troubles
from node.store.core import Core
from node.upkeep.backups import keep_backups
from node.upkeep.tidying import done, steps, tidy
from node.upkeep.wiping import settle
from protocol.control_state import Standing
from protocol.kind import Epoch, Statement
from protocol.kinds import CONTROL, KINDS

log = logging.getLogger(__name__)

TICK_SECONDS = FOLD_APART = 5.0
TIDY_SECONDS = 3_600.0

CONFIRM_APART = 1.0
"""Seconds between two writings of receipts (docs/protocol.md §6.8): what comes meanwhile shares."""

PACK_SECONDS = 30.0
"""Between two looks at which control records could be packed for the next start."""

PACK_APART = 0.02
"""Seconds between two parts, each of which takes some milliseconds."""

REST = 20
"""After it, so many times as long as it took: to forget words takes time in a large directory."""

JUMP_SECONDS = 300
"""A clock that was set by more is followed at once: what was refused as of the future may be good
by now, and what was issued by the other time may have to be issued again."""


def renew(core: Core) -> int:
    """Issue own records again whose time is half over, or run out; gives how many."""
    if not core.may_issue:  # an old copy must not speak; it is due again in an hour
        return 0
    now = core.clock()
    due = [
        (statement, lifetime)
        for name, lifetime in ((name, kind.renewed) for name, kind in KINDS.items())
        if lifetime is not None
        for own in core.own
        for statement in core.records.statements(name, 0, author=own)
        if statement.content is not None and statement.expires - now < lifetime // 2
    ]
    due = [(one, lifetime) for one, lifetime in due if _still_wanted(core, one, now)]
    due.sort(key=lambda one: one[0].kind not in CONTROL)  # it quotes the epoch of a membership
    refused = [
        problem
        for statement, lifetime in due
        if (problem := _issue(core, statement, now + lifetime, _epoch(core, statement, now)))
    ]
    if refused:
        troubles.note(core, "renewal", refused[0])
    else:
        troubles.over(core, "renewal")
    return len(due) - len(refused)


def _issue(core: Core, what: Statement, expires: int, epoch: bytes | None) -> Problem | None:
    """Why it was refused, if it was."""
    try:
        with act(core) as publisher:
            publisher.write(what.place, what.content, expires=expires, epoch=epoch)
        return None
    except Problem as problem:  # one that our own rules refuse now must not stop the rest
        event(log, "not-renewed", kind=what.kind, code=problem.code)
        if problem.code not in REFUSED:
            raise
        return problem


def _still_wanted(core: Core, statement: Statement, now: int) -> bool:
    """What ended is left to run out: it says nothing any more but that something was.

    What ran out without having ended was wanted until then: it is renewed, however late.
    """
    content = statement.content or {}
    now = min(now, statement.expires - 1)
    if statement.kind == "admission":
        standing = core.ties.standing(statement.author, content["member"], now)
        return standing is Standing.MEMBER
    if statement.kind == "membership":
        standing = core.ties.standing(content["network"], statement.author, now)
        return standing in (Standing.MEMBER, Standing.APPLIED)
    if statement.audience.scope == "network":
        return core.ties.is_part(statement.audience.ids[0], statement.author, now)
    return True


def _epoch(core: Core, statement: Statement, now: int) -> bytes | None:
    is_content = KINDS[statement.kind].epoch is Epoch.CONTENT
    if statement.audience.scope == "network" and is_content:
        return core.ties.member_epoch(statement.audience.ids[0], statement.author, now)
    return statement.epoch


def keep_house(core: Core) -> tuple[int, int]:
    """Renew and forget; on a full disk at least forget: that makes room."""
    return renew_all(core), tidy(core)


def renew_all(core: Core) -> int:
    """Renew what can be, and set right what a clock got wrong; gives how many."""
    try:
        with core.transaction():
            pass  # the time that is reached: what follows goes by it
        return redate(core) + renew(core) + outlast(core)
    except Problem as problem:
        if problem.code != "disk-full":
            raise
        return 0


class Upkeep:
    """The tasks of a running node."""

    def __init__(self, core: Core, links: Links) -> None:
        self.core = core
        self.links = links
        self._shown = (core.clock.wall(), core.clock.steady())
        self._due = asyncio.Event()
        self._words_kept = core.ring.words is not None
        self.confirms = Throttle(self._confirm, CONFIRM_APART, REST)
        self.folds = Throttle(self.fold, FOLD_APART)
        links.on_passed = self.look

    def look(self) -> None:
        """Something was committed, and was passed on."""
        self._words_confirmed()
        self.folds.due(FOLD_APART)
        if self.core.erasures.is_due():
            self.confirms.due()

    def close(self) -> None:
        """Begin nothing any more."""
        self.confirms.close()
        self.folds.close()

    def _words_confirmed(self) -> None:
        """Somebody has the words on paper: from now on this node has an address (§5.5)."""
        were, self._words_kept = self._words_kept, self.core.ring.words is not None
        if were and not self._words_kept and self.links.on_reconciled is not None:
            self.links.on_reconciled()

    def _confirm(self) -> None:
        """Get rid of the bytes of what was erased, and confirm it (`node.upkeep.wiping`)."""
        try:
            settled = settle(self.core)
        except (Problem, sqlite3.Error) as error:
            event(log, "store-unreadable", code=getattr(error, "code", type(error).__name__))
            settled = False
        waits = self.core.erasures.unwiped() or self.core.erasures.here(True)
        if not settled and (waits or self.core.may_issue):  # else `look` begins it, when it may
            self.confirms.due(CONFIRM_APART)

    async def tick(self) -> None:
        """Let the sessions do what had to wait."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.links.tick()
            self.look_at_clock()
            if self.core.has_folder:
                self.core.reserve.make()

    async def pack(self) -> None:
        """Pack control records, a part at a time, so that the next start is quick."""
        while True:
            try:
                await self.pack_once()
            except (Problem, sqlite3.Error) as error:  # without it the start is slower, no more
                code = error.code if isinstance(error, Problem) else type(error).__name__
                event(log, "not-packed", code=code)
            await asyncio.sleep(PACK_SECONDS)

    async def pack_once(self) -> None:
        """All parts that are full by now."""
        core = self.core
        for part in core.kept_control.missing(core.records.last()):
            await asyncio.sleep(PACK_APART)
            with core.transaction():
                core.kept_control.keep(part)

    def fold(self) -> None:
        """Empty the log after somebody wrote: what was erased must not stay in it."""
        if not self.core.db.fold():
            self.folds.due(FOLD_APART)

    async def tidy(self) -> None:
        """Renew and forget: at the start, every hour, and when the clock was set."""
        while True:
            self._due.clear()
            self._follow()
            try:
                await self.tidy_once()
            except Problem as problem:
                event(log, "tidy-failed", code=problem.code)
                troubles.note(self.core, "tidy", problem)
            else:
                troubles.over(self.core, "tidy")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), TIDY_SECONDS)

    def tidy_now(self) -> None:
        """Do not wait for the hour."""
        self._due.set()

    async def tidy_once(self) -> None:
        """All that is to be done by and by."""
        self.core.tell(Event.DECIDED)
        renewed, gone = renew_all(self.core), 0
        for step in steps(self.core):
            gone += done(self.core, step)
            await asyncio.sleep(0)
        if self.core.db.fold() and gone:
            self.core.db.scrub()
        event(log, "tidied", renewed=renewed, forgotten=gone, clock=self.core.clock.trouble)
        self.links.refresh()
        await keep_backups(self.core)

    def _follow(self) -> None:
        """Certificates that were complete before the start."""
        try:
            self.core.tell(Event.COMMITTED)
        except Problem as problem:
            event(log, "pact-not-followed", code=problem.code)
            troubles.note(self.core, "pact", problem)

    def look_at_clock(self) -> bool:
        """Whether the clock was set since the last look; then there is something to do at once."""
        wall, steady = self._shown
        self._shown = (self.core.clock.wall(), self.core.clock.steady())
        jump = (self._shown[0] - wall) - (self._shown[1] - steady)
        if abs(jump) < JUMP_SECONDS:
            return False
        event(log, "clock-set", trouble=self.core.clock.trouble)
        for link in list(self.links.sessions.values()):  # what may be taken in has changed
            link.end("shutdown")
        self.links.refresh()
        self._due.set()
        return True
