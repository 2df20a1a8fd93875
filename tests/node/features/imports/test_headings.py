"""What columns are: by their headings in two languages, and by what stands in them."""

import pytest

from node.features.imports.headings import guess, heading_line
from tests.node.features.imports.making import columns_of, lines_of

FILES = [
    (
        "a German list",
        "Vorname|Nachname|Straße|PLZ|Ort|E-Mail|Telefon|Eintrittsdatum",
        "Ada|Moor|Weg 1|24103|Kiel|a@example.org|0431 1|1.2.20",
        "given family street postcode town mail phone since",
    ),
    (
        "without umlauts, loud",
        "VORNAME|NAME|STRASSE|POSTLEITZAHL|WOHNORT|EMAIL|HANDY",
        "Ada|Moor|Weg|24103|Kiel|a@example.org|0170 1234567",
        "given family street postcode town mail phone",
    ),
    (
        "English",
        "First name|Last name|Street|ZIP|City|E-mail address|Mobile phone|Member since",
        "Ada|Moor|Way|24103|Kiel|a@example.org|0170 1234567|2020",
        "given family street postcode town mail phone since",
    ),
    ("one name", "Name|Mail", "Ada Moor|a@example.org", "name mail"),
    (
        "forms of words",
        "Mitglied|Straße / Haus-Nr.|PLZ/Ort|Telefon (privat)|E-Mail 1|E-Mail 2",
        "Ada|W 1|24103 Kiel|0431 123456|a@example.org|b@example.org",
        "name street place phone mail mail",
    ),
    (
        "told by what stands there",
        "Name|Kontakt|Info|Wohnort",
        "Ada|a@example.org|0431 123456|24103 Kiel",
        "name mail phone place",
    ),
    ("no use for it", "Name|Beitrag|IBAN|Konfektionsgröße", "Ada|12,50|DE02|M", "name - - -"),
    ("columns of our own", "Name|Instrument|geburtstag", "Ada|Geige|5.6.87", "name own-2 own-1"),
    ("twice", "Name|Ort|Stadt", "Ada|Kiel|Plön", "name town -"),
    (
        "no headings",
        "Ada Moor|a@example.org|0431 123456",
        "Bo|b@example.org|0431 654321",
        "- mail phone",
    ),
]


@pytest.mark.parametrize(
    ("head", "row", "found"), [one[1:] for one in FILES], ids=[one[0] for one in FILES]
)
def test_columns_are_guessed(head: str, row: str, found: str) -> None:
    assert " ".join(one.field or "-" for one in columns_of(f"{head}\n{row}")) == found


LINES = [
    ("the first", "Name|Ort\nAda|Kiel", 1),
    ("below a title", "Mitglieder 2026|\n|\nStand: Mai|\nName|Ort\nAda|Kiel", 4),
    ("the second of two", "Person||Adresse|\nVorname|Name|Straße|Ort\nAda|Moor|Weg|Kiel", 2),
    ("none", "Ada|a@example.org\nBo|b@example.org", None),
    ("unknown words", "Wer|Wo\nAda|Kiel", 1),
]


@pytest.mark.parametrize(
    ("text", "line"), [one[1:] for one in LINES], ids=[one[0] for one in LINES]
)
def test_headings_are_found(text: str, line: int | None) -> None:
    assert heading_line(lines_of(text)) == line


def test_a_column_without_a_heading_has_its_letter() -> None:
    assert [one.header for one in guess(["A", "B"], [["Ada", "x"]], {})] == ["A", "B"]
