"""Members for tests."""

from node.features.members.changes.tables import begin
from node.features.members.tables import members
from node.features.members.types import Member
from node.people.persons import Standing, persons
from node.store.core import Core


def add(
    core: Core,
    name: str = "Ada Moor",
    since: str = "2025-03-01",
    *,
    standing: Standing = Standing.MEMBER,
    key_person: bool = False,
    **values: str | tuple[str, ...],
) -> str:
    """A person with a given and a family name, and what else is said."""
    given, _, family = name.rpartition(" ")
    some = {"given": given or family, "family": family if given else "", **values}
    with core.transaction():
        id = begin(core, "edit").add(
            name,
            {key: (one,) if isinstance(one, str) else one for key, one in some.items() if one},
            since=since,
            standing=standing,
        )
        if key_person:
            persons(core).change(id, key_person=True)
    return id


def member(core: Core, id: str) -> Member:
    """The person with this id."""
    found = members(core).get(id)
    assert found is not None
    return found
