"""Files of others, read in the limited process: what they show, what is refused and why."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from node.spreadsheets import limits
from node.spreadsheets.book import Book, Line, Sheet, Unreadable
from node.spreadsheets.reader import read

FILES = Path(__file__).parent / "files"
TEXT = "Vorname;Straße\nJürgen;Gänßelweg 3 – Hof\nÖzlem;Weißer Weg 1\n"
ROWS = [["Vorname", "Straße"], ["Jürgen", "Gänßelweg 3 – Hof"], ["Özlem", "Weißer Weg 1"]]


def naive(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001 - as spreadsheets have it


def of(data: bytes) -> Book:
    return read(io.BytesIO(data))


def rows(data: bytes) -> list[list[str]]:
    (sheet,) = of(data).sheets
    return [one.cells for one in sheet.lines]


def refused(data: bytes) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Unreadable) as caught:
        of(data)
    return caught.value.code, caught.value.values


def xlsx(*given: list[Any], formats: dict[str, str] | None = None, **options: Any) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in given:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    for name, value in options.items():
        setattr(book, name, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "mark", "named", "guessed"),
    [
        ("utf-8", b"", "utf-8", False),
        ("utf-8", b"\xef\xbb\xbf", "utf-8", False),
        ("utf-16-le", b"\xff\xfe", "utf-16", False),
        ("utf-16-be", b"\xfe\xff", "utf-16", False),
        ("utf-16-le", b"", "utf-16", False),
        ("utf-16-be", b"", "utf-16", False),
        ("cp1252", b"", "windows-1252", True),
        ("mac-roman", b"", "mac-roman", True),
    ],
)
def test_encoding_is_found(encoding: str, mark: bytes, named: str, guessed: bool) -> None:
    book = of(mark + TEXT.encode(encoding))
    assert (book.form, book.encoding, book.guessed) == ("csv", named, guessed)
    assert [one.cells for one in book.sheets[0].lines] == ROWS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_separator_and_line_ends(mark: str, end: str) -> None:
    text = TEXT.replace(";", mark).replace("\n", end)
    assert rows(text.encode()) == ROWS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sep=,\nName,Ort\nAda;Bo,Kiel\n", [["Name", "Ort"], ["Ada;Bo", "Kiel"]]),
        (
            "Name;Beitrag\rAda;12,50\rBo;1.000,00\r",
            [["Name", "Beitrag"], ["Ada", "12,50"], ["Bo", "1.000,00"]],
        ),
        (
            'Name,Ort\nAda,"Kiel, Süd"\nBo,Plön\n',
            [["Name", "Ort"], ["Ada", "Kiel, Süd"], ["Bo", "Plön"]],
        ),
        (
            'Name;Notiz\nAda;"zwei\nZeilen; und ""so"""\n',
            [["Name", "Notiz"], ["Ada", 'zwei\nZeilen; und "so"']],
        ),
        ("Name\nAda\nBo\n", [["Name"], ["Ada"], ["Bo"]]),
        ("Name;Tel\nAda;'+49 431 1\n", [["Name", "Tel"], ["Ada", "+49 431 1"]]),
    ],
)
def test_separated_text(text: str, found: list[list[str]]) -> None:
    assert rows(text.encode()) == found


def test_rows_are_numbered_as_in_a_spreadsheet() -> None:
    (sheet,) = of(b"sep=;\nName;Ort\n\nAda;Kiel\n").sheets
    assert sheet.lines == [Line(2, ["Name", "Ort"]), Line(4, ["Ada", "Kiel"])]


def test_spreadsheet_shows_what_a_person_sees() -> None:
    data = xlsx(
        ["PLZ", "Tel", "Tag", "Zeit", "Zahl", "Anteil", "Ja", "Text"],
        [1067, 43112345, date(1987, 6, 5), naive(2027, 6, 5, 19, 30), 12.5, 0.5, True, " 007 "],
        [24103, None, None, time(9, 5), 3.0],
        formats={"A2": "00000", "B2": '"0"000/00000', "A3": "00000", "F2": "0%"},
    )
    assert rows(data)[1:] == [
        ["01067", "0431/12345", "1987-06-05", "2027-06-05 19:30", "12.5", "50%", "TRUE", " 007 "],
        ["24103", "", "", "09:05", "3"],
    ]


