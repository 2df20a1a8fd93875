"""Columns of the group's own: how many, and those that are gone."""

from collections.abc import Callable

import pytest

from node.base.errors import Problem
from node.features.members import columns
from node.features.members.changes.undo import undo
from node.features.members.columns import add_column, move_column, remove_column
from node.features.members.editing import edit
from node.features.members.tables import members
from node.store.core import Core
from tests.node.features.members.people import add, member


def test_one_column_too_many_is_not_added(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_OWN", 2)
    first = add_column(core, "Size")
    add_column(core, "Voice")
    before = members(core).fields()
    with pytest.raises(Problem) as caught:
        add_column(core, "Bus")
    assert (caught.value.code, caught.value.values) == ("member-columns-many", {"n": 2})
    assert members(core).fields() == before
    remove_column(core, first.key)
    assert add_column(core, "Bus").key == "own-3"  # there is room again; no key comes twice


@pytest.mark.parametrize(
    "act",
    [
        lambda core, key: move_column(core, key, 1),
        lambda core, key: remove_column(core, key),
        lambda core, _key: remove_column(core, "given"),  # every group has it
    ],
)
def test_column_that_is_gone_changes_nothing(
    core: Core, act: Callable[[Core, str], object]
) -> None:
    gone, stays = add_column(core, "Size"), add_column(core, "Voice")
    ada = add(core)
    edit(core, ada, {gone.key: ("M",), stays.key: ("alto",)})
    batch = remove_column(core, gone.key)
    before = members(core).fields(), member(core, ada)
    with pytest.raises(Problem) as caught:
        act(core, gone.key)
    assert caught.value.code == "member-column-gone"
    assert (members(core).fields(), member(core, ada)) == before
    undo(core, batch)
    assert member(core, ada).first(gone.key) == "M"
