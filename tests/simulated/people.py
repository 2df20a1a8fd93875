"""A node as its people run it: started, stopped, killed, restored; everything in it is real.

What is not: the socket server and the dialling (`tests.simulated.wires` stands in), the process
that verifies, and the commands beside a server. The clock is the world's, off by `skew` seconds.
"""

import asyncio
import contextlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.app import SCHEMA, followers
from node.base.errors import Problem
from node.features.decisions.carry_out import carry_out
from node.features.peers.accepting import use_link
from node.features.peers.actions import invite_peer
from node.features.recovery.backup import restore
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.links.manager import Links
from node.serving import publish_endpoint
from node.store.core import Core
from node.upkeep.backup_file import backup
from node.upkeep.upkeep import Upkeep, keep_house
from sync.proof import host_of
from tests.simulated.machine import EXPECTED, MACHINES, Killed, Machine, MachineCore
from tests.simulated.sessions import SPEAKS, Watched
from tests.simulated.wires import Wire

if TYPE_CHECKING:
    from tests.simulated.world import World

TICK = 5.0

LIES = 30
"""In a whole world: each costs a session, and a new one."""


class Ordered(dict[Any, None]):
    """A set that is gone through in one order, wherever its things lie in memory."""

    def add(self, one: Any) -> None:
        self[one] = None

    def discard(self, one: Any) -> None:
        self.pop(one, None)


