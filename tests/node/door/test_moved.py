"""A folder that is moved, or deleted and made anew, while its server runs."""

import asyncio
import shutil
from pathlib import Path

import pytest

from node.base.errors import Problem
from node.serving import watch
from tests.node.cli.servers import PATIENCE_SECONDS, Node, founded
from tests.node.door.test_questions import runs


def test_a_folder_that_is_moved_while_its_server_runs(tmp_path: Path) -> None:
    """Nothing is written to where it was; what is advised works."""
    old, new = founded(tmp_path / "old", "Alpha"), Node(tmp_path / "new")
    with runs(old.home) as server:
        old.home.rename(new.home)
        for words in (("status",), ("group", "edit", "--region", "Kiel")):
            assert new.refused(*words)["error"] == "folder-moved"
        new.types("stop")
        assert server.wait(PATIENCE_SECONDS) == 0
    assert not old.home.exists()
    assert new.gets("group", "edit", "--region", "Kiel")["region"] == "Kiel"


@pytest.mark.parametrize("again", [False, True])
def test_a_folder_that_is_deleted_while_its_server_runs(tmp_path: Path, again: bool) -> None:
    """And perhaps another node is made in its place. The first one ends, and leaves that alone."""
    node = founded(tmp_path / "alpha", "Alpha")
    with runs(node.home, "--json") as first:
        shutil.rmtree(node.home)
        if again:
            founded(node.home, "Beta")
        assert first.wait(PATIENCE_SECONDS) == 1
        assert first.stdout is not None
        assert '"error": "folder-gone"' in first.stdout.read()
    assert node.home.exists() == again
    if again:
        assert node.gets("group", "show")["name"] == "Beta"


async def test_which_folder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.serving.FOLDER_SECONDS", 0.01)
    folder, elsewhere = tmp_path / "a", tmp_path / "b"
    folder.mkdir()
    watching = asyncio.create_task(watch(folder))
    await asyncio.wait([watching], timeout=0.1)
    folder.rename(elsewhere)
    await asyncio.wait([watching], timeout=0.1)
    assert not watching.done()
    folder.mkdir()
    with pytest.raises(Problem, match="folder-gone"):
        await asyncio.wait_for(watching, 10)


def test_a_door_that_is_left_to_another_node(tmp_path: Path) -> None:
    node = founded(tmp_path / "alpha", "Alpha")
    with runs(node.home) as first:
        shutil.rmtree(node.home)
        founded(node.home, "Beta")
        with runs(node.home) as second:
            first.terminate()
            first.wait(PATIENCE_SECONDS)
            assert node.gets("status")["running"]
            node.types("stop")
            assert second.wait(PATIENCE_SECONDS) == 0
