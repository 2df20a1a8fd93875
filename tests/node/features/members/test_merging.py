"""Two entries become one, and two again: nothing is lost, nothing becomes visible."""

from typing import Any

import pytest

from node.base.errors import Problem
from node.base.events import Event
from node.features.members.changes.tables import begin
from node.features.members.editing import edit
from node.features.members.merging import OTHER, merge, part
from node.features.members.releasing import release
from node.features.members.tables import members, merged_into, merges_of, released
from node.features.members.types import Membership, Values
from node.people.passwords import set_password
from node.people.persons import Standing, persons
from node.people.tables import PasswordTable
from node.store.core import Core
from node.texts import Texts
from tests.node.features.members.people import add, member

EN = Texts("en")

ONE, TWO = {"town": "Kiel"}, {"town": "Lübeck"}
MERGED: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Values]]] = [
    ("what only one has stays", {"town": "Kiel"}, {"phone": "0431 1"},
     {"town": ("Kiel",), "phone": ("0431 1",)}),
    ("what both have stays once", {"town": "Kiel"}, {"town": "Kiel"}, {"town": ("Kiel",)}),
    ("of two the first stays, the other is in the notes", {"town": "Kiel"}, {"town": "Lübeck"},
     {"town": ("Kiel",), "notes": ("Town in the other entry: Lübeck",)}),
    ("what is only spelled otherwise is no other", {"town": "Köln"}, {"town": "Koeln"},
     {"town": ("Köln",)}),
    ("fields for several get both", {"mail": "a@example.org"}, {"mail": "b@example.org"},
     {"mail": ("a@example.org", "b@example.org")}),
    ("one mail written twice is one", {"mail": "A@example.org"}, {"mail": "a@example.org"},
     {"mail": ("A@example.org",)}),
    ("one number written twice is one", {"phone": "0431 123456"}, {"phone": "+49 431 123456"},
     {"phone": ("0431 123456",)}),
    ("notes of both stay", {"notes": "sings"}, {"notes": "cooks"}, {"notes": ("sings\ncooks",)}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "values"), [row[1:] for row in MERGED], ids=[row[0] for row in MERGED]
)
def test_nothing_is_lost(core: Core, one: Any, other: Any, values: dict[str, Values]) -> None:
    kept, gone = add(core, "Ada Moor", **one), add(core, "Ada Moor", **other)
    merge(core, kept, gone, EN)
    assert members(core).get(gone) is None
    assert member(core, kept).values == {"given": ("Ada",), "family": ("Moor",), **values}


def test_chosen_text_stays_and_the_other_is_in_the_notes(core: Core) -> None:
    kept, gone = add(core, "Ada Moor", town="Kiel"), add(core, "A. Moor", town="Lübeck")
    merge(core, kept, gone, Texts("de"), chosen={"town": OTHER, "name": OTHER})
    found = member(core, kept)
    assert (found.name, found.first("town")) == ("A. Moor", "Lübeck")
    assert found.first("notes").split("\n") == [
        "Name im anderen Eintrag: Ada Moor",
        "Vorname im anderen Eintrag: A.",
        "Ort im anderen Eintrag: Kiel",
    ]


def test_memberships_of_both_stay(core: Core) -> None:
    kept, gone = add(core, since="2024-01-01"), add(core, since="2018-05-01")
    with core.transaction():
        begin(core, "edit").belong(gone, Membership(2, "2018-05-01", "", "2020-06-30", "moved"))
    merge(core, kept, gone, EN)
    some = [(one.since, one.until, one.reason) for one in member(core, kept).memberships]
    assert some == [("2018-05-01", "2020-06-30", "moved"), ("2024-01-01", "", "")]


STANDINGS = [
    (Standing.MEMBER, Standing.FORMER, Standing.MEMBER),
    (Standing.FORMER, Standing.MEMBER, Standing.MEMBER),
    (Standing.NEWCOMER, Standing.FORMER, Standing.NEWCOMER),
    (Standing.MEMBER, Standing.NEWCOMER, Standing.MEMBER),
]


@pytest.mark.parametrize(("one", "other", "both"), STANDINGS)
def test_stronger_standing_stays(
    core: Core, one: Standing, other: Standing, both: Standing
) -> None:
    kept, gone = add(core, standing=one), add(core, standing=other)
    merge(core, kept, gone, EN)
    assert member(core, kept).standing is both


def test_roles_of_both_stay(core: Core) -> None:
    kept, gone = add(core), add(core, key_person=True)
    merge(core, kept, gone, EN)
    assert [one.id for one in persons(core).key_persons()] == [kept]


def test_field_is_shown_only_if_each_who_has_it_showed_it(core: Core) -> None:
    kept = add(core, phone="0431 1", mail="a@example.org", town="Kiel")
    gone = add(core, phone="0431 2", mail="b@example.org")
    release(core, kept, ["phone", "mail", "town"], "May all see it?")
    release(core, gone, ["mail"], "May all see it?")
    merge(core, kept, gone, EN)
    assert sorted(released(core, kept)) == ["mail", "town"]


