"""The sets of a session, stage by stage (docs/protocol.md §8.4)."""

from collections.abc import Mapping

from sync.exchange_scope import CONTROL_SET, DIRECT_SET, NETWORK_SET, PUBLIC_SET
from sync.frames import DIGEST_OF_SET_BYTES, NETWORK_BYTES
from sync.index import View
from sync.reconcile import digest_of
from sync.tags import TAG_BYTES, tag

OPEN = (CONTROL_SET, PUBLIC_SET, DIRECT_SET)
"""The sets that `compare` names by their place."""


def digests(sets: Mapping[bytes, View], tag_key: bytes) -> tuple[bytes, bytes]:
    """The two byte strings of `compare`."""
    always = b"".join(digest_of(sets[name]) for name in OPEN)
    networks = b"".join(
        tag(tag_key, name) + digest_of(view)
        for name, view in sets.items()
        if name.startswith(NETWORK_SET) and name not in OPEN
    )
    return always, networks


def read_digests(always: bytes, networks: bytes, tag_key: bytes) -> dict[bytes, bytes] | None:
    """Tag → digest, of what `digests` made; None if a set is named twice."""
    size = DIGEST_OF_SET_BYTES
    found = {
        tag(tag_key, name): always[at * size : (at + 1) * size] for at, name in enumerate(OPEN)
    }
    for at in range(0, len(networks), NETWORK_BYTES):
        found[networks[at : at + TAG_BYTES]] = networks[at + TAG_BYTES : at + NETWORK_BYTES]
    named = len(OPEN) + len(networks) // NETWORK_BYTES
    return found if len(found) == named else None


def of_stage(sets: Mapping[bytes, View], stage: int, tag_key: bytes) -> dict[bytes, View]:
    """The sets of one stage by tag: control records first, the rest when these are equal."""
    return {
        tag(tag_key, name): view
        for name, view in sets.items()
        if (name == CONTROL_SET) == (stage == 0)
    }
