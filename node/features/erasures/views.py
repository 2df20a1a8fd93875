"""What was erased, who confirmed it and who did not (docs/protocol.md §6.8)."""

from collections import Counter
from collections.abc import Iterable

from node.features.erasures.types import ConfirmationView, ErasureView, SilentView
from node.features.peers.contacts import last_contacts
from node.lookup.sight import Sight, name_order
from node.store.erasures import Erasure, Waiting
from node.upkeep.backups import holds_until
from protocol.control_state import Relation
from protocol.erasure import CARRIER
from protocol.kinds import KINDS

SILENT_SECONDS = 30 * 86_400
"""After so long without a word somebody should ask: no holiday is longer, and few machines rest."""


def silent_views(sight: Sight) -> tuple[SilentView, ...]:
    """Who did not confirm something for so long, and can still be asked: whom to write to."""
    core, counted = sight.core, Counter[bytes]()
    going_on = {one.no: one for one in core.erasures.all() if one.until > sight.now}
    contacts = last_contacts(core)
    for one in core.erasures.waiting():
        erasure = going_on.get(one.erasure)
        if erasure is not None and _is_silent(sight, erasure, one):
            counted[one.witness] += 1
    found = (
        SilentView(
            sight.name(one),
            contacts[one].at if one in contacts else None,
            one in core.ties.charters,
            core.ties.accepts(core.home_id, one, sight.now),
            n,
        )
        for one, n in counted.items()
    )
    return tuple(sorted(found, key=lambda one: name_order(one.who)))


def _is_silent(sight: Sight, erasure: Erasure, one: Waiting) -> bool:
    """Whoever only passed it on is nobody to write to: what is passed on can't be read."""
    return (
        one.confirmed is None
        and one.role != CARRIER
        and sight.now - erasure.at >= SILENT_SECONDS
        and erasure.until > sight.now
        and sight.core.ties.relation(erasure.author, one.witness, sight.now) is Relation.TIED
    )


def erasure_views(sight: Sight) -> tuple[ErasureView, ...]:
    """The latest first."""
    waiting: dict[int, list[Waiting]] = {}
    for one in sight.core.erasures.waiting():
        waiting.setdefault(one.erasure, []).append(one)
    return tuple(_view(sight, one, waiting.get(one.no, [])) for one in sight.core.erasures.all())


def _view(sight: Sight, one: Erasure, waiting: Iterable[Waiting]) -> ErasureView:
    ties, now = sight.core.ties, sight.now
    done = [w for w in waiting if w.confirmed is not None]
    open_ = [w for w in waiting if w.confirmed is None]
    gone = [w for w in open_ if ties.relation(one.author, w.witness, now) is not Relation.TIED]
    left = [w for w in open_ if w not in gone]
    until = holds_until(sight.core, one.at)
    return ErasureView(
        kind=one.kind if one.kind in KINDS and KINDS[one.kind].by_people else "other",
        author=sight.name(one.author),
        erased=one.at,
        until=one.until,
        over=one.until <= now,
        wiped=one.wiped,
        backups_until=until,
        confirmed=tuple(
            ConfirmationView(sight.name(w.witness), w.confirmed or 0, w.role == CARRIER)
            for w in sorted(done, key=lambda w: (w.confirmed, w.witness))
        ),
        missing=sight.named(w.witness for w in left if w.role != CARRIER),
        missing_carriers=sight.named(w.witness for w in left if w.role == CARRIER),
        untied=sight.named(w.witness for w in gone),
        silent=sight.named(w.witness for w in left if _is_silent(sight, one, w)),
    )
