"""What was erased, who confirmed it and who did not (docs/protocol.md §6.8)."""

from collections.abc import Iterable

from node.features.erasures.types import ConfirmationView, ErasureView
from node.lookup.sight import Sight
from node.store.erasures import Erasure, Waiting
from node.upkeep.backups import holds_until
from protocol.control_state import Relation
from protocol.erasure import CARRIER
from protocol.kinds import KINDS


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
    )
