"""Names that can be taken for one another: which, and how they are shown."""

import copy
import json
from pathlib import Path

import pytest

from node.base.lookalikes import Mistakable, deceives, looks, marked, shown
from node.features.groups.actions import group_content
from node.store.database import Database
from node.store.directory import Directory, Filters, put_entries, remove_entries

ID = "abcdefghijkl"
ALIKE = [
    ("Alpha", "\u0410lpha"),  # Cyrillic A
    ("Alpha", "\u0391lpha"),  # Greek Alpha
    ("Alpha", "A1pha"),
    ("Illinois", "lllinois"),
    ("Kommune", "Kornmune"),
    ("Alpha", "Al\u200bpha"),
    ("Alpha", "ALPHA"),
    ("O\u2019Hara", "0'Hara"),
    ("SEPA", "\u0405\u0415\u0420\u0410"),
]
DECEIVE = [
    "\u0410lpha",
    "Alph\u0430",
    "\u0405\u0415\u0420\u0410",
    "\u03a1\u0399\u03a1",
    "Al\u200bpha",
    "Al\u3164pha",
    "Alpha\u200e",
    "x\u2800",
]
HONEST = [
    *("Alpha", "Möwe", "Łódź", "1. FC Süd", "日本語の会", "مجموعة", "I \u2764\ufe0f Kiel"),
    "I\u015f\u0131k Derne\u011fi",
    "\u0425\u043b\u0435\u0431 \u0438 \u0440\u043e\u0437\u044b",
    "\u0391\u03b8\u03ae\u03bd\u03b1",
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_look_the_same(one: str, other: str) -> None:
    assert looks(one) == looks(other)


def test_look_different() -> None:
    names = ["Alpha", "Beta", "Chor Nord", "Chor Süd", "Mitte", "Mitte 2"]
    assert len({looks(one) for one in names}) == len(names)


@pytest.mark.parametrize("name", DECEIVE)
def test_deceive_by_themselves(name: str) -> None:
    assert deceives(name)
    assert shown(marked(name, ID)) == f"{name} (abcdefgh)"


@pytest.mark.parametrize("name", HONEST)
def test_deceive_nobody(name: str) -> None:
    assert not deceives(name)
    assert type(marked(name, ID)) is str
    assert shown(marked(name, ID, twin=True)) == f"{name} (abcdefgh)"


def test_marks_are_for_people_only() -> None:
    name = marked("Alpha", ID, twin=True)
    assert isinstance(name, Mistakable)
    assert f"{name}, {name:>18}" == "Alpha (abcdefgh),   Alpha (abcdefgh)"
    assert name == "Alpha"
    assert json.dumps(name) == '"Alpha"'
    assert shown(copy.deepcopy(name)) == "Alpha (abcdefgh)"


def test_directory_knows_what_names_look_like(tmp_path: Path) -> None:
    db = Database(tmp_path / "db")
    content = group_content({"name": "Straßenchor", "purpose": "Eine Mühle für alle."})
    with db.writing():
        put_entries(db, [(1, 1, 1, "group", 10, content)])
    assert db.all("select look from directory") == [(looks("Straßenchor"),)]
    for text in ("STRASSENCHOR", "straßenchor", "Muehle", "muhle fur"):
        assert Directory(db).find(text, Filters(now=1), 5).total == 1, text
    with db.writing():
        remove_entries(db, [(1,)])
    assert db.all("select rowid from directory_text where directory_text match 'chor*'") == []
    db.run("insert into directory_text (directory_text, rank) values ('integrity-check', 1)")
    db.close()
