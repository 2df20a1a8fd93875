"""What it costs to find out which records differ: `reconcile/<n>/<d>`.

Two nodes with real stores, both members of one network, with n records of some 300 bytes; d of
them, at random, are missing on one side or the other. Real sessions between them, without sockets:
from the dialling side's digests to "equal again". `bytes` counts whole WebSocket messages,
encrypted, with their headers, in both directions, but for the records themselves and what
acknowledges them (shown beside). Beside: what negentropy v1 takes for the same sets (a model,
`bench.negentropy`). CPU time is that of both sides' sessions, without verifying and storing.

* `kept`: the nodes met before, today; `fresh`: under a key that neither has seen, as where decoding
  failed; the first time is the cost of building the index.
* `reconcile/audiences`: a round where nothing differs, for one network and for twenty.
* `reconcile/upkeep`: an index by itself, for each record.
"""

import random
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bench import negentropy
from bench.corpus import Federation
from bench.crowd import EACH, join, made
from bench.filling import empty
from bench.result import Result, median, say
from node.app import open_core
from node.links.session_store import NodeShelf, Shelves
from node.records.transaction import take
from node.store.core import Core
from protocol.record import verify_all
from sync import events
from sync.channel import Secure
from sync.frames import Ack, Compare, Frame, Listed, More, Records, Want
from sync.handshake import Answerer, Dialler
from sync.proof import Holding
from sync.session import Session
from sync.sketch import LEVELS, SetKey, Sketch
from sync.states import State

SIZES = (10_000, 100_000)
DIFFERENCES = (0, 10, 100, 1_000)
ROUNDS = 5
"""Of each, with other records missing; medians are given."""

HOST = "answerer.example:443"
HEADERS = {"dialler": 6, "answerer": 2}
"""Of a short WebSocket message; the side that dialled masks its own."""

WANTED_BYTES = {0: 120, 10: 600, 100: 3_500, 1_000: 24_000}
WANTED_TRIPS = {0: 1, 10: 2, 100: 3, 1_000: 5}
WANTED_CPU = {"kept": 150, "fresh": 600}
AUDIENCES = 20


class Cost(NamedTuple):
    """Of one exchange. CPU in milliseconds, both sides."""

    bytes: int
    transfer: int
    round_trips: int
    """Questions of the dialling side that it waits for an answer to."""
    cpu_ms: float


class Counting(Session):
    """A session that keeps account of what it sends."""

    def __init__(self, secure: Secure, shelf: NodeShelf) -> None:
        self.bytes = self.transfer = self.questions = 0
        super().__init__(secure, shelf)

    def _send(self, frame: Frame) -> None:
        super()._send(frame)
        size = len(self._out[-1])
        size += HEADERS[self.side] + (2 if size > 125 else 0) + (6 if size > 65_535 else 0)
        if isinstance(frame, Records | Ack):
            self.transfer += size if isinstance(frame, Ack) else 0
        elif not isinstance(frame, Listed):
            self.bytes += size
            last = isinstance(frame, Want) and frame.last
            self.questions += last or isinstance(frame, Compare | More)


