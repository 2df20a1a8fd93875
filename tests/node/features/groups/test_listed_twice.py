"""A group on one's own list and with a node of its own: shown once, or offered (listed_twice)."""

import json
from pathlib import Path

import pytest

from tests.node.cli.people import Person, befriend, meet, names

ROW = {"name": "BETA", "region": "kiel", "topics": ["Boats"]}


def listed(person: Person, folder: Path, *rows: dict[str, object]) -> None:
    file = folder / "list.json"
    file.write_text(json.dumps({"groups": list(rows)}))
    person.types("import", str(file))


@pytest.fixture
def friends(alpha: Person, beta: Person) -> Person:
    """Alpha knows Beta of Kiel."""
    beta.types("group", "edit", "--region", "Kiel")
    befriend(alpha, beta)
    return alpha


TABLE = [
    ({"name": "Beta", "region": "Kiel"}, "once"),
    ({"name": "beta", "region": "KIEL"}, "once"),
    ({"name": "Beta", "region": "Bremen"}, "offered"),
    ({"name": "Beta"}, "offered"),
    ({"name": "Beta Kiel", "region": "Kiel"}, "two"),
    ({"name": "B\u0435ta", "region": "Kiel"}, "two"),
]
"""A row, and how Beta of Kiel is shown beside it; the last looks like it and is another one."""


@pytest.mark.parametrize(("row", "shown"), TABLE)
def test_same_name_and_place_are_one_group(
    friends: Person, tmp_path: Path, row: dict[str, object], shown: str
) -> None:
    listed(friends, tmp_path, row)
    found = friends.gets("group", "list")
    assert found["total"] == (2 if shown == "once" else 3)
    theirs = friends.gets("group", "show", friends.gets("peer", "list")["peers"][0]["who"]["id"])
    assert theirs["form"] == "group"
    assert theirs["listed"] == ("entry-1" if shown == "once" else None)
    assert theirs["perhaps"] == (["entry-1"] if shown == "offered" else [])


def test_what_the_group_says_counts_everywhere(friends: Person, tmp_path: Path) -> None:
    listed(friends, tmp_path, ROW)
    assert [one["topics"] for one in friends.gets("group", "search", "beta")["entries"]] == [
        ["Housing"]
    ]
    assert friends.gets("group", "list", "--topic", "Boats")["total"] == 0
    out, _err = friends.types("group", "list")
    assert "group, also on your list" in out.lower()
    assert "Boats" in friends.types("group", "show", "entry-1")[0]
    file = tmp_path / "out.json"
    friends.types("export", str(file))
    rows = json.loads(file.read_text())["groups"]
    assert [one["name"] for one in rows] == ["Alpha", "Beta"]


def test_a_person_says_what_it_is(friends: Person, tmp_path: Path) -> None:
    listed(friends, tmp_path, {"name": "Beta e.V.", "region": "Bremen"}, {"name": "Beta"})
    out, _err = friends.types("group", "list")
    assert "verbund group same entry-2" in " ".join(out.split())
    assert friends.gets("group", "same", "entry-2", "Beta", "--different")["perhaps"] == []
    assert "group same" not in friends.types("group", "list")[0]
    assert friends.gets("group", "same", "Beta e.V.", "Beta")["listed"] == "entry-1"
    assert names(friends.gets("group", "list")["entries"]) == ["Alpha", "Beta", "Beta"]
    friends.types("group", "same", "entry-1", "Beta", "--different")
    assert friends.gets("group", "list")["total"] == 4
    assert friends.is_refused("group", "same", "Nobody", "Beta") == "no-such-entry"
    assert friends.is_refused("group", "same", "entry-9", "Beta") == "no-such-entry"


def test_it_is_the_row_again_when_the_group_is_gone(
    friends: Person, beta: Person, tmp_path: Path
) -> None:
    listed(friends, tmp_path, ROW)
    assert friends.gets("group", "list")["total"] == 2
    beta.types("group", "erase", "--yes")
    meet(friends, beta)
    assert names(friends.gets("group", "list")["entries"]) == ["Alpha", "BETA"]


def test_what_was_said_of_a_row_does_not_hold_for_another(friends: Person, tmp_path: Path) -> None:
    listed(friends, tmp_path, {"name": "Somebody"})
    friends.types("group", "same", "Somebody", "Beta")
    assert friends.gets("group", "list")["total"] == 2
    friends.types("import", "--remove", "Somebody")
    listed(friends, tmp_path, {"name": "Elsewhere"})
    assert names(friends.gets("group", "list")["entries"]) == ["Alpha", "Beta", "Elsewhere"]


def test_two_groups_of_that_name_and_place_are_offered(
    friends: Person, gamma: Person, tmp_path: Path
) -> None:
    gamma.types("group", "edit", "--name", "Beta", "--region", "Kiel")
    befriend(friends, gamma)
    listed(friends, tmp_path, ROW)
    assert len(friends.gets("group", "show", "entry-1")["perhaps"]) == 2
