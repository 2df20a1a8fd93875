"""What the groups of a network answered, read from records and kept while nothing changes."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from node.store.core import Core
from protocol.audience import Audience
from protocol.statements import STANCE

MOST_KEPT = 4
"""Networks whose answers are kept at a time."""


class Stance(NamedTuple):
    """A group's answer. `digest` names the text that it read; `at` and `expires` are seconds."""

    statement: str
    author: bytes
    answer: str
    sentence: str | None
    digest: bytes
    at: int
    expires: int


def read_stances(
    core: Core,
    network: bytes,
    author: bytes | None = None,
    names: Collection[str] | None = None,
) -> Iterator[Stance]:
    """Those that stand in a network: of all, of one author, or to some statements."""
    audience = Audience.network(network)
    headers = core.records.headers(core.clock(), [STANCE.name], audience, author, names=names)
    for record in core.records.records(headers):
        if record.content is not None:
            said = record.content
            yield Stance(
                record.name,
                record.author,
                said["answer"],
                said["sentence"],
                said["digest"],
                record.issued,
                record.expires,
            )


class Stances:
    """What was read of whole networks, until a record comes, goes, or runs out."""

    def __init__(self, _core: Core | None = None) -> None:
        self._kept: dict[bytes, tuple[object, int, tuple[Stance, ...]]] = {}

    def of(self, core: Core, network: bytes) -> tuple[Stance, ...]:
        """All that stand in a network."""
        edition = core.records.edition(STANCE.name, Audience.network(network))
        known = self._kept.get(network)
        if known is not None and known[0] == edition and core.clock() < known[1]:
            return known[2]
        found = tuple(read_stances(core, network))
        until = min((one.expires for one in found), default=2**62)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[network] = (edition, until, found)
        return found
