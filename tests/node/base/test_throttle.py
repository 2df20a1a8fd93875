"""One throttle: at once, or soon; nothing that is due is forgotten."""

import asyncio

from node.base.throttle import Throttle


class Worked(list[float]):
    """When it was done, in seconds since the beginning."""

    def __init__(self, lasts: float = 0) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()
        self.begin, self.lasts = self.loop.time(), lasts

    def __call__(self) -> None:
        self.append(self.loop.time() - self.begin)
        end = self.loop.time() + self.lasts
        while self.loop.time() < end:
            pass


async def test_at_once_then_together() -> None:
    work = Worked()
    throttle = Throttle(work, 0.05)
    for _ in range(5):
        throttle.due()
    assert (len(work), throttle.idle) == (1, False)
    await asyncio.sleep(0.2)
    assert (len(work), throttle.idle) == (2, True)
    assert work[1] >= 0.05


async def test_the_sooner_of_two_counts() -> None:
    work = Worked()
    throttle = Throttle(work, 0.001)
    throttle.due(60)
    throttle.due(0.02)
    throttle.due(90)
    await asyncio.sleep(0.1)
    assert len(work) == 1
    assert throttle.idle


async def test_what_took_long_leaves_time_for_the_rest() -> None:
    work = Worked(0.03)
    throttle = Throttle(work, 0.001, rest=2)
    throttle.due()
    throttle.due()
    await asyncio.sleep(0.2)
    assert work[1] - work[0] >= 0.09


async def test_due_again_while_it_is_done() -> None:
    work = Worked()
    throttle = Throttle(lambda: None, 0.01)

    def again() -> None:
        work()
        if len(work) < 3:
            throttle.due()

    throttle.work = again
    throttle.due()
    assert len(work) == 1
    await asyncio.sleep(0.1)
    assert (len(work), throttle.idle) == (3, True)


async def test_closed() -> None:
    work = Worked()
    throttle = Throttle(work, 0.01)
    throttle.due(0.01)
    throttle.close()
    throttle.due()
    await asyncio.sleep(0.03)
    assert work == []
