"""The store as a session reads it (`sync.shelf.Shelf`)."""

from collections.abc import Iterable, Sequence

from node.core import Core
from protocol.audience import Audience
from protocol.ids import to_name
from protocol.kinds import CONTROL, KINDS
from protocol.sealed import OUTSIDE
from protocol.ties import Standing, Ties
from sync.shelf import SEALED, Header

CONTENT = tuple(name for name, kind in KINDS.items() if not kind.control and name not in OUTSIDE)


def endings(core: Core, peer: Iterable[bytes], now: int) -> list[Header]:
    """What ended memberships of this node's identities, or of the peer's.

    Told before anything else: until the other side knows of it, it names and sends what a former
    member must not have any more (docs/protocol.md §6.4).
    """
    found: list[Header] = []
    for one in {*core.own, *peer}:
        for network in core.ties.connected(one, now):
            if core.ties.standing(network, one, now) in (Standing.LEFT, Standing.EXPELLED):
                audience = Audience.network(network)
                found += core.records.headers(now, ["membership"], audience, one)
                found += core.records.headers(
                    now, ["admission"], audience, network, name=to_name(one)
                )
    return found


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
            return self._core.records.headers(now, OUTSIDE)
        return self._core.records.headers(now, CONTENT, audience)

    def envelopes(self, refs: Sequence[int]) -> Sequence[bytes | None]:
        """One for each, None where it is gone."""
        return self._core.records.envelopes(refs)
