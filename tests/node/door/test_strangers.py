"""What else may lie at a door, and who else may knock."""

import errno
import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from node import VERSION
from node.knock import frames
from node.knock.frames import BadFrame, exactly, packed, receive, unpacked
from node.knock.knock import COMMAND, DOOR_VERSION, STOP
from node.knock.reach import SECRET_BYTES, connect, identity
from tests.node.cli.servers import Node, founded, serving
from tests.node.cli.test_processes import command, environment
from tests.node.door.conftest import Typed

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
NOBODY = pwd.getpwnam("nobody")


def is_well(node: Node) -> bool:
    return bool(json.loads(node.types("status", "--json"))["running"])


# What lies there


def test_a_socket_that_a_killed_server_left(node: Node, typed: Typed) -> None:
    words = [sys.executable, "-m", "node", "serve", "--listen", "0", "--home", str(node.home)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment()) as server:
        assert server.stdout is not None
        server.stdout.readline()
        server.send_signal(signal.SIGKILL)
    assert stat.S_ISSOCK((node.home / "door").lstat().st_mode)
    assert typed("group", "edit", "--region", "Kiel")[0] == 0
    assert typed.refused("stop") == "nothing-to-stop"
    with serving(node, "--listen", "127.0.0.1:0"):
        assert is_well(node)


@pytest.mark.parametrize(
    "make",
    [
        lambda door: door.write_bytes(b""),
        lambda door: door.write_bytes(b"nonsense"),
        lambda door: door.write_bytes(b"1 00"),
        lambda door: door.write_bytes(b"99999999 " + b"ab" * 32),
        lambda door: door.write_bytes(b"\xff" * 1_000),
        lambda door: door.symlink_to("/dev/zero"),
        lambda door: os.mkfifo(door),
    ],
)
def test_what_is_no_door(make: Callable[[Path], None], node: Node, typed: Typed) -> None:
    make(node.home / "door")
    assert typed("status")[0] == 0
    with serving(node, "--listen", "127.0.0.1:0"):
        assert is_well(node)


@AS_ROOT
def test_somebody_else_s_door_is_not_knocked_at(node: Node, typed: Typed) -> None:
    """It would be told what was typed."""
    heard: list[bytes] = []
    with closing(socket.socket(socket.AF_UNIX)) as theirs:
        theirs.bind(str(node.home / "door"))
        os.chown(node.home / "door", NOBODY.pw_uid, -1)
        theirs.listen()
        theirs.setblocking(False)
        assert typed("status")[0] == 0
        with pytest.raises(BlockingIOError):
            heard.append(theirs.accept()[0].recv(1))
    assert heard == []


@pytest.mark.parametrize("mode", [0o644, 0o660])
def test_a_secret_that_others_can_read_is_none(mode: int, node: Node) -> None:
    (node.home / "door").write_text(f"1 {'ab' * 32}")
    (node.home / "door").chmod(mode)
    assert connect(str(node.home)) is None


# Other versions


@contextmanager
def listening(folder: Path, answer: bytes) -> Iterator[list[bytes]]:
    """Something else at the door, which answers one knock."""
    heard: list[bytes] = []
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(folder / "door"))
        listener.listen()

        def serve() -> None:
            with listener.accept()[0] as sock:
                heard.append(receive(sock)[0])
                sock.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield heard
        thread.join(10)
    (folder / "door").unlink()


def test_an_old_server(node: Node, typed: Typed) -> None:
    told = frames.told([("server", "0.0.9"), ("command", VERSION)])
    with listening(node.home, packed(frames.REFUSED, b"other-version", *told)):
        status, out, err = typed("status")
    assert (status, out) == (1, "")
    said = " ".join(err.split())
    assert f"with version 0.0.9 of Verbund, and this command is of version {VERSION}" in said
    assert "verbund --home" in said
    with listening(node.home, packed(frames.REFUSED, b"other-version", *told)):
        assert typed.refused("status") == "other-version"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"X",
        b"\0" * 100,
        packed(b"?", b"x"),
        packed(frames.EXIT, b"no number"),
        b"A\xff\xff\xff\xff",
    ],
)
def test_a_server_that_speaks_otherwise(answer: bytes, node: Node, typed: Typed) -> None:
    with listening(node.home, answer):
        assert typed.refused("status") == "door-broke"


