"""An empty node takes over 100,000 records from one peer: records/s ÷ bare verification.

Two processes that serve as `verbund serve` does, linked over a WebSocket on loopback. Both are
members of one network of 1,000 groups, which the peer knows already; the newcomer knows the two of
them. Of each group come its identity, its membership, its admission, its entry, and 96 meetings:
100,000 records, by 1,000 authors and the network.

* `cold_start/one_core`: the newcomer, with whatever it starts, is held to one core. Peer and bench
  have the other one.
* `cold_start/two_cores`: the newcomer may use both cores, and the peer shares them.

The time runs from when the newcomer accepts the peer to the COMMIT of the last record. Beside it:
PyNaCl verifies some of the same signatures, on one core, before and after. Meanwhile the newcomer's
page is asked for again and again.

`main` with HOME and PORT as arguments is one such process: it writes when it committed, and dials
`URL ID` if that is written to it.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import aiohttp

from bench.corpus import Federation
from bench.crowd import EACH, join, made
from bench.filling import empty
from bench.intake import bare
from bench.invitation import Child
from bench.linked import now, serve_watched
from bench.processes import ROOT, environment, free_port
from bench.result import Result, median, percentile, say
from node.app import open_core
from node.features.peers.actions import accept_peer
from node.keys.home import Home
from node.links.dial_plan import set_invited_at
from node.records.transaction import take
from node.store.core import Core
from protocol.ids import from_text, to_name, to_text
from protocol.kind import Place
from protocol.record import verify_all

GROUPS = 1_000
RECORDS = GROUPS * EACH

SAMPLE = 10_000
"""Signatures that are verified beside it, before and after."""

ROUNDS = 3
ASK_SECONDS = 0.2
"""Between two requests, as of a person who clicks in haste: they cost the newcomer time."""

AT_REST = 10
"""Requests before the transfer begins."""

FEW = 10
"""Own records that come before the first of the many: accepting the peer, being introduced."""

MAIN = "from bench.cold_start import main; main()"
"""Not as a module: like that of `python -m node`, it is not imported by who verifies."""

PAGES = ("/", "/health")
WANTED = {"one_core": 0.55, "two_cores": 0.9}


class Peer(NamedTuple):
    """Who has the records. `sample` are some of them."""

    folder: Path
    id: bytes
    federation: Federation
    sample: list[bytes]


class Taken(NamedTuple):
    """What one transfer took. Times in seconds, memory in MiB."""

    wall: float
    first: float
    cpu: tuple[float, float]
    memory: tuple[float, float]
    rest: dict[str, list[float]]
    meanwhile: dict[str, list[float]]
    longest: dict[str, float]
    """The longest wait for a page meanwhile, at the newcomer and at the peer."""


def run() -> Iterator[Result]:
    """Each way, with what else is wanted of it shown beside."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        peer = _fill(path / "peer")
        for name, wanted in WANTED.items():
            yield from _in_turns(path, peer, name, wanted)


def _in_turns(path: Path, peer: Peer, name: str, wanted: float) -> Iterator[Result]:
    found, ratios, cpus = [], [], []
    for n in range(ROUNDS):
        home = empty(path, f"{name}{n}")
        _introduce(home, peer)
        before = bare(peer.sample)
        one = asyncio.run(_once(home, peer, alone=name == "one_core"))
        after = bare(peer.sample)
        found.append(one)
        cpu, wall = (median(list(both)) / SAMPLE for both in zip(before, after, strict=True))
        ratios.append(wall * RECORDS / one.wall)
        cpus.append(cpu * RECORDS / one.cpu[0])
        each = [spent / RECORDS * 1e6 for spent in (one.wall, *one.cpu)]
        say(
            f"{name}: bare {cpu * 1e6:.1f} µs CPU, {wall * 1e6:.1f} µs; a record {each[0]:.1f} µs,"
            f" CPU newcomer {each[1]:.1f} µs, peer {each[2]:.1f} µs: {ratios[-1]:.3f}"
        )
    yield from _results(name, found, ratios, cpus, wanted)


def _results(
    name: str, found: list[Taken], ratios: list[float], cpus: list[float], wanted: float
) -> Iterator[Result]:
    rate, ratio = median([RECORDS / one.wall for one in found]), median(ratios)
    to = "bare PyNaCl verify, one core, wall time"
    title = f"cold_start/{name}"
    yield Result(
        title, round(rate), "records/s", round(ratio, 3), to, f"≥ {wanted}", ratio >= wanted
    )
    cpu = median([sum(one.cpu) / RECORDS * 1e6 for one in found])
    to, share = "bare PyNaCl verify, CPU time of the newcomer", round(median(cpus), 3)
    yield Result(f"{title}/cpu", round(cpu, 1), "µs of both", share, to, "shown beside", True)
    first = median([one.first for one in found])
    yield Result(f"{title}/first", round(first, 3), "s", None, None, "shown beside", True)
    for who, at in (("newcomer", 0), ("peer", 1)):
        memory = max(one.memory[at] for one in found)
        shown = (round(memory, 1), "MiB at most", None, None, "shown beside", True)
        yield Result(f"{title}/memory/{who}", *shown)
    for who in ("newcomer", "peer"):
        longest = max(one.longest[who] for one in found) * 1e3
        shown = (round(longest, 1), "ms at most", None, None, "shown beside", True)
        yield Result(f"{title}/longest wait/{who}", *shown)
    for page in PAGES:
        rest = [one for taken in found for one in taken.rest[page]]
        busy = [one for taken in found for one in taken.meanwhile[page]]
        for kind, value, other in (
            ("", median(busy), median(rest)),
            ("/p95", percentile(busy, 95), percentile(rest, 95)),
        ):
            title_page, slower = f"{title}/page {page}{kind}", round(value / other, 1)
            shown = (round(value * 1e3, 1), "ms", slower, "the same at rest", "shown beside", True)
            yield Result(title_page, *shown)


