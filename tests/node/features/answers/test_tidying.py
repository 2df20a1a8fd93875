"""What ends by itself, and by which clock."""

import pytest

from node.features.answers import tables
from node.features.answers.answering import (
    answer_as_person,
    answer_by_link,
    take_back_by_link,
)
from node.features.answers.tidying import tidy
from node.features.answers.types import DAY, KEPT_DAYS, Said
from node.features.erasures.actions import erase_meeting
from node.people.persons import Person
from node.store.core import Core
from tests.node.features.answers.conftest import Meet, known
from tests.node.world import wind

# Of a meeting that ends in fifty hours: days after that, and how many answers are there.
AFTER = [(0, 2), (KEPT_DAYS - 1, 2), (KEPT_DAYS, 1), (29, 1), (29 + KEPT_DAYS, 1)]


@pytest.mark.parametrize(("days", "left"), AFTER)
def test_answers_without_account_go_some_days_after(
    core: Core, meet: Meet, member: Person, days: int, left: int
) -> None:
    id_ = meet()
    answer_as_person(core, id_, member.id, Said("yes"))
    answer_by_link(core, id_, "a", Said("yes", name="Ute"))
    answer_by_link(core, id_, "b", Said("yes", name="Kim"))
    take_back_by_link(core, "b")
    core.clock.wall.now += 50 * 3_600 + days * DAY
    wind(core)
    tidy(core)
    found = [one.person for one in tables.of_meeting(core, id_)]
    assert found == ([member.id, None] if left == 2 else [member.id] if days < 30 else [])
    assert len(tables.taken_back_of(core, id_)) == (1 if left == 2 else 0)


def test_a_clock_that_jumped_destroys_nothing(core: Core, meet: Meet, member: Person) -> None:
    """Years ahead, and nobody agrees: what people gave stays until a person set the clock."""
    id_ = meet()
    answer_by_link(core, id_, "a", Said("yes", name="Ute"))
    answer_as_person(core, id_, member.id, Said("yes"))
    with core.transaction():
        pass  # the time so far is written down
    core.clock.wall.now += 3 * 365 * DAY
    assert core.clock.trouble == "ahead"
    tidy(core)
    assert len(tables.of_meeting(core, id_)) == 2


def test_of_a_meeting_that_is_gone_answers_go_later(core: Core, meet: Meet, member: Person) -> None:
    id_ = meet()
    answer_as_person(core, id_, member.id, Said("yes"))
    erase_meeting(core, core.home_id, known(core, id_))
    tidy(core)
    assert len(tables.of_meeting(core, id_)) == 1
    core.clock.wall.now += KEPT_DAYS * DAY
    wind(core)
    tidy(core)
    assert tables.of_meeting(core, id_) == []
