"""kill -9 of the real server under live traffic: nothing acknowledged is lost, the node comes up by
itself (design: reliability).

A real `verbund run` on a folder and an address of its own; most starts are forks of a process that
has imported everything, some a new interpreter. It is killed after a random number of
acknowledgements and some random milliseconds more, sometimes while it still starts, sometimes with
the command that runs beside it. Nothing is done to the folder in between.
"""

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from tests.faults.traffic import Traffic
from tests.faults.victim import PATIENCE, Victim, zygote
from tests.node.world import make_home, running

KILLS = 30
SOAK_KILLS = int(os.environ.get("VERBUND_KILLS", "10000"))
SEED = int(os.environ.get("VERBUND_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
"""Printed when a test fails. It repeats what is chosen; what a process does meanwhile differs."""

COLD = 10
"""Every so many starts one is a new interpreter."""

WARM_UP = 5
"""Most acknowledgements between a start and a kill."""


async def kills(folder: Path, count: int, cold: int) -> Traffic:
    print(f"VERBUND_SEED={SEED}")
    chance = random.Random(SEED)
    async with zygote() as starter, running(make_home(folder, "Beta")) as peer:
        victim = Victim(folder / "Alpha", starter)
        await victim.start(cold=True)
        await victim.is_up()
        await victim.is_announced()
        traffic = Traffic(victim, peer, chance)
        await traffic.introduce()
        work = asyncio.create_task(traffic.run())
        try:
            for n in range(1, count + 1):
                await _kill(victim, traffic, work, chance)
                await victim.start(cold=n % cold == 0)
                if chance.random() < 0.2:  # while it starts; it is started again
                    await asyncio.sleep(chance.random() * 0.1)
                    await victim.kill()
                    await victim.start(cold=False)
                await victim.is_up()
                await traffic.check()
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        await traffic.arrive()
        await traffic.check()
        await victim.kill()
    return traffic


async def _kill(
    victim: Victim, traffic: Traffic, work: "asyncio.Task[None]", chance: random.Random
) -> None:
    """After some acknowledgements more, and some milliseconds, whatever is under way."""
    wanted = traffic.told.events + chance.randrange(WARM_UP)
    async with asyncio.timeout(PATIENCE):
        while traffic.told.events < wanted and not work.done():  # noqa: ASYNC110 - three sources
            await asyncio.sleep(0.002)
    if work.done():
        work.result()
    await asyncio.sleep(chance.random() * 0.03)
    if chance.random() < 0.3:
        victim.kill_commands()
    await victim.kill()


@pytest.mark.timeout(120)
async def test_kill_9(tmp_path: Path) -> None:
    traffic = await kills(tmp_path, KILLS, COLD)
    assert traffic.told.events >= KILLS, "there was something to lose"
    assert traffic.told.records
    assert traffic.told.edit
    assert traffic.told.invitations


async def test_a_command_that_is_killed_at_once_said_nothing(tmp_path: Path) -> None:
    make_home(tmp_path, "Alpha")
    async with zygote() as starter:
        victim = Victim(tmp_path / "Alpha", starter)
        for _time in range(20):
            command = asyncio.create_task(victim.command("status"))
            while not victim.commands:  # noqa: ASYNC110 - it begins in another process
                await asyncio.sleep(0)
            victim.kill_commands()
            assert await command == (-signal.SIGKILL, "")


@pytest.mark.soak
@pytest.mark.timeout(0)
async def test_kill_9_for_long(tmp_path: Path) -> None:
    traffic = await kills(tmp_path, SOAK_KILLS, 100)
    print(f"{SOAK_KILLS} kills, {traffic.told.events} acknowledgements")
    assert traffic.told.events >= SOAK_KILLS
