"""Messages that are shown once: what was done, on the page that comes next.

In memory, by the digest of what only that browser has: in no address and in no cookie. A node that
stops forgets them; the thing itself is in view anyhow.
"""

from collections import OrderedDict
from hashlib import blake2b
from typing import Any, NamedTuple

MOST = 500
"""Browsers whose message nobody fetched; of more the oldest is forgotten."""


class Undo(NamedTuple):
    """A button that takes it back: where its form is sent, and the key of its words."""

    path: str
    text: str


class Message(NamedTuple):
    """The key of a text, what it needs, and how to take back what was done."""

    text: str
    values: dict[str, Any]
    undo: Undo | None = None


class Messages:
    """Those of one running node."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[bytes, Message] = OrderedDict()

    def put(self, secret: str, message: Message) -> None:
        """For the browser with this secret; the last one counts."""
        self._waiting[_digest(secret)] = message
        while len(self._waiting) > MOST:
            self._waiting.popitem(last=False)

    def take(self, secret: str) -> Message | None:
        """What waits for it, once."""
        return self._waiting.pop(_digest(secret), None) if secret else None


def _digest(secret: str) -> bytes:
    return blake2b(secret.encode("utf-8", "replace"), digest_size=16).digest()