def hello(node: Node, *fields: bytes) -> list[bytes] | None:
    """What the server says first to a command; None if it hangs up."""
    sock = connect(str(node.home))
    assert sock is not None
    with sock:
        sock.sendall(packed(frames.HELLO, *fields))
        try:
            kind, said = receive(sock)
        except (EOFError, ConnectionResetError):
            return None
        return [kind, *said]


def test_an_older_command_and_one_of_another_folder(served: Node) -> None:
    here = identity(str(served.home))
    for versions in ((b"0", b"0.0.9"), (DOOR_VERSION, b"0.0.9"), (b"9", VERSION.encode())):
        said = hello(served, *versions, COMMAND, here, b"what", b"ever")
        assert said is not None
        assert said[:2] == [frames.REFUSED, b"other-version"]
    assert hello(served, DOOR_VERSION, VERSION.encode(), COMMAND, b"1:2") == [frames.YOURSELF]
    assert hello(served, DOOR_VERSION, VERSION.encode(), STOP, b"1:2") == [frames.YOURSELF]
    assert is_well(served)


# Who knocks


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"H\xff\xff\xff\xff",
        b"H\0\0\0\x04\0\0\0\xff",
        packed(frames.HELLO),
        packed(frames.HELLO, b"1", b"2", b"3", b"4"),
        packed(frames.ANSWER, b""),
        os.urandom(1_000),
    ],
)
def test_garbage_at_the_door(said: bytes, served: Node) -> None:
    sock = connect(str(served.home))
    assert sock is not None
    with sock:
        sock.sendall(said)
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(20)
        with suppress(ConnectionResetError):
            while sock.recv(4_096):
                pass
    assert is_well(served)


@pytest.mark.parametrize(
    "facts", [[], [b"x"], [b"1", b"a"], [b"2", b"a", b"b"], [b"-1"], [b"0", b"0"]]
)
def test_a_command_that_says_nothing_about_itself(facts: list[bytes], served: Node) -> None:
    here = identity(str(served.home))
    hello(served, DOOR_VERSION, VERSION.encode(), COMMAND, here, *facts)
    assert is_well(served)


@AS_ROOT
def test_the_door_is_its_owner_s_alone(served: Node) -> None:
    door = served.home / "door"
    assert door.lstat().st_mode & 0o777 == 0o600
    child = os.fork()
    if not child:
        status = 1
        try:
            os.setuid(NOBODY.pw_uid)
            status = 0 if connect(str(served.home)) is None else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("cut", range(9))
def test_frames_are_whole_or_none(cut: int) -> None:
    frame = packed(b"X", b"ab", b"")
    assert unpacked(frame[5:]) == [b"ab", b""]
    if 0 < cut < len(frame) - 5:
        with suppress(BadFrame):
            assert unpacked(frame[5 : 5 + cut]) in ([b"ab"], [b""])


# A port instead of a socket


@pytest.fixture
def far(tmp_path: Path) -> Node:
    """Its path is too long for a socket."""
    return founded(tmp_path / ("x" * 60) / ("y" * 60) / "alpha", "Alpha")


def test_a_path_too_long_for_a_socket(far: Node, tmp_path: Path) -> None:
    with serving(far, "--listen", "127.0.0.1:0"):
        door = far.home / "door"
        assert (stat.S_ISREG(door.stat().st_mode), door.stat().st_mode & 0o777) == (True, 0o600)
        far.types("group", "edit", "--region", "Kiel")
        assert is_well(far)
        (tmp_path / "short").symlink_to(far.home)
        assert is_well(Node(tmp_path / "short"))
        far.types("stop")
    assert not door.exists()


