"""Every point at which rotating, restoring or recovering can stop: killed, and failing (§5.5).

The work is done in a process of its own that ends, without any clean-up, just before or just after
its n-th commit, rename or removal; then in this one with an error there. Afterwards the node is the
old one or the new one, whole; and doing it again gives what it would have given at once.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from node.app import SCHEMA, open_core
from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.features.recovery.backup import restore
from node.features.recovery.recover import alone, begin
from node.features.recovery.rotate import rotate
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.keys.staging import new_home
from node.store.core import Core
from node.store.database import Database
from node.upkeep.backup_file import backup
from tests.node.keeping import opened, with_words

KILLED = 42
MOST = 60
"""Points that a work may have; more are a loop."""


class Points:
    """Stops at the n-th point, by `stop`."""

    def __init__(self, n: int, stop: Callable[[], None]) -> None:
        self.left, self.stop, self.hit = n, stop, False

    def here(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.hit = True
            self.stop()


@contextmanager
def points(monkeypatch: pytest.MonkeyPatch, n: int, stop: Callable[[], None]) -> Iterator[Points]:
    """Before and after each commit, rename and removal of a file."""
    found = Points(n, stop)
    writing = Database.writing

    @contextmanager
    def watched(self: Database) -> Iterator[None]:
        outermost = not self.conn.in_transaction
        with writing(self):
            yield
            if outermost:
                found.here()
        if outermost:
            found.here()

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", watched)
        for name in ("replace", "unlink"):
            patch.setattr(Path, name, _around(getattr(Path, name), found))
        yield found


def _around(original: Callable[..., object], found: Points) -> Callable[..., object]:
    def around(*args: object, **more: object) -> object:
        found.here()
        result = original(*args, **more)
        found.here()
        return result

    return around


def die() -> None:
    os._exit(KILLED)


def fail() -> None:
    raise OSError(28, "No space left on device")


def killed_at(monkeypatch: pytest.MonkeyPatch, n: int, work: Callable[[], object]) -> bool:
    """Do it in another process, killed at its n-th point; whether it has that many."""
    child = os.fork()
    if child == 0:
        try:
            with points(monkeypatch, n, die):
                work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - it must never go on as a second pytest
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED)
    return code == KILLED


def fails_at(monkeypatch: pytest.MonkeyPatch, n: int, work: Callable[[], object]) -> bool:
    """Do it here, with an error at the n-th point; whether it has that many."""
    with points(monkeypatch, n, fail) as found:
        try:
            work()
        except (OSError, Problem):
            assert found.hit
    return found.hit


STOPS = pytest.mark.parametrize("stopped_at", [killed_at, fails_at], ids=["killed", "failing"])
Stopped = Callable[[pytest.MonkeyPatch, int, Callable[[], object]], bool]


def each_point(
    monkeypatch: pytest.MonkeyPatch,
    stopped_at: Stopped,
    prepare: Callable[[int], tuple[Callable[[], object], Callable[[], None]]],
) -> int:
    """Try every point; gives how many there are."""
    for n in range(1, MOST):
        work, check = prepare(n)
        more = stopped_at(monkeypatch, n, work)
        check()
        if not more:
            return n - 1
    raise AssertionError("no end")


def assert_whole(core: Core) -> int:
    """Keys and chain fit, and the node can write; gives its link."""
    held = core.ring.held[0]
    assert not core.is_superseded(held)
    assert core.ties.identities[held.id].current.number == held.link
    live = [record for _no, record, _in in core.records.all_by(held.id)]
    assert {one.seq.link for one in live} == {held.link}
    edit_group(core, held.id, {"region": "Kiel"})
    return held.link


@STOPS
def test_rotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: Stopped) -> None:
    home, phrase = with_words(tmp_path, "Alpha")

    def prepare(n: int) -> tuple[Callable[[], object], Callable[[], None]]:
        copy = Home(tmp_path / f"copy{n}")
        shutil.copytree(home.path, copy.path)

        def work() -> None:
            core = open_core(copy)
            try:
                rotate(core, phrase, core.home_id, True)
            finally:
                core.close()

        def check() -> None:
            with opened(copy) as core:
                link = assert_whole(core)
                assert link in (0, 1)
                if link == 0:
                    rotate(core, phrase, core.home_id, True)
                core.forget_old_keys()
                assert assert_whole(core) == 1
                assert core.ring.others == []
                assert len(core.ring.held[0].sealing) == 2

        return work, check

    assert each_point(monkeypatch, stopped_at, prepare) >= 8


@STOPS
def test_restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: Stopped) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    file = tmp_path / "a.backup"
    with opened(home) as core:
        backup(core, file, False, lambda _done, _total: None)

    def prepare(n: int) -> tuple[Callable[[], object], Callable[[], None]]:
        new = Home(tmp_path / f"new{n}")

        def work() -> None:
            restore(new, file, phrase, lambda _done, _total: None, SCHEMA)

        def check() -> None:
            if not new.exists:
                work()
            with opened(new) as core:
                assert not core.is_reconciled
                assert core.home_id == phrase.home()
            assert not [one for one in new.path.iterdir() if one.name == "keys.new"]

        return work, check

    assert each_point(monkeypatch, stopped_at, prepare) >= 6


@STOPS
def test_recover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: Stopped) -> None:
    _home, phrase = with_words(tmp_path, "Alpha")

    def prepare(n: int) -> tuple[Callable[[], object], Callable[[], None]]:
        new = Home(tmp_path / f"new{n}")

        def check() -> None:
            if not new.exists:
                from_nothing(new, phrase)
            with opened(new) as core:
                assert core.home_id == phrase.home()
                assert core.is_reconciled

        return lambda: from_nothing(new, phrase), check

    assert each_point(monkeypatch, stopped_at, prepare) >= 8


def from_nothing(new: Home, phrase: Phrase) -> None:
    with new_home(new) as beside:
        core = begin(beside, phrase, None, SCHEMA)
        try:
            alone(core)
        finally:
            core.close()


@STOPS
def test_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: Stopped) -> None:
    """No part of a file under its name; a later backup is not in the way of an earlier."""
    home, phrase = with_words(tmp_path, "Alpha")

    def prepare(n: int) -> tuple[Callable[[], object], Callable[[], None]]:
        file = tmp_path / f"{n}.backup"

        def work() -> None:
            with opened(home) as core:
                backup(core, file, False, lambda _done, _total: None)

        def check() -> None:
            if not file.exists():
                work()
            restore(
                Home(tmp_path / f"restored{n}"), file, phrase, lambda _done, _total: None, SCHEMA
            )

        return work, check

    assert each_point(monkeypatch, stopped_at, prepare) >= 4
