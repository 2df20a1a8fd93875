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
from node.store.core import Core
from node.store.schema import Schema
from node.store.timekeeper import wall_clock
from protocol.audience import PUBLIC
from protocol.groups import ENTRY_LIFETIME
from protocol.kind import Place

WORDS_BYTES = 32
"""24 recovery words."""


class Started(NamedTuple):
    """A new node: its id, and the words, which are nowhere else unless they were to be kept."""

    id: bytes
    words: str


def initialise(
    home: Home,
    fields: dict[str, Any],
    passphrase: str | None,
    entropy: Callable[[int], bytes],
    clock: Callable[[], int] = wall_clock,
    *,
    schema: Schema,
    keep_words: bool = False,
) -> Started:
    """Make a node in `home`; `Problem` if there is one, or a field does not fit.

    `schema`: its tables (`node.app.SCHEMA`). `keep_words`: nobody sees them now, so their entropy
    stays in the key file (§5.5).
    """
    if home.exists:
        raise Problem("home-exists", path=home.path)
    content = group_content(fields)
    home.make_folder()
    secret = entropy(WORDS_BYTES)
    ring = Ring.from_entropy(secret)
    ring.words = secret if keep_words else None
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
