"""Prepared keys: which are free, and which are kept for a proposal that is open.

A pact, or a proposal to move a network here, names keys of a slot. Until it is decided or lapses
they are for nothing else: they would be the same keys in two places. Notes of that are lost with a
machine, or older in a backup; so what is known of pacts, proposals and chains counts, too.
"""

from typing import Any

from node.base.errors import Problem
from node.keys.ring import Slot
from node.store.core import Core

RESERVED = "reserved/"
"""Before the index of a slot: until when it is kept."""


def free_slot(core: Core) -> Slot:
    """Keys for a network to found or to take over; `Problem` if none are left."""
    kept = {int(key.removeprefix(RESERVED)): until for key, until in _notes(core)}
    now, named = core.clock(), _named(core)
    for slot in core.ring.slots:
        until = kept.get(slot.index)
        if slot.signing.public not in named if until is None else until <= now:
            return slot
    raise Problem("no-slots")


def reserve(core: Core, slot: Slot, until: int) -> None:
    """Keep a slot for a proposal. Inside `transaction`."""
    core.settings.set(f"{RESERVED}{slot.index}", until)


def release(core: Core, slot: Slot) -> None:
    """It was used."""
    core.settings.set(f"{RESERVED}{slot.index}", None)


def slot_with(core: Core, signing: bytes) -> Slot | None:
    """The slot with this public key, if it is one of this node's."""
    return next((one for one in core.ring.slots if one.signing.public == signing), None)


def _named(core: Core) -> set[bytes]:
    """Keys that stand in a pact, a proposal or a chain of a network already."""
    ties = core.ties
    pacts = {case.pact.identity.key for case in ties.certificates.cases.values() if case.pact}
    moves = {
        one.link.signing for found in ties.decisions.proposals.values() for one in found.values()
    }
    chains = {
        link.signing
        for chain in ties.identities.values()
        if chain.type == "network"
        for link in chain.links
    }
    return pacts | moves | chains


def _notes(core: Core) -> list[tuple[str, Any]]:
    return core.settings.starting_with(RESERVED)
