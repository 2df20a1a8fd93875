"""The real session, watched: what an honest node sends, acknowledges and erases is written down.

`Session` is used through its outer interface and the one door through which all frames leave.
Which class a node speaks with is the world's to say (`SPEAKS`): liars have their own.
"""

from collections.abc import Callable, Iterable
from typing import Any

from node.links.session_store import NodeShelf
from protocol.record import reread
from sync.channel import Secure
from sync.events import Event
from sync.frames import Records
from sync.gate import Verdict, gate
from sync.session import NO_IDS, RecordIds, Session

SPEAKS: dict[Any, Callable[[Secure, NodeShelf], Session]] = {}
"""By the folder of a node."""


def speak(secure: Secure, shelf: NodeShelf) -> Session:
    """The session of the node whose shelf this is."""
    found = SPEAKS.get(shelf.core.home.path)
    return found(secure, shelf) if found else Session(secure, shelf)


class Watched(Session):
    """What an honest node says."""

    def __init__(self, secure: Secure, shelf: NodeShelf, watch: Any) -> None:
        super().__init__(secure, shelf)
        self._core, self._watch = shelf.core, watch

    def _send(self, frame: Any) -> None:
        if isinstance(frame, Records):
            core = self._core
            for raw in frame.envelopes:
                record = reread(raw)
                if gate(self.peer, record, core.ties, core.clock()) is Verdict.NO:
                    self._watch.denied(self._core, self.peer, record)
            self._watch.sent(self._core, self.peer, frame.envelopes)
        super()._send(frame)

    def stored(
        self, outcomes: Iterable[tuple[bytes, str | None]], now: int, ids: RecordIds = NO_IDS
    ) -> list[Event]:
        outcomes = list(outcomes)
        for envelope, code in outcomes:
            self._watch.refused(self._core, self.peer, code) if code else None
            if code is None:
                self._watch.acknowledged(self._core, reread(envelope))
        return super().stored(outcomes, now, ids)
