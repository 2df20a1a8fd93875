"""Adding and changing people without pages: nobody is without a name."""

from collections.abc import Mapping

import pytest

from node.base.errors import Problem
from node.features.members.editing import add, edit
from node.features.members.tables import members
from node.features.members.types import Values
from node.store.core import Core
from tests.node.features.members import people


@pytest.mark.parametrize(
    "values", [{}, {"mail": ("ada@example.org",)}, {"given": (), "family": ("",)}]
)
def test_nobody_without_a_name_is_added(values: Mapping[str, Values], core: Core) -> None:
    with pytest.raises(Problem) as caught:
        add(core, values)
    assert caught.value.code == "member-nameless"
    assert list(members(core).everyone()) == []


def test_shown_name_is_not_taken_away(core: Core) -> None:
    ada = people.add(core, "Ada Moor")
    before = people.member(core, ada)
    with pytest.raises(Problem) as caught:
        edit(core, ada, {"town": ("Kiel",)}, name="")
    assert caught.value.code == "member-nameless"
    assert people.member(core, ada) == before
