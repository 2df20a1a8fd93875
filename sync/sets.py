"""The sets of a session, stage by stage (docs/protocol.md §8.4)."""

from collections.abc import Mapping

from protocol.control_state import Ties
from sync.exchange_scope import CONTROL_SET, DIRECT_SET, NETWORK_SET, PUBLIC_SET, Scope, set_of
from sync.frames import DIGEST_OF_SET_BYTES, NETWORK_BYTES
from sync.index import Index, NameOf, View
from sync.reconcile import digest_of
from sync.refusals import Refusals
from sync.tags import TAG_BYTES, tag

OPEN = (CONTROL_SET, PUBLIC_SET, DIRECT_SET)
"""The sets that `compare` names by their place."""


def views(
    index: Index, common: Scope, ties: Ties, own: frozenset[bytes], refusals: Refusals, now: int
) -> dict[bytes, View]:
    """All sets of both stages by name, up to date, without what the other side refused."""

    index.refresh(_naming(common, ties, now), _basis(common, ties, own))
    out = index.by_set(refusals.refs())
    return {name: View(index, name, out.get(name, ())) for stage in common.sets() for name in stage}


def lacks(index: Index, common: Scope, ties: Ties, own: frozenset[bytes]) -> int:
    """How many records `prepare` would look at."""
    return index.lacks(_basis(common, ties, own))


def prepare(
    index: Index, common: Scope, ties: Ties, own: frozenset[bytes], now: int, most: int
) -> None:
    """Look at some of the records that the next `views` would look at."""
    index.prepare(_naming(common, ties, now), _basis(common, ties, own), most)


def _naming(common: Scope, ties: Ties, now: int) -> NameOf:
    return lambda header: set_of(header, common, ties, now)


def _basis(common: Scope, ties: Ties, own: frozenset[bytes]) -> object:
    """As long as this is equal, each record stays in its set."""
    return own, common.peer, common.mark, ties.version


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
