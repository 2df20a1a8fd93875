"""The node as a process: started, stopped, killed, started again; what it logs."""

import asyncio
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from node.app import PROGRAM, open_core
from node.base.errors import Problem
from node.keys.folder_lock import owner_of
from node.keys.home import Home
from node.knock.reach import connect
from node.serving import Options, serve, split_listen
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.ids import to_name, to_text
from protocol.kind import Place
from tests.days import wall
from tests.node.cli.servers import Node
from tests.node.door.terminals import at_terminal
from tests.node.world import make_home, until

ROOT = Path(__file__).parents[4]
MARKS = ("Zwergenaufstand", "Pflaumenmus", "Kellerasseln")
MEETING = (
    *("--title", MARKS[2], "--starts", wall(90), "--zone", "Europe/Berlin"),
    *("--minutes", "90", "--place", "Haus der Vereine"),
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Process:
    """`verbund serve`, and what it wrote."""

    def __init__(self, home: Home, port: int) -> None:
        self.home, self.port = home, port
        self.out = (home.path / "out").open("ab")
        self.err = home.path / "err"
        self.err.touch()
        self.starts = self.events().count("ready")
        command = [
            sys.executable, "-m", "node", "serve", "--home", str(home.path),
            "--listen", f"127.0.0.1:{port}", "--public-url", f"http://127.0.0.1:{port}",
            "--private-addresses", "--json",
        ]  # fmt: skip
        with self.err.open("ab") as err:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=self.out, stderr=err)

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.err.read_text().splitlines()]

    def events(self) -> list[str]:
        return [line["event"] for line in self.log()]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(10)


def is_up(one: Process) -> bool:
    assert one.process.poll() is None, one.err.read_text()
    try:
        with socket.create_connection(("127.0.0.1", one.port), 0.2):
            return one.events().count("ready") > one.starts
    except OSError:
        return False


def wait(condition: Any, what: str) -> float:
    began = time.monotonic()
    asyncio.run(until(condition, what))
    return time.monotonic() - began


@contextmanager
def serving(home: Home, port: int) -> Iterator[Process]:
    one = Process(home, port)
    try:
        wait(lambda: is_up(one), "the server answers")
        yield one
    finally:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
        one.out.close()


def everything(core: Core) -> tuple[Any, ...]:
    return (
        core.db.all("select no, envelope from records order by no"),
        core.settings.get("serve"),
        core.ring.pack(),
        core.home_id,
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path, "alpha")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_start_stop_and_start_again(home: Home, number: int) -> None:
    """A second start finds everything as it was; each end is a clean one."""
    port = free_port()
    states = []
    for _time in range(2):
        with serving(home, port) as one:
            core = open_core(home)
            owner = owner_of(home.path)
            assert owner is not None
            assert (owner.pid, owner.address) == (one.process.pid, f"http://localhost:{port}")
            states.append(everything(core))
            assert one.end(number) == 0
            core.close()
            assert connect(str(home.path)) is None
            assert not home.database.with_name("verbund.db-wal").exists()
    assert states[0] == states[1]
    assert one.events()[-1] == "stopping"


