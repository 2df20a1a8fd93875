"""Storing what a peer sends: at once, or slowly and in parts if it costs too much (§8.6)."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from node.links.cpu_quota import CpuQuota
from node.links.group_commit import GroupCommit
from node.links.verifiers import Verified
from node.records.intake import Batch
from node.records.transaction import Codes
from protocol.kinds import CONTROL
from protocol.record import Record

SLICE_RECORDS, SLICE_BYTES = 50, 65_536
"""What is taken in at a time of a peer that owes: nobody else waits long for that."""


CONTROL_RECORDS = 200
"""Control records that are taken in at a time: their keys are points to be checked, their chains
may lie apart (§6.5). A commit of so many takes some 30 ms, in which nobody else is served."""


class Host(Protocol):
    """The node, as far as it stores and keeps accounts."""

    commits: GroupCommit
    shares: CpuQuota


async def store_slowly(
    host: Host,
    home: bytes,
    envelopes: Sequence[bytes],
    verified: Verified,
    proven: Callable[[], frozenset[bytes]],
) -> Codes:
    """Have records of a peer stored. Who owes waits, and comes in small parts.

    `proven`: whose public records it may bring, asked before each part.
    """
    loop, codes = asyncio.get_running_loop(), list[str | None]()
    owes = host.shares.owes(home, loop.time())
    for begin, end in slices(envelopes) if owes else parts(verified):
        taken = await host.commits.take_in(verified[begin:end], proven(), home)
        codes += taken.codes
        if pause := host.shares.pause(home, taken.wasted, loop.time()) if taken.wasted else 0:
            await asyncio.sleep(pause)
    return codes


def parts(batch: Batch) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end of what somebody brings who owes nothing: content at once."""
    begin, control = 0, 0
    for at, one in enumerate(batch):
        control += isinstance(one, Record) and one.kind in CONTROL
        if control >= CONTROL_RECORDS:
            yield begin, at + 1
            begin, control = at + 1, 0
    if begin < len(batch):
        yield begin, len(batch)


def slices(records: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end that are taken in at a time.

    >>> list(slices([b"a" * 65_536, b"b", *[b"c"] * 60]))
    [(0, 1), (1, 51), (51, 62)]
    """
    begin, size = 0, 0
    for at, one in enumerate(records):
        if at > begin and (at - begin >= SLICE_RECORDS or size + len(one) > SLICE_BYTES):
            yield begin, at
            begin, size = at, 0
        size += len(one)
    if begin < len(records):
        yield begin, len(records)