class Pair:
    """Two nodes that are filled with the same records."""

    def __init__(self, folder: Path, groups: int, networks: int = 1) -> None:
        self.cores = [open_core(empty(folder, name)) for name in ("here", "there")]
        self.shelves = [Shelves(core) for core in self.cores]
        now = self.cores[0].clock()
        for seed in range(networks):
            federation = Federation.make(0, now, self.cores[0].home_id, seed)
            for core in self.cores:
                join(core, federation, self.cores[0].home_id)
            self._introduce()
            for raws in made(federation.network, now, groups):
                for core in self.cores:
                    assert not {code for code in take(core, verify_all(raws)) if code}

    def _introduce(self) -> None:
        """Each hears what the other said, and what was said of it."""
        for core, other in (self.cores, self.cores[::-1]):
            ours = [one.raw for one in core.records.records(core.records.headers(core.clock()))]
            take(other, verify_all(ours), frozenset({core.home_id}))

    def close(self) -> None:
        """Close both stores."""
        for core in self.cores:
            core.close()

    def meetings(self) -> list[negentropy.Item]:
        """Those that both have, as negentropy would sort them."""
        core = self.cores[0]
        return sorted((0, one.id) for one in core.records.headers(core.clock(), ["meeting"]))

    def lose(self, ids: Sequence[bytes], side: int) -> None:
        """Let one side have these no more."""
        core, gone = self.cores[side], set(ids)
        headers = core.records.headers(core.clock(), ["meeting"])
        numbers = [one.ref for one in headers if one.id in gone]
        with core.transaction():
            core.records.delete(numbers)

    def forget(self) -> None:
        """As if the two had never met."""
        for one in self.shelves:
            one._kept.clear()

    def exchange(self) -> Cost:
        """One session, until it rests."""
        secures = self._shake()
        spent, calls = 0.0, time.process_time
        sessions: list[Counting] = []
        for core, shelves, secure in zip(self.cores, self.shelves, secures, strict=True):
            sessions.append(Counting(secure, NodeShelf(core, shelves)))
        began = calls()
        waiting = [session.start(core.clock()) for session, core in self._both(sessions)]
        spent += calls() - began
        assert not any(waiting)
        while any(out := [session.outgoing() for session in sessions]):
            for number, messages in enumerate(reversed(out)):
                for message in messages:
                    spent += self._receive(sessions[number], self.cores[number], message)
        assert {one.state for one in sessions} == {State.RESTING}
        total, acks = (sum(one.bytes for one in sessions), sum(one.transfer for one in sessions))
        return Cost(total, acks, sessions[0].questions, spent * 1e3)

    def _both(self, sessions: Sequence[Counting]) -> Iterator[tuple[Counting, Core]]:
        return zip(sessions, self.cores, strict=True)

    def _receive(self, session: Counting, core: Core, message: bytes) -> float:
        began = time.process_time()
        happened = session.receive(message, core.clock())
        spent = time.process_time() - began
        for event in happened:
            if isinstance(event, events.Received):
                codes = take(core, verify_all(event.envelopes), session.peer)
                began = time.process_time()
                session.stored(zip(event.envelopes, codes, strict=True), core.clock())
                spent += time.process_time() - began
        return spent

    def _shake(self) -> tuple[Secure, Secure]:
        holdings = []
        for core in self.cores:
            held = core.ring.held[0]
            record = core.introduction(held)
            assert record is not None
            holdings.append([Holding(held.id, held.signing, record.raw)])
        here, there = self.cores
        draw = secrets.token_bytes
        dialler = Dialler(holdings[0], here.ties, there.home_id, HOST, None, draw(32), draw(32))
        answerer = Answerer(holdings[1], there.ties, {HOST}, draw(32), draw(32))
        done: dict[str, Secure] = {}
        for _ in range(4):
            for side, other in ((dialler, answerer), (answerer, dialler)):
                for message in side.outgoing():
                    for event in other.receive(message):
                        if isinstance(event, events.Introduced):
                            other.accept()
                        if isinstance(event, Secure):
                            done[other.side] = event
        return done["dialler"], done["answerer"]