def test_a_node_started_with_nohup_outlives_its_terminal(home: Home, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with serving(home, free_port()) as one:
            one.process.send_signal(signal.SIGHUP)
            assert Node(home.path).gets("status")["running"]
            assert one.end() == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_node_without_a_name_is_called_by_its_id(home: Home) -> None:
    node = Node(home.path)
    node.types("group", "erase", "--yes")
    short = node.gets("status")["own"][0]["id"][:8]
    with at_terminal(home.path, "serve", "--listen", "127.0.0.1:0", "--lang", "en") as shown:
        shown.reads("Ctrl-C")
        assert f"“{short}” is up." in shown.shown
        node.types("stop")
        assert shown.ends() == 0


def test_a_taken_port(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        core = open_core(home)
        with pytest.raises(Problem, match="port-taken") as raised:
            serve(core, Options(PROGRAM, listen=f"127.0.0.1:{port}"))
        assert raised.value.values["listen"] == f"127.0.0.1:{port}"
        host, free = split_listen(str(raised.value.values["free"]))
        with socket.create_server((host, free)):
            assert free > port
        assert core.server is None
        assert core.settings.get("serve") is None
        core.close()


def test_an_address_of_another_machine(home: Home) -> None:
    """A slip of the finger: the next start without it goes as before."""
    core = open_core(home)
    with pytest.raises(Problem, match="can-not-listen") as raised:
        serve(core, Options(PROGRAM, listen="192.0.2.1:8480", private_addresses=True))
    assert raised.value.values["why"] == os.strerror(errno.EADDRNOTAVAIL)
    assert core.settings.get("serve") is None
    core.close()


@pytest.mark.parametrize("text", ["", "8480", ":8480", "host:", "host:x", "host:70000", "a:-1"])
def test_where_nobody_can_listen(text: str) -> None:
    with pytest.raises(Problem, match="bad-listen"):
        split_listen(text)


@pytest.mark.parametrize("url", ["ftp://x", "x.example", "https://x.example/weg", "https://"])
def test_a_public_address_that_is_none(home: Home, url: str) -> None:
    core = open_core(home)
    with pytest.raises(Problem, match="bad-public-url"):
        serve(core, Options(PROGRAM, public_url=url))
    assert core.settings.get("serve") is None
    core.close()


def test_two_nodes_take_commands_log_nothing_personal_and_survive_a_kill(tmp_path: Path) -> None:
    """One start of two processes for several questions: starting is what takes the time."""
    homes = [make_home(tmp_path, name) for name in ("alpha", "beta")]
    a, b = (Node(home.path) for home in homes)
    ports = [free_port(), free_port()]
    with serving(homes[0], ports[0]) as one, serving(homes[1], ports[1]) as other:
        b.types("peer", "accept", a.gets("peer", "invite")["link"])
        wait(lambda: _name_at(a, b) and _name_at(b, a), "both know each other")
        # What a command writes is pushed at once.
        a.types("group", "edit", "--name", MARKS[0], "--purpose", MARKS[1])
        assert wait(lambda: _name_at(b, a) == MARKS[0], "the edit at the peer") < 2
        new = b.gets("meeting", "new", *MEETING)["id"]
        b.types("meeting", "invite", new, MARKS[0])
        wait(lambda: _count(a, "select count(*) from opened where kind = 'invitation'"), "invited")
        # Whoever was told "stored" by a node that is killed is not deceived.
        b.types("meeting", "new", *MEETING, "--to", "public")
        wait(lambda: _has(a, b, "meeting") == 2, "stored")
        one.process.send_signal(signal.SIGKILL)
        assert one.process.wait() == -signal.SIGKILL
        with closing(open_core(homes[0])) as core:
            assert core.db.one("pragma integrity_check")[0] == "ok"
        assert _has(a, b, "meeting") == 2
        assert _count(a, "select count(*) from opened where kind = 'invitation'") == 1
        b.types("group", "edit", "--name", "Weiter")
        with serving(homes[0], ports[0]) as again:
            wait(lambda: _name_at(a, b) == "Weiter", "what happened meanwhile")
            assert again.end() == 0
        assert other.end() == 0
        _logs_nothing_personal(a, b, one, other)


def _id(node: Node) -> bytes:
    with closing(open_core(Home(node.home))) as core:
        return core.home_id


def _name_at(node: Node, other: Node) -> str | None:
    with closing(open_core(Home(node.home))) as core:  # as a backup would: it only looks
        record = core.records.at(Place(_id(other), PUBLIC, "group", ""))
        return None if record is None or record.content is None else str(record.content["name"])


def _has(node: Node, author: Node, kind: str) -> int:
    with closing(open_core(Home(node.home))) as core:
        return len(list(core.records.headers(core.clock(), [kind], author=_id(author))))


def _count(node: Node, sql: str) -> int:
    with closing(open_core(Home(node.home))) as core:
        return int(core.db.one(sql)[0])


def _logs_nothing_personal(a: Node, b: Node, *processes: Process) -> None:
    """No names, ids, addresses or contents; every line is JSON with a time and an event."""
    ids = [_id(one) for one in (a, b)]
    marks = [*MARKS, "alpha", "beta", "Weiter", "127.0.0.1", "Haus der Vereine"]
    marks += [text for one in ids for text in (to_text(one), to_text(one)[:8], to_name(one)[:8])]
    marks += [str(one.port) for one in processes]
    for one in processes:
        assert {"time", "level", "event"} <= set.intersection(*(set(line) for line in one.log()))
        text = "\n".join(json.dumps({**line, "time": ""}) for line in one.log())
        assert [mark for mark in marks if mark in text] == []
        assert {"ready", "session-begins", "session-ends"} <= set(one.events())


def test_garbage_on_the_port_is_not_logged_with_its_sender(home: Home) -> None:
    port = free_port()
    with serving(home, port) as one:
        for garbage in (b"\x16\x03\x01" + bytes(200), b"GET /Pflaumenmus\r\n\r\n", b"x" * 70_000):
            with socket.create_connection(("127.0.0.1", port), 2) as wire:
                wire.sendall(garbage + b"\r\n\r\n")
                wire.settimeout(2)
                try:
                    while wire.recv(4096):
                        pass
                except (TimeoutError, ConnectionError):
                    pass
        assert one.end() == 0
        text = one.err.read_text()
        assert ("127.0.0.1" in text, "Pflaumenmus" in text) == (False, False)
