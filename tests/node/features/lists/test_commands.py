"""`export` and `import` as commands."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from node.app import main
from tests.days import typed
from tests.node.cli.people import Person, names

EXAMPLES = Path(__file__).parents[4] / "examples" / "groups.csv"
KEYS = [
    *("file", "encoding", "new", "changed", "same", "left_out", "missing_columns"),
    "other_columns",
    *("removed", "restored", "done"),
]


def test_import(alpha: Person) -> None:
    document = alpha.gets("import", str(EXAMPLES))
    assert list(document) == KEYS
    assert len(document.pop("new")) == 9
    assert document == {
        "file": str(EXAMPLES),
        "encoding": "utf-8",
        "changed": [],
        "same": [],
        "left_out": [],
        "missing_columns": [],
        "other_columns": [],
        "removed": 0,
        "restored": 0,
        "done": True,
    }
    found = alpha.gets("group", "search", "beistand")["entries"]
    assert names(found) == ["Die Mitläufer"]
    assert alpha.gets("group", "show", "Die Mitläufer") == found[0]
    undone = alpha.gets("import", "--undo")
    assert list(undone) == KEYS
    assert (undone["removed"], undone["restored"]) == (9, 0)
    assert alpha.is_refused("import", "--undo") == "nothing-to-undo"


def test_preview(alpha: Person) -> None:
    out, _err = alpha.types("import", str(EXAMPLES), "--dry-run")
    assert "New: 9 groups" in out
    assert "Nothing was changed yet." in out
    assert alpha.gets("group", "list")["total"] == 1


def test_bad_rows(alpha: Person, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("name;kind;link\nA;club;x\nB;group;\n", "utf-8")
    document = alpha.gets("import", str(path), status=1)
    assert list(document) == ["error", "message", "details"]
    assert document["error"] == "list-refused"
    assert [one["column"] for one in document["details"]] == ["kind", "link"]
    assert document["details"][0]["message"] == (
        "Row 2, column kind: “club” is neither group nor network."
    )
    _out, err = alpha.types("import", str(path), status=1)
    assert "– Row 2, column link: “x” contains something that is no web address" in err
    assert alpha.gets("group", "list")["total"] == 1
    document = alpha.gets("import", str(path), "--partial")
    assert (document["new"], len(document["left_out"])) == (["B"], 2)
    assert document["missing_columns"][:2] == ["purpose", "orientation"]


def test_old_encodings_are_said(alpha: Person, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("name\nMüßiggang".encode("cp1252"))
    document = alpha.gets("import", str(path))
    assert (document["encoding"], document["new"]) == ("windows-1252", ["Müßiggang"])
    _out, err = alpha.types("import", str(path))
    assert "it was read as Windows-1252" in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "{folder}/none.csv"), "file-unreadable"),
        (("import", "{folder}"), "file-unreadable"),
        (("import", "{folder}/x.pdf"), "list-format"),
        (("import", "{folder}/x.xlsx"), "file-unreadable"),
        (("import", "{folder}/x.numbers"), "list-format"),
        (("import", "--remove", "Nobody"), "no-such-entry"),
        (("export", "{folder}/x.ods"), "list-format"),
        (("export", "{folder}/none/x.csv"), "file-unwritable"),
    ],
)
def test_files_that_do_not_work(
    words: tuple[str, ...], code: str, alpha: Person, tmp_path: Path
) -> None:
    assert alpha.is_refused(*(word.format(folder=tmp_path) for word in words)) == code


def test_mine_and_remove(alpha: Person) -> None:
    assert alpha.gets("import", str(EXAMPLES), "--mine", "Die Mitläufer")["changed"] == [
        "Die Mitläufer"
    ]
    assert alpha.gets("group", "show")["topics"][0] == "Grundsicherung"
    alpha.types("import", str(EXAMPLES))
    assert alpha.gets("import", "--remove", "RKSLP")["removed"] == 1
    assert "RKSLP" not in names(alpha.gets("group", "list")["entries"])
    assert alpha.gets("import", "--undo")["restored"] == 1


@pytest.mark.parametrize("form", ["csv", "json"])
def test_export(form: str, alpha: Person, beta: Person, tmp_path: Path) -> None:
    alpha.types("import", str(EXAMPLES))
    path = tmp_path / f"out.{form}"
    assert alpha.gets("export", str(path)) == {"file": str(path), "format": form, "groups": 10}
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") is (form == "csv")
    assert len(beta.gets("import", str(path))["new"]) == 10
    before = path.read_bytes()
    assert alpha.is_refused("export", str(path)) == "file-exists"
    assert path.read_bytes() == before
    alpha.types("export", str(path), "--replace")
    again = tmp_path / f"again.{form}"
    alpha.types("import", str(path))
    alpha.types("export", str(again))
    assert again.read_bytes() == path.read_bytes()


def test_export_to_standard_output(alpha: Person, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = alpha.types("export", "-")
    assert (out.splitlines()[1], err) == (
        "Alpha;group;Purpose of Alpha;;Housing;;;;;;",
        "",
    )
    capsys.readouterr()
    assert main(["export", "-", "--json", "--home", str(alpha.folder)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in document["groups"]] == ["Alpha"]


def test_an_entry_is_found_by_a_part_of_its_name(alpha: Person) -> None:
    alpha.types("import", str(EXAMPLES))
    assert alpha.gets("group", "show", "mitläufer")["name"] == "Die Mitläufer"
    assert alpha.gets("group", "show", "Alph")["name"] == "Alpha"
    assert alpha.is_refused("group", "show", "xyz") == "nobody-found"
    assert alpha.is_refused("group", "show", "a") == "nobody-found"
    several = alpha.gets("group", "show", "landesverband", status=1)
    assert several["error"] == "several-found"
    assert "Landesverband Sachsen (entry-" in several["message"]


@pytest.mark.parametrize(
    "words",
    [
        ("peer", "end", "--yes"),
        ("network", "apply"),
        ("network", "show"),
        ("meeting", "invite", "Evening"),
    ],
)
def test_who_is_only_listed_can_not_be_written_to(words: tuple[str, ...], alpha: Person) -> None:
    alpha.types("import", str(EXAMPLES))
    when = ("--starts", typed(14), "--place", "Hall")
    alpha.types("meeting", "new", "--title", "Evening", *when)
    assert alpha.is_refused(*words, "Netzwerk Inklusion") == "only-listed"


def test_an_unknown_network_is_called_one(alpha: Person) -> None:
    assert alpha.is_refused("network", "show", "Nowhere") == "no-such-network"
    when = ("--starts", typed(14), "--place", "Hall")
    words = ("meeting", "new", "--title", "Evening", *when, "--to", "privately")
    assert alpha.is_refused(*words) == "to-unknown"


def test_only_what_changed_can_be_undone(alpha: Person) -> None:
    out, _err = alpha.types("import", str(EXAMPLES))
    assert "“verbund import --undo” undoes it." in out
    out, _err = alpha.types("import", str(EXAMPLES))
    assert "There was nothing to change." in out
    assert "--undo" not in out
    out, _err = alpha.types("import", "--undo")
    assert out == "Undone. Removed: 9; put back: 0.\n"


def test_a_page_after_the_last_one(alpha: Person) -> None:
    out, _err = alpha.types("group", "list", "--page", "99")
    assert out.splitlines()[-1] == "There are not so many pages; the last one is 1."


def test_a_spreadsheet_is_read_as_it_is(alpha: Person, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Unsere Liste"],
        [],
        ["Verein", "Ort", "Themen"],
        ["Chor", "Kiel", "Musik; Kunst"],
    ):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    document = alpha.gets("import", str(tmp_path / "list.xlsx"))
    assert (document["new"], document["encoding"]) == (["Chor"], "xlsx")
    found = alpha.gets("group", "show", "Chor")
    assert (found["region"], found["topics"]) == ("Kiel", ["Musik", "Kunst"])
