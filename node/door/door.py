"""The door of a running node (docs/door.md).

Each command that comes in gets a thread. It is understood there, and carried out there with the
server's core, by turns (`node.base.turns`).
"""

import contextlib
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from node import VERSION
from node.base.files import write_private
from node.base.logs import event
from node.base.turns import Stopped, Turns
from node.cli import act, ended, understood
from node.cli.context import Context
from node.cli.effects import Where
from node.cli.invocation import called, name_in
from node.cli.parser import UsageError
from node.cli.program import Program
from node.cli.terminal import at, wanted_language
from node.door.visitor import HungUp, Visitor
from node.knock import frames
from node.knock.frames import BadFrame, data, packed, receive, text
from node.knock.knock import COMMAND, DOOR_VERSION, STOP
from node.knock.reach import DOOR, LONGEST_PATH, SECRET_BYTES, admits, identity, is_ours
from node.store.core import Core
from node.texts import Texts

log = logging.getLogger(__name__)

VISITORS = 32
"""Commands that are carried out at once; most wait for a person. Each has a thread."""

SILENT = 32
"""Who has not said yet what it wants has a seat of its own, and one more takes the seat of whoever
is silent longest: who comes in says it within a millisecond."""

ROOM = SILENT + 3 * VISITORS
"""All together, with commands that wait for a seat. More wait outside."""

SEAT_SECONDS = 3.0
"""Commands that came at once are through by then; if not, people are being asked something."""

HELLO_SECONDS = 5.0
"""For a command to say what it wants, all of it: it does so at once. Who is still silent then, or
says a byte now and then, makes room: on a port of this machine that is anybody."""

GOODBYE_SECONDS = 2.0
"""A server that ends lets commands end that only have to say so."""


FACTS = frozenset({"home", "cwd", "program", "columns", "there", "shown"})
"""What a command says about itself (`node.knock.knock`)."""


