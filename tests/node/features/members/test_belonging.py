"""Leaving, ending a membership, coming back."""

from datetime import date, timedelta

import pytest

from node.base.errors import Problem
from node.features.members.belonging import end, leave, rejoin
from node.features.members.changes.tables import begin, day_of, settle
from node.features.members.types import Membership
from node.features.members.undoing import undo_any
from node.people.persons import Standing
from node.store.core import Core
from tests.node.features.members.people import add, member
from tests.node.world import Clock

DAY = 86_400


def in_days(core: Core, days: int) -> str:
    return (date.fromisoformat(day_of(core.clock())) + timedelta(days)).isoformat()


def test_who_leaves_is_gone_today(core: Core) -> None:
    id, today = add(core), in_days(core, 0)
    leave(core, id)
    found = member(core, id)
    assert found.standing is Standing.FORMER
    assert found.memberships == (Membership(1, "2025-03-01", today, today),)


def test_last_day_that_is_to_come_lasts_until_its_end(core: Core, clock: Clock) -> None:
    id = add(core)
    until = in_days(core, 2)
    end(core, id, Membership(0, "", in_days(core, 0), until, "moves away"))
    for _day in range(2):
        settle(core)
        assert member(core, id).standing is Standing.MEMBER
        clock.now += DAY
    settle(core)
    assert member(core, id).standing is Standing.MEMBER
    clock.now += DAY
    settle(core)
    found = member(core, id)
    assert (found.standing, found.until) == (Standing.FORMER, until)


def test_last_key_person_can_not_leave(core: Core) -> None:
    id = add(core, key_person=True)
    for days in (0, 30):
        with pytest.raises(Problem, match="last-key-person"):
            end(core, id, Membership(0, "", "", in_days(core, days)))
    assert member(core, id).standing is Standing.MEMBER


def test_key_person_leaves_where_there_is_another(core: Core) -> None:
    add(core, key_person=True)
    id = add(core, key_person=True)
    leave(core, id)
    assert (member(core, id).standing, member(core, id).key_person) == (Standing.FORMER, False)


def test_who_became_the_last_key_person_meanwhile_stays(core: Core, clock: Clock) -> None:
    one, other = add(core, key_person=True), add(core, key_person=True)
    end(core, one, Membership(0, "", "", in_days(core, 1)))
    leave(core, other)
    clock.now += 3 * DAY
    settle(core)
    assert (member(core, one).standing, member(core, one).key_person) == (Standing.MEMBER, True)


def test_coming_back_is_a_new_membership(core: Core) -> None:
    id, today = add(core), in_days(core, 0)
    leave(core, id)
    rejoin(core, id, in_days(core, 7))
    found = member(core, id)
    assert found.standing is Standing.MEMBER
    assert [one.since for one in found.memberships] == ["2025-03-01", in_days(core, 7)]
    assert [one.until for one in found.memberships] == [today, ""]
    settle(core)
    assert member(core, id).memberships == found.memberships


def test_end_can_be_undone(core: Core) -> None:
    add(core, key_person=True)
    id = add(core, key_person=True)
    before = member(core, id)
    undo_any(core, leave(core, id))
    found = member(core, id)
    assert (found.standing, found.key_person) == (before.standing, before.key_person)
    assert found.memberships == before.memberships


def test_last_day_is_not_before_the_first(core: Core) -> None:
    id = add(core, since="2025-03-01")
    with pytest.raises(Problem, match="member-ends-before"):
        end(core, id, Membership(0, "", "", "2025-02-28"))


def test_who_is_no_member_has_nothing_to_end(core: Core) -> None:
    id = add(core, standing=Standing.NEWCOMER)
    with pytest.raises(Problem, match="member-is-none"):
        leave(core, id)
    with pytest.raises(Problem, match="member-already"):
        rejoin(core, add(core), "2025-01-01")


def test_membership_that_ends_in_a_month_lasts_until_its_end(core: Core, clock: Clock) -> None:
    id = add(core)
    month = in_days(core, 0)[:7]
    with core.transaction():
        begin(core, "import").belong(id, Membership(1, "2025", "", month))
    settle(core)
    assert member(core, id).standing is Standing.MEMBER
    clock.now += 31 * DAY
    settle(core)
    assert member(core, id).standing is Standing.FORMER
