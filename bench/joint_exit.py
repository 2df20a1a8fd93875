"""From the signature that makes the quorum to the moment all signatories show each other.

Ten nodes in ten processes, linked over WebSockets on loopback, in a network that an eleventh hosts.
One proposes a pact that all ten must sign, and they sign one after the other. Measured by the clock
that all processes of a machine share: from the COMMIT of the last signature to the COMMIT after
which the last of the ten has the membership records of all ten in the new network. Compared to the
way of one signature before, from its COMMIT to those of the nine others. The host must not have
stored anything from the proposal to the last signature.
"""

import asyncio
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.filling import empty
from bench.processes import ROOT, environment, free_port
from bench.result import Result, median, say
from node.app import open_core
from node.features.networks.actions import apply_to_network, found_network
from node.records.transaction import act, take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.kind import Place
from protocol.record import verify_all
from sync.gate import Verdict, gate

SIGNATORIES = 10
RUNS = 5
WANTED = 1.0
PATIENCE = 60.0

SETTLED_SECONDS = 4.0
"""What starts and first rounds leave to be done is over by then."""


@dataclass
class Member:
    """A node's process, and what it said last."""

    process: Process
    at: int = 0
    signed: int = 0
    joined: int = 0
    last: int = 0
    times: dict[tuple[str, int], int] = field(default_factory=dict)
    """When a count was reached first."""

    async def listen(self) -> None:
        """Take down every commit."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.at, self.signed, self.joined, self.last = map(int, line.split())
            self.times.setdefault(("signed", self.signed), self.at)
            self.times.setdefault(("joined", self.joined), self.at)

    async def ask(self, line: str) -> None:
        """Make it act."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()


def run() -> Iterator[Result]:
    """The median of several joint exits."""
    exits, ways = [], []
    for number in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(_measure(Path(folder)))
        exits.append(found[0])
        ways.append(found[1])
        say(f"run {number + 1}: {found[0]:.3f} s; one signature {found[1] * 1000:.1f} ms")
    value = median(exits)
    ratio = round(value / median(ways), 1)
    to = "one signature, from its COMMIT to those of the nine others"
    yield Result("joint_exit", round(value, 3), "s", ratio, to, f"≤ {WANTED:g}", value <= WANTED)


async def _measure(folder: Path) -> tuple[float, float]:
    ports = [free_port() for _ in range(SIGNATORIES + 1)]
    paths = await asyncio.to_thread(_prepare, folder, ports)
    nodes = [Member(await _start(*one)) for one in zip(paths, ports, strict=True)]
    listening = [asyncio.create_task(one.listen()) for one in nodes]
    host, *signers = nodes
    try:
        await _until(lambda: all(one.at for one in nodes))
        await asyncio.sleep(SETTLED_SECONDS)
        quiet = host.last
        await signers[0].ask("propose")
        for count, signer in enumerate(signers[1:-1], 1):
            await _until(lambda count=count: all(one.signed >= count for one in signers))
            await signer.ask("sign")
        before = SIGNATORIES - 1
        await _until(lambda: all(one.signed >= before for one in signers))
        assert host.last == quiet, "the old network heard of it"
        await signers[-1].ask("sign")
        await _until(lambda: all(one.joined == SIGNATORIES for one in signers))
    finally:
        for one in nodes:
            with suppress(ProcessLookupError):
                one.process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(one.process.wait() for one in nodes), *listening)
    began = signers[-1].times["signed", SIGNATORIES]
    ended = max(one.times["joined", SIGNATORIES] for one in signers)
    way = [one.times["signed", before] for one in signers]
    return (ended - began) / 1e9, (max(way) - min(way)) / 1e9


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - ten processes tell, none of them an event
            await asyncio.sleep(0.005)


async def _start(path: Path, port: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.signatory", str(path), str(port)),
        cwd=ROOT,
        env=environment(),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
    )


def _prepare(folder: Path, ports: list[int]) -> list[Path]:
    """A network of all, known to all; nobody is up yet."""
    homes = [empty(folder, f"Group {number}") for number in range(len(ports))]
    cores = [open_core(home) for home in homes]
    host, *others = cores
    for core, port in zip(cores, ports, strict=True):
        with act(core) as publisher:
            core.settings.set("serve", {"private_addresses": True})
            content = {"url": f"http://127.0.0.1:{port}", "tls": None}
            publisher.write(Place(core.home_id, PUBLIC, "endpoint", "home"), content)
    old = found_network(host, host.home_id, {"name": "Old", "admission": "open"})
    _hand_over(host, others)
    for core in others:
        apply_to_network(core, core.home_id, old, None)
        _hand_over(core, [host])
    assert all(host.ties.is_member(old, core.home_id, host.clock()) for core in others)
    for _ in range(2):
        for core in cores:
            _hand_over(core, [one for one in cores if one is not core])
    for core in cores:
        core.close()
    return [home.path for home in homes]


def _hand_over(giver: Core, takers: list[Core]) -> None:
    """What the gate lets each have; as the first exchange would."""
    now = giver.clock()
    for taker in takers:
        headers = [
            one
            for one in giver.records.headers(now)
            if gate(taker.own, one, giver.ties, now) is not Verdict.NO
        ]
        raws = giver.records.envelopes([one.ref for one in headers])
        take(taker, verify_all([raw for raw in raws if raw]), frozenset(giver.own))


if __name__ == "__main__":
    for result in run():
        print(result)
