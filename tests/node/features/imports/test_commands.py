"""`members import` as a command, alone and beside a running server."""

from pathlib import Path

import pytest

from tests.node.cli.people import Person
from tests.node.cli.servers import Node
from tests.node.door.conftest import Typed, node, served, typed

__all__ = ["node", "served", "typed"]

LIST = """Vorname;Name;E-Mail;PLZ;Instrument
Ada;Moor;ada@example.org;24103;Geige
Jürgen;Groß;jg@example.org;1067;Fagott
;;;;
;;;12,50;
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST.encode("mac-roman"))
    return path


def names(person: Person) -> list[str]:
    return [one["name"] for one in person.gets("members", "list")["members"]]


def test_preview_is_this_document(alpha: Person, file: Path) -> None:
    assert alpha.gets("members", "import", str(file), "--preview") == {
        "encoding": "mac-roman",
        "columns": [
            {"header": "Vorname", "field": "given"},
            {"header": "Name", "field": "family"},
            {"header": "E-Mail", "field": "mail"},
            {"header": "PLZ", "field": "postcode"},
            {"header": "Instrument", "field": None},
        ],
        "rows": [
            {
                "line": 2,
                "outcome": "add",
                "fields": {
                    "name": {"old": "", "new": "Ada Moor"},
                    "given": {"old": "", "new": "Ada"},
                    "family": {"old": "", "new": "Moor"},
                    "mail": {"old": "", "new": "ada@example.org"},
                    "postcode": {"old": "", "new": "24103"},
                },
                "why": "",
            },
            {
                "line": 3,
                "outcome": "ask",
                "fields": {
                    "name": {"old": "", "new": "Jürgen Groß"},
                    "given": {"old": "", "new": "Jürgen"},
                    "family": {"old": "", "new": "Groß"},
                    "mail": {"old": "", "new": "jg@example.org"},
                },
                "why": "The postcode 1067 has four digits. Is a nought missing in front: 01067?",
            },
            {
                "line": 5,
                "outcome": "refuse",
                "fields": {},
                "why": "There is no name in this row.",
            },
        ],
    }
    assert names(alpha) == []


def test_taken_in_and_back(alpha: Person, file: Path) -> None:
    said = ["--column", "Instrument=new", "--answer", "3:PLZ=offer"]
    done = alpha.gets("members", "import", str(file), *said, "--commit")
    assert done["counts"] == {"add": 2, "change": 0, "same": 0, "ask": 0, "refuse": 1}
    assert names(alpha) == ["Jürgen Groß", "Ada Moor"]
    again = alpha.gets("members", "import", str(file))  # as the columns were
    assert [one["outcome"] for one in again["rows"]] == ["same", "same", "refuse"]
    assert again["columns"][4] == {"header": "Instrument", "field": "own-1"}
    undone = alpha.gets("members", "import", "--undo")
    assert undone == {"removed": 2, "restored": 0, "stays": []}
    assert names(alpha) == []
    assert alpha.is_refused("members", "import", "--undo") == "import-nothing-to-undo"


def test_words_for_people(alpha: Person, file: Path) -> None:
    out, _err = alpha.types("members", "import", str(file))
    for said in (
        "it was read as mac-roman",
        "New: 1 person\n– Row 2: Ada Moor",
        "An answer is missing: 1 row",
        "Left out: 1 row",
        "Instrument  left out",
        "Some questions come first",
    ):
        assert said in out


REFUSED = [
    (["--commit"], "import-asks"),
    (["--answer", "3=somebody", "--commit"], "import-asks"),
    (["--answer", "x=new"], "import-answer"),
    (["--answer", "postcode=new"], "import-answer"),
    (["--column", "Alter=notes"], "import-no-column"),
    (["--column", "PLZ=age"], "import-no-field"),
    (["--sheet", "Other"], "import-no-sheet"),
    (["--heading", "5"], "import-only-headings"),
]


@pytest.mark.parametrize(("words", "code"), REFUSED)
def test_refused(alpha: Person, file: Path, words: list[str], code: str) -> None:
    assert alpha.is_refused("members", "import", str(file), *words) == code
    assert names(alpha) == []


def test_file_that_is_not_there(alpha: Person, tmp_path: Path) -> None:
    assert alpha.is_refused("members", "import", str(tmp_path / "x.csv")) == "file-unreadable"


@pytest.mark.parametrize("words", [[], ["x.csv", "--undo"], ["x.csv", "--preview", "--commit"]])
def test_what_is_not_understood(alpha: Person, words: list[str]) -> None:
    _out, err = alpha.types("members", "import", *words, status=2)
    assert "Name either a file" in err


def test_new_column_with_a_name_that_is_taken(alpha: Person, file: Path) -> None:
    file.write_text("Name;Land\nAda;x\n", "utf-8")
    said = ["--column", "Land=new", "--commit"]
    assert alpha.is_refused("members", "import", str(file), *said) == "member-column-taken"
    assert names(alpha) == []


def test_beside_a_running_server(served: Node, typed: Typed, file: Path) -> None:
    """The server does it by turns, in pieces; the command's process reads the file."""
    assert typed("members", "import", str(file), "--answer", "postcode=offer", "--commit")[0] == 0
    _status, out, _err = typed("members", "list")
    assert "Ada Moor" in out
    assert typed.refused("members", "import", str(file) + "x") == "file-unreadable"
    assert typed("members", "import", "--undo")[0] == 0
    assert "Ada Moor" not in typed("members", "list")[1]