def snapshot(core: Core, *ids: str) -> list[object]:
    return [
        (one.name, one.standing, one.key_person, one.values, one.memberships, released(core, id))
        for id in ids
        for one in [member(core, id)]
    ]


def test_parting_brings_both_back(core: Core) -> None:
    kept = add(core, "Ada Moor", phone="0431 1", town="Kiel", notes="sings")
    gone = add(core, "A. Moor", phone="0431 2", town="Lübeck", since="2019-01-01", key_person=True)
    release(core, gone, ["phone"], "May all see it?")
    before = snapshot(core, kept, gone)
    no = merge(core, kept, gone, EN, chosen={"town": OTHER})
    assert part(core, no).stays == []
    assert snapshot(core, kept, gone) == before


def test_what_somebody_edited_since_stays_when_they_part(core: Core) -> None:
    kept, gone = add(core, town="Kiel"), add(core, town="Lübeck", phone="0431 2")
    no = merge(core, kept, gone, EN)
    edit(core, kept, {"phone": ("0431 3",), "street": ("Weg 1",)})
    assert part(core, no).stays == [(kept, "phone")]
    assert member(core, kept).values == {
        "given": ("Ada",), "family": ("Moor",), "town": ("Kiel",),
        "phone": ("0431 3",), "street": ("Weg 1",),
    }  # fmt: skip
    assert member(core, gone).first("phone") == "0431 2"


def test_old_address_leads_to_who_stays_until_they_part(core: Core) -> None:
    kept, gone = add(core), add(core)
    no = merge(core, kept, gone, EN)
    assert (merged_into(core, gone), merges_of(core, kept)) == (kept, [(gone, no)])
    part(core, no)
    assert (merged_into(core, gone), merges_of(core, kept)) == (None, [])


def test_three_entries_can_be_parted_in_any_order(core: Core) -> None:
    kept, one, other = add(core, town="Kiel"), add(core, town="Ulm"), add(core, town="Hof")
    before = snapshot(core, one, other)
    first, second = merge(core, kept, one, EN), merge(core, kept, other, EN)
    part(core, first)
    part(core, second)
    assert snapshot(core, one, other) == before


def test_parting_twice_is_refused(core: Core) -> None:
    no = merge(core, add(core), add(core), EN)
    part(core, no)
    with pytest.raises(Problem, match="members-nothing-to-undo"):
        part(core, no)


def test_one_entry_is_not_merged_with_itself_or_nobody(core: Core) -> None:
    id = add(core)
    with pytest.raises(Problem, match="member-merge-same"):
        merge(core, id, id, EN)
    with pytest.raises(Problem, match="member-gone"):
        merge(core, id, "x" * 32, EN)


def signing_in(core: Core, id: str) -> tuple[str | None, list[tuple[str, str]]]:
    table = PasswordTable(core.db)
    return table.get(id), table.names(id)


def test_who_stays_signs_in_with_the_password_of_the_other_until_they_part(core: Core) -> None:
    kept, gone = add(core, "Ada Moor"), add(core, "A. Moor", mail="ada@example.org")
    with core.transaction():
        set_password(core, gone, "hash of the other")
    before = [signing_in(core, id) for id in (kept, gone)]
    no = merge(core, kept, gone, EN)
    assert signing_in(core, kept) == (
        "hash of the other",
        [("a. moor", "before"), ("ada moor", "name"), ("ada@example.org", "mail")],
    )
    assert signing_in(core, gone) == (None, [])
    part(core, no)
    assert [signing_in(core, id) for id in (kept, gone)] == before


def test_own_password_of_who_stays_counts(core: Core) -> None:
    kept, gone = add(core), add(core)
    with core.transaction():
        set_password(core, kept, "mine")
        set_password(core, gone, "theirs")
    no = merge(core, kept, gone, EN)
    assert signing_in(core, kept)[0] == "mine"
    part(core, no)
    assert [signing_in(core, id)[0] for id in (kept, gone)] == ["mine", "theirs"]


def test_other_nouns_are_told_and_what_they_moved_comes_back(core: Core) -> None:
    """A noun notes what it moved, and gets the same when the two part."""
    told: list[tuple[Any, ...]] = []

    def note(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
        told.append(("merged", kept, gone))
        moved["noun"] = [1, "x"]

    def back(core: Core, kept: str, gone: str, moved: dict[str, Any]) -> None:
        told.append(("parted", kept, gone, moved["noun"]))

    follow = {Event.MERGED: [note], Event.PARTED: [back]}
    core.followers = lambda event: follow.get(event, [])
    kept, gone = add(core), add(core)
    part(core, merge(core, kept, gone, EN))
    assert told == [("merged", kept, gone), ("parted", kept, gone, [1, "x"])]
