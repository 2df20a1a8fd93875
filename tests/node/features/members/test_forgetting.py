"""Taking along what is kept of a person, and deleting it."""

import json

import pytest

from node.base.errors import Problem
from node.features.members.belonging import leave
from node.features.members.counts import counts
from node.features.members.editing import edit
from node.features.members.forgetting import erase, export
from node.features.members.merging import merge
from node.features.members.releasing import release
from node.people.persons import persons
from node.store.core import Core
from node.texts import Texts
from tests.node.features.members.people import add

TABLES = (
    *("members", "member_values", "memberships", "member_marks", "member_released"),
    *("member_changes", "member_batches", "member_merged", "member_different"),
    *("persons", "passwords", "sign_in_names"),
)


def everything(core: Core) -> str:
    return json.dumps([core.db.all(f"select * from {one}") for one in TABLES])


def test_everything_is_taken_along(core: Core) -> None:
    id = add(core, "Ada Moor", phone="0431 1", since="2025-03-01")
    edit(core, id, {"phone": ("0431 2",)})
    release(core, id, ["phone"], "May all see it?")
    found = export(core, id)
    assert found["fields"] == {"Given name": ["Ada"], "Family name": ["Moor"], "Phone": ["0431 2"]}
    assert found["memberships"] == [
        {"since": "2025-03-01", "notice": "", "until": "", "reason": ""}
    ]
    now = core.clock()
    assert found["shown_to_members"] == [
        {"field": "Phone", "since": now, "question": "May all see it?"}
    ]
    assert [(one["what"], one["part"], one["after"]) for one in found["changes"][1:2]] == [
        ("edit", "Phone", ["0431 2"])
    ]
    json.dumps(found)


def test_nothing_that_says_who_is_left(core: Core) -> None:
    add(core, "Kim Key", key_person=True)
    id = add(core, "Ada Moor", phone="0431 2468", notes="sings", since="2025-03-17")
    twin = add(core, "A. Moor", mail="ada@example.org", since="2025-02-11")
    edit(core, id, {"town": ("Wanne-Eickel",)}, who=id)
    release(core, id, ["phone"], "May all see it?")
    merge(core, id, twin, Texts("en"))
    leave(core, id)
    before = counts(core).months
    erase(core, id)
    with core.transaction():
        persons(core).remove(id)
    left = everything(core)
    for trace in ("Moor", "moor", "2468", "sings", "ada", "Eickel", "03-17", "02-11", id, twin):
        assert trace not in left, trace
    assert counts(core).months == before


def test_last_key_person_is_not_erased(core: Core) -> None:
    id = add(core, "Kim", key_person=True)
    with pytest.raises(Problem, match="last-key-person"):
        erase(core, id)
    assert export(core, id)["name"] == "Kim"


def test_nobody_has_nothing(core: Core) -> None:
    assert export(core, "x" * 32) == {}
