"""One simulated world: some people, a network between them, a plan, and what must hold."""

import asyncio
import contextlib
import hashlib
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import node.links.dial_plan
import node.links.link
import node.links.manager
import node.store.core
import node.upkeep.upkeep
from node.features.networks.actions import apply_to_network, found_network
from node.keys.home import Home
from node.links.cpu_quota import CpuQuota
from node.links.dial_plan import Target
from node.links.manager import Links
from protocol.ids import to_text
from protocol.kind import Place
from protocol.kinds import KINDS
from protocol.record import verify_all
from tests.simulated import machine, sealing
from tests.simulated.acts import Acts
from tests.simulated.defects import DEFECTS
from tests.simulated.extras import HAPPENINGS, Extras, put_in_place
from tests.simulated.liars import liar
from tests.simulated.loop import VirtualLoop
from tests.simulated.people import Person, watched
from tests.simulated.plan import DAY, LIFE, Event, Plan
from tests.simulated.receipts import PACE_SECONDS, check_receipts
from tests.simulated.sessions import SPEAKS, speak
from tests.simulated.thieves import Thieves
from tests.simulated.troubles import Troubles
from tests.simulated.watch import BrokenError, Watch
from tests.simulated.wires import Network, Wire

EPOCH = 1_800_000_000
"""When a world begins, in seconds since 1970: early in 2027."""

CALM_HOURS = 6
"""Of a world where everything was mended, until rest."""

LOOK_SECONDS = 6 * 3_600.0
"""Between two tidyings of a node, and two looks at whom to dial where nothing happens: a sixth of
what they are, for what they cost."""

LONGEST_WAIT = 7_200.0
"""Between two attempts to reach somebody, twenty-four times what it is, for the same reason."""

AGAIN_TIMES = 6
"""After so many sessions that were replaced the wait is the longest."""

MEETINGS = 30
"""The limit of §4.8 in this world, so that somebody who floods gets there."""

TALK = 60_000
"""Messages in a world; more of them is talk without an end."""

MISHAPS = 0.1
"""Share of connections in which a message is lost, doubled, swapped or changed."""


class Result(NamedTuple):
    """How a world ended: what broke, or nothing; the digest of all that happened."""

    plan: Plan
    broken: BrokenError | None
    digest: str
    counts: dict[str, int]
    converged: float


class Inline:
    """Verifies where records arrive: another process has a time of its own."""

    async def verify(self, envelopes: Any) -> Any:
        return verify_all(envelopes)

    def close(self) -> None:
        pass


