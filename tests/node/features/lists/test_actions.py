"""Group lists as files: what is read, what is refused, and that writing and reading agree."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.directory.types import DirectoryQuery
from node.features.groups.actions import current_entry
from node.features.groups.own_list import find_entry
from node.features.groups.tables import own_list
from node.features.groups.views import entry_by_text, home_entry
from node.features.lists import rows, text
from node.features.lists.actions import directory_entries, fill_own, import_list, put_entry
from node.features.lists.csv import write_csv
from node.features.lists.file import read, write_json
from node.features.lists.rows import COLUMNS, Cell
from node.features.lists.undo import undo_import
from node.records.transaction import take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.record import verify
from tests.node.world import accept, inside, make_core, make_home, outside, page_of, verified
from tests.sync.people import Someone

EXAMPLES = Path(__file__).parents[4] / "examples" / "groups.csv"
HEAD = ";".join(COLUMNS)


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    opened = open_core(make_home(tmp_path, "Own"))
    yield opened
    opened.close()


def csv(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines)).encode()


def contents(data: bytes, form: str = "csv") -> list[dict[str, Any]]:
    file = read(data, form)
    assert file.problems == []
    return [row.content for row in file.rows]


def code(function: Callable[..., Any], *args: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Problem) as caught:
        function(*args)
    return caught.value.code, caught.value.values


def test_the_example_file() -> None:
    rows = contents(EXAMPLES.read_bytes())
    assert len(rows) == 9
    assert rows[1] == {
        "name": "Die Mitläufer",
        "kind": "group",
        "purpose": "Begleitung zu Ämtern und Vermittlung von Beiständen",
        "orientation": "überparteilich, unabhängig, religiös neutral",
        "topics": ["Grundsicherung", "Begleitung zu Ämtern", "Beistand"],
        "convictions": [
            "Sachlichkeit und respektvoller Umgang",
            "niedrige Hürde zum Mitmachen",
            "keine Zusammenarbeit mit Nazis",
        ],
        "region": "Deutschland",
        "languages": ["de"],
        "takes_members": True,
        "contacts": [["Mailingliste", None], ["Mumble", None]],
        "links": ["http://wirgehenmit.org"],
    }


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_separators_encodings_and_line_ends(mark: str, encoding: str, ending: str) -> None:
    text = ending.join((f"name{mark}region{mark}takes_new_members", f"Müßiggang{mark}Köln{mark}ja"))
    file = read(text.encode(encoding), "csv")
    assert [row.content for row in file.rows] == [
        {"name": "Müßiggang", "region": "Köln", "takes_members": True}
    ]
    assert file.encoding == ("windows-1252" if encoding == "cp1252" else "utf-8")
    assert file.missing == tuple(one for one in COLUMNS if one not in text)


def test_columns_in_any_order_and_case() -> None:
    assert contents(b"Region; NAME \nKiel;A\n\n;;\n") == [{"name": "A", "region": "Kiel"}]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("a, b", ["a", "b"]),
        (r"a\, b, c", ["a, b", "c"]),
        (r"a\\, b", ["a\\", "b"]),
        (r"C:\dir, x", [r"C:\dir", "x"]),
        (" , ", []),
        ("a, a", ["a"]),
    ],
)
def test_lists_in_a_cell(cell: str, value: list[str]) -> None:
    assert contents(f"name;topics\nA;{cell}".encode()) == [{"name": "A", "topics": value}]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Mail=a@b.example, Mumble", [["Mail", "a@b.example"], ["Mumble", None]]),
        (r"1\=1=a=b", [["1=1", "a=b"]]),
        ("=x", []),
    ],
)
def test_contacts_in_a_cell(cell: str, value: list[Any]) -> None:
    assert contents(f"name;contact\nA;{cell}".encode()) == [{"name": "A", "contacts": value}]


def test_commas_in_addresses() -> None:
    cell = "https://a.example/1,2, https://b.example"
    assert contents(f"name;link\nA;{cell}".encode())[0]["links"] == [
        "https://a.example/1,2",
        "https://b.example",
    ]


@pytest.mark.parametrize("word", ["", "?", "weiß nicht", "Weiss nicht", "Don’t know", "unklar"])
def test_what_people_write_who_do_not_know(word: str) -> None:
    found = contents(f"name;takes_new_members\nA;{word}".encode())
    assert found[0]["takes_members"] is None


NO_LIST = [
    (b"", "list-empty", {}),
    (b"\xef\xbb\xbf \n\r\n", "list-empty", {}),
    (HEAD.encode(), "list-empty", {}),
    (b"\xff\xfea", "list-encoding", {"found": "UTF-16"}),
    (b"name\nA\n\x81", "list-encoding", {"found": "? (3)"}),
    (b"name\nA\0", "list-nul", {"line": 2}),
    (b"PK\x03\x04\x14\0\x06\0", "list-spreadsheet", {}),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "list-spreadsheet", {}),
    (b'name\n"A', "list-broken", {"row": 2}),
    (b'name\n"A"B', "list-broken", {"row": 2}),
    (b"name;name\nA;B", "list-columns-twice", {"columns": "name"}),
]


@pytest.mark.parametrize(("data", "wanted", "values"), NO_LIST)
def test_what_is_no_list(data: bytes, wanted: str, values: dict[str, Any]) -> None:
    assert code(read, data, "csv") == (wanted, values)


def test_without_names_the_columns_are_named_with_near_ones() -> None:
    found, values = code(read, b"Nmae;regoin;topics;colour\nA;B;C;D", "csv")
    assert found == "list-columns-near"
    assert values["unknown"] == "Nmae, regoin, colour"
    assert values["near_columns"] == "Nmae → name, regoin → region"
    assert values["known"] == ", ".join(COLUMNS)
    assert code(read, b"colour;size\nA;B", "csv")[0] == "list-columns"
    assert code(read, b"purpose;region\nA;B", "csv")[0] == "list-columns-nameless"


def test_no_hint_is_wrong() -> None:
    """Words that are like one of ours by their letters only."""
    for word in ("Vereinsregister", "Rettung", "Linkshänder", "Kindheit", "Vorname"):
        with pytest.raises(Problem) as caught:
            read(f"{word};colour\nA;B".encode(), "csv")
        assert "near_columns" not in caught.value.values


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "BYTES", 2_000_000)
    assert code(read, b"name\n" + b"x" * 2_000_000, "csv") == ("list-too-large", {"mb": 2})
    for module in ("file", "table"):
        monkeypatch.setattr(f"node.features.lists.{module}.ROWS", 2)
    assert code(read, b"name\nA\nB\nC", "csv") == ("list-too-long", {"n": 2})
    assert rows.ROWS == 200_000


BAD_ROWS = [
    (";group", Cell(2, "name", "no-name", "")),
    ("A;club", Cell(2, "kind", "kind", "club")),
    ("A;;;;;;;Deutsch!", Cell(2, "languages", "languages", "Deutsch!")),
    ("A;;;;;;;;maybe", Cell(2, "takes_new_members", "takes_new_members", "maybe")),
    ("A;;;;;;;;;;example", Cell(2, "link", "link", "example")),
    ("A" * 121, Cell(2, "name", "long", "A" * 59 + "…")),
    ('"A\nB"', Cell(2, "name", "lines", "A B")),
    ('A;;;"x\ny"', Cell(2, "orientation", "lines", "x y")),
    ("A;;;;" + ",".join(map(str, range(33))), None),
    ("A" + ";" * 10 + ";more", Cell(2, None, "too-many", "more")),
]


@pytest.mark.parametrize(("line", "cell"), BAD_ROWS)
def test_bad_rows_are_named(line: str, cell: Cell | None) -> None:
    file = read(csv(line, "Good"), "csv")
    assert [row.content["name"] for row in file.rows] == ["Good"]
    assert len(file.problems) == 1
    assert cell is None or file.problems == [cell]
    assert file.problems[0].code in ("long", *(one.code for _line, one in BAD_ROWS if one))


def test_all_that_is_wrong_is_said_at_once() -> None:
    file = read(csv("A;club;;;;;;;maybe;;x", "A", "B", "B"), "csv")
    assert [(one.row, one.column, one.code) for one in file.problems] == [
        (2, "kind", "kind"),
        (2, "takes_new_members", "takes_new_members"),
        (2, "link", "link"),
        (5, "name", "twice"),
    ]
    assert file.problems[-1].value == "4"


# Into the node


def test_import_shows_in_the_directory_inside_only(core: Core) -> None:
    report = import_list(core, read(EXAMPLES.read_bytes(), "csv"))
    assert (len(report.new), report.changed, report.same, report.done) == (9, [], [], True)
    found = page_of(inside(core), DirectoryQuery(text="Beistand"))
    assert [(one.name, one.form) for one in found.entries] == [("Die Mitläufer", "entry")]
    assert page_of(outside(core), DirectoryQuery(text="Beistand")).entries == ()
    assert entry_by_text(inside(core), found.entries[0].id) == found.entries[0]
    assert entry_by_text(outside(core), found.entries[0].id) is None


def test_dry_run_changes_nothing(core: Core) -> None:
    report = import_list(core, read(csv("A", "B"), "csv"), dry_run=True)
    assert (report.new, report.done) == (["A", "B"], False)
    assert own_list(core).entries() == []
    assert code(undo_import, core) == ("nothing-to-undo", {})


def test_all_or_nothing(core: Core) -> None:
    file = read(csv("A", "B;club", "C"), "csv")
    found, values = code(import_list, core, file)
    assert found == "list-refused"
    assert values == {
        "n": 1,
        "details": [{"row": 3, "column": "kind", "code": "kind", "value": "club"}],
        "words": "lists.cell",
    }
    assert own_list(core).entries() == []
    report = import_list(core, file, partial=True)
    assert (report.new, report.left_out) == (["A", "C"], file.problems)
    assert [one["name"] for one in own_list(core).entries()] == ["A", "C"]


def test_missing_columns_keep_what_is_known(core: Core) -> None:
    import_list(core, read(b"name;region\nA;Kiel\nB;Ulm", "csv"))
    report = import_list(core, read(b"name;purpose\nA;Sing\nB;", "csv"))
    assert (report.new, report.changed, report.same) == ([], ["A"], ["B"])
    assert [(one["region"], one["purpose"]) for one in own_list(core).entries()] == [
        ("Kiel", "Sing"),
        ("Ulm", None),
    ]


def test_own_entry_from_a_row(core: Core) -> None:
    file = read(csv("B;club", "Hafentreff;group;Wohnen;;;;Kiel;de;ja;Mail=a@b;"), "csv")
    assert fill_own(core, core.home_id, file, "hafentreff").changed == ["Hafentreff"]
    content = current_entry(core, core.home_id)
    assert content is not None
    assert (content["name"], content["region"], content["takes_members"]) == (
        "Hafentreff",
        "Kiel",
        True,
    )
    assert home_entry(outside(core), core.home_id).name == "Hafentreff"
    assert code(fill_own, core, core.home_id, read(csv("A"), "csv"), "Z") == (
        "list-no-row",
        {"name": "Z", "near": []},
    )


def test_export_import_export(core: Core) -> None:
    import_list(core, read(EXAMPLES.read_bytes(), "csv"))
    first = write_csv(directory_entries(core))
    assert len(first.splitlines()) == 11
    import_list(core, read(first.encode(), "csv"))
    assert write_csv(directory_entries(core)) == first
    assert write_json(directory_entries(core)).count('"name"') == 10


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_was_written_out_is_read_in_again(tmp_path: Path, form: str) -> None:
    """Whoever speaks for itself stays off the list: oneself, and several of one name."""
    core = make_core(tmp_path)
    speaking = [("a", "Twin", "Kiel"), ("b", "Twin", "Bonn"), ("c", "Named (aaaabbbb)", None)]
    for seed, name, region in speaking:
        one = Someone(seed)
        content = {**(verify(one.group()).content or {}), "name": name, "region": region}
        record = one.say("group", content, PUBLIC)
        assert take(core, verified(one.introduction())) == [None]
        accept(core, one)
        assert take(core, verified(record)) == [None]
    import_list(core, read(csv("Listed;group;;;;;Kiel"), "csv"))
    write = write_csv if form == "csv" else write_json
    written = write(list(directory_entries(core))).encode()
    report = import_list(core, read(written, form))
    assert (report.new, report.changed, len(report.same)) == ([], [], 5)
    assert [one["name"] for one in own_list(core).entries()] == ["Listed"]
    report = import_list(core, read(written.replace(b"Bonn", b"Trier"), form))
    assert [one.partition(" (")[0] for one in report.new] == ["Twin"]
    core.close()


def test_a_group_with_a_node_speaks_for_itself(core: Core) -> None:
    import_list(core, read(b"name;region\nOwn;Nowhere\nOther;Kiel", "csv"))
    rows = {one["name"]: one["region"] for one in directory_entries(core)}
    assert rows == {"Own": None, "Other": "Kiel"}
    assert find_entry(core, "Own") is None
    other = find_entry(core, "Other")
    assert other is not None
    assert other.region == "Kiel"
    assert find_entry(core, other.id) == other
    assert find_entry(core, "entry-99") is None


def test_progress_of_many(core: Core) -> None:
    told: list[tuple[int, int]] = []
    data = csv(*(f"G{n}" for n in range(2_500)))
    import_list(core, read(data, "csv"), progress=lambda done, every: told.append((done, every)))
    assert told == [(1_000, 2_500), (2_000, 2_500)]


def test_group_is_added_by_hand_once(core: Core) -> None:
    put_entry(core, {**rows.EMPTY, "name": "Café Nord"})
    with pytest.raises(Problem, match="entry-there"):
        put_entry(core, {**rows.EMPTY, "name": "café nord"})
    assert len(own_list(core).numbered()) == 1
