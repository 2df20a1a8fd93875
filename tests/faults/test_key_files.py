"""Key files and beginnings: what lies on the disk, in which order, before anything relies on it."""

import os
import secrets
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from node.app import SCHEMA, open_core
from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.features.recovery.rotate import rotate
from node.features.start.actions import initialise
from node.keys.home import Home, write_private
from tests.node.features.recovery.test_crashes import STOPS, Stopped, each_point
from tests.node.keeping import opened, with_words

Event = tuple[Any, ...]


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Each sync, with what the file holds in the system's eyes then, and each new name."""
    found: list[Event] = []
    sync, replace = os.fsync, Path.replace

    def fsync(file: int) -> None:
        path = Path(f"/proc/self/fd/{file}").readlink()
        found.append(("sync", path) if path.is_dir() else ("sync", path, path.read_bytes()))
        sync(file)

    def renamed(self: Path, target: Path) -> Path:
        found.append(("rename", self, Path(target)))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", renamed)
    return found


def test_a_key_file_is_safe_before_it_has_its_name(tmp_path: Path, events: list[Event]) -> None:
    """Whole under another name, then renamed, then the folder: a power cut leaves old or new."""
    path, beside = tmp_path / "keys", tmp_path / "keys.new"
    write_private(path, b"old")
    write_private(path, b"new")
    assert events == [
        one
        for data in (b"old", b"new")
        for one in (("sync", beside, data), ("rename", beside, path), ("sync", tmp_path))
    ]


def test_new_keys_are_safe_before_the_chain_that_needs_them(
    tmp_path: Path, events: list[Event]
) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    with closing(open_core(home)) as core:
        events.clear()
        core.db.conn.set_trace_callback(
            lambda sql: events.append(("commit",)) if sql.upper() == "COMMIT" else None
        )
        rotate(core, phrase, core.home_id, True)
    keys, beside = home.key_file, home.path / "keys.new"
    shown = [one[:2] for one in events]
    written = [("sync", beside), ("rename", beside), ("sync", home.path)]
    assert shown == [*written, ("commit",), *written, ("commit",)]
    assert all(one[2] == keys for one in events if one[0] == "rename")


def test_new_folders_are_safe(tmp_path: Path, events: list[Event]) -> None:
    """Or a power cut takes the folder with all that is in it, after the words were shown."""
    home = Home(tmp_path / "people" / "node")
    initialise(home, {"name": "Alpha"}, None, secrets.token_bytes, schema=SCHEMA)
    synced = [one[1] for one in events if one[0] == "sync"]
    assert {tmp_path, tmp_path / "people", home.path} <= set(synced)


@STOPS
def test_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: Stopped) -> None:
    """A start that was killed left nothing, or a node that is whole."""

    def prepare(n: int) -> tuple[Callable[[], object], Callable[[], None]]:
        home = Home(tmp_path / f"new{n}")

        def work() -> None:
            initialise(home, {"name": "Alpha"}, None, secrets.token_bytes, schema=SCHEMA)

        def check() -> None:
            if not home.exists:
                work()
            with opened(home) as core:
                assert core.own == {core.home_id}
                edit_group(core, core.home_id, {"region": "Kiel"})

        return work, check

    assert each_point(monkeypatch, stopped_at, prepare) >= 6


def test_a_key_file_that_can_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    write_private(path, b"old")
    path.with_name("keys.new").mkdir()
    with pytest.raises(Problem, match="home-unwritable"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
