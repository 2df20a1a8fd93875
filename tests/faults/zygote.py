"""Real commands without the half second of imports: `python -m tests.faults.zygote`.

This process imports the program once. For each line `{"argv": […], "out": path, "err": path}` on
standard input it forks a child that is the command from there on: its own process, files, sockets
and signals. Both files are there before the child is: one that is killed at once has said nothing,
and that can be read. It says `{"pid": …}` at once and `{"ended": pid, "status": …}` when the child
is gone. `{"kill": pid}` kills a child that still lives; nobody else knows for sure whether its
number is another's by now.
"""

import gc
import json
import os
import select
import signal
from collections.abc import Iterator
from typing import Any

import node.features.start.serving
import node.serving  # noqa: F401 - imported here, once, as all commands are
from node.__main__ import main
from node.app import COMMANDS, PROGRAM

for _command in COMMANDS:
    PROGRAM.load(_command)

_living: set[int] = set()


def say(**what: Any) -> None:
    """One line, in one piece."""
    os.write(1, (json.dumps(what) + "\n").encode())


def _reap() -> None:
    while _living:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        _living.discard(pid)
        say(ended=pid, status=os.waitstatus_to_exitcode(status))


def _become(argv: list[str], out: int, err: int) -> int:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    return main(argv)


def _fork(argv: list[str], out: str, err: str) -> None:
    files = [os.open(one, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) for one in (out, err)]
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = _become(argv, *files)
        finally:
            os._exit(status)
    for file in files:
        os.close(file)
    _living.add(pid)
    say(pid=pid)


def _lines(woken: int) -> Iterator[bytes]:
    """What is asked for. Children are looked after here and nowhere else, never in the middle of
    something; a handler could come between looking and waiting, and be forgotten."""
    rest = b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4_096)
            _reap()
        if 0 in ready:
            data = os.read(0, 65_536)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            yield from lines


def serve_forks() -> None:
    """Until standard input ends; nothing that was started outlives that."""
    gc.freeze()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    for line in _lines(woken):
        wanted = json.loads(line)
        if "kill" not in wanted:
            _fork(wanted["argv"], wanted["out"], wanted["err"])
        elif wanted["kill"] in _living:
            os.kill(wanted["kill"], signal.SIGKILL)
    for pid in _living:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    serve_forks()