class Door:
    """Made in the loop, after the lock of the folder was taken."""

    def __init__(
        self, core: Core, program: Program, turns: Turns, stop: Callable[[], None]
    ) -> None:
        self._core, self._program, self._turns, self._stop = core, program, turns, stop
        self._path = Path(os.path.realpath(core.home.path)) / DOOR
        self._folder = identity(str(core.home.path))
        self._made: os.stat_result | None = None
        self._secret: bytes | None = None
        self._inside: dict[socket.socket, threading.Thread] = {}
        self._silent: dict[socket.socket, None] = {}
        self._seats = threading.BoundedSemaphore(VISITORS)
        self._listener: socket.socket | None = None

    def open(self) -> None:
        """Let commands in from now on."""
        self._path.unlink(missing_ok=True)  # left over: the folder is ours
        try:
            self._listener = self._unix()
        except OSError:  # a path too long, a file system without sockets
            self._path.unlink(missing_ok=True)
            self._listener = self._loopback()
        self._made = self._path.lstat()
        self._listener.setblocking(False)
        self._turns.loop.add_reader(self._listener, self._admit)

    def _unix(self) -> socket.socket:
        if len(os.fsencode(self._path)) > LONGEST_PATH:
            raise OSError
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(os.fsencode(self._path))
        except BaseException:
            listener.close()
            raise
        finally:
            os.umask(before)
        listener.listen(VISITORS)
        return listener

    def _loopback(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", 0), backlog=VISITORS)
        self._secret = secrets.token_bytes(SECRET_BYTES)
        port = listener.getsockname()[1]
        write_private(self._path, f"{port} {self._secret.hex()}\n".encode())
        return listener

    def _admit(self) -> None:
        assert self._listener is not None  # noqa: S101 - only called while it is open
        with contextlib.suppress(OSError):
            sock, _address = self._listener.accept()
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True, name="command")
            self._inside[sock] = thread
            self._silent[sock] = None
            self._turns.loop.call_later(HELLO_SECONDS, self._send_away, sock)
            thread.start()
            for one in list(self._silent)[:-SILENT]:
                self._send_away(one)
            if len(self._inside) >= ROOM:
                self._turns.loop.remove_reader(self._listener)

    def _send_away(self, sock: socket.socket) -> None:
        """If it has not said by now what it wants."""
        if sock in self._silent:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _let_in(self) -> None:
        """Somebody has gone."""
        if self._listener is not None:
            self._turns.loop.add_reader(self._listener, self._admit)

    def close(self) -> None:
        """Let nobody in any more; whoever waits for a person is sent away."""
        if self._listener is not None:
            self._turns.loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        with contextlib.suppress(OSError):
            if self._made and os.path.samestat(self._made, self._path.lstat()):
                self._path.unlink()  # else it is of another node, which is there by now
        self._turns.close()

    def clear(self) -> None:
        """After `close`: those still inside are told, by hanging up. Not in the loop."""
        for thread in list(self._inside.values()):
            thread.join(GOODBYE_SECONDS / VISITORS)
        for sock in list(self._inside):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self._inside.values()):
            thread.join(GOODBYE_SECONDS)

    # One visitor, in its thread

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError, BadFrame, HungUp, Stopped), sock:
            try:
                sock.setblocking(True)
                sock.settimeout(HELLO_SECONDS)
                if self._secret is not None and not admits(sock, self._secret):
                    return
                if not is_ours(sock):
                    return
                self._hear(sock)
            finally:
                self._silent.pop(sock, None)
                self._inside.pop(sock, None)
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    self._turns.loop.call_soon_threadsafe(self._let_in)

    def _hear(self, sock: socket.socket) -> None:
        kind, fields = receive(sock)
        if kind != frames.HELLO or len(fields) < 4:
            raise BadFrame
        door, software, purpose, folder, *rest = fields
        self._silent.pop(sock, None)
        sock.settimeout(None)
        if folder != self._folder:  # of a copy of ours
            sock.sendall(packed(frames.YOURSELF))
        elif purpose == STOP:
            sock.sendall(packed(frames.EXIT, b"0"))
            self._turns.loop.call_soon_threadsafe(self._stop)
        elif (door, software) != (DOOR_VERSION, data(VERSION)):
            values = frames.told([("server", VERSION), ("command", text(software))])
            sock.sendall(packed(frames.REFUSED, b"other-version", *values))
        elif purpose == COMMAND:
            self._seated(sock, [text(one) for one in rest])

    def _seated(self, sock: socket.socket, said: list[str]) -> None:
        """Carry a command out if there is a seat for it soon."""
        if not self._seats.acquire(timeout=SEAT_SECONDS):
            told = frames.told([("n", str(VISITORS))])
            sock.sendall(packed(frames.REFUSED, b"door-full", *told))
            return
        try:
            sock.sendall(packed(frames.WELCOME))
            self._command(sock, said)
        finally:
            self._seats.release()

    def _has_moved(self) -> bool:
        """Whether our folder is no longer where we would write into it."""
        try:
            return identity(str(self._core.home.path)) != self._folder
        except OSError:
            return True

    def _command(self, sock: socket.socket, said: list[str]) -> None:
        try:
            environ, said = _table(said)
            facts, typed = _table(said)
        except (ValueError, IndexError) as error:
            raise BadFrame from error
        if not facts.keys() >= FACTS:
            raise BadFrame
        visitor = Visitor(sock, environ, facts)
        name = name_in(facts["cwd"], facts["program"], environ.get("PATH"))
        texts = Texts(wanted_language(typed, environ), name)
        with at(visitor):
            args = self._understood(typed, texts, facts)
            if args is None:
                visitor.tell(frames.YOURSELF)
                return
            if self._has_moved():
                visitor.tell(frames.REFUSED, b"folder-moved")
                return
            texts = Texts(texts.language, called(facts["home"], name))
            status = self._act(args, texts, visitor)
            visitor.tell(frames.EXIT, b"%d" % status)

    def _understood(self, typed: Sequence[str], texts: Texts, facts: dict[str, str]) -> Any:
        """None if it is for the command's own process: it says best what is wrong with it, too."""
        try:
            args = understood(self._program, typed, texts)
        except (UsageError, SystemExit):
            return None
        if args.command is None or args.command.where is Where.HERE:
            return None
        return args if (getattr(args, "home", None) or "") == facts["home"] else None

    def _act(self, args: Any, texts: Texts, visitor: Visitor) -> int:
        context = Context(self._program, args, texts, self._core)
        event(log, "command", what=args.command.name)

        def do() -> int:
            with self._turns.turn(visitor.require_there):
                return act(context)

        return ended(do, texts, lambda: None)


def _table(said: list[str]) -> tuple[dict[str, str], list[str]]:
    """Names and values in turn, as many as the first one says; and what comes after them."""
    count = int(said[0])
    taken, rest = said[1 : 1 + count], said[1 + count :]
    return dict(zip(taken[::2], taken[1::2], strict=True)), rest
