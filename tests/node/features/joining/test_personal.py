"""What joining, ways, roles and acting keep of a person: taken along, erased, merged, parted."""

import json
from typing import Any

import pytest

from node.features import FEATURES
from node.features.acting.actions import say_yes
from node.features.acting.tables import agreement, agreements_of, log_of
from node.features.joining.arrivals import come_in, give_contact
from node.features.joining.links import make_link
from node.features.joining.types import Wish
from node.features.members.merging import merge, part
from node.features.roles import tables as roles
from node.features.roles.actions import change_role
from node.features.ways import tables as ways
from node.features.ways.codes import new_code, new_papers
from node.features.ways.types import Passkey
from node.people.persons import Person, persons
from node.store.core import Core
from node.texts import Texts
from tests.node.web.conftest import person

NOUNS = ("ways", "roles", "joining", "acting")


def features() -> list[Any]:
    return [one for one in FEATURES if one.name in NOUNS]


def lived(core: Core, name: str = "Anna") -> str:
    """Somebody of whom there is something everywhere."""
    token = make_link(core, None, Wish(asks=False)).token
    id_ = come_in(core, token, f"visit {name}".encode(), name)
    give_contact(core, id_, f"{name}@example.org")
    make_link(core, id_, Wish())
    new_papers(core, id_)
    new_code(core, id_, id_)
    with core.transaction():
        ways.add_passkey(core, Passkey(name.encode(), id_, "x.example", b"k", 0, "Phone", 1, None))
    change_role(core, None, id_, "treasurer")
    child = person(core, f"Child of {name}")
    say_yes(core, None, id_, child.id)
    return id_


def mentions(core: Core, id_: str) -> set[str]:
    """Tables in which an id stands."""
    names = [one for (one,) in core.db.all("select name from sqlite_master where type = 'table'")]
    return {
        table
        for table in names
        if table.startswith(("join_", "ways_", "role_", "acting"))
        for row in core.db.all(f"select * from {table}")
        if id_ in row
    }


def test_all_of_it_is_taken_along_and_erased(core: Core) -> None:
    anna, other = lived(core), lived(core, "Bernd")
    before = mentions(core, other)
    found = {one.name: one.load(one.personal["export"])(core, anna) for one in features()}
    text = json.dumps(found)
    assert all(part in text for part in ("Phone", "treasurer", "agreed", "let-in"))
    assert mentions(core, anna) >= {"ways_passkeys", "role_log", "join_arrivals", "acting_log"}
    with core.transaction():
        for one in features():
            one.load(one.personal["erase"])(core, anna)
    assert mentions(core, anna) == set()
    assert mentions(core, other) == before


def test_two_entries_that_are_one_person(core: Core) -> None:
    anna, anni = lived(core), lived(core, "Anni")
    before = {one: mentions(core, one) for one in (anna, anni)}
    batch = merge(core, anna, anni, Texts("de"))
    assert persons(core).get(anni) is None
    assert mentions(core, anni) == set()
    assert len(ways.passkeys_of(core, anna)) == 2
    assert len(agreements_of(core, anna)) == 2
    part(core, batch)
    assert {one: mentions(core, one) for one in (anna, anni)} == before | {
        anni: before[anni] - {"ways_codes"}
    }
    assert [len(ways.passkeys_of(core, one)) for one in (anna, anni)] == [1, 1]


def test_nobody_acts_for_themselves_after_a_merge(core: Core, key: Person) -> None:
    anna, anni = person(core, "Anna"), person(core, "Anni")
    say_yes(core, None, anna.id, anni.id)
    batch = merge(core, anna.id, anni.id, Texts("de"))
    assert agreements_of(core, anna.id) == []
    part(core, batch)
    found = agreement(core, anna.id, anni.id)
    assert found is not None
    assert found.stands
    assert [one.what for one in log_of(core, anni.id, 9)] == ["agreed"]


@pytest.mark.parametrize("act", ["no-key", "readmit"])
def test_what_was_begun_about_one_of_them_is_over(act: Any, core: Core, key: Person) -> None:
    anna, anni = person(core, "Anna"), person(core, "Anni")
    with core.transaction():
        from node.features.roles.types import Second

        roles.put_second(core, Second(anni.id, act, key.id, 1, None, None, core.clock() + 99))
    merge(core, anna.id, anni.id, Texts("de"))
    assert roles.open_seconds(core) == []
