"""A full disk with room that is kept (`node.store.disk_reserve`), as a node in a world finds it.

The room is pages of the database here: SQLite says itself that the disk is full, and of what is
released it takes what it needs. What is really free on this machine does not matter.
"""

import asyncio
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.features.erasures.actions import erase
from node.features.networks.actions import leave_network
from node.features.peers.actions import end_peer
from node.features.recovery.rotate import rotate
from node.store.disk_reserve import LOW_BYTES, RESERVE_BYTES, Reserve
from protocol.control_state import Standing
from tests.simulated.machine import MACHINES, Killed

if TYPE_CHECKING:
    from tests.simulated.people import Person
    from tests.simulated.world import World

PAGE = 4_096


class Pages(Reserve):
    """The reserve of a node on a machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._left = RESERVE_BYTES
        if self._machine is not None:
            self._machine.keeps_room = True

    @property
    def _machine(self) -> Any:
        return MACHINES.get(self.path.parent)

    @property
    def _is_full(self) -> bool:
        return self._machine is not None and self._machine.full

    def _size(self) -> int | None:
        return self._left

    def free_bytes(self) -> int:
        return 0 if self._is_full else LOW_BYTES

    @staticmethod
    def now() -> float:
        return asyncio.get_running_loop().time()

    def make(self) -> bool:
        """What was not taken meanwhile is there again; all of it if the disk has room."""
        if not self._is_full:
            self._left = RESERVE_BYTES
        elif self._machine.spare:
            self._left += self._machine.spare * PAGE
        if self._machine is not None:
            self._machine.spare = 0
        return self._left >= RESERVE_BYTES

    def release(self, keep: int = 0) -> bool:
        if self._left <= keep:
            return False
        if self._is_full:
            self._machine.spare += (self._left - keep) // PAGE
        self._left = keep
        return True


def without_room(world: "World", person: "Person", dice: random.Random) -> None:
    """For hours a person's disk is full; what can't wait is done meanwhile, once or twice."""
    machine = person.machine
    if machine is None or not machine.alive:
        return
    machine.full = True
    world.log(f"{person.name} disk full, but for what is kept")
    hours = 1 + dice.random() * 6

    def emptied() -> None:
        machine.full, machine.spare = False, 0
        world.log(f"{person.name} disk has room")
        if person.core is not None and person.machine is machine:
            person.core.db.empty()

    for _ in range(dice.randrange(1, 3)):
        what, number = dice.choice(_CAN_NOT_WAIT), dice.getrandbits(48)

        def act(what: Any = what, number: int = number) -> None:
            if person.core is not None and person.machine is machine and machine.full:
                what(world, person, random.Random(number))

        world.later(dice.random() * hours * 3_600, act)
    world.later(hours * 3_600, emptied)


def _do(world: "World", person: "Person", action: Any, *args: Any) -> None:
    core, machine = person.core, person.machine
    assert core is not None
    may = core.may_issue
    try:
        action(core, *args)
    except Problem as problem:
        world.log(f"{person.name} can't {action.__name__} on a full disk: {problem.code}")
        if problem.code == "disk-full" and may:
            world.fail("reserve", f"{person.name} can't {action.__name__}")
    except Killed:
        return
    else:
        world.log(f"{person.name} {action.__name__} on a full disk")
    if machine is not None and machine.alive:
        world.watch.wrote(person)


def _erase(world: "World", person: "Person", dice: random.Random) -> None:
    core = person.core
    assert core is not None
    found = core.records.statements("meeting", core.clock(), author=person.id)
    mine = [one for one in found if one.content is not None]
    if mine:
        _do(world, person, erase, person.id, [dice.choice(mine)])


def _leave(world: "World", person: "Person", dice: random.Random) -> None:
    core = person.core
    assert core is not None
    now, standing = core.clock(), core.ties.standing
    mine = [n for n in world.networks if standing(n, person.id, now) is Standing.MEMBER]
    if mine:
        network = dice.choice(mine)
        world.left.add((network, person.id))
        _do(world, person, leave_network, person.id, network)


def _end(world: "World", person: "Person", dice: random.Random) -> None:
    core = person.core
    assert core is not None
    mine = core.ties.accepted(person.id, core.clock())
    if mine:
        _do(world, person, end_peer, person.id, dice.choice(mine))


def _rotate(world: "World", person: "Person", dice: random.Random) -> None:
    _do(world, person, rotate, person.phrase, person.id, dice.random() < 0.2)


_CAN_NOT_WAIT = (_erase, _leave, _end, _rotate)
