"""The store as a session reads it (`sync.shelf.Shelf`)."""

from collections.abc import Iterable, Sequence

from node.core import Core
from protocol.audience import Audience
from protocol.kinds import CONTROL, KINDS
from protocol.ties import Ties
from sync.shelf import SEALED, Header

CONTENT = tuple(name for name, kind in KINDS.items() if not kind.control and name != "sealed")


class NodeShelf:
    """Reads of one node's records."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @property
    def ties(self) -> Ties:
        """The control state as it is now."""
        return self._core.ties

    @property
    def own(self) -> frozenset[bytes]:
        """The identities of this node."""
        return self._core.own

    def control(self, now: int) -> Iterable[Header]:
        """Control records in the open."""
        return self._core.records.headers(now, CONTROL)

    def content(self, audience: Audience, now: int) -> Iterable[Header]:
        """Content to an audience, or all sealed records."""
        if audience == SEALED:
            return self._core.records.headers(now, ["sealed"])
        return self._core.records.headers(now, CONTENT, audience)

    def envelopes(self, refs: Sequence[int]) -> Sequence[bytes | None]:
        """One for each, None where it is gone."""
        return self._core.records.envelopes(refs)