def run() -> Iterator[Result]:
    """Each size and each number of differences."""
    yield from _upkeep()
    yield from _audiences()
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            pair = Pair(Path(folder), size // EACH)
            with closing(pair):
                yield from _of_size(pair, size)


def _of_size(pair: Pair, size: int) -> Iterator[Result]:
    items = pair.meetings()
    chosen = random.Random(size)
    say(f"{size:,} records: the first exchange, and the index: {pair.exchange().cpu_ms:.0f} ms")
    for differences in DIFFERENCES:
        kept, fresh, theirs = [], [], []
        for _ in range(ROUNDS if differences else 1):
            cost, model = _one(pair, items, differences, chosen)
            kept.append(cost)
            theirs.append(model)
            pair.forget()
            fresh.append(_one(pair, items, differences, chosen)[0])
        yield from _results(size, differences, kept, fresh, theirs)


def _one(
    pair: Pair, items: Sequence[negentropy.Item], differences: int, chosen: random.Random
) -> tuple[Cost, negentropy.Cost]:
    lost = chosen.sample(items, differences)
    sides = lost[: differences // 2], lost[differences // 2 :]
    for side, gone in enumerate(sides):
        pair.lose([id_ for _time, id_ in gone], side)
    cost = pair.exchange()
    for core in pair.cores:  # equal again
        assert len(list(core.records.headers(core.clock(), ["meeting"]))) == len(items)
    times = {id_: chosen.randrange(1_700_000_000, 1_730_000_000) for _time, id_ in items}
    sets = [
        sorted((times[id_], id_) for _time, id_ in set(items).difference(gone)) for gone in sides
    ]
    return cost, negentropy.cost(*sets)


def _results(
    size: int,
    differences: int,
    kept: Sequence[Cost],
    fresh: Sequence[Cost],
    theirs: Sequence[negentropy.Cost],
) -> Iterator[Result]:
    name, wanted = f"reconcile/{size}/{differences}", WANTED_BYTES[differences]
    taken = median([one.bytes for one in (*kept, *fresh)])
    other = median([one.bytes for one in theirs])
    trips = [one.round_trips for one in (*kept, *fresh)]
    most = max(one.bytes for one in (*kept, *fresh))
    say(
        f"{name}: {taken:,.0f} bytes (at most {most:,}; acknowledging {kept[0].transfer:,}), round"
        f" trips {sorted(trips)}; negentropy {other:,.0f} bytes, {theirs[0].round_trips} trips"
    )
    to = "bytes of negentropy v1 for the same sets (model)"
    ratio = round(taken / other, 4)
    middle, limit = median(trips), WANTED_TRIPS[differences]
    more = {
        "bytes": taken,
        "bytes_most": most,
        "round_trips": middle,
        "round_trips_most": max(trips),
        "cpu_ms": round(median([one.cpu_ms for one in kept]), 1),
        "cpu_ms_fresh": round(median([one.cpu_ms for one in fresh]), 1),
        "negentropy_bytes": other,
        "negentropy_round_trips": theirs[0].round_trips,
    }
    yield Result(name, taken, "bytes", ratio, to, f"≤ {wanted}", taken <= wanted, more)
    to = "round trips of negentropy v1, without a limit on frames"
    ratio = round(middle / theirs[0].round_trips, 2)
    shown = (f"{name}/round_trips", middle, "round_trips", ratio, to, f"≤ {limit}")
    yield Result(*shown, middle <= limit)
    for key, costs in (("kept", kept), ("fresh", fresh)):
        cpu = round(median([one.cpu_ms for one in costs]), 1)
        matters = differences == 100 and size == max(SIZES)
        words = f"≤ {WANTED_CPU[key]}" if matters else "shown beside"
        good = not matters or cpu <= WANTED_CPU[key]
        yield Result(f"{name}/cpu_{key}", cpu, "cpu_ms", None, None, words, good)


def _audiences() -> Iterator[Result]:
    """A round where nothing differs."""
    found = {}
    for networks in (1, AUDIENCES):
        with tempfile.TemporaryDirectory() as folder:
            pair = Pair(Path(folder), 1, networks)
            with closing(pair):
                pair.exchange()
                cost = found[networks] = pair.exchange()
                assert cost.round_trips == 1
    further = (found[AUDIENCES].bytes - found[1].bytes) / (AUDIENCES - 1)
    say(f"nothing differs: {found[1].bytes} bytes, {further:.0f} for each further network")
    yield Result(
        "reconcile/equal", found[1].bytes, "bytes", None, None, "≤ 120", found[1].bytes <= 120
    )
    shown = ("reconcile/audiences", round(further, 1), "bytes for each further one", None, None)
    yield Result(*shown, "≤ 40", further <= 40)


def _upkeep() -> Iterator[Result]:
    """Microseconds for a record, in bulk and singly."""
    count, single = 100_000, 5_000
    ids = secrets.token_bytes(16 * count)
    key = SetKey(secrets.token_bytes(32))
    cells = LEVELS[1]
    bulk, one_by_one = [], []
    for _ in range(3):
        sketch = Sketch(key, cells)
        began = time.process_time()
        sketch.add_many(ids)
        bulk.append((time.process_time() - began) / count * 1e6)
        began = time.process_time()
        for at in range(0, 16 * single, 16):
            sketch.remove(key.item(ids[at : at + 16]))
        one_by_one.append((time.process_time() - began) / single * 1e6)
    for name, found, wanted in (("bulk", bulk, 3), ("singly", one_by_one, 25)):
        value = round(median(found), 2)
        shown = (f"reconcile/upkeep/{name}", value, "µs a record", None, None)
        yield Result(*shown, f"≤ {wanted}", value <= wanted)
