"""A command at a terminal: a process with a pseudo-terminal, at which somebody types."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.node.cli.servers import PATIENCE_SECONDS
from tests.node.cli.test_processes import environment


class AtTerminal:
    """What is shown there, and the process."""

    def __init__(self, process: "subprocess.Popen[bytes]", screen: int) -> None:
        self.process = process
        self._screen: int | None = screen
        self.shown = ""

    def reads(self, text: str) -> None:
        """Until this is on the screen."""
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in self.shown:
            assert time.monotonic() < until, self.shown
            self._look(0.2)

    def _look(self, seconds: float) -> bool:
        assert self._screen is not None
        ready, _, _ = select.select([self._screen], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._screen, 65_536)
        except OSError:  # the last process at it is gone
            return False
        self.shown += data.decode().replace("\r\n", "\n")
        return bool(data)

    def types(self, text: str) -> None:
        """With Enter."""
        assert self._screen is not None
        os.write(self._screen, text.encode() + b"\n")

    def ends(self) -> int:
        """Its exit status; what it showed last is in `shown`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < until, self.shown
            self._look(0.05)
        while self._look(0.05):
            pass
        return self.process.returncode

    def close(self) -> None:
        """The window is closed: everything at it hangs up."""
        screen, self._screen = self._screen, None
        if screen is not None:
            os.close(screen)


def _can_be_interrupted() -> None:
    """Whatever started the tests may ignore Ctrl-C: a shell does so for what runs behind it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def at_terminal(home: Path, *words: str) -> Iterator[AtTerminal]:
    """`verbund WORDS` at a terminal of its own."""
    screen, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "node", *words, "--home", str(home), "--lang", "en"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_can_be_interrupted,
        env=environment(COLUMNS="100"),
    )
    os.close(theirs)
    there = AtTerminal(process, screen)
    try:
        yield there
    finally:
        process.kill()
        process.wait()
        there.close()
