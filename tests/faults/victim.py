"""The node that is killed: a real server process on loopback, and commands beside it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from node.web.visit import form_token
from protocol.record import Record, reread

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds after which what should have happened did not."""


def environment() -> dict[str, str]:
    kept = {key: one for key, one in os.environ.items() if not key.startswith(("VERBUND", "LC"))}
    return {**kept, "LANG": "en_GB.UTF-8", "PYTHONPATH": str(ROOT)}


class Zygote:
    """Starts commands; see `tests.faults.zygote`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._listening = asyncio.create_task(self._listen())
        self._asking = asyncio.Lock()

    def _end_of(self, pid: int) -> "asyncio.Future[int]":
        return self._ended.setdefault(pid, asyncio.get_running_loop().create_future())

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "pid" in said:
                self._started.put_nowait(said["pid"])
            else:
                self._end_of(said["ended"]).set_result(said["status"])

    def _ask(self, **what: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps(what) + "\n").encode())

    def kill(self, pid: int) -> None:
        """SIGKILL, if it still lives."""
        self._ask(kill=pid)

    async def start(self, argv: list[str], out: Path, err: Path) -> int:
        """The number of the new process; what it says is added to two files, or to one."""
        async with self._asking:
            self._ask(argv=argv, out=str(out), err=str(err))
            return await asyncio.wait_for(self._started.get(), PATIENCE)

    async def end(self, pid: int) -> int:
        """Wait for it; gives its exit status, below zero if a signal ended it."""
        # Whoever stops waiting must not take the answer from the listener.
        status = await asyncio.wait_for(asyncio.shield(self._end_of(pid)), PATIENCE)
        self._ended.pop(pid, None)
        return status

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


@asynccontextmanager
async def zygote() -> AsyncIterator[Zygote]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.zygote",
        stdin=PIPE, stdout=PIPE, env=environment(), cwd=ROOT,
    )  # fmt: skip
    made = Zygote(process)
    try:
        yield made
    finally:
        await made.close()


class Victim:
    """One folder, one address; its server is started and killed many times."""

    def __init__(self, folder: Path, starter: Zygote, outs: Path | None = None) -> None:
        self.folder, self._zygote = folder, starter
        self._outs = outs or folder.parent
        """Where its output goes: not on the disk that is full."""
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._cold: Process | None = None
        self._server = 0
        self.commands: set[int] = set()
        """Commands that run now."""
        self._count = 0

    async def start(self, cold: bool) -> None:
        """`verbund run`, as a new interpreter or as a fork of one that has imported everything."""
        argv = ["run", "--listen", f"127.0.0.1:{self.port}", "--public-url", self.url]
        argv += ["--private-addresses", "--home", str(self.folder), "--name", "Alpha", "--json"]
        out = self._outs / "server.out"
        if cold:
            with out.open("wb") as file:
                self._cold = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "node", *argv,
                    stdin=asyncio.subprocess.DEVNULL, stdout=file, stderr=file,
                    env=environment(), cwd=ROOT,
                )  # fmt: skip
            self._server = self._cold.pid
        else:
            out.write_bytes(b"")
            self._server = await self._zygote.start(argv, out, out)

    async def is_up(self) -> None:
        """Until it answers; fails if it ended by itself."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                    if (await self.get("/health")).startswith(b"HTTP/1.1 200"):
                        return
                await asyncio.sleep(0.005)  # polling a condition

    async def is_announced(self) -> None:
        """Until it said where it is, and whoever reads that has the words of a new node."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if (self._outs / "server.out").read_bytes().rstrip().endswith(b"}"):
                    return
                await asyncio.sleep(0.005)  # polling a condition

    async def get(self, path: str) -> bytes:
        """The head of an answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
            return await reader.readuntil(b"\r\n\r\n")
        finally:
            writer.close()

    async def press(self, path: str, **fields: str) -> bytes:
        """The head of the answer to the button at an address, on a page that was shown to it."""
        host, nonce = f"127.0.0.1:{self.port}", "n" * 32
        cookie = f"verbund-form-{self.port}={nonce}"
        body = urlencode({"token": form_token(nonce), **fields})
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(
                f"POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
                f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            return await reader.readuntil(b"\r\n\r\n")
        finally:
            writer.close()

    async def kill(self) -> None:
        """SIGKILL; it must have been alive."""
        cold, self._cold = self._cold, None
        if cold:
            cold.kill()
        else:
            self._zygote.kill(self._server)
        status = await (cold.wait() if cold else self._zygote.end(self._server))
        out = (self._outs / "server.out").read_text(encoding="utf-8")
        assert status == -signal.SIGKILL, f"it ended by itself: {status}\n{out[-3_000:]}"

    def kill_commands(self) -> None:
        """Those that run now."""
        for pid in self.commands:
            self._zygote.kill(pid)

    async def command(self, *words: str) -> tuple[int, str]:
        """Exit status and output of a command beside the server; only its document if it is done,
        not what it has to say besides."""
        self._count += 1
        out, err = (self._outs / f"command{self._count}.{one}" for one in ("out", "err"))
        pid = await self._zygote.start([*words, "--home", str(self.folder), "--json"], out, err)
        self.commands.add(pid)
        try:
            status = await self._zygote.end(pid)
        finally:
            self.commands.discard(pid)
        said, besides = (one.read_text(encoding="utf-8") for one in (out, err))
        out.unlink()
        err.unlink()
        return status, said if status == 0 else said + besides

    def records(self) -> Iterator[Record]:
        """Everything in the file as it is now, which must be whole."""
        with closing(self._open()) as conn:
            assert conn.execute("pragma integrity_check").fetchall() == [("ok",)]
            for (envelope,) in conn.execute("select envelope from records").fetchall():
                yield reread(envelope)

    def setting(self, key: str) -> Any:
        with closing(self._open()) as conn:
            row = conn.execute("select value from settings where key = ?", (key,)).fetchone()
            return json.loads(row[0]) if row else None

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "verbund.db", timeout=PATIENCE)
