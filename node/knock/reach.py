"""Where the door of a node is, and that whoever is behind it is who it should be.

Rules (docs/door.md):

1. `door` in the folder is a Unix socket that only its owner can use. Where there can be none – a
   path that is too long, a file system that has none – it is a file with a port of this machine
   and a secret, and both sides prove that they know the secret before they say anything else.
2. Whoever is at the other end is the same user. The system says so of a Unix socket, and the file
   of a port is ours alone or counts for nothing.
3. What nobody answers is no door: left over by a server that was killed, or copied with its folder.
"""

import os
import socket
import stat
import sys

from node.knock.frames import exactly

DOOR = "door"
LONGEST_PATH = 100
"""Bytes: systems have room for 104 or 108 in the address of a socket."""

SECRET_BYTES = 32
CONNECT_SECONDS = 2.0
"""On one machine; what takes longer is no server that runs."""


def place(folder: str) -> str:
    """The door of a folder, whichever way one came to it."""
    return os.path.join(os.path.realpath(folder), DOOR)  # noqa: PTH118 - pathlib takes long


def identity(folder: str) -> bytes:
    """Which folder it is, so that no copy of a door leads to another one's node."""
    found = os.stat(folder)  # noqa: PTH116 - pathlib takes long
    return b"%d:%d" % (found.st_dev, found.st_ino)


def connect(folder: str) -> socket.socket | None:
    """A connection to the server of this folder; None if nobody is there who can be trusted."""
    path = place(folder)
    try:
        found = os.lstat(path)
        if found.st_uid != os.geteuid():
            return None
        if stat.S_ISSOCK(found.st_mode):
            return _unix(path)
        if stat.S_ISREG(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077:
            return _loopback(path)
    except (OSError, EOFError, ValueError):
        pass
    return None


def _unix(path: str) -> socket.socket | None:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(CONNECT_SECONDS)
        sock.connect(path)
        sock.settimeout(None)
        if is_ours(sock):
            return sock
    except BaseException:
        sock.close()
        raise
    sock.close()
    return None


def is_ours(sock: socket.socket) -> bool:
    """Whether the process at the other end is the same user's, where the system can tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None or sock.family != socket.AF_UNIX:
        return True
    found = sock.getsockopt(socket.SOL_SOCKET, option, 12)  # process, user, group
    return int.from_bytes(found[4:8], sys.byteorder) == os.geteuid()


def _loopback(path: str) -> socket.socket | None:
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib takes long
        port, _, secret = file.read(200).strip().partition(b" ")
    sock = socket.create_connection(("127.0.0.1", int(port)), CONNECT_SECONDS)
    try:
        if _prove(sock, bytes.fromhex(secret.decode())):
            sock.settimeout(None)
            return sock
    except BaseException:
        sock.close()
        raise
    sock.close()
    return None


def _prove(sock: socket.socket, secret: bytes) -> bool:
    """The server shows first that it has the secret: who took over its port learns nothing."""
    mine = os.urandom(SECRET_BYTES)
    sock.sendall(mine)
    answer = exactly(sock, 2 * SECRET_BYTES)
    theirs, proof = answer[:SECRET_BYTES], answer[SECRET_BYTES:]
    if not _same(proof, proven(secret, b"server", mine, theirs)):
        return False
    sock.sendall(proven(secret, b"command", mine, theirs))
    return True


def admits(sock: socket.socket, secret: bytes) -> bool:
    """The same from the server's side."""
    theirs, mine = exactly(sock, SECRET_BYTES), os.urandom(SECRET_BYTES)
    sock.sendall(mine + proven(secret, b"server", theirs, mine))
    return _same(exactly(sock, SECRET_BYTES), proven(secret, b"command", theirs, mine))


def proven(secret: bytes, who: bytes, of_command: bytes, of_server: bytes) -> bytes:
    """What only somebody with the secret can say."""
    from hashlib import blake2b

    said = who.ljust(SECRET_BYTES) + of_command + of_server
    return blake2b(said, key=secret, digest_size=SECRET_BYTES).digest()


def _same(one: bytes, other: bytes) -> bool:
    from hmac import compare_digest

    return compare_digest(one, other)