def test_who_does_not_know_the_secret(
    far: Node, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.cli.owning.PATIENCE_SECONDS", 0.1)
    typed = Typed(far.home, capsys)
    with serving(far, "--listen", "127.0.0.1:0"):
        door = far.home / "door"
        port, secret = door.read_text().split()
        with socket.create_connection(("127.0.0.1", int(port)), 10) as sock:
            sock.sendall(bytes(SECRET_BYTES))
            exactly(sock, 2 * SECRET_BYTES)
            sock.sendall(bytes(SECRET_BYTES))
            sock.sendall(packed(frames.HELLO, DOOR_VERSION, VERSION.encode(), STOP, b""))
            with pytest.raises((EOFError, ConnectionError)):
                exactly(sock, 1)
        door.write_text(f"{port} {'00' * SECRET_BYTES}")
        assert typed.refused("group", "edit", "--region", "Kiel") == "server-silent"
        door.write_text(f"{port} {secret}")
        assert typed("group", "edit", "--region", "Kiel")[0] == 0


def test_whoever_has_the_port_by_now_learns_nothing(node: Node, typed: Typed) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        (node.home / "door").write_text(f"{port} {'ab' * SECRET_BYTES}")
        (node.home / "door").chmod(0o600)

        def serve() -> None:
            sock, _ = listener.accept()
            with sock:
                sock.settimeout(10)
                heard.append(exactly(sock, SECRET_BYTES))
                sock.sendall(os.urandom(2 * SECRET_BYTES))
                heard.append(sock.recv(1_000))

        thread = threading.Thread(target=serve)
        thread.start()
        assert typed("status", "--json")[0] == 0
        thread.join(10)
    assert [len(one) for one in heard] == [SECRET_BYTES, 0]


def test_a_copy_of_the_folder_is_a_node_of_its_own(far: Node, tmp_path: Path) -> None:
    """With all that lay in it, the server's own door included."""
    copy = Node(tmp_path / "copy")
    with serving(far, "--listen", "127.0.0.1:0"):
        shutil.copytree(far.home, copy.home)
        copy.types("group", "edit", "--region", "Copy")
        refused = command("stop", "--home", str(copy.home), "--json")
        assert json.loads(refused.stdout)["error"] == "nothing-to-stop"
        assert copy.gets("group", "show")["region"] == "Copy"
        assert far.gets("group", "show")["region"] is None
        with serving(copy, "--listen", "127.0.0.1:0"):
            assert is_well(copy)
        assert is_well(far)


def test_a_copied_socket_and_note(served: Node, tmp_path: Path) -> None:
    copy = Node(tmp_path / "copy")
    names = ("verbund.db", "keys", "owner")
    copy.home.mkdir(mode=0o700)
    for name in names:
        shutil.copy2(served.home / name, copy.home / name)
    with closing(socket.socket(socket.AF_UNIX)) as one:
        one.bind(str(copy.home / "door"))
    assert copy.gets("status")["running"] is False


NO_LOCKS = f"""
import fcntl, os, sys
def flock(*_args):
    raise OSError({errno.ENOLCK}, os.strerror({errno.ENOLCK}))
fcntl.flock = flock
from node.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_command_on_a_file_system_without_locks(node: Node) -> None:
    """Whoever changes something learns that nothing keeps a second one out."""
    words = [sys.executable, "-c", NO_LOCKS, "--home", str(node.home), "--lang", "en"]
    for more, told in ((["group", "edit", "--region", "Kiel"], True), (["status"], False)):
        done = subprocess.run(
            [*words, *more], capture_output=True, text=True, env=environment(), check=True
        )
        assert ("has no locks" in " ".join(done.stderr.split())) is told


def test_a_file_system_without_locks_and_sockets(far: Node) -> None:
    words = [sys.executable, "-c", NO_LOCKS, "--home", str(far.home), "--lang", "en", "--json"]
    environ = environment()
    with subprocess.Popen(
        [*words, "serve", "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
    ) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        while server.stdout.readline() != "}\n":
            pass
        again = subprocess.run([*words, "serve"], capture_output=True, text=True, env=environ)
        assert json.loads(again.stdout)["error"] == "already-running"
        for more in (["group", "edit", "--region", "Kiel"], ["status"], ["stop"]):
            done = subprocess.run([*words, *more], capture_output=True, text=True, env=environ)
            assert done.returncode == 0, done.stderr
        assert server.wait(20) == 0
        assert "has no locks" in " ".join(server.stderr.read().split())
    done = subprocess.run([*words, "status"], capture_output=True, text=True, env=environ)
    assert json.loads(done.stdout)["running"] is False