class World:
    """People and what is between them. To be run once."""

    look_seconds = LOOK_SECONDS

    def __init__(self, plan: Plan, folder: Path, say: Callable[[str], None] | None = None) -> None:
        self.plan, self.folder, self._say = plan, folder, say
        self.over = False
        self.broken: BrokenError | None = None
        self._digest = hashlib.blake2b(digest_size=16)
        self._names: dict[bytes, str] = {}
        self.networks: list[bytes] = []
        self.left: set[tuple[bytes, bytes]] = set()
        self.joined_again: dict[tuple[bytes | None, bytes], int] = {}
        self.erased: list[tuple[str, Place]] = []
        self.watch = Watch(self)
        self.loop = VirtualLoop()
        draw = random.Random(f"{plan.seed}/network")
        self.network = Network(draw, self._answer, self.log, self._traffic, MISHAPS)
        self.people: list[Person] = []
        self.thieves: Thieves | None = None
        self.extras = Extras(self)
        self._by_host: dict[str, Person] = {}
        self.converged = 0.0
        self._messages = 0
        self.talk = int(TALK * max(1.0, plan.days / 7 * plan.nodes / 5))
        self._main: asyncio.Task[None]

    # What others ask

    def now(self) -> int:
        """Seconds since 1970, really."""
        return EPOCH + int(self.loop.passed)

    def wall(self, days: int) -> str:
        """What a clock shows so many days from now."""
        return datetime.fromtimestamp(self.now() + days * DAY, UTC).strftime("%Y-%m-%dT19:00")

    def name_of(self, identity: bytes) -> str:
        """For people; strangers by their id."""
        return self._names.get(identity) or to_text(identity)[:8]

    def note_network(self, network: bytes, name: str) -> None:
        """A network that there is, or will be."""
        self._names[network] = name.replace(" ", "")
        self.networks.append(network)

    def log(self, what: str) -> None:
        """Something happened."""
        line = f"{self.loop.passed:.3f} {what}"
        self._digest.update(line.encode() + b"\n")
        if self._say is not None:
            self._say(line)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Do something then, unless the world is being mended by then."""
        self.loop.call_later(seconds, lambda: None if self.over else what())

    def fail(self, invariant: str, what: str, cause: BaseException | None = None) -> None:
        """The first that breaks counts."""
        if self.broken is None:
            self.broken = BrokenError(invariant, what)
            self.broken.__cause__ = cause
            self.log(f"BROKEN {invariant}: {what}")
            self.loop.call_soon(self._main.cancel)

    def speaks(self, person: Person) -> Any:
        return watched(person) if person.honest else liar(person, self.plan.lies)

    def _answer(self, host: str, wire: Wire) -> bool:
        person = self._by_host.get(host)
        return person is not None and person.answer(wire)

    def _traffic(self, host: str, size: int) -> None:
        self._digest.update(b"%d" % size)
        if size:
            self._messages += 1
            if self._messages == self.talk:
                self.fail("rest", f"{self._messages} messages")
        person = self._by_host.get(host)
        if person is not None:
            person.stir()

    def person_of(self, home: Home) -> Person | None:
        """Whose folder this is."""
        return self._by_host.get(f"{home.path.name}.example")

    # Running

    def run(self) -> Result:
        """All of it."""
        with replaced(self):
            self.loop.set_exception_handler(self._thrown)
            self.loop.run(self._guard())
        counts = {**self.watch.counts, "messages": self._messages, "dialled": self.network.dialled}
        return Result(self.plan, self.broken, self._digest.hexdigest(), counts, self.converged)

    def _thrown(self, _loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, machine.EXPECTED) or error is None:
            return
        self.fail("raised", f"in the loop: {error!r}", error)

    async def _guard(self) -> None:
        self._main = self.loop.create_task(self._everything())
        with contextlib.suppress(asyncio.CancelledError):
            await self._main
        self.over = True
        for one in self.people:
            await one.stop()

    async def _everything(self) -> None:
        await self._begin()
        for event in self.plan.events:
            await self._until(event.at)
            await self._happen(event)
        await self._until(self.plan.days * DAY)
        await self._mend()

    async def _until(self, at: float) -> None:
        if at > self.loop.passed:
            await asyncio.sleep(at - self.loop.passed)

    async def _begin(self) -> None:
        """Everybody starts; most join the first network, and all know somebody."""
        dice = random.Random(f"{self.plan.seed}/begin")
        for number in range(self.plan.nodes):
            honest = not (self.plan.lies and number == self.plan.nodes - 1)
            person = Person(self, f"n{number}", honest)
            self.people.append(person)
            self._by_host[person.host] = person
            self._names[person.id] = person.name
        for person in self.people:
            person.start()
        first = self.people[0]
        await asyncio.sleep(1)
        network = first.do(found_network, first.id, {"name": "Net 0", "admission": "open"})
        self.note_network(network, "Net 0")
        for person in self.people[1:]:
            await first.befriend(person)
            await asyncio.sleep(5)
            if dice.random() < 0.9:
                person.do(apply_to_network, person.id, network, None)
        await asyncio.sleep(30)
        if self.plan.thief is not None:
            self.thieves = Thieves(self)

    async def _happen(self, event: Event) -> None:
        person, dice = self.people[event.who], random.Random(event.dice)
        self.log(f"event {event.number} {event.what} {person.name}")
        if hasattr(Thieves, event.what) and event.what not in LIFE:
            if self.thieves is not None:
                self.thieves.perform(event.what, person, dice)
            return
        if event.what in HAPPENINGS:
            work = self.extras.perform(event.what, person, dice)
        elif event.what not in LIFE:
            work = Troubles(self).strike(event.what, person, dice)
        elif person.core is not None:
            work = Acts(self).perform(event.what, person, dice)
        else:
            return
        task = self.loop.create_task(self._guarded(work, person))
        await asyncio.sleep(0)
        del task

    async def _guarded(self, work: Any, person: Person) -> None:
        try:
            await work
        except machine.Killed:
            pass
        except Exception as error:  # noqa: BLE001 - a defect, of the node or of this
            self.fail("raised", f"{person.name}: {error!r}", error)

    # Rest

    async def _mend(self) -> None:
        """Nothing goes wrong any more; whoever lies is gone; then everything has to hold."""
        self.log("mended")
        self.over = True
        self.network.heal()
        self.network.mishaps = 0.0
        for one in self.people:
            one.mend()
        for one in self.people:  # a restart is what whoever finds his clock wrong does
            await one.stop()
            if one.honest:
                one.start()
        await self._rest()
        if self.thieves is not None:
            await self._heal(self.thieves)
        for one in self.people:
            if one.core is not None:
                one.tidy()
        await asyncio.sleep(60)
        self.watch.check_rest()
        if "receipts" in self.plan.extras:
            await asyncio.sleep(PACE_SECONDS)
            await self._rest()
            check_receipts(self)

    async def _heal(self, thieves: Thieves) -> None:
        """People meet: each confirms what is right, and all come to the same."""
        for _ in range(3):
            for one in self.people:
                thieves.perform("confirm", one, random.Random(0))
            await asyncio.sleep(300)
            await self._rest()
        thieves.check(over=True)
        thieves.agreed()

    async def _rest(self) -> None:
        """Until three times in a row nothing is under way."""
        began = self.loop.passed
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(60)
            moved = sum(self.watch.counts.values())
            await asyncio.sleep(300)
            if self.resting and sum(self.watch.counts.values()) == moved:
                self.converged = self.converged or self.loop.passed - began
                quiet += 1
            else:
                quiet, self.converged = 0, 0.0
            if self.loop.passed - began > CALM_HOURS * 3_600:
                busy = [p.name for p in self.people if p.core and not p.links.is_quiet]
                self.fail("rest", f"after {CALM_HOURS} hours {busy} still speak")
                await asyncio.sleep(1)

    @property
    def resting(self) -> bool:
        return all(one.links.is_quiet for one in self.people if one.core is not None)


@contextmanager
def replaced(world: World) -> Iterator[None]:
    """The network, the verifying process and the dice of the nodes are the world's."""

    async def connect(self: Links, target: Target) -> Wire:
        person = world.person_of(self.core.home)
        assert person is not None
        return await world.network.dial(person.host, target.url)

    dice = random.Random(f"{world.plan.seed}/sealing")
    with contextlib.ExitStack() as stack:

        def put(owner: Any, name: str, value: Any) -> None:
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)

        put(Links, "connect", connect)
        put(node.links.manager, "Verifiers", Inline)
        put(
            node.links.manager, "CpuQuota", partial(CpuQuota, lambda: 0.0)
        )  # processor time is no virtual time
        put(node.links.link, "Session", speak)
        put(node.links.dial_plan, "LONGEST_WAIT", LONGEST_WAIT)
        put_in_place(put, world.plan.extras, world)
        put(node.links.dial_plan, "AGAIN_LONGEST", LONGEST_WAIT)
        put(node.links.dial_plan, "AGAIN_TIMES", AGAIN_TIMES)
        put(node.upkeep.upkeep, "TIDY_SECONDS", LOOK_SECONDS)
        some = replace(KINDS["meeting"], limit=MEETINGS)
        KINDS["meeting"], before = some, KINDS["meeting"]
        stack.callback(KINDS.__setitem__, "meeting", before)
        put(node.store.core, "Database", machine.Stepped)
        put(Home, "write_ring", machine.write_ring)
        sealing.put_in_place(put, dice)
        if world.plan.broken is not None:
            DEFECTS[world.plan.broken][0](put)
        try:
            yield
        finally:
            machine.MACHINES.clear()
            SPEAKS.clear()


@contextmanager
def folder() -> Iterator[Path]:
    """Where the nodes of a world lie: in memory, if there is such a place."""
    memory = Path("/dev/shm")
    where = Path(tempfile.mkdtemp(prefix="world-", dir=memory if memory.is_dir() else None))
    try:
        yield where
    finally:
        shutil.rmtree(where, ignore_errors=True)


def play(plan: Plan, say: Callable[[str], None] | None = None) -> Result:
    """Run one world, from its plan to its end."""
    with folder() as path:
        return World(plan, path, say).run()
