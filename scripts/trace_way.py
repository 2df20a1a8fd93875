"""How far a newcomer walks through the code: files touched, and returns to files left before.

    .venv/bin/python scripts/trace_way.py [--runs 5] [--files]

Two real nodes with their folders, servers and commands; one of them is traced. Three ways:

* `record`: a peer's public meeting, from the socket to the page that shows it;
* `command`: `meeting invite`, from the shell to the bytes that leave for the peer;
* `page`: a request for a network's page from the inside, from the socket to the answer.

A way is the sequence of files of this project in which functions begin. `files` counts different
ones; `returns` counts how often a file is entered that the way had left before. What the node does
by itself all the time (tasks that also run while nothing happens) belongs to no way. Several runs
are made; the one with the fewest returns counts, since the others met something unrelated.
One JSON object a line.
"""

import argparse
import asyncio
import contextlib
import dis
import inspect
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("crypto", "protocol", "sync", "node")
PATIENCE = 20.0
IDLE_SECONDS = 1.5
"""Long enough that everything which ticks has ticked."""

Step = tuple[str, str]
"""The task in which a function began ("" outside of tasks), and its file."""


# In the traced process


class Tracer:
    """Notes where functions of this project begin, between SIGUSR1 and SIGUSR2."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._steps: list[Step] = []
        self._known: dict[str, str | None] = {}
        self._starts: dict[CodeType, int] = {}

    def begin(self, *_signal: Any) -> None:
        """Forget what was; note from now on."""
        self._steps = []
        sys.setprofile(self._note)

    def end(self, *_signal: Any) -> None:
        """Write what was noted."""
        sys.setprofile(None)
        beside = self._out.with_suffix(".part")
        beside.write_text(json.dumps(self._steps))
        beside.replace(self._out)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if event != "call" or frame.f_lasti > self._start(frame.f_code):
            return  # also where a generator or a coroutine only goes on
        if (file := self._file(frame)) and not self._imports(frame):
            self._steps.append((_task(), file))

    def _start(self, code: CodeType) -> int:
        """Where a function's own code begins: the interpreter makes a generator before that."""
        if code not in self._starts:
            resumes = (one.offset for one in dis.get_instructions(code) if one.opname == "RESUME")
            self._starts[code] = next(resumes, 0)
        return self._starts[code]

    def _file(self, frame: FrameType) -> str | None:
        name = frame.f_code.co_filename
        if name not in self._known:
            self._known[name] = _own_file(name)
        return self._known[name]

    def _imports(self, frame: FrameType | None) -> bool:
        """Whether a module of this project is being read: that is no step of the way."""
        while frame is not None:
            if not frame.f_code.co_flags & inspect.CO_OPTIMIZED and self._file(frame):
                return True
            frame = frame.f_back
        return False


def _own_file(name: str) -> str | None:
    with contextlib.suppress(ValueError):
        path = Path(name).resolve().relative_to(ROOT)
        if path.parts[0] in PACKAGES:
            return str(path)
    return None


def _task() -> str:
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return ""
    return "" if task is None else getattr(task.get_coro(), "__qualname__", "")


def _traced(out: Path, whole: bool, words: list[str]) -> int:
    tracer = Tracer(out)
    signal.signal(signal.SIGUSR1, tracer.begin)
    signal.signal(signal.SIGUSR2, tracer.end)
    threading.setprofile(tracer._note)  # threads that begin later
    from node.app import main

    if whole:
        tracer.begin()
    try:
        return main(words)
    finally:
        if whole:
            tracer.end()


# From outside


class Node:
    """A node as a person has it."""

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.trace = home, home.with_suffix(".trace")
        self.command("init", "--name", name, "--region", "Kiel")
        self.address = ""
        self._server: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> dict[str, Any]:
        """The document of a command."""
        return self._run(["-m", "node"], words)

    def command_traced(self, *words: str) -> list[Step]:
        """The steps of a command's own process."""
        out = self.home.with_suffix(".command")
        self._run([__file__, "--traced", str(out), "--whole"], words)
        return _steps(out)

    def _run(self, program: list[str], words: tuple[str, ...]) -> dict[str, Any]:
        out = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, *program, "--home", str(self.home), "--json", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        document: dict[str, Any] = json.loads(out)
        return document

    def serve(self, *, reachable: bool, trace: bool) -> None:
        """Start the server and wait for its address."""
        program = [__file__, "--traced", str(self.trace)] if trace else ["-m", "node"]
        port = _free_port()
        words = ["serve", "--listen", f"127.0.0.1:{port}", "--private-addresses"]
        if reachable:
            words += ["--public-url", f"http://127.0.0.1:{port}"]
        self._server = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *program, "--home", str(self.home), "--json", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.address = f"http://127.0.0.1:{port}"
        _until(lambda: _answers(f"{self.address}/health"))

    def signal(self, number: int) -> None:
        """Send the server a signal."""
        if self._server is not None:
            self._server.send_signal(number)

    def stop(self) -> None:
        """End the server."""
        self.signal(signal.SIGTERM)
        if self._server is not None:
            self._server.wait()

    def begin(self) -> None:
        """Note the server's steps from now on."""
        self.trace.unlink(missing_ok=True)
        self.signal(signal.SIGUSR1)

    def end(self) -> list[Step]:
        """The server's steps until now."""
        self.signal(signal.SIGUSR2)
        _until(self.trace.exists)
        return _steps(self.trace)

    def records(self) -> int:
        """The number of the last record in the store, read from beside."""
        file = f"file:{self.home}/verbund.db?mode=ro"
        with contextlib.closing(sqlite3.connect(file, uri=True)) as db:
            return int(db.execute("select coalesce(max(no), 0) from records").fetchone()[0])


