"""Chains that don't count: dropped, and told to people once (docs/protocol.md §5.3, §6.10)."""

from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.finality import Reckoning
from protocol.identity import Identity
from protocol.kind import Place
from protocol.succession import Succession

MOST = 8
"""Decisions of one network that are remembered as told."""

_KEY = "other-branch/"


def dropped(before: Succession, after: Succession) -> list[Identity]:
    """Chains that are kept no more."""
    names = {one.name for one in after.witnesses}
    return [one for one in before.witnesses if one.name not in names]


def drop(core: Core, chains: list[Identity]) -> None:
    """Remove their records. Inside a transaction, nothing pending."""
    for one in chains:
        place = Place(one.id, PUBLIC, "identity", one.name)
        core.records.delete(core.records.numbers_at(place))


def note_other(core: Core, known: Succession, chain: Identity) -> None:
    """Remember that somebody shows what contradicts what is held here. Inside a transaction."""
    if chain.type != "network" or known.held is None:
        return
    counts = {link.digest for link in known.counts.links}
    apart = next((one.digest for one in chain.decisions if one.digest not in counts), None)
    if apart is None:
        return
    view = core.ties.view(chain.id)
    if not Reckoning([*known.witnesses, chain], view).is_decided(apart):
        return
    told = core.settings.get(_KEY + chain.id.hex(), [])
    if apart.hex() not in told:
        core.settings.set(_KEY + chain.id.hex(), [*told, apart.hex()][-MOST:])


def others(core: Core) -> list[tuple[bytes, int]]:
    """Networks of which other decisions were shown than those held here, and how many."""
    found = core.settings.starting_with(_KEY)
    return [(bytes.fromhex(key.removeprefix(_KEY)), len(heads)) for key, heads in found]
