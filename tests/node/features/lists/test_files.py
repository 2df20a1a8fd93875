"""Lists as people and programs write them: nine files of different make, and what is read of them.

The groups are invented. `tests/node/lists/` holds the files, each byte as its program writes it.
"""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.lists import table
from node.features.lists.file import read
from node.features.lists.rows import COLUMNS

FILES = Path(__file__).parent / "lists"

# File: encoding, columns that stay aside, cells that do, and by row what is read.
READ: dict[str, tuple[str, tuple[str, ...], list[Any], dict[int, dict[str, Any]]]] = {
    "excel-deutsch.csv": (
        "windows-1252",
        ("IBAN",),
        [],
        {
            3: {
                "name": "Möwennest Nord",
                "region": "Kiel",
                "contacts": [
                    ["E-Mail", "moewe@nest.example"],
                    ["Telefon", "0431/123456"],
                    ["Ansprechpartner*in", "Käthe Groß"],
                ],
                "languages": ["de", "tr"],
            },
            4: {
                "name": "Küche für alle; Süd",
                "region": "Gießen",
                "contacts": [["E-Mail", "kueche@sued.example"], ["E-Mail", "team@sued.example"]],
                "languages": ["de", "en"],
            },
        },
    ),
    "excel-unicode.txt": (
        "utf-16",
        (),
        [],
        {
            2: {
                "name": "Bündnis Wohnen",
                "kind": "network",
                "topics": ["Mieten", "Wohnen"],
                "languages": ["de"],
            },
            3: {
                "name": "I\u015f\u0131k Derneği",
                "kind": "group",
                "topics": ["Kultur"],
                "languages": ["tr"],
            },
        },
    ),
    "excel-utf8.csv": (
        "utf-8",
        ("PLZ",),
        [(3, "Neue Mitglieder", "aside", "nach Absprache")],
        {
            2: {
                "name": "Straßenchor Löhne",
                "contacts": [["Straße", "Am Bach 3"]],
                "region": "Löhne",
                "links": ["https://www.strassenchor.example"],
                "takes_members": True,
            },
            3: {
                "name": "Radwerkstatt Ostpark",
                "region": "Frankfurt",
                "links": ["https://ostpark.example/rad"],
            },
        },
    ),
    "google.csv": (
        "utf-8",
        ("Timestamp", "What do you do? (short)"),
        [],
        {
            2: {
                "name": "Repair Circle Leith",
                "topics": ["Repair", "Reuse and Sharing"],
                "languages": ["en", "de"],
                "region": "Edinburgh",
                "links": ["https://repaircircle.example"],
                "contacts": [["Email address", "hello@repaircircle.example"]],
            },
            3: {
                "name": "Night Kitchen",
                "topics": ["Food / Housing"],
                "languages": ["en"],
                "region": "Leeds",
            },
        },
    ),
    "libreoffice.csv": (
        "utf-8",
        (),
        [],
        {
            2: {
                "name": "Nähstube",
                "purpose": "Wir nähen, flicken und reden.",
                "topics": ["Nähen", "Reparieren", "Reden"],
                "region": "Marburg",
                "links": ["https://naehstube.example/a,b"],
            },
            3: {
                "name": 'Die "Unverzagten"',
                "purpose": "Beistand auf Ämtern",
                "topics": ["Kunst und Kultur"],
                "region": "Marburg",
            },
        },
    ),
    "mac-roman.txt": (
        "mac-roman",
        (),
        [],
        {
            2: {
                "name": "Küstenwache Föhr",
                "region": "Wyk auf Föhr",
                "convictions": ["Sachlich", "höflich"],
            },
            3: {
                "name": "Schülerrat Öhringen",
                "region": "Öhringen",
                "convictions": ["jede*r zählt"],
            },
        },
    ),
    "mit-titel.csv": (
        "utf-8",
        ("Nr.", "Bemerkungen"),
        [],
        {
            6: {
                "name": "Wohnprojekt Ahorn",
                "contacts": [
                    ["Ansprechpartner/-innen", "Kim Weiß"],
                    ["Ansprechpartner/-innen", "Sascha Öz"],
                ],
                "topics": ["Wohnen", "Sorge", "Selbsthilfe"],
            },
            7: {"name": "Gemüse für alle", "topics": ["Ernährung", "Garten"]},
            9: {"name": "Lesekreis „Feuer“", "topics": ["Bücher"]},
        },
    ),
    "numbers.csv": (
        "utf-8",
        ("Wo?",),
        [],
        {
            3: {
                "name": "Foodsharing Höchst",
                "contacts": [["E-Mail", "info@essen.example"], ["Telefon", "+49 69 1234567"]],
                "region": "Höchst",
            },
            4: {
                "name": "Frauencafé Zwölf",
                "contacts": [["Sprechstunde", "dienstags, 18 Uhr"]],
                "region": "Zwölfaxing",
            },
        },
    ),
    "windows-1252.csv": (
        "windows-1252",
        (),
        [],
        {
            2: {
                "name": "Mieterrat Südstadt",
                "kind": "group",
                "topics": ["Miete", "Heizkosten"],
                "convictions": ["Jede Stimme zählt", "keine Ausgrenzung"],
                "region": "Köln",
                "languages": ["de"],
                "takes_members": True,
                "contacts": [["Mail", "rat@sued.example"], ["Mumble", None]],
                "links": ["https://www.mieterrat.example"],
            },
            3: {
                "name": "Größenwahn – Theater „Zelt“",
                "kind": "group",
                "topics": ["Theater"],
                "region": "Köln",
                "languages": ["de"],
                "takes_members": False,
            },
        },
    ),
}


