"""One of two linked nodes, as `bench.invitation` starts them; and what they are compared to.

`python -m bench.linked node HOME PORT` serves the node in HOME with `node.serving`, as `verbund
serve` does. Each line on standard output is a commit: `NANOSECONDS RECORDS`, of the clock that all
processes of a machine share, when COMMIT had returned, and the number of the last record then. Each
line on standard input makes it invite its peer to the meeting of that name. Only the node's own
`Database.writing` is watched.

`python -m bench.linked bare FILE PORT` takes what comes over a WebSocket and commits it to a file
of its own, with WAL and FULL; it writes the same lines.
"""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from node import serving
from node.app import PROGRAM, open_core
from node.features.meetings.actions import find_meeting, invite
from node.keys.home import Home
from node.store.core import Core


def now() -> int:
    """CLOCK_MONOTONIC, the same for all processes."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def node(home: Home, port: int) -> None:
    """Serve, tell of commits, invite when asked to."""
    core = open_core(home)
    serve_watched(core, port, lambda: str(core.records.last()), lambda line: _asked(core, line))


def serve_watched(
    core: Core, port: int, told: Callable[[], str], asked: Callable[[str], None]
) -> None:
    """Serve as `verbund serve` does.

    After each commit a line is printed: when it had returned, and what `told` gives. `asked` gets
    each line of standard input.
    """
    writing = core.db.writing

    @contextmanager
    def watched() -> Iterator[None]:
        with writing():
            yield
        if not core.db.conn.in_transaction:
            at = now()
            print(at, told(), flush=True)

    def heard() -> None:
        if line := sys.stdin.readline().strip():
            asked(line)

    def announced(_address: str) -> None:
        asyncio.get_running_loop().add_reader(sys.stdin, heard)

    core.db.writing = watched
    url = f"http://127.0.0.1:{port}"
    serving.serve(
        core, serving.Options(PROGRAM, f"127.0.0.1:{port}", url, True, announce=announced)
    )


def _asked(core: Core, name: str) -> None:
    (peer,) = core.ties.accepted(core.home_id, core.clock())
    invite(core, core.home_id, find_meeting(core, name), [peer])


def bare(file: Path, port: int) -> None:
    """Commit each message, and tell when."""
    conn = sqlite3.connect(file, isolation_level=None)
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = full")
    conn.execute("create table records (no integer primary key, envelope blob)")

    async def answer(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        async for message in ws:
            with conn:
                conn.execute("begin immediate")
                conn.execute("insert into records (envelope) values (?)", (message.data,))
            print(now(), 0, flush=True)
        return ws

    served = web.Application()
    served.router.add_get("/", answer)
    web.run_app(served, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    what, path, number = sys.argv[1:]
    begin: dict[str, Callable[[], None]] = {
        "node": lambda: node(Home(Path(path)), int(number)),
        "bare": lambda: bare(Path(path), int(number)),
    }
    begin[what]()
