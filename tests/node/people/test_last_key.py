"""The last key person."""

import pytest

from node.base.errors import Problem
from node.people.last_key import is_last, require_another
from node.people.persons import Standing, new_id, persons
from node.store.core import Core
from tests.node.world import make_core


@pytest.fixture
def core(tmp_path):
    return make_core(tmp_path)


def add(core: Core, standing: Standing = Standing.MEMBER, *, key: bool = True) -> str:
    id = new_id(core)
    with core.transaction():
        persons(core).add(id, "Kim", standing, core.clock(), key_person=key)
    return id


def test_only_key_person_is_the_last(core: Core) -> None:
    kim, ada = add(core), add(core, key=False)
    assert (is_last(core, kim), is_last(core, ada)) == (True, False)
    with pytest.raises(Problem, match="last-key-person"):
        require_another(core, kim)
    require_another(core, ada)


def test_one_of_two_is_not_the_last(core: Core) -> None:
    kim, _ada = add(core), add(core)
    require_another(core, kim)


def test_former_member_is_nobody_who_acts(core: Core) -> None:
    kim = add(core)
    add(core, Standing.FORMER)
    assert is_last(core, kim)


def test_group_without_people_has_no_last(core: Core) -> None:
    require_another(core, new_id(core))
