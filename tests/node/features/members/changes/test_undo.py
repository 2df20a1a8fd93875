"""Undoing: what nobody changed since is as before, what somebody changed stays and is told."""

import pytest

from node.base.errors import Problem
from node.features.members.changes.tables import begin, latest
from node.features.members.changes.undo import undo
from node.features.members.tables import members
from node.features.members.types import Membership
from node.people.passwords import set_password
from node.people.persons import Standing
from node.people.sessions import Sessions
from node.store.core import Core
from tests.node.features.members.people import add, member


def edit(core: Core, id: str, **values: str) -> int:
    with core.transaction():
        batch = begin(core, "edit")
        batch.write(id, {key: (one,) if one else () for key, one in values.items()})
    return batch.no


def without_edition(core: Core, id: str) -> object:
    found = member(core, id)
    return found.name, found.standing, found.values, found.memberships


def test_everything_is_as_before(core: Core) -> None:
    id = add(core, phone="0431 1", town="Kiel")
    before = without_edition(core, id)
    with core.transaction():
        batch = begin(core, "import")
        batch.write(id, {"phone": ("0431 2",), "town": (), "street": ("Weg 1",)}, name="A. M.")
        batch.belong(id, Membership(1, "2024-01-01", "", "2025-01-01", "gone"))
        batch.stand(id, Standing.FORMER)
        batch.join(id, "2026-01-01")
        new = batch.add("Bea", {"given": ("Bea",)})
    done = undo(core, batch.no)
    assert (done.gone, done.back, done.stays) == ([new], [id], [])
    assert without_edition(core, id) == before
    assert members(core).get(new) is None


def test_what_somebody_changed_since_stays_and_is_told(core: Core) -> None:
    id = add(core, phone="0431 1", town="Kiel")
    imported = edit(core, id, phone="0431 2", town="Lübeck")
    edit(core, id, phone="0431 3")
    done = undo(core, imported)
    assert (done.back, done.stays) == ([id], [(id, "phone")])
    assert (member(core, id).first("phone"), member(core, id).first("town")) == ("0431 3", "Kiel")


def test_added_person_whom_somebody_changed_stays_wholly(core: Core) -> None:
    with core.transaction():
        batch = begin(core, "import")
        ada, bea = (batch.add(name, {"given": (name,)}) for name in ("Ada", "Bea"))
    edit(core, ada, phone="0431 1")
    done = undo(core, batch.no)
    assert (done.gone, done.stays) == ([bea], [(ada, "person")])
    assert member(core, ada).first("given") == "Ada"


def test_added_person_goes_if_what_somebody_changed_was_taken_back(core: Core) -> None:
    with core.transaction():
        batch = begin(core, "import")
        ada = batch.add("Ada", {"given": ("Ada",)})
    undo(core, edit(core, ada, phone="0431 1"))
    assert undo(core, batch.no).gone == [ada]


def test_person_who_went_meanwhile_stays_away(core: Core) -> None:
    id = add(core)
    no = edit(core, id, phone="0431 1")
    with core.transaction():
        begin(core, "edit").remove(id)
    assert undo(core, no).stays == [(id, "phone")]
    assert members(core).get(id) is None


def test_removed_person_comes_back_with_everything(core: Core) -> None:
    id = add(core, key_person=True, phone=("0431 1", "0431 2"))
    before = without_edition(core, id)
    with core.transaction():
        batch = begin(core, "edit")
        batch.remove(id)
    assert undo(core, batch.no).back == [id]
    assert without_edition(core, id) == before
    assert member(core, id).key_person


def test_batch_is_undone_once(core: Core) -> None:
    id = add(core)
    no = edit(core, id, phone="0431 1")
    undo(core, no)
    with pytest.raises(Problem, match="members-nothing-to-undo"):
        undo(core, no)


def test_undoing_can_be_undone(core: Core) -> None:
    id = add(core)
    undo(core, edit(core, id, phone="0431 1"))
    found = latest(core, "undo")
    assert found is not None
    undo(core, found.no)
    assert member(core, id).first("phone") == "0431 1"


@pytest.mark.parametrize("way", ["session", "password"])
def test_added_person_who_came_in_meanwhile_stays(core: Core, way: str) -> None:
    with core.transaction():
        batch = begin(core, "import")
        ada = batch.add("Ada", {"given": ("Ada",)})
    if way == "session":
        Sessions(core).begin(ada, "test", "")
    else:
        with core.transaction():
            set_password(core, ada, "hash")
    assert undo(core, batch.no).stays == [(ada, "person")]
    assert member(core, ada).name == "Ada"
