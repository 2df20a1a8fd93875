"""Wrong entries slow and never lock: by a clock of the test's own."""

import asyncio

import pytest

from node.people import slowing as module
from node.people.slowing import ALL, FREE, FREE_OF_ALL, Slowing, TurnedAwayError


class Steady:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def slowing(steady: Steady) -> Slowing:
    return Slowing(steady)


def test_wait_doubles_up_to_its_end(slowing: Slowing) -> None:
    found = []
    for _ in range(FREE + 8):
        found.append(slowing.seconds("kim"))
        slowing.wrong("kim", ALL)
    assert found == [0.0] * FREE + [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]
    assert slowing.seconds("toni") == 0.0, "others are not slowed"


def test_right_one_begins_anew(slowing: Slowing) -> None:
    for _ in range(FREE + 3):
        slowing.wrong("kim")
    slowing.right("kim")
    assert slowing.seconds("kim") == 0.0


def test_time_forgives(slowing: Slowing, steady: Steady) -> None:
    for _ in range(FREE + 2):
        slowing.wrong("kim")
    waits = []
    for _ in range(4):
        waits.append(slowing.seconds("kim"))
        steady.now += 60
    assert waits == [2.0, 1.0, 0.5, 0.0]


def test_fifteen_people_in_one_room_slip_four_times(slowing: Slowing) -> None:
    for n in range(15):
        for _ in range(FREE - 2):
            slowing.wrong(f"person {n}", ALL)
    assert slowing.seconds(ALL) == 0.0
    for n in range(FREE_OF_ALL):
        slowing.wrong(f"name {n}", ALL)
    assert slowing.seconds(ALL) == module.OF_ALL


async def test_entries_for_one_account_are_looked_at_one_by_one(
    slowing: Slowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST", 0.001)
    for _ in range(FREE):
        slowing.wrong("kim")
    looking = most = 0

    async def enter() -> None:
        nonlocal looking, most
        async with slowing.entering("kim"):
            looking += 1
            most = max(most, looking)
            await asyncio.sleep(0)
            looking -= 1

    await asyncio.gather(*(enter() for _ in range(5)))
    assert most == 1


async def test_flood_turns_itself_away_and_what_is_let_in_is_looked_at(slowing: Slowing) -> None:
    held = asyncio.Event()

    async def enter() -> bool:
        try:
            async with slowing.entering("kim"):
                await held.wait()
                return True
        except TurnedAwayError:
            return False

    tasks = [asyncio.create_task(enter()) for _ in range(module.WAITING * 4)]
    for _ in range(20):
        await asyncio.sleep(0)
    turned_away = [task for task in tasks if task.done()]
    assert len(turned_away) >= module.WAITING * 2
    held.set()
    found = await asyncio.gather(*tasks)
    assert 1 <= sum(found) <= module.WAITING + 1
    async with slowing.entering("kim"):
        pass


async def test_who_gives_up_keeps_nobody_waiting(slowing: Slowing) -> None:
    entered = asyncio.Event()

    async def enter() -> None:
        async with slowing.entering("kim"):
            entered.set()
            await asyncio.Event().wait()

    first = asyncio.create_task(enter())
    await entered.wait()
    second = asyncio.create_task(enter())
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    async with slowing.entering("kim"):
        pass


def test_counts_are_bounded(slowing: Slowing) -> None:
    for n in range(module.MOST + 50):
        slowing.wrong(f"name {n}")
    assert slowing.seconds("name 0") == 0.0
