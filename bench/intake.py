"""The whole intake (decode, verify, check, store with FULL and all indexes) ÷ bare verification.

Records of mixed kinds, as they come on a first exchange with a network: of each member its
identity, membership, admission, endpoint, directory entry, six meetings, and six sealed records
to be carried for another member. Batches of 5,000.
"""

import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from nacl.signing import VerifyKey

from bench.corpus import Author, Federation
from bench.result import Result, median, say
from crypto.signing import pae
from node.app import SCHEMA, open_core
from node.base.tuning import tune_collector
from node.features.start.actions import initialise
from node.keys.home import Home
from node.links.group_commit import RECORDS
from node.links.verifiers import PART, Verified, Verifiers
from node.records.transaction import take
from node.store.core import Core
from protocol.record import RECORD_TYPE, open_envelope, verify_all

BATCH = 5_000
ROUNDS = 7
MEMBERS = 10
EACH = 6
"""Meetings, and sealed records, of each member: a few months of an active group."""


def prepare(folder: Path) -> tuple[Core, Federation]:
    """A node that is a member of a network whose other members it does not know yet."""
    home = Home(folder)
    initialise(home, {"name": "Messstelle"}, None, secrets.token_bytes, schema=SCHEMA)
    core = open_core(home)
    now = core.clock()
    federation = Federation.make(MEMBERS, now, core.home_id)
    first = [*federation.introductions(), federation.charter(core.home_id)]
    proven = frozenset({federation.network.id})
    assert not any(take(core, verify_all(first), proven))
    from node.features.networks.actions import apply_to_network

    apply_to_network(core, core.home_id, federation.network.id, None)
    bond = core.ties.bond(federation.network.id, core.home_id)
    assert bond is not None
    assert bond.membership is not None
    assert bond.membership.epoch is not None
    admitted = federation.admitted(core.home_id, bond.membership.epoch)
    assert take(core, verify_all([admitted])) == [None]
    charter = bytes(32)
    assert not any(take(core, verify_all(federation.admissions(charter))))
    return core, federation


def mixed(federation: Federation) -> Iterator[bytes]:
    """Without end: one new member after the other, with all that is there to say of it."""
    other = federation.members[0]
    for n in count():
        one = Author.make(b"newcomer %d" % n)
        yield one.identity(federation.now)
        yield federation.member(one, one.epoch, bytes(32))
        yield federation.admitted(one.id, one.epoch)
        yield federation.endpoint(one, n)
        yield federation.entry(one)
        for m in range(EACH):
            yield federation.meeting(one, n * EACH + m)
            yield federation.carried(one, other, n * EACH + m)
        other = one


def bare(raws: list[bytes]) -> tuple[float, float]:
    """(CPU, wall) seconds of verifying the same signatures with PyNaCl and nothing else."""
    jobs = []
    for raw in raws:
        key, payload, signature = open_envelope(raw)
        jobs.append((VerifyKey(key), pae(RECORD_TYPE, payload), signature))
    wall, cpu = time.perf_counter(), time.process_time()
    for key, message, signature in jobs:
        key.verify(message, signature)
    return time.process_time() - cpu, time.perf_counter() - wall


def whole(core: Core, raws: list[bytes]) -> tuple[float, float]:
    """(CPU, wall) seconds of the intake on one core."""
    wall, cpu = time.perf_counter(), time.process_time()
    codes = take(core, verify_all(raws))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert not any(codes), {code for code in codes if code}
    return cpu, wall


def both_cores(core: Core, raws: list[bytes], verifiers: Verifiers) -> float:
    """Wall seconds with verification on both cores, later parts while one is stored.

    As many in one COMMIT as a running node takes (`node.links.group_commit`).
    """
    parts = [raws[start : start + PART] for start in range(0, len(raws), PART)]
    waiting: Verified = []
    wall = time.perf_counter()
    for verified in verifiers.stream(parts):
        waiting += verified
        if len(waiting) >= RECORDS:
            assert not any(take(core, waiting))
            waiting = []
    assert not any(take(core, waiting))
    return time.perf_counter() - wall


def run() -> Iterator[Result]:
    """CPU ratio on one core, and wall ratio with both."""
    with tempfile.TemporaryDirectory() as folder:
        core, federation = prepare(Path(folder))
        source = mixed(federation)
        cpu, wall = [], []
        rates = []
        tune_collector()
        with closing(Verifiers()) as verifiers:
            list(verifiers.stream([[b""]]))  # its start is no part of the figure
            for _ in range(ROUNDS):
                one = [next(source) for _ in range(BATCH)]
                two = [next(source) for _ in range(BATCH)]
                bare_cpu, _wall = bare(one)
                whole_cpu, _wall = whole(core, one)
                cpu.append(bare_cpu / whole_cpu)
                wall.append(bare(two)[1] / both_cores(core, two, verifiers))
                rates.append(BATCH / whole_cpu)
                each = [spent / BATCH * 1e6 for spent in (bare_cpu, whole_cpu)]
                say(f"{sum(map(len, one)) // BATCH} bytes a record, bare {each[0]:.1f} µs,")
                say(f"  whole {each[1]:.1f} µs: {cpu[-1]:.3f}; on both cores {wall[-1]:.3f}")
        core.close()
    ratio = median(cpu)
    name = "bare PyNaCl verify, one core, CPU time"
    yield Result(
        "intake", round(median(rates)), "records/s", round(ratio, 3), name, "≥ 0.65", ratio >= 0.65
    )
    ratio = median(wall)
    cores = os.cpu_count()
    yield Result(
        "intake/wall",
        round(ratio, 3),
        "×",
        round(ratio, 3),
        f"bare PyNaCl verify, one core, wall time; intake on {cores} cores",
        "≥ 1.0",
        ratio >= 1.0,
    )
