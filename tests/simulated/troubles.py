"""What goes wrong: one method for each kind of `tests.simulated.plan.TROUBLE`."""

import asyncio
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulated.people import Person
    from tests.simulated.world import World

DAY = 86_400
YEAR = 365 * DAY

CRASH_STEPS = 60
"""A crash comes within so many steps: transactions of a usual act have about as many."""


class Troubles:
    """Each begins something, and says when it is over."""

    def __init__(self, world: "World") -> None:
        self.world = world

    async def strike(self, what: str, person: "Person", dice: random.Random) -> None:
        """One trouble of one person."""
        found = getattr(self, what)(person, dice)
        if found is not None:
            await found

    def _down(self, dice: random.Random) -> float:
        """Seconds: mostly a restart, at times a day."""
        return float(2 + dice.random() ** 6 * DAY)

    def kill(self, person: "Person", dice: random.Random) -> None:
        person.kill()
        self.world.later(self._down(dice), person.start_again)

    def crash(self, person: "Person", dice: random.Random) -> None:
        """Within the next steps that its node takes, whatever these are."""
        if person.machine is not None and person.machine.alive:
            person.machine.fuse = dice.randrange(CRASH_STEPS)
        wait = self._down(dice)

        def again() -> None:
            if person.core is not None and person.machine is not None:
                person.machine.fuse = None  # nothing was written meanwhile
            person.start_again()

        self.world.later(wait, again)

    async def stop(self, person: "Person", dice: random.Random) -> None:
        await person.stop()
        self.world.later(self._down(dice), person.start_again)

    def partition(self, person: "Person", dice: random.Random) -> None:
        hosts = [one.host for one in self.world.people]
        some = frozenset(dice.sample(hosts, 1 + dice.randrange(max(1, len(hosts) // 2))))
        part = self.world.network.part(some)
        self.world.log(f"parted {sorted(some)}")
        self.world.later(10 + dice.random() ** 3 * DAY, lambda: self.world.network.heal(part))

    def cut(self, person: "Person", dice: random.Random) -> None:
        self.world.network.cut_all(person.host)

    def clock(self, person: "Person", dice: random.Random) -> None:
        """Off by years, or by an hour: for a while, or until somebody sees to it in the end."""
        by = dice.choice([-30 * YEAR, -2 * YEAR, -DAY * 2, -3600, 3600, DAY * 2, 3 * YEAR])
        person.skew = by
        self.world.log(f"{person.name} clock {by}")

        def mended() -> None:
            person.skew = 0
            self.world.log(f"{person.name} clock right")
            self.world.watch.check_acknowledged(person)

        self.world.watch.check_acknowledged(person)
        if dice.random() < 0.7:
            self.world.later(60 + dice.random() * 6 * 3600, mended)

    def disk(self, person: "Person", dice: random.Random) -> None:
        """Full, for a while."""
        if person.machine is None:
            return
        machine = person.machine
        machine.full = True
        self.world.log(f"{person.name} disk full")

        def emptied() -> None:
            machine.full = False
            self.world.log(f"{person.name} disk has room")
            if person.core is not None and person.machine is machine:
                person.core.db.empty()

        self.world.later(60 + dice.random() * 3600, emptied)

    async def restore(self, person: "Person", dice: random.Random) -> None:
        await person.go_back()
        await asyncio.sleep(0)
