"""Defects to put into the real code, each with the invariants that have to find it.

An invariant that can't fail says nothing: `tests/test_world.py` puts each defect in and asks for a
world that breaks.
"""

from collections.abc import Callable, Iterable
from typing import Any

import node.features.pacts.passing
import node.upkeep.tidying
import sync.compared
import sync.exchange_scope
from node.base.events import Event
from node.links.manager import Links
from node.records.intake import Intake
from node.store.core import Core
from node.store.records import Records
from node.store.timekeeper import Timekeeper
from protocol.certificates import Case
from protocol.record import Record
from sync.gate import Verdict

Put = Callable[[Any, str, Any], None]

EVERY = 2
"""Of the records that are stored, so many are followed by one that is lost."""


def open_gate(put: Put) -> None:
    """Whatever is asked for is given."""

    def allow(*_: Any) -> Verdict:
        return Verdict.READ

    put(sync.exchange_scope, "gate", allow)


def hoards(put: Put) -> None:
    """What was for a network is kept after its author left."""
    put(Records, "content_numbers", lambda *_, **__: [])


def forgets_tombstones(put: Put) -> None:
    """Every tidying forgets what was erased, so that it may come again."""

    def sweep(records: Records, _now: int, _own: Iterable[bytes], _part: Any) -> tuple[int, bool]:
        found = list(records.headers(0))
        gone = [
            header.ref
            for header, record in zip(found, records.records(found), strict=True)
            if record.body is None and header.kind == "meeting"
        ]
        records.delete(gone)
        return len(gone), False

    put(node.upkeep.tidying, "sweep", sweep)


def believes(put: Put) -> None:
    """What a clock shows is enough to destroy by it."""
    put(Timekeeper, "reached", property(lambda self: self.wall()))


def old_over_new(put: Put) -> None:
    """The record that came last stands."""

    def replace(self: Records, row: tuple[Any, ...], insert: str) -> int | None:
        _no, kind, audience, author, name, expires, *_rest = row
        old = self.standing(kind, audience, author, name)
        if old is None:
            return None
        self.delete([old.no])
        self.db.run(insert, (*row[:6], max(expires, old.keep), *row[7:]))
        return old.no

    put(Records, "_replace", replace)


def loses(put: Put) -> None:
    """Some of what was acknowledged is not there."""
    flush, count = Intake.flush, 0

    def forgetful(self: Intake) -> None:
        nonlocal count
        pending = [one for one, _inner in self._pending]
        flush(self)
        for record in pending:
            count += record.kind == "meeting"
            if count % EVERY == 0 and record.kind == "meeting":
                self.core.records.delete(self.core.records.numbers_at(record.place))

    put(Intake, "flush", forgetful)


def hasty(put: Put) -> None:
    """One signature is enough to leave."""
    put(Case, "certified", property(lambda self: self.pact is not None and bool(self.signed)))


def idle(put: Put) -> None:
    """Nobody acts on certificates."""
    tell = Core.tell

    def quiet(self: Core, what: Event, *values: object) -> bool:
        return what is not Event.COMMITTED and tell(self, what, *values)

    put(Core, "tell", quiet)


def boundless(put: Put) -> None:
    """No limit of any kind."""

    def all_right(_self: Records, _records: Iterable[Record], _now: int) -> dict[bytes, Any]:
        return {}

    put(Records, "enforce_limits", all_right)


def deaf(put: Put) -> None:
    """Content of others is refused, at times."""
    ask = Intake._ask

    def moody(self: Intake, record: Record) -> bool:
        others = record.author not in self.ties.own and record.kind == "meeting"
        return ask(self, record) and not (others and record.id[0] < 128)

    put(Intake, "_ask", moody)


def silent(put: Put) -> None:
    """What is new is told to nobody, and no round looks at content."""
    put(Links, "_offer", lambda _self, _now: None)
    asked = sync.compared.set_of

    def only_control(*given: Any) -> bytes | None:
        found = asked(*given)
        return found if found == sync.exchange_scope.CONTROL_SET else None

    put(sync.compared, "set_of", only_control)


def stumbles(put: Put) -> None:
    """A record that is refused ends what took it in."""

    def raising(self: Intake) -> None:
        if self._refusals:
            raise LookupError("refused")

    put(Intake, "_write_down", raising)


def repeats(put: Put) -> None:
    """A certificate is passed on again as long as somebody asked is unknown (seen in real code)."""
    put(node.features.pacts.passing, "_was_told", lambda *_: False)


DEFECTS: dict[str, tuple[Callable[[Put], None], frozenset[str]]] = {
    "open-gate": (open_gate, frozenset({"gate"})),
    "hoards": (hoards, frozenset({"keeps"})),
    "forgets-tombstones": (forgets_tombstones, frozenset({"erased"})),
    "believes": (believes, frozenset({"acknowledged"})),
    "old-over-new": (old_over_new, frozenset({"erased", "acknowledged", "agree", "rest"})),
    "loses": (loses, frozenset({"acknowledged"})),
    "hasty": (hasty, frozenset({"pact", "agree"})),
    "idle": (idle, frozenset({"pact"})),
    "boundless": (boundless, frozenset({"bounds"})),
    "deaf": (deaf, frozenset({"agree"})),
    "silent": (silent, frozenset({"agree"})),
    "repeats": (repeats, frozenset({"hangs"})),
    "stumbles": (stumbles, frozenset({"raised"})),
}
"""By name: what it does, and which invariants may report it."""
