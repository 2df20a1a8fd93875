"""Real processes: the node as `verbund serve` starts it, and the bare one it is compared to."""

import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BARE = Path(__file__).with_name("bare.py")

PATIENCE = 60.0
"""Seconds after which a process that does not answer never will."""

LOOK_SECONDS = 0.001
"""How often a starting process is tried: exact enough for tenths of a second."""

SERVE = ("-m", "node", "serve")

_UNWANTED = ("PYTHONDONTWRITEBYTECODE", "VERBUND_HOME")

_IMPORTED = re.compile(r"^import time:[ |\d]+\| +(\S+)$", re.MULTILINE)


class Process:
    """A process that answers, or will, on a port of loopback. `began` is when it was started."""

    def __init__(
        self, child: "subprocess.Popen[bytes]", port: int, began: float, errors: Path
    ) -> None:
        self.child = child
        self.port = port
        self.began = began
        self._errors = errors

    def said(self) -> str:
        """What it wrote on standard error so far."""
        return self._errors.read_text("utf-8", "replace")

    def get(self, path: str) -> float:
        """Ask until there is an answer, which must be a good one; seconds since `began`."""
        while True:
            try:
                answer = _exchange(self.port, path)
            except ConnectionError:
                self._give_up_if_late()
                time.sleep(LOOK_SECONDS)
                continue
            assert answer.startswith(b"HTTP/1.1 200 "), answer[:200]
            return time.perf_counter() - self.began

    def _give_up_if_late(self) -> None:
        status = self.child.poll()
        assert status is None, f"ended with {status}: {self.said()[-2000:]}"
        assert time.perf_counter() - self.began < PATIENCE, "does not answer"

    def busy(self) -> float:
        """Seconds of processor time so far; other work on the machine makes them little longer."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """Resident memory in MiB, as the kernel counts it."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _exchange(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        host = f"127.0.0.1:{port}"
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    return answer


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[Process]:
    """Run a command until the block ends."""
    with tempfile.NamedTemporaryFile() as errors:
        began = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            yield Process(child, port, began, Path(errors.name))
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait()


@cache
def _compiled() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="verbund-bench-")


def environment() -> dict[str, str]:
    """Ours, but that what was compiled once is kept, as it is for everybody by default."""
    chosen = {key: value for key, value in os.environ.items() if key not in _UNWANTED}
    return {**chosen, "PYTHONPYCACHEPREFIX": _compiled().name}


def node(home: Path, flags: Sequence[str] = ()) -> AbstractContextManager[Process]:
    """`verbund serve` of the node in `home`, without passphrase."""
    port = free_port()
    options = ("--home", str(home), "--listen", f"127.0.0.1:{port}")
    return _running([*flags, *SERVE, *options], port)


def bare(modules: Sequence[str]) -> AbstractContextManager[Process]:
    """A process that imported `modules` and answers with aiohttp."""
    port = free_port()
    return _running(["-P", str(BARE), str(port), *modules], port)


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def libraries(home: Path, paths: Sequence[str]) -> list[str]:
    """The modules of others that a node has imported when it has answered these, in order.

    Read from the node's own list of imports (`-X importtime`): all modules that are installed
    packages, with exactly those of their parts that the node uses.
    """
    with node(home, ["-X", "importtime"]) as one:
        for path in paths:
            one.get(path)
        listed = _IMPORTED.findall(one.said())
    return [name for name in dict.fromkeys(listed) if _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        top = importlib.util.find_spec(name.partition(".")[0])
        found = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    where = top.origin if top else None
    return found is not None and where is not None and "site-packages" in where
