"""The power fails: nothing that was acknowledged is lost, and the file is whole (design: 2xx, a
receipt or an acknowledgement is given only after COMMIT with `synchronous=FULL`).

Each round is one power cut, at a random moment of a random life of a node. `kill -9` can't show
this: what a process wrote stays in the system's memory when it dies.
"""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.keys.home import Home
from node.store.database import Database
from tests.faults.lives import Found, live
from tests.faults.losing import Recorder

ROUNDS = 300
SOAK_ROUNDS = int(os.environ.get("VERBUND_POWER_CUTS", "20000"))
SEED = int(os.environ.get("VERBUND_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
"""Printed when a test fails; `VERBUND_SEED` repeats it."""

CUTS = 10
"""In one life."""


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    made = Recorder("recorder")
    yield made
    made.unregister()


def rounds(
    count: int, recorder: Recorder, folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int = SEED
) -> list[Found]:
    """So many power cuts; each life goes on from what one of the cuts before it left."""
    print(f"VERBUND_SEED={seed}")
    chance, found, home = random.Random(seed), list[Found](), Home(folder / "node")
    while len(found) < count:
        life = live(recorder, home, chance, monkeypatch)
        for _ in range(min(CUTS, count - len(found))):
            at, left = chance.randrange(len(life.ops) + 1), folder / "left"
            if life.marks[0] > at:  # before the node was there
                at = life.marks[0]
            found.append(life.after_cut(at, chance, left))
        if len(found) > CUTS:  # what is left of the first life may be from before there was a node
            home.database.with_name("verbund.db-wal").unlink(missing_ok=True)
            shutil.copy(left / "verbund.db", home.database)
    return found


def lost(found: list[Found]) -> int:
    return sum(one.lost for one in found)


def test_power_loss(recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rounds(ROUNDS, recorder, tmp_path, monkeypatch)
    assert (len(found), lost(found)) == (ROUNDS, 0)
    assert sum(one.acknowledged for one in found) > ROUNDS, "there was something to lose"


def test_without_waiting_for_the_disk_commits_are_lost(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `synchronous=FULL` is for, and that these rounds would notice its absence."""
    configure = Database.configure

    def careless(self: Database) -> None:
        configure(self)
        self.conn.execute("pragma synchronous = normal")

    monkeypatch.setattr(Database, "configure", careless)
    monkeypatch.setattr(Database, "assert_durable", lambda _self: None)
    assert lost(rounds(ROUNDS // 3, recorder, tmp_path, monkeypatch)) > 0


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_power_loss_for_long(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, part = 0, 0
    while done < SOAK_ROUNDS:
        folder, many = tmp_path / str(part), min(1_000, SOAK_ROUNDS - done)
        folder.mkdir()
        found = rounds(many, recorder, folder, monkeypatch, SEED + part)
        assert lost(found) == 0
        done, part = done + many, part + 1
    assert done == SOAK_ROUNDS
