"""More at the door than are let in: silent ones make room, and `stop` needs none."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from node import VERSION
from node.door.door import VISITORS
from node.knock import frames
from node.knock.frames import packed, receive
from node.knock.knock import COMMAND, DOOR_VERSION
from node.knock.reach import connect, identity
from tests.node.cli.servers import PATIENCE_SECONDS, Node, founded, serving
from tests.node.door.conftest import Typed
from tests.node.door.test_questions import runs
from tests.node.door.test_strangers import is_well


def test_more_commands_than_there_is_room_for_wait(served: Node) -> None:
    """Knocking and saying nothing is soon over."""
    socks = [connect(str(served.home)) for _ in range(40)]
    try:
        assert is_well(served)
    finally:
        for sock in socks:
            if sock is not None:
                sock.close()


def test_who_says_a_byte_now_and_then_makes_room(
    served: Node,
) -> None:
    """The same on a port of this machine, where that may be anybody."""
    socks = [sock for _ in range(40) if (sock := connect(str(served.home)))]
    over = threading.Event()

    def trickle() -> None:
        while not over.wait(0.5):
            for sock in socks:
                with suppress(OSError):
                    sock.sendall(frames.HELLO[:1])

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        assert is_well(served)
    finally:
        over.set()
        thread.join()
        for sock in socks:
            sock.close()


@contextmanager
def all_asked(home: str) -> Iterator[list[socket.socket]]:
    """As many commands as are carried out at once; each asks something, and nobody answers."""
    facts = {"home": home, "cwd": "/", "program": "", "columns": "80", "there": "1", "shown": "1"}
    said = [b"0", b"12", *frames.told(list(facts.items())), b"group", b"erase", b"--home"]
    here = (DOOR_VERSION, VERSION.encode(), COMMAND, identity(home))
    with ExitStack() as inside:
        socks = []
        for _ in range(VISITORS):
            sock = connect(home)
            assert sock is not None
            socks.append(inside.enter_context(sock))
            sock.sendall(packed(frames.HELLO, *here, *said, home.encode()))
            while (kind := receive(sock)[0]) != frames.LINE:
                if kind not in (frames.WELCOME, frames.SAY):
                    sock.sendall(packed(frames.ANSWER, b""))
        yield socks


def test_where_all_seats_are_taken(node: Node, typed: Typed) -> None:
    """One more command is told so, and `stop` needs no seat."""
    with runs(node.home) as server, all_asked(str(node.home)) as inside:
        assert typed.refused("status") == "door-full"
        inside[0].close()  # a terminal that was closed
        assert typed("status")[0] == 0
        assert typed("stop")[0] == 0
        assert server.wait(PATIENCE_SECONDS) == 0
    assert node.gets("group", "show")["name"]


def test_a_port_that_somebody_keeps_busy(tmp_path: Path) -> None:
    """Anybody on this machine may dial it, again and again: who is silent longest makes room."""
    far = founded(tmp_path / ("x" * 60) / ("y" * 60) / "alpha", "Alpha")
    with serving(far, "--listen", "127.0.0.1:0"), ExitStack() as held:
        port = int((far.home / "door").read_text().split()[0])
        over = threading.Event()

        def dial() -> None:
            while not over.wait(0.01):
                held.enter_context(socket.create_connection(("127.0.0.1", port), 10))

        thread = threading.Thread(target=dial)
        thread.start()
        try:
            for _ in range(20):
                sock = connect(str(far.home))
                assert sock is not None
                sock.close()
                over.wait(0.05)
            assert is_well(far)
        finally:
            over.set()
            thread.join()
