"""Hashing beside the loop: so many at once, so many waiting, and no more."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from node.people import hashing as module
from node.people.hashing import AT_ONCE, WAITING, BusyError, Hashing

Gate = tuple[threading.Event, threading.Event, Callable[[], int]]
"""What lets hashing go on, what says that as many are at it as may be, and how many were."""


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Hashing that takes until it is let go, and how many were at it at once."""
    free, busy, lock = threading.Event(), threading.Event(), threading.Lock()
    here = most = 0

    def slow(_password: str) -> str:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
            if here == AT_ONCE:
                busy.set()
        free.wait(20)
        with lock:
            here -= 1
        return "hash"

    monkeypatch.setattr(module, "hash_password", slow)
    return free, busy, lambda: most


async def test_few_at_once_and_the_loop_goes_on(
    gate: Gate,
) -> None:
    free, busy, most = gate
    hashing = Hashing()
    tasks = [asyncio.create_task(hashing.make("x")) for _ in range(AT_ONCE + WAITING)]
    assert await asyncio.to_thread(busy.wait, 20)  # so the loop runs while threads hash
    with pytest.raises(BusyError):
        await hashing.make("x")
    free.set()
    assert await asyncio.gather(*tasks) == ["hash"] * len(tasks)
    assert most() == AT_ONCE
    assert await hashing.make("x") == "hash"


async def test_who_gives_up_makes_room(gate: Gate) -> None:
    free, _busy, _most = gate
    hashing = Hashing()
    tasks = [asyncio.create_task(hashing.make("x")) for _ in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)
    tasks[-1].cancel()
    await asyncio.gather(tasks[-1], return_exceptions=True)
    tasks.append(asyncio.create_task(hashing.make("x")))
    free.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert found.count("hash") == AT_ONCE + WAITING
