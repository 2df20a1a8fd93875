"""Chains that don't count: dropped, and told to people once (docs/protocol.md §5.3, §6.10)."""

from typing import NamedTuple

from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.finality import Reckoning
from protocol.identity import Identity
from protocol.kind import Place
from protocol.record import Record, reread
from protocol.succession import Succession

MOST = 4
"""Branches of one network that are kept, those first that most attest: a person may have confirmed
the wrong one, and go over to another."""

MANY = 1_000_000
"""One whom this node's own groups know counts before any number of others."""

TOLD_SECONDS = 14 * 86_400
"""How long people are told of a branch that was shown and does not count."""

_KEY = "other-branch/"


class Other(NamedTuple):
    """Where a branch parts from what counts, the weight of those who attest it, its `identity`
    record, and when it was shown first.
    """

    apart: bytes
    weight: int
    record: Record
    shown: int

    @property
    def chain(self) -> Identity:
        """What it shows."""
        return Identity.reread((self.record.content or {})["links"])


def dropped(before: Succession, after: Succession) -> list[Identity]:
    """Chains that are kept no more."""
    names = {one.name for one in after.witnesses}
    return [one for one in before.witnesses if one.name not in names]


def drop(core: Core, chains: list[Identity]) -> None:
    """Remove their records. Inside a transaction, nothing pending."""
    for one in chains:
        place = Place(one.id, PUBLIC, "identity", one.name)
        core.records.delete(core.records.numbers_at(place))


def note_other(core: Core, known: Succession, chain: Identity, record: Record) -> None:
    """Remember that somebody shows what contradicts what is held here. Inside a transaction."""
    if chain.id not in core.ties.networks or known.held is None:
        return  # of others nothing is kept for people: networks can be invented
    counts = {link.digest for link in known.counts.links}
    apart = next((one.digest for one in chain.decisions if one.digest not in counts), None)
    if apart is None:
        return
    reckoning = Reckoning([*known.witnesses, chain], core.ties.view(chain.id))
    if not reckoning.is_decided(apart):
        return
    found = others(core, chain.id)
    shown = next((one.shown for one in found if one.apart == apart), core.clock())
    attesters = reckoning.attesters(apart)
    weight = len(attesters) + MANY * len(attesters & reckoning.view.near)
    new = Other(apart, weight, record, shown)
    rest = [one for one in found if one.apart != apart]
    kept = sorted([*rest, new], key=lambda one: -one.weight)[:MOST]
    rows = [(one.apart.hex(), one.weight, one.record.raw.hex(), one.shown) for one in kept]
    core.settings.set(_KEY + chain.id.hex(), rows)


def others(core: Core, network: bytes) -> list[Other]:
    """The branches that were shown and don't count."""
    return [
        Other(bytes.fromhex(apart), weight, reread(bytes.fromhex(raw)), shown)
        for apart, weight, raw, shown in core.settings.get(_KEY + network.hex(), [])
    ]
