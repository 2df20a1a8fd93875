"""What a node keeps for others is bounded, in records and in bytes, and expires (§4.8)."""

import sqlite3

import pytest

from node.records import carried_quota, intake
from node.records.carried_quota import CarriedQuota
from node.records.transaction import take
from node.store.core import Core
from node.upkeep.tidying import tidy
from protocol.audience import Audience
from protocol.errors import Refused
from protocol.kind import Place
from protocol.record import Record, verify
from protocol.sealed import outer_name
from tests.node.cast import LEFT, MEMBER, PEER, core
from tests.node.world import Clock, verified, wind
from tests.sync.people import Someone, entropy

__all__ = ["core"]

DAY = 86_400
BOX = 300


def letter(by: Someone, to: bytes, number: int, size: int = BOX) -> bytes:
    """A sealed record of a size that its author chooses."""
    body = {"wraps": [bytes(80)] * 2, "box": bytes(size)}
    name = outer_name(entropy("letter", number, size=16))
    return by.say("sealed", body, Audience.direct([to]), name)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Bounds that a test can reach; gives the size of a usual letter."""
    one = len(letter(MEMBER, LEFT.id, 0))
    monkeypatch.setattr(carried_quota, "OUTSIDE_BYTES_BY_ONE", 6 * one + one // 2)
    monkeypatch.setattr(carried_quota, "CARRIED_BYTES", 8 * one + one // 2)
    monkeypatch.setattr(carried_quota, "RESERVED_BYTES", 2 * one)
    monkeypatch.setattr(carried_quota, "SMALL_SHARE", one + one // 2)
    return one


def sizes(core: Core) -> int:
    """What is carried, by looking at the records themselves."""
    found = core.db.all("select envelope from records where kind in ('sealed', 'closed')")
    letters = [verify(row[0]) for row in found]
    return sum(len(one.raw) for one in letters if not core.own & {one.author, *one.audience.ids})


def test_one_author_takes_no_more_than_its_part(core: Core, small: int) -> None:
    batch = [letter(MEMBER, LEFT.id, n) for n in range(10)]
    codes = take(core, verified(*batch))
    assert codes == [None] * 6 + ["over-limit"] * 4
    assert sizes(core) == core.records.outside.count_carried() <= 6 * small + small // 2
    assert core.refused.counts() == {"over-limit": 4}
    assert take(core, verified(batch[9])) == ["over-limit"], "offered again"
    assert take(core, verified(letter(LEFT, MEMBER.id, 1))) == [None], "nobody else is hindered"


def test_addressed_record_counts_for_its_author_too(core: Core, small: int) -> None:
    batch = [letter(MEMBER, core.home_id, n) for n in range(10)]
    assert list(take(core, verified(*batch))) == [None] * 6 + ["over-limit"] * 4
    assert core.records.outside.count_carried() == 0


def test_all_together_and_room_for_who_has_little(core: Core, small: int) -> None:
    """Two fill it; what is addressed here is taken all the same, and so is a third's first."""
    outside = core.records.outside
    assert set(take(core, verified(*(letter(MEMBER, LEFT.id, n) for n in range(6))))) == {None}
    codes = take(core, verified(*(letter(LEFT, MEMBER.id, n) for n in range(6))))
    assert list(codes) == [None, None, "over-limit", "over-limit", "over-limit", "over-limit"]
    assert sizes(core) == outside.count_carried()
    assert outside.count_carried() // (small - 5) == 8
    assert take(core, verified(letter(PEER, core.home_id, 1))) == [None]
    some = [verify(letter(PEER, MEMBER.id, n)) for n in range(3)]
    assert [fits(core, one) for one in some] == [True, True, True]
    budget = CarriedQuota(core.records)
    budget.check(some[0], True)
    with pytest.raises(Refused, match="sealed records"):
        budget.check(some[1], True)


def fits(core: Core, record: Record) -> bool:
    CarriedQuota(core.records).check(record, True)
    return True


def test_carried_record_is_erased_and_replaced_but_does_not_grow(core: Core, small: int) -> None:
    batch = [letter(MEMBER, LEFT.id, n) for n in range(6)]
    take(core, verified(*batch))
    first = verify(batch[0])
    assert take(core, verified(letter(MEMBER, LEFT.id, 1))) == [None], "the same size"
    assert take(core, verified(letter(MEMBER, LEFT.id, 2, 9_000))) == ["over-limit"]
    assert take(core, verified(letter(MEMBER, LEFT.id, 7))) == ["over-limit"]
    assert take(core, verified(MEMBER.say("sealed", None, first.audience, first.name))) == [None]
    assert sizes(core) == core.records.outside.count_carried() < 6 * small
    # Its tombstone is smaller: there is room for what is small.
    assert take(core, verified(letter(MEMBER, LEFT.id, 8, 40))) == [None]


def test_many_small_ones_end_too(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "OUTSIDE_BY_ONE", 3)
    codes = take(core, verified(*(letter(MEMBER, LEFT.id, n, 40) for n in range(5))))
    assert list(codes) == [None] * 3 + ["over-limit"] * 2


def test_room_comes_back_when_it_expires(core: Core, small: int) -> None:
    batch = [letter(MEMBER, LEFT.id, n) for n in range(7)]
    assert list(take(core, verified(*batch))) == [None] * 6 + ["over-limit"]
    wind(core, Clock(verify(batch[0]).expires))
    tidy(core)
    assert sizes(core) == core.records.outside.count_carried() == 0
    assert core.records.outside.by({MEMBER.id}) == {MEMBER.id: (0, 0, 0)}
    assert batch[0] not in core.home.database.read_bytes()


def test_a_rollback_forgets_what_was_counted(core: Core, small: int) -> None:
    outside = core.records.outside
    assert outside.carried_at_most() == 0
    found = []

    def broken() -> None:
        with core.transaction():
            outside.put([(10**9, MEMBER.id, True, 5)])
            found.append(outside.carried_at_most())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert [*found, outside.carried_at_most()] == [5, 0]


def test_empty_place_has_no_number(core: Core) -> None:
    take(core, verified(letter(MEMBER, LEFT.id, 1)))
    (no,) = core.db.one("select no from outside")
    place = Place(MEMBER.id, Audience.direct([LEFT.id]), "sealed", "nothing")
    assert core.records.numbers_at(place) == []
    with pytest.raises(sqlite3.IntegrityError), core.db.writing():
        core.db.run("insert into outside values (?, 1, 1, 1)", (no,))
