"""Persons: rows with standing and rights, and nothing left of who is removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.people.passwords import has_password, set_names, set_password
from node.people.persons import Person, Persons, Standing, new_id, persons
from node.people.sessions import Sessions
from node.store.core import Core
from tests.node.world import make_core


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = make_core(tmp_path)
    yield made
    made.close()


def test_ids_are_drawn(core: Core) -> None:
    found = {new_id(core) for _ in range(20)}
    assert len(found) == 20
    assert {len(one) for one in found} == {32}


def test_persons_are_kept_as_they_are(core: Core) -> None:
    with core.transaction():
        kim = persons(core).add("kim", "Kim", Standing.MEMBER, 10, key_person=True)
        toni = persons(core).add("toni", "Toni", Standing.NEWCOMER, 5, treasurer=True)
    assert kim == Person("kim", "Kim", Standing.MEMBER, True, False, 10)
    assert persons(core).all() == [toni, kim]
    assert persons(core).all(Standing.NEWCOMER) == [toni]
    assert persons(core).get("toni") == toni
    assert persons(core).get("nobody") is None


def test_key_persons_are_members(core: Core) -> None:
    with core.transaction():
        for standing in Standing:
            persons(core).add(standing.value, "X", standing, 1, key_person=True)
    assert [one.id for one in persons(core).key_persons()] == ["member"]


def test_person_changes(core: Core) -> None:
    with core.transaction():
        persons(core).add("kim", "Kim", Standing.NEWCOMER, 1)
        persons(core).change(
            "kim", name="Kim M", standing=Standing.MEMBER, key_person=True, treasurer=True
        )
    assert persons(core).get("kim") == Person("kim", "Kim M", Standing.MEMBER, True, True, 1)
    with pytest.raises(ValueError, match="no made"), core.transaction():
        persons(core).change("kim", made=2)


def test_nothing_is_left_of_who_is_removed(core: Core) -> None:
    with core.transaction():
        persons(core).add("kim", "Kim", Standing.MEMBER, 1)
        set_password(core, "kim", "hash")
        set_names(core, "kim", "mail", "kim@example.org")
    token = Sessions(core).begin("kim", "password", "")
    assert has_password(core, "kim")
    with core.transaction():
        assert Persons(core.db).remove("kim")
        assert not Persons(core.db).remove("kim")
    assert Sessions(core).find(token) is None
    assert not has_password(core, "kim")
    assert core.db.one("select count(*) from sign_in_names") == (0,)


def test_a_node_is_set_up_by_who_acts_for_the_group(core: Core) -> None:
    """Members may be imported before: they keep nobody from setting it up."""
    assert not persons(core).is_set_up()
    with core.transaction():
        persons(core).add("kim", "Kim", Standing.MEMBER, 0)
    assert not persons(core).is_set_up()
    with core.transaction():
        persons(core).change("kim", key_person=True)
    assert persons(core).is_set_up()
