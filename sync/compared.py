"""The sets that the rounds of a session compare, up to date (docs/protocol.md §8.4).

What came since the last stage is looked at ahead, a part at a time: a shell that serves others
calls `prepare`, and lets them have their turn in between: before a message, when much was stored,
and where a stage `waits`; then the session is told of a record, or of none (`Session.offer`).
"""

from protocol.control_state import Ties
from sync.common_view import Acquaintance
from sync.exchange_scope import Scope, set_of
from sync.index import Index, Kept, NameOf, View
from sync.refusals import Refusals
from sync.shelf import Shelf

PREPARED = 2_500
"""Records that are looked at on end, in some 6 ms."""


class Compared:
    """Those of one session."""

    def __init__(self, shelf: Shelf, kept: Kept, known: Acquaintance, refusals: Refusals) -> None:
        self._shelf, self._kept, self._known, self._refusals = shelf, kept, known, refusals
        self.waits = False
        """Whether a stage can't begin before `prepare` has looked at everything."""
        kept.trim()

    def sets(self, now: int) -> dict[bytes, View]:
        """All sets of both stages by name, as they are now, without what the other side refused."""
        common, shelf = self._known.look(now), self._shelf
        return views(self._index(now), common, shelf.ties, self._known.own, self._refusals, now)

    def is_ready(self, now: int) -> bool:
        """Whether a stage can begin: `sets` would look at few records on end."""
        common, shelf = self._known.last(now), self._shelf
        lacking = self._index(now).lacks(_basis(common, shelf.ties, self._known.own))
        self.waits = lacking > PREPARED
        return not self.waits

    def prepare(self, now: int) -> bool:
        """Look at some of these; whether there are more."""
        self.waits = False
        if not self._known.their_salt:  # nothing is compared before the other side has spoken
            return False
        common, index, shelf = self._known.last(now), self._index(now), self._shelf
        basis = _basis(common, shelf.ties, self._known.own)
        index.prepare(_naming(common, shelf.ties, now), basis, PREPARED)
        return index.lacks(basis) > 0

    def _index(self, now: int) -> Index:
        return self._kept.index(self._shelf.catalogue(now), self._known.their_salt)


def views(
    index: Index, common: Scope, ties: Ties, own: frozenset[bytes], refusals: Refusals, now: int
) -> dict[bytes, View]:
    """All sets of both stages by name, up to date, without what the other side refused."""
    index.refresh(_naming(common, ties, now), _basis(common, ties, own))
    out = index.by_set(refusals.refs())
    return {name: View(index, name, out.get(name, ())) for stage in common.sets() for name in stage}


def _naming(common: Scope, ties: Ties, now: int) -> NameOf:
    return lambda header: set_of(header, common, ties, now)


def _basis(common: Scope, ties: Ties, own: frozenset[bytes]) -> object:
    """As long as this is equal, each record stays in its set."""
    return own, common.peer, common.mark, ties.version
