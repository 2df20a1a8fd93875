"""A command finds the running server of its folder and lets it act (docs/door.md).

It sends what was typed and what the terminal is like, and then does what the server asks: shows,
asks, reads standard input, opens files – with the rights of whoever typed, in their folder. It has
read no grammar, no texts and no database for that.
"""

import os
import socket
import sys
from collections.abc import Mapping, Sequence

from node import VERSION
from node.knock import frames
from node.knock.frames import data, packed, receive, text
from node.knock.hand import Hand, be_tolerant
from node.knock.reach import connect, identity

DOOR_VERSION = b"1"
"""Of the frames. A server and a command of other versions of anything don't work together."""

COMMAND, STOP = b"command", b"stop"
"""What somebody knocks for."""

ANSWER_SECONDS = 10.0
"""For a server to let a command in, on a machine that has much to do; else it hangs, or sleeps."""

STOP_SECONDS = 2.0
"""For its word that it ends; what it was told it finds when it wakes up."""

SAID_EARLY = ("LC_ALL", "LC_MESSAGES", "LANG", "TERM", "NO_COLOR", "PATH")
"""What commands read of the environment and is no secret; the rest is sent when it is asked for."""


class Turned(Exception):  # noqa: N818 - the person reads why
    """The server did not carry it out, or nobody knows: `code` and `values` of a `Problem`."""

    def __init__(self, code: str, values: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.values = dict(values)


def folder_of(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """The folder that a command is for: `--home`, VERBUND_HOME, or the platform's.

    >>> folder_of(["status", "--home=/a", "--", "--home", "/b"], {})
    '/a'
    """
    chosen = said_home(arguments) or environ.get("VERBUND_HOME")
    if not chosen:
        from platformdirs import user_data_dir

        chosen = user_data_dir("verbund", False)
    return os.path.abspath(os.path.expanduser(chosen))  # noqa: PTH100, PTH111 - pathlib takes long


def said_home(arguments: Sequence[str]) -> str:
    """What `--home` says; empty if it is not there. The server looks whether that is right."""
    found = ""
    for at, one in enumerate(arguments):
        if one == "--":
            break
        if one == "--home":
            found = arguments[at + 1] if at + 1 < len(arguments) else ""
        elif one.startswith("--home="):
            found = one[len("--home=") :]
    return found


def knock(arguments: Sequence[str]) -> int | None:
    """Let the server carry out a command, and give its exit status.

    None if no server runs, or it is nothing for a server; then nothing was done. `Turned` if the
    server would not, or ended meanwhile.
    """
    folder = folder_of(arguments, os.environ)
    sock = connect(folder)
    if sock is None:
        return None
    with sock:
        try:
            sock.settimeout(ANSWER_SECONDS)
            sock.sendall(_hello(folder, arguments))
            return _attend(sock)
        except TimeoutError:
            raise Turned("server-silent", {}) from None
        except (EOFError, OSError, frames.BadFrame, ValueError, LookupError, TypeError):
            raise Turned("door-broke", {}) from None


def stop(folder: str) -> bool | None:
    """Tell the server of this folder to end. It ends some time later.

    False if there is none. None if it did not say that it heard: it is ending already, or asleep,
    or has as many commands at its door as it lets in.
    """
    sock = connect(folder)
    if sock is None:
        return False
    with sock:
        try:
            sock.settimeout(STOP_SECONDS)
            sock.sendall(packed(frames.HELLO, DOOR_VERSION, data(VERSION), STOP, identity(folder)))
            return receive(sock)[0] == frames.EXIT
        except (EOFError, OSError, frames.BadFrame):
            return None


def _hello(folder: str, arguments: Sequence[str]) -> bytes:
    environ = [(one, os.environ[one]) for one in SAID_EARLY if one in os.environ]
    facts = [
        ("home", said_home(arguments)),
        ("cwd", _cwd()),
        ("program", sys.executable or ""),
        ("columns", str(_columns())),
        ("there", "1" if _is_terminal(sys.stdin) else ""),
        ("shown", "1" if _is_terminal(sys.stdout) else ""),
    ]
    return packed(
        frames.HELLO,
        *(DOOR_VERSION, data(VERSION), COMMAND, identity(folder)),
        *(_counted(frames.told(environ)) + _counted(frames.told(facts))),
        *(data(one) for one in arguments),
    )


def _counted(fields: list[bytes]) -> list[bytes]:
    return [b"%d" % len(fields), *fields]


def _cwd() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - pathlib takes long
    except OSError:  # it was deleted: absolute names still work
        return ""


def _is_terminal(stream: object) -> bool:
    return stream is not None and bool(stream.isatty())  # type: ignore[attr-defined]


def _columns() -> int:
    """As `shutil.get_terminal_size`; 0 if nobody knows."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said[:6]) > 0:
        return int(said[:6])
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 0


def _attend(sock: socket.socket) -> int | None:
    """Do what the server asks, until it says how it ended."""
    be_tolerant()
    hand = Hand()
    try:
        while True:
            kind, fields = receive(sock)
            if kind == frames.WELCOME:
                sock.settimeout(None)
                continue
            if kind == frames.EXIT:
                return int(fields[0])
            if kind == frames.YOURSELF:
                return None
            if kind == frames.REFUSED:
                code, *values = map(text, fields)
                raise Turned(code, dict(zip(values[::2], values[1::2], strict=True)))
            answer = hand.does(kind, fields)
            if answer is not None:
                sock.sendall(packed(frames.ANSWER, *answer))
    finally:
        hand.drop()
