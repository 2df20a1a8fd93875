"""What is kept about a person, and what is changed in a batch."""

from node.features.members.changes.tables import begin, changed_since, changes, day_of, settle
from node.features.members.tables import members
from node.features.members.types import Change, Field, Member, Membership, Seen
from node.people.persons import Standing, new_id, persons
from node.store.core import Core
from tests.node.features.members.people import add, member

ADA = {"given": ("Ada",), "family": ("Moor",), "mail": ("ada@example.org", "moor@example.org")}


def test_person_is_as_it_was_added(core: Core) -> None:
    with core.transaction():
        id = begin(core, "edit").add("Ada Moor", ADA, since="2025-03-01")
    assert members(core).get(id) == Member(
        id, "Ada Moor", Standing.MEMBER, False, False, ADA, (Membership(1, "2025-03-01"),), 1
    )


def test_newcomer_has_no_membership(core: Core) -> None:
    with core.transaction():
        id = begin(core, "join").add("Ada", {}, standing=Standing.NEWCOMER)
    found = member(core, id)
    assert (found.standing, found.memberships) == (Standing.NEWCOMER, ())


def test_change_notes_before_and_after(core: Core) -> None:
    id = add(core)
    with core.transaction():
        batch = begin(core, "edit", who="somebody")
        changed = batch.write(id, {"phone": ("0431 1",), "family": ("Moor",)}, name="Ada M.")
    assert changed == ["phone", "name"]
    assert changes(core, batch.no) == [
        Change(batch.no, id, "phone", 2, [], ["0431 1"]),
        Change(batch.no, id, "name", 2, "Ada Moor", "Ada M."),
    ]
    assert changed_since(core, id, 1) == changes(core, batch.no)


def test_writing_what_is_there_changes_nothing(core: Core) -> None:
    id = add(core)
    with core.transaction():
        batch = begin(core, "edit")
        assert batch.write(id, {"given": ("Ada",), "phone": ()}, name="Ada Moor") == []
    assert changes(core, batch.no) == []
    found = member(core, id)
    assert found.edition == 1


def test_rejoining_is_a_row_of_its_own(core: Core) -> None:
    id = add(core, since="2019-01-01")
    with core.transaction():
        batch = begin(core, "edit")
        batch.belong(id, Membership(1, "2019-01-01", "2020-05-01", "2020-06-30", "moved away"))
        batch.join(id, "2024-02-01")
    found = member(core, id)
    assert found.memberships == (
        Membership(1, "2019-01-01", "2020-05-01", "2020-06-30", "moved away"),
        Membership(2, "2024-02-01"),
    )
    assert (found.since, found.until) == ("2024-02-01", "")


def test_everyone_is_sorted_as_in_a_telephone_book(core: Core) -> None:
    for name in ("Zoe Zabel", "Bea Ärger", "Ada Arger", "Cem"):
        add(core, name)
    names = [one.name for one in members(core).everyone()]
    assert names == ["Ada Arger", "Bea Ärger", "Cem", "Zoe Zabel"]


def test_own_columns_keep_their_order(core: Core) -> None:
    own = Field("own-1", "T-Shirt", "choice", choices=("S", "M", "L"), seen=Seen.KEY)
    with core.transaction():
        members(core).put_field(own)
        members(core).order_fields(["family", "own-1", "given"])
    some = members(core).fields()
    assert [one.key for one in some[:3]] == ["family", "own-1", "given"]
    assert some[1] == own
    assert len(some) == 11


def add_elsewhere(core: Core, name: str, standing: Standing) -> str:
    """As another noun does it."""
    id = new_id(core)
    with core.transaction():
        persons(core).add(id, name, standing, core.clock())
    return id


def test_person_whom_another_noun_added_is_on_the_list(core: Core) -> None:
    add(core, "Zoe Zabel")
    id = add_elsewhere(core, "Ärger Ada", Standing.MEMBER)
    settle(core)
    assert [one.name for one in members(core).everyone()] == ["Ärger Ada", "Zoe Zabel"]
    assert member(core, id).memberships == (Membership(2, day_of(core.clock())),)


def test_newcomer_is_a_member_from_the_day_when_somebody_says_yes(core: Core) -> None:
    id = add_elsewhere(core, "Ada", Standing.NEWCOMER)
    settle(core)
    assert member(core, id).memberships == ()
    with core.transaction():
        persons(core).change(id, standing=Standing.MEMBER)
    settle(core)
    assert member(core, id).since == day_of(core.clock())


def test_membership_of_a_former_member_is_over(core: Core) -> None:
    id = add(core)
    with core.transaction():
        persons(core).change(id, standing=Standing.FORMER)
    settle(core)
    assert member(core, id).until == day_of(core.clock())


def test_renamed_person_is_sorted_anew(core: Core) -> None:
    add(core, "Mia")
    id = add_elsewhere(core, "Zoe", Standing.MEMBER)
    with core.transaction():
        persons(core).change(id, name="Ada")
    settle(core)
    assert [one.name for one in members(core).everyone()] == ["Ada", "Mia"]


def test_settling_again_changes_nothing(core: Core) -> None:
    id = add_elsewhere(core, "Ada", Standing.MEMBER)
    settle(core)
    before = member(core, id)
    settle(core)
    assert member(core, id) == before


def test_removed_person_leaves_nothing_on_the_list(core: Core) -> None:
    id = add(core, phone="0431 1")
    with core.transaction():
        persons(core).remove(id)
    assert members(core).everyone() == []
    for table in ("members", "member_values", "memberships"):
        assert core.db.all(f"select * from {table}") == []
