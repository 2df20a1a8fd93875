"""Machines whose clocks go wrong: real stores and the product's upkeep, with a time of their own.

A history is a list of steps; what really passes, what the clock shows and what the system counted
since it was switched on are three things.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from node.app import open_core
from node.base.errors import Problem
from node.features.clock.actions import confirm_clock
from node.features.networks.actions import apply_to_network, decide, found_network
from node.features.peers.actions import accept_peer
from node.features.status.views import status_view
from node.keys.home import Home
from node.links.manager import Links
from node.lookup.types import ClockView
from node.records.transaction import take
from node.store.core import Core
from node.upkeep.upkeep import Upkeep
from protocol.kinds import KINDS
from protocol.record import verify_all
from sync.gate import Verdict, gate
from tests.node.world import inside
from tests.sync.people import NOW

HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400


class Step(NamedTuple):
    """`what`: runs; off; stopped (off, and the clock with it); sleeps; forgets (asleep, and the
    system does not count it); set (the clock shows so many days more than is true); boots (it
    shows this time when it is switched on); right; heard (so many others say what time it is);
    confirm."""

    what: str
    days: float = 0


class Machine:
    """One node on one machine."""

    def __init__(self, home: Home, now: int = NOW) -> None:
        self.home, self.now, self.error, self.counted = home, now, 0, 0.0
        self.core: Core
        self.upkeep: Upkeep
        self.on()

    def wall(self) -> int:
        return self.now + self.error

    def on(self) -> None:
        """A process starts."""
        self.core = open_core(self.home, clock=self.wall, steady=lambda: self.counted)
        self.upkeep = Upkeep(self.core, Links(self.core))

    def off(self) -> None:
        """It ends, and the machine with it."""
        self.upkeep.links.verifiers.close()
        self.core.close()
        self.counted = 0.0

    async def look(self) -> None:
        """What a node does every few seconds, and every hour."""
        self.upkeep.look_at_clock()
        await self.upkeep.tidy_once()

    async def run(self, days: float, pace: int = DAY) -> None:
        """It runs, and tidies once in `pace` seconds."""
        left = int(days * DAY)
        await self.look()
        while left > 0:
            some = min(pace, left)
            self.now, self.counted, left = self.now + some, self.counted + some, left - some
            await self.look()

    async def do(self, step: Step) -> None:
        """One step of a history."""
        seconds = int(step.days * DAY)
        match step.what:
            case "runs":
                await self.run(step.days)
            case "off":
                self.off()
                self.now += seconds
                self.on()
                await self.look()
            case "stopped":  # off, and its clock too
                self.off()
                self.now, self.error = self.now + seconds, self.error - seconds
                self.on()
                await self.look()
            case "sleeps" | "forgets":
                self.now += seconds
                self.counted += seconds if step.what == "sleeps" else 0
                await self.look()
            case "set":
                self.error = seconds
                await self.look()
            case "boots":
                self.off()
                self.error = int(step.days) - self.now
                self.on()
                await self.look()
            case "right":
                self.error = 0
                await self.look()
            case "heard":
                with self.core.transaction():
                    for number in range(int(step.days)):
                        self.core.clock.witnesses.hear(f"other {number}", self.now)
                await self.look()
            case "confirm":
                confirm_clock(self.core)
                await self.look()
            case _:
                raise AssertionError(step)

    @property
    def told(self) -> ClockView | None:
        """What a person reads about the clock."""
        return status_view(inside(self.core)).clock


def exchange(one: Core, other: Core) -> None:
    """Each gives the other what it may have, as often as something comes in by that."""
    for _ in range(3):
        for giver, taker in ((one, other), (other, one)):
            headers = [
                header
                for header in giver.records.headers(giver.clock(), KINDS)
                if gate(taker.own, header, giver.ties, giver.clock()) is not Verdict.NO
            ]
            raw = [record.raw for record in giver.records.records(headers)]
            proven = frozenset(giver.own)
            take(taker, verify_all(raw), proven)


Wish = tuple[Callable[..., Any], tuple[Any, ...]]


def attempt(core: Core, wish: Wish, later: list[Wish]) -> None:
    """What a person does; what is refused with words is done again when the clock is right."""
    try:
        wish[0](core, *wish[1])
    except Problem:
        later.append(wish)


def said(core: Core, authors: Sequence[bytes], now: int) -> list[tuple[str, str, bytes | None]]:
    """All that some say as a node sees it: kind, audience and body of what is live."""
    found = []
    for kind in KINDS:
        if kind in ("sealed", "closed", "identity"):
            continue
        there = [one for one in core.records.statements(kind, now) if one.author in authors]
        found += [(kind, str(one.audience), one.body) for one in there]
    return sorted(found, key=repr)


def copied(home: Home, folder: Path) -> Home:
    """The same node once more, for a world in which nothing goes wrong."""
    shutil.copytree(home.path, folder / home.path.name)
    return Home(folder / home.path.name)


def partnered(a: Core, b: Core) -> bytes:
    """Let two nodes accept each other, and `a` join a network that `b` runs; gives its id."""
    for one, other in ((a, b), (b, a)):
        introduction = one.introduction(one.ring.held[0])
        assert introduction is not None
        take(other, verify_all([introduction.raw]), frozenset({one.home_id}))
        accept_peer(other, other.home_id, one.home_id)
    network: bytes = found_network(b, b.home_id, {"name": "Netz"})
    exchange(a, b)
    apply_to_network(a, a.home_id, network, None)
    exchange(a, b)
    decide(b, network, a.home_id, "admitted")
    return network
