"""More at the door than are let in: silent ones make room, and `stop` needs none."""

import threading
from contextlib import ExitStack, suppress

from node import VERSION
from node.door.door import VISITORS
from node.knock import frames
from node.knock.frames import packed, receive
from node.knock.knock import COMMAND, DOOR_VERSION
from node.knock.reach import connect, identity
from tests.node.cli.servers import PATIENCE_SECONDS, Node
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


def test_stop_gets_through_where_nobody_else_does(node: Node, typed: Typed) -> None:
    """As many as are let in are asked something, and don't answer."""
    home = str(node.home)
    facts = {"home": home, "cwd": "/", "program": "", "columns": "80", "there": "1", "shown": "1"}
    said = [b"0", b"12", *frames.told(list(facts.items())), b"group", b"erase", b"--home"]
    with runs(node.home) as server, ExitStack() as inside:
        for _ in range(VISITORS):
            sock = connect(home)
            assert sock is not None
            inside.enter_context(sock)
            here = (COMMAND, identity(home))
            whole = packed(
                frames.HELLO, DOOR_VERSION, VERSION.encode(), *here, *said, home.encode()
            )
            sock.sendall(whole)
            while (kind := receive(sock)[0]) != frames.LINE:
                if kind not in (frames.WELCOME, frames.SAY):
                    sock.sendall(packed(frames.ANSWER, b""))
        assert typed("stop")[0] == 0
        assert server.wait(PATIENCE_SECONDS) == 0
    assert node.gets("group", "show")["name"]