def test_days_counted_from_1904() -> None:
    data = xlsx(["Tag"], [date(1987, 6, 5)], epoch=CALENDAR_MAC_1904)
    assert rows(data) == [["Tag"], ["1987-06-05"]]


BROKEN = b'r="B2" t="e"><f>1/0</f><v>#DIV/0!</v>'


def test_formulas_show_their_stored_value_and_are_counted() -> None:
    """The stored value is put where a spreadsheet program would put it."""
    data = xlsx(["Summe", "Fehler", "Leer"], ["=1+1", "=1/0", "=A1"])
    sheet = "xl/worksheets/sheet1.xml"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            text = old.read(one)
            if one == sheet:
                text = text.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
                text = text.replace(
                    b'r="B2"><f>1/0</f><v />', b'r="B2" t="e"><f>1/0</f><v>#DIV/0!</v>'
                )
            new.writestr(one, text)
    (found,) = of(out.getvalue()).sheets
    assert found.lines[1] == Line(2, ["2"])
    assert (found.formulas, found.without_value, found.broken) == (3, 1, 1)


def test_hidden_sheets_are_not_read() -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.append(["Name"])
    for name, state in (("Kasse", "visible"), ("Alt", "hidden")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append([name])
    out = io.BytesIO()
    book.save(out)
    assert [one.name for one in of(out.getvalue()).sheets] == ["Sheet", "Kasse"]


def test_old_excel() -> None:
    book = of((FILES / "members.xls").read_bytes())
    lines = [
        Line(
            1,
            ["Vorname", "Nachname", "PLZ", "Telefon", "Geburtstag", "Hausnr.", "Beitrag", "Anteil"],
        ),
        Line(
            2, ["Jürgen", "Groß", "01067", "0431/12345", "1987-06-05", "1900-01-09", "12.5", "50%"]
        ),
        Line(4, ["Ada", "", "24103", "", "", "", "TRUE"]),
    ]
    assert book == Book("xls", "xls", (Sheet("Mitglieder", lines, -1),))


def test_opendocument() -> None:
    book = of((FILES / "members.ods").read_bytes())
    lines = [
        Line(1, ["Vorname", "Nachname", "PLZ", "Eintritt", "Notiz", "Summe"]),
        Line(2, ["Jürgen", "Groß", "01067", "1987-06-05", "Zeile eins\nZeile zwei", "2"]),
        Line(5, ["Ada  Moor", "", "", "", "", "TRUE"]),
    ]
    assert book == Book("ods", "ods", (Sheet("Mitglieder", lines, 1),))


CARDS = """BEGIN:VCARD\r
VERSION:3.0\r
N:Moor;Ada;;;\r
FN:Ada Moor\r
EMAIL;TYPE=home:ada@example.org\r
EMAIL:moor@example.org\r
TEL;TYPE=cell:+49 170 1234567\r
ADR:;;Weg 3;Köln;;50667;Deutschland\r
BDAY:19870605\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gro=C3=9F;J=C3=BCrgen\r
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen Gro=C3=9F\r
TEL;HOME:0431 12345\r
END:VCARD\r
BEGIN:VCARD\r
nonsense\r
"""


def test_address_book() -> None:
    (sheet,) = of(CARDS.encode()).sheets
    assert [one.cells for one in sheet.lines] == [
        [
            "Name",
            "Given name",
            "Family name",
            "Email",
            "Phone",
            "Mobile",
            "Street",
            "Postcode",
            "Town",
            "Country",
            "Birthday",
            "Email 2",
        ],
        [
            "Ada Moor",
            "Ada",
            "Moor",
            "ada@example.org",
            "",
            "+49 170 1234567",
            "Weg 3",
            "50667",
            "Köln",
            "Deutschland",
            "1987-06-05",
            "moor@example.org",
        ],
        ["Jürgen Groß", "Jürgen", "Groß", "", "0431 12345"],
    ]
    assert sheet.broken == 1


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """An archive with one part more, or another one in its place."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, content)
    return out.getvalue()


ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet>&c;</worksheet>"""

MB = limits.MEMORY_BYTES // 1_048_576
REFUSED: dict[str, tuple[bytes, str, dict[str, Any]]] = {
    "nothing": (b"", "empty", {}),
    "blanks and a mark": (b"\xef\xbb\xbf \r\n;;\r\n\t\n"[:9], "empty", {}),
    "only separators": (b";;;\n;;;\n", "empty", {}),
    "a PDF": (b"%PDF-1.7\n...", "format", {"found": ".pdf"}),
    "a picture": (b"\x89PNG\r\n\x1a\n", "format", {"found": ".png"}),
    "a web page called .xls": (b"<html><table><tr><td>Ada", "format", {"found": ".html"}),
    "a text document": (packed(**{"word/document.xml": b"<x/>"}), "format", {"found": ".docx"}),
    "Numbers of a Mac": (packed(**{"Index/Document.iwa": b"x"}), "format", {"found": ".numbers"}),
    "any archive": (packed(readme=b"x"), "unknown", {}),
    "a broken archive": (b"PK\x03\x04" + b"x" * 500, "damaged", {}),
    "a password": ((FILES / "locked.xlsx").read_bytes(), "password", {}),
    "macros": (with_part(xlsx(["Name"]), "xl/vbaProject.bin", b"x"), "macros", {}),
    "a sheet that is none": (
        with_part(xlsx(["Name"]), "xl/worksheets/sheet1.xml", b"<x"),
        "damaged",
        {},
    ),
    "entities that grow": (
        with_part(xlsx(["Name"]), "xl/worksheets/sheet1.xml", ENTITIES),
        "bomb",
        {"mb": MB},
    ),
    "an archive that grows": (
        with_part(xlsx(["Name"]), "xl/worksheets/sheet1.xml", b" " * (limits.UNPACKED_BYTES + 1)),
        "bomb",
        {"mb": limits.UNPACKED_BYTES // 1_048_576},
    ),
    "NULs": (b"Name;Ort\nAda;Ki\0el\n", "nul", {"line": 2}),
    "a long cell": (
        b"Name;Ort\nAda;" + b"x" * 30_000 + b"\n",
        "cell-open",
        {"line": 2, "n": 20_000},
    ),
    "a long cell of a spreadsheet": (
        xlsx(["Name"], ["x" * 30_000]),
        "cell",
        {"line": 2, "column": "A", "n": 20_000},
    ),
    "a quotation mark too few": (b'Name;Ort\nAda;"Kiel\nBo;Ulm\n', "broken", {"line": 2}),
    "quotation marks in a cell": (b'Name;Ort\nAda;"Haus "Meer" 3"\n', "broken", {"line": 2}),
    "many columns": (b"a;" * 300 + b"a\n", "wide", {"n": 256, "line": 1}),
    "a far column": (
        with_part(
            xlsx(["Name"]),
            "xl/worksheets/sheet1.xml",
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<sheetData><row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>'
            b"</sheetData></worksheet>",
        ),
        "wide",
        {"n": 256, "line": 1},
    ),
    "many rows": (b"Name\n" + b"Ada\n" * 100_000, "long", {"n": 50_000}),
    "a large file": (b"Name\n" + b"x\n" * 5_300_000, "large", {"mb": 10}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    data, code, values = REFUSED[name]
    assert refused(data) == (code, values)


def test_a_far_row_alone_costs_nothing() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Ada</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    (found,) = of(with_part(xlsx(["Name"]), "xl/worksheets/sheet1.xml", sheet)).sheets
    assert found.lines == [Line(1048576, ["Ada"])]


def test_memory_is_bound() -> None:
    """A text that fits into the bound for archives and is copied on the way: the process ends."""
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    sheet += b'<sheetData><row><c t="inlineStr"><is><t>' + b"x" * (240 * 1_048_576)
    sheet += b"</t></is></c></row></sheetData></worksheet>"
    data = with_part(xlsx(["Name"]), "xl/worksheets/sheet1.xml", sheet)
    assert refused(data) == ("bomb", {"mb": MB})
