"""What the pages of meetings keep while the node runs."""

from collections import OrderedDict
from typing import Any

from node.features.meetings.feed import Feed
from node.store.core import Core

MOST = 100
"""Changes that can be taken back; of more the oldest is forgotten."""


class Earlier:
    """What meetings said before their last change: by their page, for the version after it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, dict[str, Any]]] = OrderedDict()

    def keep(self, path: str, after: bytes, said: dict[str, Any]) -> None:
        """The last change counts."""
        self._kept[path] = after, said
        self._kept.move_to_end(path)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def take(self, path: str, now: bytes) -> dict[str, Any] | None:
        """What stood there, once; None if it is another version by now."""
        after, said = self._kept.pop(path, (b"", None))
        return said if after == now else None


class State:
    """The feed of public meetings, and what can be taken back."""

    def __init__(self, core: Core) -> None:
        self.feed = Feed(core)
        self.earlier = Earlier()