class Person:
    """A group, its node and its folder, over all its lives."""

    def __init__(self, world: "World", name: str, honest: bool = True) -> None:
        self.world, self.name, self.honest = world, name, honest
        self.home = Home(world.folder / name)
        self.draw = random.Random(f"{world.plan.seed}/{name}")
        self.url = f"https://{name}.example"
        self.host = f"{name}.example"
        self.skew = 0
        self.core: Core | None = None
        self.links: Links
        self.machine: Machine | None = None
        self.lies = LIES
        self.lives = 0
        self.restored = 0
        self.without_list = False
        """Whether a backup was restored, and no list of what was erased since (§6.8)."""
        self._tasks = Ordered()
        self._ticking: asyncio.TimerHandle | None = None
        self._upkeep: Upkeep
        started = initialise(
            self.home, {"name": name}, None, self.draw.randbytes, self.clock, schema=SCHEMA
        )
        self.id = started.id
        self.phrase = Phrase.read(started.words)

    def clock(self) -> int:
        """Seconds since 1970, as this machine thinks."""
        return self.world.now() + self.skew

    @property
    def up(self) -> bool:
        return self.core is not None

    # Lives

    def start(self) -> None:
        """Start the node, as `node.serving` does."""
        assert self.core is None
        self.lives += 1
        self.machine = MACHINES[self.home.path] = Machine(self._died)
        speaks = self.world.speaks(self)
        SPEAKS[self.home.path] = speaks
        try:
            steady = asyncio.get_running_loop().time
            core = MachineCore(
                self.home,
                clock=self.clock,
                entropy=self.draw.randbytes,
                steady=steady,
                followers=followers,
                schema=SCHEMA,
            )
            self.core = core
            with core.transaction():
                core.settings.set("serve", {"private_addresses": True})
            self.links = Links(core, private=True, hosts=[host_of(self.url)])
            self.links.connections, self.links.dialling = Ordered(), Ordered()
            self.links.idle_seconds = self.world.look_seconds
            self.links.on_reconciled = lambda: publish_endpoint(core, self.url, None)
            self.links.on_reconciled()
        except (Killed, Problem) as error:
            self.world.log(f"{self.name} does not start: {error!r}")
            self._gone()
            self.world.later(600, self.start_again)
            return
        self.world.watch.check_acknowledged(self)
        self._upkeep = Upkeep(core, self.links)
        self.links.begin()
        self.begin(self._settle())
        self.world.log(f"{self.name} starts")

    def start_again(self) -> None:
        """Unless somebody did."""
        if self.core is None and not self.world.over:
            self.start()

    async def _settle(self) -> None:
        await asyncio.sleep(1.0)
        await self._upkeep.tidy()

    def begin(self, work: Any) -> asyncio.Task[Any]:
        """A task of this life."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        machine = self.machine

        def ended(task: asyncio.Task[Any]) -> None:
            self._tasks.discard(task)
            error = None if task.cancelled() else task.exception()
            if error is not None and machine is not None and machine.alive:
                self.world.fail("raised", f"{self.name}: {error!r}", error)

        task.add_done_callback(ended)
        return task

    def tidy(self) -> None:
        """What a node does every hour."""
        assert self.core is not None
        carry_out(self.core)
        keep_house(self.core)

    def answer(self, wire: Wire) -> bool:
        """Somebody dialled."""
        if self.core is None or self.machine is None or not self.machine.alive:
            return False
        self.begin(self.links.answer(wire))
        return True

    def stir(self) -> None:
        """Something moves here: what waits for a tick gets one."""
        if self.core is not None and self._ticking is None:
            self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _tick(self) -> None:
        self._ticking = None
        if self.core is None:
            return
        with contextlib.suppress(Killed, Problem):
            self.links.tick()
            self._upkeep.look_at_clock()
            if not self.links.is_quiet:
                self.stir()

    def mend(self) -> None:
        """A right clock, a disk with room, and no crash to come."""
        self.skew = 0
        if self.machine is not None:
            self.machine.fuse, self.machine.full = None, False
        if self.core is not None:
            self.core.db.empty()

    def kill(self) -> None:
        """Now."""
        if self.machine is not None:
            self.machine.die()

    def _died(self) -> None:
        self.world.log(f"{self.name} dies")
        self.world.network.cut_all(self.host)
        asyncio.get_running_loop().call_soon(self._gone)

    def _gone(self) -> None:
        core, self.core = self.core, None
        if self.machine is not None:
            self.machine.alive = False
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        if core is None:
            return
        if hasattr(self, "links") and self.links.core is core:
            self.links.rest()
            self._upkeep.close()
            tasks = [*self._tasks, *self.links.dialling]
            for task in tasks:
                task.cancel()
        core.db.conn.close()

    async def stop(self) -> None:
        """As a person does."""
        if self.core is None:
            return
        for task in list(self._tasks):
            if task.get_coro().__qualname__ != "Links.answer":
                task.cancel()
        await self.links.close()
        self._gone()
        self.world.log(f"{self.name} stops")

    # What a person does at the machine

    def do(self, action: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """An action of a noun; what can't be done is said, and not an error. None then."""
        if self.core is None:
            return None
        try:
            done = action(self.core, *args, **more)
        except Problem as problem:
            self.world.log(f"{self.name} can't {action.__name__}: {problem.code}")
            return None
        except Killed:
            return None
        self.world.log(f"{self.name} {action.__name__}")
        self.world.watch.wrote(self)
        return True if done is None else done

    async def befriend(self, other: "Person") -> None:
        """By a one-time link, dialled by the other."""
        link = self.do(invite_peer, self.id)
        if not link or other.core is None:
            return
        try:
            await use_link(other.core, other.id, link)
            self.world.log(f"{other.name} accepts {self.name}")
        except Problem as problem:
            self.world.log(f"{other.name} does not accept {self.name}: {problem.code}")
        except EXPECTED:  # killed, or stopped, while it waited for the answer
            return

    @property
    def saved(self) -> Path:
        return self.world.folder / f"{self.name}.backup"

    def save(self) -> None:
        """A backup, over the one before."""
        if self.do(backup, self.saved, True, lambda _done, _of: None):
            self.world.watch.saved(self)

    async def go_back(self) -> None:
        """The disk broke: what is left is the backup."""
        if not self.saved.exists():
            return
        await self.stop()
        shutil.rmtree(self.home.path)
        MACHINES.pop(self.home.path, None)
        restore(self.home, self.saved, self.phrase, lambda _done, _of: None, SCHEMA)
        self.restored += 1
        self.without_list = True
        self.world.watch.went_back(self)
        self.world.log(f"{self.name} is restored")
        self.start()


def watched(person: Person) -> Callable[..., Watched]:
    """How an honest node speaks."""
    return lambda secure, shelf: Watched(secure, shelf, person.world.watch)
