"""A new node: recovery words, keys, database, identity, the group's entry in the directory."""

from collections.abc import Callable
from typing import Any, NamedTuple

from crypto.words import words_from_entropy
from node.base.errors import Problem
from node.features.groups.actions import group_content
from node.keys.home import BEGINNING, Home
from node.keys.ring import Ring
from node.keys.staging import new_home
from node.records.introduce import introduce
from node.records.transaction import act
from node.store.core import Core, wall_clock
from node.store.schema import OF_THE_STORE, Schema
from protocol.audience import PUBLIC
from protocol.groups import ENTRY_LIFETIME
from protocol.kind import Place

WORDS_BYTES = 32
"""24 recovery words."""


class Started(NamedTuple):
    """A new node: its id, and the words, which are nowhere else."""

    id: bytes
    words: str


def initialise(
    home: Home,
    fields: dict[str, Any],
    passphrase: str | None,
    entropy: Callable[[int], bytes],
    clock: Callable[[], int] = wall_clock,
    schema: Schema = OF_THE_STORE,
) -> Started:
    """Make a node in `home`; `Problem` if there is one, or a field does not fit.

    Tables that `schema` lacks are made when the node is opened with more.
    """
    if home.exists:
        raise Problem("home-exists", path=home.path)
    content = group_content(fields)
    home.make_folder()
    secret = entropy(WORDS_BYTES)
    ring = Ring.from_entropy(secret)
    slot = ring.slots[0]
    genesis = slot.genesis("group")
    held = ring.hold(slot, genesis)
    with new_home(home, BEGINNING) as beside:  # whoever stops it meanwhile begins again
        beside.create()
        beside.write_ring(ring, passphrase)
        core = Core(beside, passphrase, clock=clock, entropy=entropy, schema=schema)
        try:
            with act(core) as publisher:
                introduce(core, publisher, held, genesis)
                place = Place(held.id, PUBLIC, "group", "")
                publisher.write(place, content, expires=core.clock() + ENTRY_LIFETIME)
        finally:
            core.close()
    return Started(held.id, words_from_entropy(secret))
