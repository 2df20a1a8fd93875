"""`people list|invite|code`: who is in the group, and how more come in, without a browser."""

from contextlib import closing

import pytest

from node.features.joining.arrivals import come_in
from node.features.joining.tables import all_links
from node.features.ways.actions import come_back
from node.people.persons import Standing, new_id, persons
from node.people.sessions import Sessions
from tests.node.cli.people import Person


@pytest.fixture
def people(alpha: Person) -> dict[str, str]:
    """Name → id."""
    found = {}
    with closing(alpha.core()) as core, core.transaction():
        for name, key in (("Ada Moor", True), ("Ben Moor", False)):
            id_ = new_id(core)
            persons(core).add(id_, name, Standing.MEMBER, core.clock(), key_person=key)
            found[name] = id_
    return found


def test_list(alpha: Person, people: dict[str, str]) -> None:
    with closing(alpha.core()) as core:
        Sessions(core).begin(people["Ada Moor"], "password", "")
    found = {one["name"]: one for one in alpha.gets("people", "list")["people"]}
    assert found["Ada Moor"] == {
        "id": people["Ada Moor"],
        "name": "Ada Moor",
        "standing": "member",
        "key_person": True,
        "treasurer": False,
        "came_in": True,
    }
    assert found["Ben Moor"]["came_in"] is False
    shown, _err = alpha.types("people", "list")
    assert "key person" in shown


def test_list_of_a_group_that_nobody_is_in(alpha: Person) -> None:
    assert alpha.gets("people", "list") == {"people": []}
    shown, _err = alpha.types("people", "list")
    assert "verbund page" in shown


def test_code_for_who_never_came_in(alpha: Person, people: dict[str, str]) -> None:
    found = alpha.gets("people", "code", "ben")
    assert (found["id"], found["readmits"]) == (people["Ben Moor"], False)
    with closing(alpha.core()) as core:
        assert come_back(core, found["code"]) == (people["Ben Moor"], "code")
    shown, _err = alpha.types("people", "code", people["Ben Moor"][:8])
    assert "Everybody in the group is told" in shown


def test_key_person_who_is_locked_out_gets_in(alpha: Person, people: dict[str, str]) -> None:
    ada = people["Ada Moor"]
    with closing(alpha.core()) as core:
        lost = Sessions(core).begin(ada, "password", "")
    found = alpha.gets("people", "code", "Ada Moor")
    assert found["readmits"] is True
    with closing(alpha.core()) as core:
        assert come_back(core, found["code"]) == (ada, "readmission")
        assert Sessions(core).find(lost) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("code", "Nobody"), "nobody-listed"),
        (("code", "Moor"), "several-found"),
        (("invite",), "not-running"),
        (("invite", "--person", "Nobody"), "nobody-listed"),
    ],
)
@pytest.mark.usefixtures("people")
def test_refused(said: tuple[str, ...], code: str, alpha: Person) -> None:
    assert alpha.is_refused("people", *said) == code
    with closing(alpha.core()) as core:
        assert all_links(core) == []


def public(alpha: Person) -> None:
    with closing(alpha.core()) as core, core.transaction():
        core.settings.set("serve", {"public_url": "https://chor.example"})


def test_link_for_many(alpha: Person, people: dict[str, str]) -> None:
    public(alpha)
    found = alpha.gets("people", "invite", "--most", "3", "--note", "Chat")
    assert found["link"].startswith("https://chor.example/join/")
    assert (found["most"], found["asks"]) == (3, True)
    with closing(alpha.core()) as core:
        person = come_in(core, found["link"].rpartition("/")[2], b"x", "Cem")
        assert [one.used for one in all_links(core)] == [1]
    names = {one["id"]: one["standing"] for one in alpha.gets("people", "list")["people"]}
    assert names[person] == "newcomer"
    assert alpha.gets("people", "invite", "--at-once")["asks"] is False
    assert set(people.values()) < set(names)


def test_invitation_for_a_household(alpha: Person, people: dict[str, str]) -> None:
    public(alpha)
    said = ("--person", "Ada Moor", "--person", "Ben Moor")
    found = alpha.gets("people", "invite", *said)
    assert found["link"].startswith("https://chor.example/invited/")
    assert found["most"] == 2
    with closing(alpha.core()) as core:
        token = found["link"].rpartition("/")[2]
        assert come_in(core, token, b"x", "Ben") == people["Ben Moor"]
    assert alpha.is_refused("people", "invite", *said) == "came-in-before"


@pytest.mark.parametrize(
    ("said", "code"),
    [(("--days", "400"), "invitation-too-long"), (("--most", "5000"), "invitation-too-many")],
)
def test_links_that_are_too_much(said: tuple[str, str], code: str, alpha: Person) -> None:
    public(alpha)
    assert alpha.is_refused("people", "invite", *said) == code
    alpha.types("people", "invite", said[0], "0", status=2)
