"""Many nodes at once, to see what they cost: nothing goes wrong here, and nobody lies.

Each network has its host and as many members as there are nodes to a network; every tenth group is
in the next network as well, and every group is a peer of one other. Ties are made by handing over
records, as a first exchange would; then everybody starts, and links up by itself.
"""

import asyncio
import gc
import random
import resource
import time
from pathlib import Path

import node.links.dial_plan
from node.app import open_core
from node.features.networks.actions import apply_to_network, found_network
from node.features.peers.actions import accept_peer
from node.records.transaction import take
from node.serving import publish_endpoint
from node.store.core import Core
from protocol.audience import Audience
from protocol.kinds import CONTROL
from protocol.record import verify_all
from tests.simulated.people import Person
from tests.simulated.plan import Plan
from tests.simulated.world import World, folder, replaced

QUIET_SECONDS = 30.0
"""Without a record that is sent, and everybody at rest: converged."""

APART = 0.2
"""Seconds between the starts of two nodes."""


def large(nodes: int, networks: int, dials: int) -> int:
    """Play it, and print what it cost. `dials`: links that each node keeps up by itself."""
    with folder() as path:
        world = Large(Plan.draw(1, nodes, 1.0), path)
        world.of = networks
        with replaced(world):
            node.links.dial_plan.DIALS = dials
            gc.disable()
            world.loop.run(world.measure())
    return 1 if world.broken else 0


def resident() -> float:
    """MiB of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


class Large(World):
    """A world without trouble."""

    of = 20
    bytes = 0

    def _traffic(self, host: str, size: int) -> None:
        self.bytes += size
        super()._traffic(host, size)

    def fail(self, invariant: str, what: str, cause: BaseException | None = None) -> None:
        if self.broken is None:
            print(f"BROKEN {invariant}: {what}", flush=True)
        super().fail(invariant, what, cause)

    async def measure(self) -> None:
        self.network.mishaps = 0.0
        self._main = asyncio.current_task()
        self.talk = 10**9
        began = time.process_time()
        self._make()
        print(f"made {len(self.people)} nodes: {time.process_time() - began:.1f} s", flush=True)
        base, began, at = resident(), time.process_time(), self.loop.passed
        for person in self.people:
            person.start()
            await asyncio.sleep(APART)
        await self._settled("start and first exchange", began, at)
        print(f"memory: {(resident() - base) / len(self.people):.2f} MiB a node", flush=True)
        sessions = sum(len(one.links.sessions) for one in self.people)
        print(f"sessions: {sessions / len(self.people):.1f} a node", flush=True)
        self._check_members()
        await self._one_record()
        self.over = True

    def _make(self) -> None:
        """Everybody, and whom they know."""
        dice = random.Random(f"{self.plan.seed}/large")
        for number in range(self.plan.nodes):
            person = Person(self, f"n{number}")
            self.people.append(person)
            self._by_host[person.host] = person
            self._names[person.id] = person.name
        cores = [
            open_core(one.home, clock=one.clock, entropy=one.draw.randbytes) for one in self.people
        ]
        for person, core in zip(self.people, cores, strict=True):
            publish_endpoint(core, person.url, None)
        size = self.plan.nodes // self.of
        for number in range(self.of):
            first = number * size
            inside = [*range(first, first + size)]
            inside += [(first + size + n) % self.plan.nodes for n in range(0, size, 10)]
            self._found([cores[n] for n in inside], f"Net {number}")
        for core in cores:
            other = cores[dice.randrange(len(cores))]
            if other is not core:
                for one, its in ((core, other), (other, core)):
                    _hand(its, one)
                    accept_peer(one, one.home_id, its.home_id)
        for core in cores:
            core.close()

    def _found(self, cores: list[Core], name: str) -> None:
        host, *others = cores
        network = found_network(host, host.home_id, {"name": name, "admission": "open"})
        self.note_network(network, name)
        for one in others:
            _hand(host, one)
            apply_to_network(one, one.home_id, network, None)
            _hand(one, host)
            _hand(host, one)
            _hand(host, one)  # a member now, it may know who else is

    async def _settled(self, what: str, began: float, at: float) -> None:
        """Until nobody says anything any more."""
        last = -1
        while True:
            seen, moved = self.watch.counts["sent"], self.loop.passed
            await asyncio.sleep(QUIET_SECONDS)
            if seen == self.watch.counts["sent"] and self.resting:
                break
            last = moved
            waiting = sum(not one.links.is_quiet for one in self.people)
            print(
                f"    {self.loop.passed - at:.0f} s: {self._messages} messages, "
                f"{self.network.dialled} dialled, {waiting} still speak",
                flush=True,
            )
        spent, count = time.process_time() - began, len(self.people)
        passed = (last if last >= 0 else moved) + QUIET_SECONDS - at
        print(
            f"{what}: converged within {passed:.0f} s; CPU {spent:.1f} s, "
            f"{spent / count * 1000:.0f} ms a node; {self._messages / count:.0f} messages and "
            f"{self.watch.counts['sent'] / count:.0f} records sent and "
            f"{self.bytes / count / 1000:.0f} kB a node",
            flush=True,
        )

    def _check_members(self) -> None:
        """Every member knows every member."""
        now = self.now()
        cores = [one.core for one in self.people if one.core is not None]
        for network in self.networks:
            inside = [core for core in cores if core.ties.is_member(network, core.home_id, now)]
            known = [len(core.ties.members(network, now)) for core in inside]
            if set(known) != {len(inside)}:
                name = self.name_of(network)
                self.fail("agree", f"{len(inside)} members of {name} know of {sorted(known)}")

    async def _one_record(self) -> None:
        """Somebody says something to a network: how long until all members have it."""
        person, network = self.people[1], self.networks[0]
        from tests.simulated.acts import Acts

        assert person.core is not None
        began, at = time.process_time(), self.loop.passed
        before = self._messages, self.bytes
        dice = random.Random(2)
        while not list(person.core.records.headers(0, ["meeting"], Audience.network(network))):
            Acts(self).meet(person, person.core, dice)
        members = [
            one
            for one in self.people
            if one.core is not None and one.core.ties.is_member(network, one.id, self.now())
        ]
        holding: set[str] = set()
        while len(holding) < len(members) and self.loop.passed - at < 3_600:
            await asyncio.sleep(0.1)
            for one in members:
                assert one.core is not None
                if one.name not in holding and list(
                    one.core.records.headers(0, ["meeting"], Audience.network(network))
                ):
                    holding.add(one.name)
        print(
            f"one record: {len(holding)} of {len(members)} members after "
            f"{self.loop.passed - at:.1f} s; CPU {(time.process_time() - began) * 1000:.0f} ms, "
            f"{self._messages - before[0]} messages, {(self.bytes - before[1]) / 1000:.0f} kB",
            flush=True,
        )


def _hand(giver: Core, taker: Core) -> None:
    """What is needed to have a tie: what the giver says itself, and of the taker."""
    now = giver.clock()
    headers = [
        one
        for author in (*giver.own, *taker.own)
        for one in giver.records.headers(now, CONTROL, author=author)
    ]
    raws = [raw for raw in giver.records.envelopes([one.ref for one in headers]) if raw]
    take(taker, verify_all(raws), frozenset(giver.own))