@pytest.mark.parametrize("name", sorted(READ))
def test_lists_of_many_makes(name: str) -> None:
    file = read((FILES / name).read_bytes(), "csv")
    found = {
        row.number: {key: value for key, value in row.content.items() if value not in ([], None)}
        for row in file.rows
    }
    aside = [tuple(cell) for cell in file.aside]
    assert file.problems == []
    assert (file.encoding, file.others, aside, found) == READ[name]


def test_there_are_nine() -> None:
    assert sorted(path.name for path in FILES.iterdir()) == sorted(READ)
    assert len(READ) == 9


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Anlaufstelle", "name"),
        ("Name der Gruppe", "name"),
        ("VEREIN", "name"),
        ("Ort", "region"),
        ("PLZ/Ort", "region"),
        ("Landkreis (optional)", "region"),
        ("Themen & Schwerpunkte", None),
        ("Themenfelder", "topics"),
        ("Überzeugungen", "convictions"),
        ("Ueberzeugungen", "convictions"),
        ("Sprache/n", "languages"),
        ("Ansprechpartner*in", "contact"),
        ("Ansprechpartner:innen", "contact"),
        ("Ansprechpartner/-in", "contact"),
        ("AnsprechpartnerInnen", "contact"),
        ("E-Mail", "contact"),
        ("e-mail-adresse", "contact"),
        ("Tel.-Nr.", "contact"),
        ("Straße", "contact"),
        ("Homepage", "link"),
        ("Nimmt neue Mitglieder auf?", "takes_new_members"),
        ("IBAN", None),
    ],
)
def test_headings(heading: str, column: str | None) -> None:
    file = read(f"{heading};Gruppenname\nja;Chor".encode(), "csv")
    if column == "name":
        assert file.rows[0].content["name"] in ("ja", "Chor")
    elif column is None:
        assert file.others == (heading,)
    else:
        assert column not in file.missing
        assert file.others == ()


def test_a_list_of_unknown_columns_is_read_all_the_same() -> None:
    file = read(b"name;colour;regoin\nA;red;Kiel", "csv")
    assert [row.content for row in file.rows] == [{"name": "A"}]
    assert file.others == ("colour", "regoin")
    file = read(b'[{"name": "A", "colour": ["red"]}]', "json")
    assert [row.content for row in file.rows] == [{"name": "A"}]
    assert file.others == ("colour",)


