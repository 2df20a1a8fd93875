"""From COMMIT to the sessions (`node.links.after_commit`): nobody has to say that it stored."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from node.features.groups.actions import edit_group
from node.links import after_commit
from node.links.after_commit import AfterCommit
from node.store import troubles
from node.store.core import Core
from tests.node.world import make_core, until


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    made = make_core(tmp_path)
    yield made
    made.close()


def named(core: Core, name: str = "Beta") -> None:
    edit_group(core, core.home_id, {"name": name})


async def test_after_whoever_waits_for_the_commit(core: Core) -> None:
    said: list[str] = []
    passing = AfterCommit(core, lambda: said.append("passed on"))
    passing.begin()
    stored = asyncio.get_running_loop().create_future()

    async def link() -> None:
        await stored
        said.append("link")

    waiting = asyncio.create_task(link())
    await asyncio.sleep(0)
    named(core)
    stored.set_result(None)
    assert not passing.idle
    await until(lambda: passing.idle, "passed on")
    assert said == ["link", "passed on"]
    await waiting


async def test_from_a_thread_that_has_its_turn(core: Core) -> None:
    said: list[str] = []
    passing = AfterCommit(core, lambda: said.append("passed on"))
    passing.begin()
    await core.turns.work(named, core)
    await until(lambda: said and passing.idle, "passed on")


async def test_what_can_not_be_read_is_tried_again(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(after_commit, "AGAIN_SECONDS", 0.01)
    errors: list[Exception] = [sqlite3.OperationalError("disk I/O error")]

    def pass_on() -> None:
        if errors:
            raise errors.pop()

    passing = AfterCommit(core, pass_on)
    passing.begin()
    passing.now()
    assert [one.what for one in troubles.troubles(core)] == ["store"]
    await until(lambda: passing.idle, "again")
    assert troubles.troubles(core) == []


async def test_closed(core: Core) -> None:
    said: list[str] = []
    passing = AfterCommit(core, lambda: said.append("passed on"))
    passing.begin()
    named(core)
    passing.close()
    named(core, "Gamma")
    for _ in range(5):
        await asyncio.sleep(0)
    assert said == []