def _steps(file: Path) -> list[Step]:
    return [(task, name) for task, name in json.loads(file.read_text())]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - loopback
            return True
    except OSError:
        return False


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise SystemExit("trace_way: waited too long")
        time.sleep(0.01)


def _measure(name: str, steps: list[Step], idle: set[str], files: bool) -> dict[str, Any]:
    way: list[str] = []
    for task, file in steps:
        if (not task or task not in idle) and (not way or way[-1] != file):
            way.append(file)
    touched = list(dict.fromkeys(way))
    found: dict[str, Any] = {"way": name, "files": len(touched), "returns": len(way) - len(touched)}
    return found | ({"touched": touched} if files else {})


def _browser(node: Node) -> Callable[[str], bytes]:
    """Somebody who is inside."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.open(node.command("page")["address"], timeout=PATIENCE).read()
    return lambda path: bytes(opener.open(node.address + path, timeout=PATIENCE).read())


@contextlib.contextmanager
def _paused(node: Node) -> Iterator[None]:
    """The node does not run; what is sent to it waits in the socket."""
    node.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        node.signal(signal.SIGCONT)


def _ways(here: Node, there: Node, runs: int, files: bool) -> Iterator[dict[str, Any]]:
    get = _browser(here)
    network = here.command("network", "list")["networks"][0]["id"]
    get(f"/networks/{network}")
    here.begin()
    time.sleep(IDLE_SECONDS)
    idle = {task for task, _file in here.end() if task}

    def record(number: int) -> list[Step]:
        before = here.records()
        with _paused(here):
            title = f"Supper {number}"
            when = time.strftime("%Y-%m-%d 19:00", time.gmtime(time.time() + 40 * 86_400))
            words = (
                "--starts",
                when,
                "--place",
                "Yard",
                "--to",
                "public",
                "--zone",
                "Europe/Berlin",
            )
            made = there.command("meeting", "new", "--title", title, *words)
            time.sleep(1)  # it is under way
            here.begin()
        _until(lambda: here.records() > before)
        get("/meetings/" + made["id"])
        return here.end()

    guest = there.command("group", "show")["id"]

    def command(number: int) -> list[Step]:
        title = f"Talk {number}"
        when = time.strftime("%Y-%m-%d 19:00", time.gmtime(time.time() + 40 * 86_400))
        words = ("--starts", when, "--place", "Yard", "--zone", "Europe/Berlin")
        here.command("meeting", "new", "--title", title, *words)
        time.sleep(1)
        before = there.records()
        here.begin()
        typed = here.command_traced("meeting", "invite", title, guest)
        _until(lambda: there.records() > before)
        return typed + here.end()

    def page(_number: int) -> list[Step]:
        here.begin()
        get(f"/networks/{network}")
        return here.end()

    for name, way, kept in (
        ("record", record, idle),
        ("command", command, set[str]()),
        ("page", page, idle),
    ):
        found = [_measure(name, way(number), kept, files) for number in range(runs)]
        yield min(found, key=lambda one: one["returns"])


def main() -> None:
    """Start two nodes, trace one, print."""
    parser = argparse.ArgumentParser(description="Files and returns along three ways.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", action="store_true", help="name the files, in order")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trace-way-") as folder:
        here, there = Node(Path(folder, "a"), "Harbour"), Node(Path(folder, "b"), "Kitchen")
        try:
            here.serve(reachable=True, trace=True)
            there.serve(reachable=False, trace=False)
            there.command("peer", "accept", here.command("peer", "invite")["link"])
            here.command("network", "found", "--name", "Harbour Network")
            time.sleep(IDLE_SECONDS)
            for line in _ways(here, there, chosen.runs, chosen.files):
                print(json.dumps(line), flush=True)
        finally:
            here.stop()
            there.stop()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--traced"]:
        whole = sys.argv[3:4] == ["--whole"]
        sys.path.insert(0, str(ROOT))
        sys.exit(_traced(Path(sys.argv[2]), whole, sys.argv[4 if whole else 3 :]))
    main()
