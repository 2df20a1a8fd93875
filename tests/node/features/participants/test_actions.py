"""Participants without sockets: who is gone, who were two, what runs out, what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.mine.consenting import PAGE, Asked, consents_of
from node.features.mine.disclosing import disclosure_views
from node.features.networks.actions import found_network
from node.features.participants.actions import (
    content_of,
    merged,
    parted,
    release,
    take_back,
    tidy,
)
from node.features.participants.views import list_views, participant_views
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from node.upkeep.upkeep import renew
from protocol.audience import Audience
from protocol.participants import LASTS_SECONDS
from tests.node.web.conftest import person
from tests.node.world import Clock, inside, make_core, outside


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    made = make_core(tmp_path, clock=clock)
    yield made
    made.close()


@pytest.fixture
def network(core: Core) -> Audience:
    return Audience.network(found_network(core, core.home_id, {"name": "Netz"}))


@pytest.fixture
def ada(core: Core) -> Person:
    return person(core, "Ada")


def released(core: Core, who: Person, audience: Audience, **fields: Any) -> None:
    content = {"name": who.name, **fields}
    words = {name: f"Ja zu {name}" for name in content}
    release(core, who.id, audience, content, Asked("de", words, PAGE))


def names(core: Core, audience: Audience) -> list[str]:
    return [one.name for one in participant_views(inside(core), audience)]


def test_list_is_for_inside_and_by_name(core: Core, network: Audience, ada: Person) -> None:
    for name in ("Zoe", "Örs", "Bo"):
        released(core, person(core, name), network)
    released(core, ada, network)
    assert names(core, network) == ["Ada", "Bo", "Örs", "Zoe"]
    assert participant_views(outside(core), network) == ()
    (view,) = list_views(inside(core))
    assert (view.scope, view.whom.name, view.count) == ("network", "Netz", 4)


def test_it_is_renewed_as_long_as_the_consent_stands(
    core: Core, network: Audience, ada: Person, clock: Clock
) -> None:
    released(core, ada, network)
    (before,) = participant_views(inside(core), network)
    assert before.until - before.issued == LASTS_SECONDS
    clock.now += LASTS_SECONDS // 2 + 1
    renew(core)
    (after,) = participant_views(inside(core), network)
    assert (after.id, after.until) == (before.id, clock.now + LASTS_SECONDS)
    take_back(core, ada.id, network, PAGE)
    clock.now += LASTS_SECONDS // 2 + 1
    renew(core)
    assert names(core, network) == []


def test_nothing_changed_is_nothing_written(core: Core, network: Audience, ada: Person) -> None:
    released(core, ada, network, mail="ada@example.org")
    before = core.records.last()
    released(core, ada, network, mail=" ada@example.org ")
    assert core.records.last() == before
    assert len(consents_of(core, ada.id)) == 2


def test_what_is_added_stands_where_it_stood(core: Core, network: Audience, ada: Person) -> None:
    released(core, ada, network)
    (before,) = participant_views(inside(core), network)
    released(core, ada, network, mail="ada@example.org")
    (after,) = participant_views(inside(core), network)
    assert after.id == before.id
    assert len(disclosure_views(inside(core), ada.id)) == 1
    released(core, ada, network)  # the mail was taken out of the form: taken back
    (last,) = participant_views(inside(core), network)
    assert last.id != before.id
    open_ = [one.field for one in consents_of(core, ada.id) if one.withdrawn is None]
    assert open_ == ["name"]


@pytest.mark.parametrize("standing", [Standing.NEWCOMER, Standing.FORMER])
def test_only_for_members(core: Core, network: Audience, standing: Standing) -> None:
    noa = person(core, "Noa", standing)
    with pytest.raises(Problem, match="participant-no-member"):
        released(core, noa, network)
    assert (names(core, network), consents_of(core, noa.id)) == ([], [])


def test_who_is_no_member_any_more_stands_in_no_list(
    core: Core, network: Audience, ada: Person
) -> None:
    released(core, ada, network, about="Ein Satz")
    tidy(core)
    assert names(core, network) == ["Ada"]
    with core.transaction():
        persons(core).change(ada.id, standing=Standing.FORMER)
    tidy(core)
    assert names(core, network) == []
    assert {one.withdrawn_how for one in consents_of(core, ada.id)} == {"left"}


@pytest.mark.parametrize("field", [None, "mail"])
def test_what_does_not_stand_is_not_taken_back(
    field: str | None, core: Core, network: Audience, ada: Person
) -> None:
    released(core, ada, network, about="Ein Satz")
    if field is None:
        take_back(core, ada.id, network, PAGE)
    before = core.records.last(), consents_of(core, ada.id)
    with pytest.raises(Problem) as caught:
        take_back(core, ada.id, network, PAGE, field)
    assert caught.value.code == "nothing-released"
    assert (core.records.last(), consents_of(core, ada.id)) == before


def test_two_entries_of_one_person_are_one_in_the_list(
    core: Core, network: Audience, ada: Person
) -> None:
    other = person(core, "Ada K.")
    second = Audience.network(found_network(core, core.home_id, {"name": "Anderes"}))
    released(core, ada, network)
    released(core, other, network)
    released(core, other, second)
    moved: dict[str, Any] = {}
    with core.transaction():
        merged(core, ada.id, other.id, moved)
    assert (names(core, network), names(core, second)) == (["Ada"], ["Ada K."])
    assert content_of(core, ada.id, second) is not None
    take_back(core, ada.id, second, PAGE)
    with core.transaction():
        parted(core, ada.id, other.id, moved)
    assert content_of(core, ada.id, network) is not None
    assert {one.how for one in disclosure_views(inside(core), other.id)} == {"withdrawn"}


def test_to_whom_there_is_no_tie_nothing_goes(core: Core, ada: Person) -> None:
    nobody = Audience.network(bytes(32))
    with pytest.raises(Problem, match="not-a-member"):
        released(core, ada, nobody)
    assert disclosure_views(inside(core), ada.id) == ()
    assert consents_of(core, ada.id) == []
