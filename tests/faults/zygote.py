"""Real commands without the half second of imports: `python -m tests.faults.zygote`.

This process imports the program once. For each line `{"argv": […], "out": path}` on standard input
it forks a child that is the command from there on: its own process, files, sockets and signals. It
says `{"pid": …}` at once and `{"ended": pid, "status": …}` when the child is gone. `{"kill": pid}`
kills a child that still lives; nobody else knows for sure whether its number is another's by now.
"""

import gc
import json
import os
import signal
import sys
from typing import Any

from node import app, server, views  # noqa: F401 - after what comes first in `node.app`
from node.cli import group, main, meeting, serving, standing  # noqa: F401 - imported here, once
from node.web import render, routes  # noqa: F401

_living: set[int] = set()


def say(**what: Any) -> None:
    """One line, in one piece."""
    os.write(1, (json.dumps(what) + "\n").encode())


def _reap(_number: int, _frame: Any) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _living.discard(pid)
        say(ended=pid, status=os.waitstatus_to_exitcode(status))


def _become(argv: list[str], out: str) -> int:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    return main(argv)


def serve_forks() -> None:
    """Until standard input ends."""
    gc.freeze()
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        wanted = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if "kill" in wanted:
            if wanted["kill"] in _living:
                os.kill(wanted["kill"], signal.SIGKILL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            continue
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
                status = _become(wanted["argv"], wanted["out"])
            finally:
                os._exit(status)
        _living.add(pid)
        say(pid=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


if __name__ == "__main__":
    serve_forks()