@pytest.mark.parametrize("word", ["sep=;", '"sep=;"', "SEP=;\t", "sep=;;;;;"])
def test_a_line_that_says_what_separates(word: str) -> None:
    file = read(f"{word}\r\nname;topics\r\nA, B;x, y".encode(), "csv")
    assert file.rows[0].content == {"name": "A, B", "topics": ["x", "y"]}
    assert file.rows[0].number == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "mac-roman"])
def test_encodings(encoding: str) -> None:
    text = "name\tregion\nMüßiggang und Größenwahn\tKöln\n"
    assert read(text.encode(encoding), "csv").rows[0].content["region"] == "Köln"


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus Köln",
        "„Hallo“, sagt sie – und geht …",
        "Café Zwölf",
        "Ärzte ohne Öde",
        "Straße 5 – 7",
        "Frühstück für Überlebende: 3 €",
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman", "cp850"])
def test_old_encodings_are_guessed(text: str, encoding: str) -> None:
    try:
        data = f"name;region\nA;{text}\n".encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("DOS has no such sign")
    assert read(data, "csv").rows[0].content["region"] == text


# Bounds: words and linear time


def refused(data: bytes, form: str = "csv") -> str:
    with pytest.raises(Problem) as caught:
        read(data, form)
    return caught.value.code


def test_many_columns_take_no_time() -> None:
    start = time.process_time()
    wide = ";".join(f"column{n}" for n in range(20_000))
    assert refused(f"name;{wide}\nA\n".encode()) == "list-too-wide"
    assert refused(f"{wide}\nA\n".encode()) == "list-columns"
    row = json.dumps([{"name": "A", **{f"column{n}": n for n in range(20_000)}}])
    assert refused(row.encode(), "json") == "list-too-wide"
    empty = ";" * 20_000
    assert read(f"name{empty}\nA{empty}\n".encode(), "csv").rows[0].content == {"name": "A"}
    assert time.process_time() - start < 5


def test_a_cell_without_an_end() -> None:
    assert refused(b'name;purpose\nA;"' + b"x" * 200_000) == "list-cell-too-long"


def test_numbers_of_thousands_of_digits() -> None:
    digits = "9" * 5_000
    assert refused(f'[{{"name": {digits}}}]'.encode(), "json") == "list-json-number"
    assert refused(f'{{"groups": -{digits}}}'.encode(), "json") == "list-json-number"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{", "list-json"),
        ("[" * 100_000, "list-json"),
        ("7", "list-json-shape"),
        ('{"rows": []}', "list-json-shape"),
        ("[]", "list-empty"),
    ],
)
def test_json_that_is_no_list(text: str, wanted: str) -> None:
    assert refused(text.encode(), "json") == wanted


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        ("7", None, "no-object"),
        ('{"nmae": "A"}', "name", "no-name"),
        ('{"name": 7}', "name", "type"),
        ('{"name": "A", "topics": "x"}', "topics", "type"),
        ('{"name": "A", "contact": [["x"]]}', "contact", "type"),
        ('{"name": "A", "takes_new_members": 3.5}', "takes_new_members", "type"),
        ("{}", "name", "no-name"),
    ],
)
def test_bad_json_rows(row: str, column: str | None, problem: str) -> None:
    (found,) = read(f"[{row}]".encode(), "json").problems
    assert (found.row, found.column, found.code) == (1, column, problem)


def test_messages_are_in_words() -> None:
    row = {"name": ["A"], "topics": [1, None], "contact": [["Mail", None, "x"]]}
    (problem,) = read(json.dumps([row]).encode(), "json").problems
    assert problem.value == "A"
    for column, value in (("topics", [["x"], {"a": True}]), ("contact", {"Mail": None})):
        (problem,) = read(json.dumps([{"name": "A", column: value}]).encode(), "json").problems
        assert not any(sign in problem.value for sign in ("None", "True", "['"))


def test_bounds_have_reasons() -> None:
    assert (table.WIDTH, table.ABOVE, table.HINTS) == (500, 30, 20)
    assert len(COLUMNS) == 11
