"""A node as a person has it: a folder, a server that is a process of its own, and commands."""

import contextlib
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
"""Where `examples/` lies."""

START_SECONDS = 20.0
"""For a server on a busy machine to come up."""

STOP_SECONDS = 10.0
"""A server that takes longer to end than this hangs."""

COMMAND_SECONDS = 30.0

PORTS = range(20_000, 32_000)
"""Below those from which systems take the ports of outgoing connections, while a node is down."""

LONGEST_WORD = 30
"""Characters of an argument that are shown: a link has hundreds."""

LAST_LINES = 8
"""Of what a program said before it failed."""

Show = Callable[["DemoNode", Sequence[str]], None]


class DemoError(Exception):
    """A command or a server did not do what it should; the text is for a person."""


class DemoNode:
    """One of the five. `letter` stands for it in tables."""

    def __init__(
        self, letter: str, name: str, home: Path, *, reachable: bool, lang: str, show: Show
    ) -> None:
        self.letter = letter
        self.name = name
        self.home = home
        self.log = home.with_suffix(".log")
        self.url = f"http://127.0.0.1:{_free_port()}" if reachable else None
        self._lang = lang
        self._show = show
        self._server: subprocess.Popen[bytes] | None = None
        self.address = ""
        self.private = True
        """It dials addresses on this machine, where all of them are; else it reaches nobody."""

    # Commands

    def command(self, *words: str) -> dict[str, Any]:
        """Carry out a command as a process of its own; gives its JSON document."""
        return self.begin(*words)()

    def refused(self, *words: str) -> str:
        """Carry out a command that must be refused; gives the code of the reason."""
        status, document, _said = self._ended(self._begun(words))
        if status != 1:
            raise DemoError(f"{typed(self.letter, words)}: {status}, not 1")
        return str(document["error"])

    def begin(self, *words: str) -> Callable[[], dict[str, Any]]:
        """Begin a command; the result waits for its end. So that several nodes act at once."""
        process = self._begun(words)

        def result() -> dict[str, Any]:
            status, document, said = self._ended(process)
            if status != 0:
                raise DemoError(f"{typed(self.letter, words)}: {status}\n{_end(said)}")
            return document

        return result

    def _begun(self, words: Sequence[str]) -> subprocess.Popen[bytes]:
        self._show(self, words)
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            [*self._program(), *words],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _ended(self, process: subprocess.Popen[bytes]) -> tuple[int, dict[str, Any], str]:
        try:
            out, err = process.communicate(timeout=COMMAND_SECONDS)
        finally:
            process.kill()  # nothing, unless it hung or we were interrupted
        said = err.decode(errors="replace")
        try:
            return process.returncode, json.loads(out or b"{}"), said
        except ValueError:
            return process.returncode, {}, said + out.decode(errors="replace")

    def _program(self) -> list[str]:
        options = ["--home", str(self.home), "--lang", self._lang, "--json"]
        return [sys.executable, "-m", "node", *options]

    # The server

    def start(self) -> None:
        """Begin to serve; `wait_ready` tells when it does. What was said once counts again."""
        words = ["serve"]
        if not self.address:
            words += ["--listen", "127.0.0.1:0", *(["--private-addresses"] if self.private else [])]
        if self.url and not self.address:
            words[2] = self.url.removeprefix("http://")
            words += ["--public-url", self.url]
        self._show(self, words)
        with self._said.open("wb") as said, self.log.open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [*self._program(), *words],
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
            )

    @property
    def _said(self) -> Path:
        return self.home.with_suffix(".serve.json")

    @property
    def running(self) -> bool:
        """Whether its server is up."""
        return self._server is not None and self._server.poll() is None

    def wait_ready(self) -> None:
        """Until the server told its address."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.address = json.loads(self._said.read_bytes())["address"]
                return
            except ValueError:
                pass
            if not self.running or time.monotonic() > end:
                raise DemoError(f"{typed(self.letter, ['serve'])}\n{self.log_end()}")
            time.sleep(0.02)

    def stop(self) -> int:
        """End the server as a person does; gives its exit status."""
        self.tell_to_stop()
        server, self._server = self._server, None
        if server is None:
            return 0
        try:
            return server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            return server.wait()

    def tell_to_stop(self) -> None:
        """Begin to end the server."""
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a power cut does."""
        server, self._server = self._server, None
        if server is not None:
            server.kill()
            server.wait()

    def log_end(self) -> str:
        """The last lines of the server's log."""
        return _end(self._logged())

    def errors(self) -> list[str]:
        """What the server wrote down as an error."""
        lines = self._logged().splitlines()
        return [line for line in lines if '"level": "error"' in line or not line.startswith("{")]

    def _logged(self) -> str:
        return self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""


def typed(letter: str, words: Sequence[str]) -> str:
    """A command as a person types it on a node, long words shortened.

    >>> typed("B", ["peer", "accept", "http://127.0.0.1:40123/peer#lgHEIM"])
    "B $ verbund peer accept 'http://127.0.0.1:40123/peer#l…'"
    """
    shown = [
        word if len(word) <= LONGEST_WORD else word[: LONGEST_WORD - 1] + "…" for word in words
    ]
    return f"{letter} $ verbund {shlex.join(shown)}"


def _end(text: str) -> str:
    return "\n".join(text.splitlines()[-LAST_LINES:])


def stop_all(nodes: Sequence[DemoNode]) -> None:
    """End all servers."""
    for node in nodes:
        node.tell_to_stop()
    for node in nodes:
        node.stop()


def _environment() -> dict[str, str]:
    """Ours, without what would make the five nodes one, or lock their keys."""
    own = {"VERBUND_HOME", "VERBUND_PASSPHRASE"}
    found = {key: value for key, value in os.environ.items() if key not in own}
    return found | {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}


def _free_port() -> int:
    """A port that is free: the address of a node is known before it serves, and when it is back."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
