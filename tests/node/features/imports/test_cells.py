"""Cells by what their column is: how they are read, and what is asked about."""

import pytest

from node.features.imports.types import Question
from tests.node.features.imports.making import planned

READ = [
    ("E-Mail", "a@example.org; b@example.org", "a@example.org, b@example.org"),
    ("E-Mail", "Ada <a@example.org>", "a@example.org"),
    ("E-Mail", "mailto:a@example.org", "a@example.org"),
    ("E-Mail", "k.A.", None),
    ("Telefon", "0431 123456 / 0170 654321", "0431 123456, 0170 654321"),
    ("Telefon", "0431/123456", "0431/123456"),
    ("Telefon", "-", None),
    ("PLZ", "24103", "24103"),
    ("PLZ", "D-24103", "D-24103"),
    ("Geburtstag", "05.06.87", "1987-06-05"),
    ("Geburtstag", "5. Juni 1987", "1987-06-05"),
    ("Geburtstag", "5.6.1987", "1987-06-05"),
    ("Geburtstag", "1987-06-05 00:00", "1987-06-05"),
    ("Geburtstag", "13/06/1987", "1987-06-13"),
    ("Geburtstag", "im Juni", "im Juni"),
    ("Eintritt", "März 2020", "2020-03"),
    ("Eintritt", "2020", "2020"),
    ("Straße", "Straße des 17. Juni 9", "Straße des 17. Juni 9"),
    ("Instrument", "Geige\u202e", "Geige"),
    ("Notizen", "zwei  Zeilen", "zwei  Zeilen"),
]


@pytest.mark.parametrize(("head", "cell", "found"), READ)
def test_cell_is_read(head: str, cell: str, found: str | None) -> None:
    (row,) = planned(f"Name|{head}\nAda|{cell}")
    assert row.questions == ()
    assert [new for key, (_old, new) in row.fields.items() if key != "name"] == (
        [found] if found else []
    )


ASKED = [
    ("PLZ", "1067", "postcode", "1067", "01067"),
    ("PLZ Ort", "1067 Dresden", "postcode", "1067", "01067"),
    ("Hausnr.", "1900-01-09", "day-odd", "1900-01-09", "9"),
    ("Hausnr.", "09.01.1900", "day-odd", "09.01.1900", "9"),
    ("Hausnr.", "1904-01-10", "day-odd", "1904-01-10", "9"),
    ("Hausnr.", "03. Mai", "day-odd", "03. Mai", "3-5"),
    ("Hausnr.", "03.05.2026", "day-odd", "03.05.2026", "3-5"),
    ("Instrument", "1900-01-09", "day-odd", "1900-01-09", "9"),
    ("Geburtstag", "1900-01-09", "day-odd", "1900-01-09", ""),
    ("Geburtstag", "31933", "day-odd", "31933", "1987-06-05"),
    ("Eintritt", "5.6.2087", "day-odd", "2087-06-05", ""),
    ("Eintritt", "im Frühling", "day-unread", "im Frühling", ""),
    ("Eintritt", "31.2.2020", "day-unread", "31.2.2020", ""),
    ("Eintritt", "05/06/2020", "day-order", "2020-05-06", "2020-06-05"),
    ("E-Mail", "ada at example", "mail-odd", "ada at example", ""),
    ("Telefon", "4,91716E+12", "phone-odd", "4,91716E+12", ""),
]


@pytest.mark.parametrize(("head", "cell", "code", "shown", "offer"), ASKED)
def test_cell_is_asked_about(head: str, cell: str, code: str, shown: str, offer: str) -> None:
    (row,) = planned(f"Name|{head}\nAda|{cell}")
    assert row.outcome.value == "ask"
    assert row.questions == (Question(code, 1, shown, offer),)
    assert row.write is None


@pytest.mark.parametrize("key", ["2:1", "postcode"])
@pytest.mark.parametrize(
    ("answer", "found"), [("offer", "01067"), ("keep", "1067"), ("blank", None)]
)
def test_answer_settles_a_cell(key: str, answer: str, found: str | None) -> None:
    (row,) = planned("Name|PLZ\nAda|1067", answers={key: answer})
    assert row.outcome.value == "add"
    assert row.fields.get("postcode") == (found and ("", found))


@pytest.mark.parametrize("country", ["Österreich", "Schweiz", "Danmark"])
def test_four_digits_are_right_elsewhere(country: str) -> None:
    (row,) = planned(f"Name|PLZ|Land\nAda|1067|{country}")
    assert (row.questions, row.fields["postcode"]) == ((), ("", "1067"))


def test_other_days_of_a_column_tell_which_comes_first() -> None:
    rows = planned("Name|Eintritt\nAda|05/06/2020\nBo|06/25/2020")
    assert [one.fields["since"] for one in rows] == [("", "2020-05-06"), ("", "2020-06-25")]


def test_cell_with_more_than_it_holds() -> None:
    (row,) = planned(f"Name|Straße\nAda|{'x' * 201}")
    assert (row.outcome.value, row.reason, list(row.fields)) == ("refuse", "long", ["Straße"])
