"""`verbund members list|show|merge|undo|export`, as people type them."""

from pathlib import Path

import pytest

from node.features.members.feature import MEMBER_KEYS
from node.features.members.tables import members
from node.people.persons import Standing
from tests.node.cli.people import Person
from tests.node.features.members.people import add


@pytest.fixture
def alpha(alpha: Person) -> Person:
    core = alpha.core()
    add(core, "Ada Moor", mail="ada@example.org", phone="+49 431 1", town="Kiel")
    add(core, "Jürgen Weiß", since="2020-05-01")
    add(core, "Fred Fort", standing=Standing.FORMER)
    core.close()
    return alpha


def names(alpha: Person, *words: str) -> list[str]:
    return [one["name"] for one in alpha.gets("members", "list", *words)["members"]]


def test_list_is_looked_through_filtered_and_sorted(alpha: Person) -> None:
    assert names(alpha) == ["Ada Moor", "Jürgen Weiß"]
    assert names(alpha, "--sort", "since") == ["Jürgen Weiß", "Ada Moor"]
    assert names(alpha, "--standing", "all") == ["Fred Fort", "Ada Moor", "Jürgen Weiß"]
    assert names(alpha, "WEISS") == ["Jürgen Weiß"]
    assert names(alpha, "kiel") == ["Ada Moor"]
    assert names(alpha, "nobody") == []


def test_list_for_people(alpha: Person) -> None:
    shown, _err = alpha.types("members", "list")
    assert "Ada Moor" in shown
    assert "2 people" in shown


def test_person_is_shown_with_everything(alpha: Person) -> None:
    found = alpha.gets("members", "show", "moor")
    assert tuple(found) == MEMBER_KEYS
    assert found["fields"]["mail"] == ["ada@example.org"]
    assert found["memberships"] == [
        {"since": "2025-03-01", "notice": "", "until": "", "reason": ""}
    ]
    assert alpha.gets("members", "show", found["id"][:8])["name"] == "Ada Moor"
    assert "E-mail" in alpha.types("members", "show", "Ada Moor")[0]


def test_who_is_not_there_is_said(alpha: Person) -> None:
    assert alpha.is_refused("members", "show", "Otto") == "nobody-listed"


def test_merge_and_its_undoing(alpha: Person) -> None:
    core = alpha.core()
    add(core, "A. Moor", mail="Ada@Example.org", town="Lübeck")
    core.close()
    merged = alpha.gets("members", "merge", "Ada Moor", "A. Moor", "--take", "town")
    assert merged["fields"]["town"] == ["Lübeck"]
    assert "Kiel" in merged["fields"]["notes"][0]
    assert names(alpha, "moor") == ["Ada Moor"]
    done = alpha.gets("members", "undo", str(merged["undo"]))
    assert done["stays"] == []
    assert names(alpha, "moor") == ["A. Moor", "Ada Moor"]
    assert alpha.is_refused("members", "undo", str(merged["undo"])) == "members-nothing-to-undo"
    assert alpha.is_refused("members", "merge", "Ada Moor", "A. Moor", "--take", "x") == (
        "member-no-column"
    )


@pytest.mark.parametrize("form", ["xlsx", "csv", "vcf"])
def test_export_writes_a_file(alpha: Person, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"members.{form}"
    found = alpha.gets("members", "export", str(file))
    assert found == {"file": str(file), "format": form, "members": 3}
    assert file.stat().st_size > 100
    assert alpha.is_refused("members", "export", str(file)) == "file-exists"
    alpha.gets("members", "export", str(file), "--replace", "--standing", "former")


def test_export_without_an_ending_asks_which_kind(alpha: Person, tmp_path: Path) -> None:
    assert alpha.is_refused("members", "export", str(tmp_path / "x")) == "members-format"
    alpha.gets("members", "export", str(tmp_path / "x"), "--format", "csv")
    assert (tmp_path / "x").read_text("utf-8-sig").startswith("Name;")


def test_who_is_listed_by_command_was_added_anywhere(alpha: Person) -> None:
    core = alpha.core()
    assert [one.name for one in members(core).everyone()] == [
        "Fred Fort",
        "Ada Moor",
        "Jürgen Weiß",
    ]
    core.close()
