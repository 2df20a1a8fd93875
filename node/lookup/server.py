"""Whether a server runs from this folder, and where it answers."""

import os
import socket
from typing import Any
from urllib.parse import urlsplit


def server_of(note: Any) -> dict[str, Any] | None:
    """What a server wrote about itself, if it still runs."""
    if not isinstance(note, dict) or not isinstance(note.get("pid"), int):
        return None
    return note if note["pid"] == os.getpid() or _lives(note["pid"]) else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:  # it does, and is somebody else's
        return True
    except (OSError, OverflowError):
        return False
    return True


CONNECT_SECONDS = 0.5
"""On one machine; whoever takes longer does not answer people either."""


def running_address(note: Any) -> str | None:
    """The address of the server that wrote this note, if it answers.

    Its process number alone does not tell: after a crash another process may have it.
    """
    from node.lookup.server import server_of

    server = server_of(note)
    if server is None:
        return None
    parts = urlsplit(server["address"])
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname, port), CONNECT_SECONDS):
            return str(server["address"])
    except (OSError, ValueError):
        return None
