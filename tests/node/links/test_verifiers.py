"""Whoever verifies, the outcome is that of `verify_all`, in order."""

import asyncio
import multiprocessing
from contextlib import closing

import pytest

from node.links import verifiers
from node.links.verifiers import BULK, INLINE, Verified, Verifiers
from protocol.record import Record, verify_all
from tests.sync.people import Someone

FEW, SOME, MANY = INLINE, BULK - 1, 1_100
ONE = Someone("one")
RAWS = [ONE.meeting(f"m{n}") for n in range(MANY)]
RAWS[3] = RAWS[3][:-1] + bytes([RAWS[3][-1] ^ 1])
RAWS[700] = b"garbage"


def said(found: Verified) -> list[object]:
    return [one.id if isinstance(one, Record) else one.code for one in found]


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("count", [FEW, SOME, MANY])
async def test_in_order_whoever_does_it(
    cores: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifiers, "cores", lambda: cores)
    with closing(Verifiers()) as some:
        assert said(await some.verify(RAWS[:count])) == said(verify_all(RAWS[:count]))
        assert (some.pool is None) == (cores == 1 or count < BULK)


async def test_the_other_process_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifiers, "cores", lambda: 2)
    with closing(Verifiers()) as some:
        await some.verify(RAWS)
        assert some.pool is not None
        work = asyncio.create_task(some.verify(RAWS))
        await asyncio.sleep(0)  # until it was handed out
        for process in multiprocessing.active_children():
            process.kill()
        assert said(await work) == said(verify_all(RAWS))


async def test_nobody_verifies_for_a_link_that_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifiers, "cores", lambda: 1)
    with closing(Verifiers()) as some:
        work = asyncio.create_task(some.verify(RAWS))
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert said(await some.verify(RAWS[:BULK])) == said(verify_all(RAWS[:BULK]))
        assert not some.waiting