# The two homes


def _fill(folder: Path) -> Peer:
    """A node that knows all of them, by the real intake."""
    home, sample = empty(folder.parent, folder.name), list[bytes]()
    with closing(open_core(home)) as core:
        when = core.clock()
        federation = Federation.make(0, when, core.home_id)
        join(core, federation, core.home_id)
        for raws in made(federation.network, when, GROUPS):
            refused = {code for code in take(core, verify_all(raws)) if code}
            assert not refused, refused
            sample += raws if len(sample) < SAMPLE else []
        size = sum(map(len, sample)) // len(sample)
        say(f"{RECORDS:,} records of {size} bytes on average, by {GROUPS:,} groups")
        return Peer(folder, core.home_id, federation, sample[:SAMPLE])


def _introduce(home: Home, peer: Peer) -> None:
    """The newcomer is a member too, and both have heard of each other."""
    with closing(open_core(home)) as core, closing(open_core(Home(peer.folder))) as other:
        with core.transaction():
            core.settings.set("serve", {"private_addresses": True})
        join(core, peer.federation, peer.id)
        ours = [record.raw for _no, record, _inner in core.records.all_by(core.home_id)]
        ours.append(
            core.records.at(
                Place(
                    peer.federation.network.id,
                    peer.federation.audience,
                    "admission",
                    to_name(core.home_id),
                )
            ).raw
        )
        take(other, verify_all(ours), frozenset({core.home_id}))
        take(core, verify_all(other.chains_of(peer.id)), frozenset({peer.id}))
        assert other.ties.is_member(peer.federation.network.id, core.home_id, other.clock())


# The two processes


async def _once(home: Home, peer: Peer, alone: bool) -> Taken:
    every = os.sched_getaffinity(0)
    first, rest = ({min(every)}, every - {min(every)} or every) if alone else (every, every)
    sender = await _start(peer.folder, rest)
    newcomer = await _start(home.path, first)
    os.sched_setaffinity(0, rest)
    try:
        async with aiohttp.ClientSession() as http:
            at_rest = await _ask(http, newcomer, AT_REST)
            with closing(sqlite3.connect(home.database)) as conn:
                sql = "select value from settings where key = 'last_record'"
                last = int(conn.execute(sql).fetchone()[0])
            before = _cpu(newcomer), _cpu(sender)
            began = now()
            await newcomer.ask(f"http://127.0.0.1:{sender.port} {to_text(peer.id)}")
            asked = [asyncio.create_task(_ask(http, one, 1_000_000)) for one in (newcomer, sender)]
            opened, ended = await _commits(newcomer, last)
            after = _cpu(newcomer), _cpu(sender)
            for task in asked:
                task.cancel()
            meanwhile, at_peer = await asyncio.gather(*asked)
        memory = _memory(newcomer), _memory(sender)
    finally:
        os.sched_setaffinity(0, every)
        await newcomer.stop()
        await sender.stop()
    cpu = after[0] - before[0], after[1] - before[1]
    wall, opened_after = (ended - began) / 1e9, (opened - began) / 1e9
    both = {"newcomer": meanwhile, "peer": at_peer}
    longest = {who: max(t for page in one.values() for t in page) for who, one in both.items()}
    return Taken(wall, opened_after, cpu, memory, at_rest, meanwhile, longest)


async def _commits(newcomer: Child, last: int) -> tuple[int, int]:
    """When the first record of the many was committed, and the last one."""
    first, _number = await newcomer.commit(last + FEW)
    ended, _number = await newcomer.commit(last + RECORDS)
    return first, ended


async def _start(home: Path, cores: set[int]) -> Child:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", MAIN, str(home), str(port)),
        cwd=ROOT,
        env=environment(),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    for _ in range(3_000):
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return Child(process, port)
        await asyncio.sleep(0.02)
    raise TimeoutError(home)


async def _ask(http: aiohttp.ClientSession, child: Child, times: int) -> dict[str, list[float]]:
    """Seconds until each answer, page after page, until there were enough or it is cancelled."""
    found: dict[str, list[float]] = {page: [] for page in PAGES}
    with suppress(asyncio.CancelledError):
        for _ in range(times):
            for page in PAGES:
                began = time.perf_counter()
                async with http.get(f"http://127.0.0.1:{child.port}{page}") as answer:
                    await answer.read()
                    assert answer.status == 200, answer.status
                found[page].append(time.perf_counter() - began)
                await asyncio.sleep(ASK_SECONDS)
    return found


def _family(number: int) -> Iterator[int]:
    """A process, and those that it started."""
    yield number
    with suppress(OSError):
        for task in Path(f"/proc/{number}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _cpu(child: Child) -> float:
    """Seconds of processor time so far, of all of its processes."""
    total = 0
    for number in _family(child.process.pid):
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def _memory(child: Child) -> float:
    """The most that was resident at a time, in MiB, of all of its processes."""
    total = 0
    for number in _family(child.process.pid):
        status = Path(f"/proc/{number}/status").read_text()
        total += int(status.split("VmHWM:")[1].split()[0])
    return total / 1024


def main() -> None:
    """Serve the node in HOME at PORT."""
    home, port = Home(Path(sys.argv[1])), int(sys.argv[2])
    core = open_core(home)
    serve_watched(core, port, lambda: str(core.records.last()), lambda line: dial(core, line))


def dial(core: Core, line: str) -> None:
    """Accept who is at an address: `URL ID`."""
    url, peer = line.split()
    with core.transaction():
        set_invited_at(core, from_text(peer), url, None)
    accept_peer(core, core.home_id, from_text(peer))
