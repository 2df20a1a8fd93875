"""Who confirmed what was erased, at rest (docs/protocol.md §6.8).

* who says that something is gone has nothing older at its place;
* who has to confirm, was tied with the author when it was erased, and has the tombstone, did so.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from node.store.core import Core
from node.store.erasures import Erasure
from protocol.control_state import Relation
from protocol.erasure import is_witness, was_tied
from protocol.record import Record, reread

if TYPE_CHECKING:
    from tests.simulated.people import Person
    from tests.simulated.world import World

PACE_SECONDS = 3 * 3_600
"""After rest: twenty receipts at once to one author, then one in five minutes."""


def check_receipts(world: "World") -> None:
    """Both, for all honest nodes."""
    people = [one for one in world.people if one.honest and one.core is not None]
    for one in people:
        _check_true(world, one, people)
        _check_given(world, one, people)


def _with_id(core: Core, id_: bytes) -> Record | None:
    row = core.db.one("select envelope from records where id = ?", (id_,))
    return reread(row[0]) if row else None


def _check_true(world: "World", person: "Person", people: Sequence["Person"]) -> None:
    core = person.core
    assert core is not None
    for page in core.records.opened("erased", core.clock()):
        if page.author not in core.own or page.content is None:
            continue
        for id_, _at in page.content["erased"]:
            shown = (_with_id(one.core, id_) for one in people if one.core is not None)
            tombstone = next(filter(None, shown), None)
            found = core.records.at(tombstone.place) if tombstone else None
            if tombstone and found and found.body is not None and found.seq < tombstone.seq:
                what = f"{person.name} confirms, and has {world.watch.show(found)}"
                world.fail("confirmed", what)


def _check_given(world: "World", person: "Person", people: Sequence["Person"]) -> None:
    core = person.core
    assert core is not None
    there = {one.no: one for one in core.erasures.all()}
    for waits in core.erasures.waiting():
        erasure = there.get(waits.erasure)
        if erasure is None or waits.confirmed is not None:
            continue
        for other in people:
            theirs = other.core
            if theirs is None or waits.witness not in theirs.own:
                continue
            if _owes(core, theirs, waits.witness, erasure):
                who = world.name_of(waits.witness)
                what = f"{who} confirms nothing to {person.name}: a {erasure.kind}"
                world.fail("confirmed", f"{what}, erased {world.now() - erasure.at} s ago")


def _owes(mine: Core, theirs: Core, witness: bytes, erasure: Erasure) -> bool:
    author, now = erasure.author, theirs.clock()
    ids = mine.db.all("select id from erasure_ids where erasure = ?", (erasure.no,))
    found = [_with_id(theirs, row[0]) for row in ids]
    tied = [
        ties.relation(one, other, now) is Relation.TIED
        for ties, one, other in ((mine.ties, author, witness), (theirs.ties, witness, author))
    ]
    return (
        all(tied)
        and theirs.may_issue
        and is_witness(theirs.ties, witness, author, now)
        and any(
            one is not None and was_tied(theirs.ties, witness, author, one.issued, now)
            for one in found
        )
    )
