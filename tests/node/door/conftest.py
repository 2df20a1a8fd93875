"""A node that serves, as a process of its own; commands knock from this one, or are processes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.__main__ import main
from tests.node.cli.conftest import quiet_environment  # noqa: F401 - for all tests here
from tests.node.cli.servers import Node, founded, serving


class Typed:
    """Commands typed in this process: quick, and their output is whole."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit status, output, error output."""
        self._capsys.readouterr()
        status = main([*words, "--home", str(self.home), "--lang", "en"])
        out, err = self._capsys.readouterr()
        return status, out, err

    def refused(self, *words: str) -> str:
        """The code for which a command is refused."""
        status, out, err = self(*words, "--json")
        assert status == 1, out + err
        code: str = json.loads(out)["error"]
        return code


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """One that does not run."""
    return founded(tmp_path / "alpha", "Alpha")


@pytest.fixture
def served(node: Node) -> Iterator[Node]:
    with serving(node, "--listen", "127.0.0.1:0"):
        yield node


@pytest.fixture
def typed(node: Node, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(node.home, capsys)
