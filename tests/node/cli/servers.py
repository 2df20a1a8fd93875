"""Nodes as processes of their own, as people run them, with commands beside them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.node.cli.test_processes import command, environment

PATIENCE_SECONDS = 60.0
"""Until a machine under load has done what takes a second."""


class Node(NamedTuple):
    """A node in a folder, and what commands say about it."""

    home: Path

    def types(self, *words: str) -> str:
        """What a command prints; it must be carried out."""
        done = command(*words, "--home", str(self.home), "--lang", "en")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def gets(self, *words: str) -> Any:
        """The JSON document of a command."""
        return json.loads(self.types(*words, "--json"))

    def refused(self, *words: str) -> Any:
        """The JSON document of a command that is refused."""
        done = command(*words, "--home", str(self.home), "--lang", "en", "--json")
        assert done.returncode == 1, done.stdout + done.stderr
        return json.loads(done.stdout)


def founded(home: Path, name: str) -> Node:
    """A node that does not run yet."""
    node = Node(home)
    node.gets("init", "--name", name)
    return node


@contextmanager
def serving(node: Node, *words: str) -> Iterator[str]:
    """Run it; gives its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "node", "serve", "--home", str(node.home), "--json", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as server:
        assert server.stdout is not None
        try:
            text = ""
            for line in server.stdout:
                text += line
                if line == "}\n":
                    break
            yield json.loads(text)["address"]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=PATIENCE_SECONDS)


def seconds_until(done: Callable[[], bool], began: float) -> float:
    """How long after `began` something is so."""
    while not done():
        assert time.monotonic() - began < PATIENCE_SECONDS
    return time.monotonic() - began
