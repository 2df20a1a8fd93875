"""An identity's first record."""

from crypto.hashing import digest
from node.keys.ring import Held
from node.records.publish import Publisher
from node.store.core import Core
from node.store.counters import first_incarnation
from protocol.audience import PUBLIC
from protocol.ids import to_name
from protocol.kind import Place


def introduce(
    core: Core, publisher: Publisher, held: Held, genesis: bytes, incarnation: int | None = None
) -> None:
    """Begin to count, and write the identity's first record."""
    if incarnation is None:
        incarnation = first_incarnation(core.entropy)
    core.counters.start(held.id, incarnation)
    place = Place(held.id, PUBLIC, "identity", to_name(digest(genesis)))
    publisher.write(place, {"links": [[genesis, None]]})
    core.refresh_own()
