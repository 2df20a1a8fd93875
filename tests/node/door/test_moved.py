"""A folder that is moved, or deleted and made anew, while its server runs."""

import shutil
from pathlib import Path

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


def test_a_folder_that_is_deleted_and_made_anew_while_its_server_runs(tmp_path: Path) -> None:
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
