"""A node's life over the file system that forgets, and what power cuts leave of it.

A life: the node is opened, does some of what nodes do, and is closed or just stops. Every COMMIT
is marked where the caller goes on after it, where others are told "it is stored"; with it goes
a digest of everything that was in the file then. After a cut, the file must be whole and hold
exactly what it held after the last COMMIT that anybody was told of, or after the one that was
under way: nothing less, nothing between, nothing else.
"""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crypto.hashing import digest
from node.app import open_core
from node.features.groups.actions import edit_group, group_content
from node.features.groups.tables import own_list
from node.features.networks.actions import found_network, leave_network
from node.keys.home import Home
from node.records.transaction import take
from node.store.core import Core
from node.store.database import Database
from node.upkeep.tidying import tidy
from tests.faults.losing import Op, Recorder, power_cut
from tests.faults.through_apsw import through
from tests.node.world import Clock, accept, make_core, verified
from tests.sync.people import Someone

PEERS = tuple(Someone(f"peer {n}") for n in range(3))
ACTIONS = 10
"""In a life: some commits, so that a cut finds the log at different fillings."""


def contents(conn: Any) -> bytes:
    """A digest of every row of every table."""
    found = digest(b"")
    tables = conn.execute(
        "select name from sqlite_master where type = 'table' and sql not like '%virtual table%'"
        " order by name"
    ).fetchall()
    for (name,) in tables:
        rows = conn.execute(f'select * from "{name}" order by 1').fetchall()
        found = digest(found + repr((name, rows)).encode())
    return found


class Found(NamedTuple):
    """After a cut: commits that were acknowledged before it, and those that are there."""

    acknowledged: int
    there: int

    @property
    def lost(self) -> int:
        return max(0, self.acknowledged - self.there)


class Life:
    """What happened to the files, and after which of it which commit was acknowledged."""

    def __init__(self, ops: list[Op]) -> None:
        self.ops = ops
        self.marks: list[int] = []
        self.states: list[bytes] = []

    def committed(self, db: Database) -> None:
        self.marks.append(len(self.ops))
        self.states.append(contents(db.conn))

    def after_cut(self, at: int, chance: random.Random, folder: Path) -> Found:
        """Cut the power at `at`; open what is left with the standard library."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        power_cut(self.ops, at, chance, folder)
        with closing(sqlite3.connect(folder / "verbund.db")) as left:
            assert left.execute("pragma integrity_check").fetchall() == [("ok",)]
            now = contents(left)
        acknowledged = sum(mark <= at for mark in self.marks) - 1
        assert now in self.states, "a state that never was"
        there = max(n for n, one in enumerate(self.states) if one == now)
        first = min(n for n, one in enumerate(self.states) if one == now)
        assert first <= acknowledged + 1, "something that was not yet said"
        return Found(acknowledged, min(there, acknowledged + 1))


@contextmanager
def marked(monkeypatch: pytest.MonkeyPatch, life: Life) -> Iterator[None]:
    """Each outermost `writing` is marked when it returns."""
    writing = Database.writing

    @contextmanager
    def watched(self: Database) -> Iterator[None]:
        outermost = not self.conn.in_transaction
        with writing(self):
            yield
        if outermost:
            life.committed(self)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", watched)
        yield


def live(
    recorder: Recorder, home: Home, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> Life:
    """Some actions of a node that is in `home`, or is made there now."""
    is_new = not home.exists
    if not is_new:
        with closing(sqlite3.connect(home.database)) as conn:
            before = contents(conn)
    recorder.begin(home.database)
    life = Life(recorder.ops)
    with through(monkeypatch, recorder.name), marked(monkeypatch, life):
        if is_new:
            life.marks.append(len(life.ops))
            life.states.append(digest(b""))
            core = make_core(home.path.parent, home.path.name, Clock())
            for one in PEERS:
                accept(core, one)
        else:
            life.marks.append(len(life.ops))
            life.states.append(before)
            core = open_core(home, clock=Clock())
        for _ in range(ACTIONS):
            _something(core, chance)
        if chance.random() < 0.5:
            core.close()
            return life
        ops = list(life.ops)  # it just stops: what closing would do is not seen
        core.close()
        life.ops = ops
    return life


def _something(core: Core, chance: random.Random) -> None:
    what, me = chance.randrange(8), core.home_id
    if what == 0:
        edit_group(core, me, {"purpose": "ä" * chance.randrange(1, 2_000)})
    elif what == 1:
        peer = chance.choice(PEERS)
        names = [f"m{chance.randrange(50)}" for _ in range(chance.randrange(1, 20))]
        take(core, verified(*map(peer.meeting, dict.fromkeys(names))), frozenset({peer.id}))
    elif what == 2:
        peer = chance.choice(PEERS)
        take(core, verified(peer.say("group", None)), frozenset({peer.id}))
    elif what == 3:
        with core.transaction():
            core.settings.set(f"n{chance.randrange(9)}", "x" * chance.randrange(20_000))
    elif what == 4:
        core.db.fold()
    elif what == 5:
        tidy(core)
    elif what == 6 and len(core.ring.ids) < 4:
        network = found_network(core, me, {"name": f"Netz {chance.random()}"})
        leave_network(core, me, network)
    else:
        with core.transaction():
            name = f"Gruppe {chance.randrange(30)}"
            own_list(core).put(group_content({"name": name, "purpose": "p" * 100}))
