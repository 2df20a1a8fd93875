"""Who a row is, and what it changes: the rules as tables that read like a policy."""

import pytest

from node.features.members.types import Member
from tests.node.features.imports.making import outcome, person, planned

ADA = person("ada", "Ada Moor", mail="ada@example.org", phone="0431 12345", street="Weg 1")
ANNA = person("anna", "Anna Müller", mail="anna@example.org")
OTHER_ANNA = person("other", "Anna Müller", mail="a.mueller@example.org", phone="0431 222222")
BARE = person("bare", "Chris Böhm")
COUPLE = (
    person("doro", "Doro Groß", mail="gross@example.org"),
    person("emil", "Emil Groß", mail="gross@example.org"),
)

HEAD = "Vorname | Nachname | E-Mail | Telefon | Straße\n"

WHO: list[tuple[str, str, tuple[Member, ...], str]] = [
    # what is so: the row, who is here, what becomes of it
    ("nobody is here", "Ada | Moor | ada@example.org | |", (), "add"),
    ("name and mail are theirs", "Ada | Moor | ADA@example.org | |", (ADA,), "same ada"),
    ("name and phone are theirs", "Ada | Moor | | +49 (0)431/123-45 |", (ADA,), "same ada"),
    ("the name alone, of one person", "Ada | Moor | | |", (ADA,), "same ada"),
    ("the name alone, spelled with ue", "Anna | Mueller | | |", (ANNA,), "same anna"),
    (
        "family and given name change places",
        "Moor | Ada | ada@example.org | |",
        (ADA,),
        "change ada",
    ),
    (
        "the name, and here is no address",
        "Chris | Böhm | c@example.org | |",
        (BARE,),
        "change bare",
    ),
    (
        "the name, and another mail address",
        "Ada | Moor | else@example.org | |",
        (ADA,),
        "ask namesake",
    ),
    (
        "another mail address, the same phone",
        "Ada | Moor | else@example.org | 0431 12345 |",
        (ADA,),
        "change ada",
    ),
    (
        "another mail address, the same street",
        "Ada | Moor | else@example.org | | weg 1",
        (ADA,),
        "change ada",
    ),
    (
        "two of that name, the mail tells",
        "Anna | Müller | anna@example.org | |",
        (ANNA, OTHER_ANNA),
        "same anna",
    ),
    (
        "two of that name, the phone tells",
        "Anna | Müller | | 0431/222222 |",
        (ANNA, OTHER_ANNA),
        "same other",
    ),
    ("two of that name, nothing tells", "Anna | Müller | | |", (ANNA, OTHER_ANNA), "ask namesake"),
    (
        "two of that name, a third address",
        "Anna | Müller | x@example.org | |",
        (ANNA, OTHER_ANNA),
        "ask namesake",
    ),
    ("an address of somebody else", "Bernd | Moor | ada@example.org | |", (ADA,), "ask other-name"),
    (
        "a shared address, the name tells",
        "Emil | Groß | gross@example.org | |",
        COUPLE,
        "same emil",
    ),
    (
        "a shared address, a third name",
        "Finn | Groß | gross@example.org | |",
        COUPLE,
        "ask other-name",
    ),
    ("no name, an address of one", " | | ada@example.org | 0431 99999 |", (ADA,), "change ada"),
    ("no name, an address of two", " | | gross@example.org | |", COUPLE, "ask several"),
    ("no name, an address of nobody", " | | x@example.org | |", (ADA,), "refuse nameless"),
    ("no name, a street", " | | | | Weg 1", (ADA,), "refuse nameless"),
    ("nothing at all", " | | | | ", (ADA,), "refuse blank"),
]


@pytest.mark.parametrize(
    ("row", "people", "found"), [one[1:] for one in WHO], ids=[one[0] for one in WHO]
)
def test_who_a_row_is(row: str, people: tuple[Member, ...], found: str) -> None:
    assert outcome(HEAD + row, people) == found


FIRST = "Anna | Müller | anna@example.org | | Weg 1\n"
TWICE = [
    ("exactly the same", FIRST, "same again"),
    ("the same name and nothing else", "Anna | Müller | | |", "ask twice"),
    (
        "the same name and address, more besides",
        "Anna | Müller | anna@example.org | 0431 1234567 |",
        "ask twice",
    ),
    ("another address", "Anna | Müller | a.m@example.org | |", "add"),
    ("another street", "Anna | Müller | | | Weg 2", "add"),
    ("another name at the same address", "Bernd | Müller | anna@example.org | | Weg 1", "add"),
]


@pytest.mark.parametrize(
    ("row", "found"), [one[1:] for one in TWICE], ids=[one[0] for one in TWICE]
)
def test_two_rows_of_a_file(row: str, found: str) -> None:
    assert outcome(HEAD + FIRST + row) == found


def test_two_rows_that_are_one_person_here() -> None:
    rows = planned(HEAD + FIRST + "Anna | Müller | anna@example.org | 0431 1234567 |", [ANNA])
    assert [(one.outcome.value, one.who) for one in rows] == [("change", "anna"), ("ask", None)]
    assert [one.who for one in rows[1].questions] == [("2",)]


ANSWERS = [
    ("2", "new", "add"),
    ("2", "out", "refuse left-out"),
    ("2", "annaaaaaaa", "change annaaaaaaa"),
    ("2", "annaaaaa", "change annaaaaaaa"),
    ("namesake", "new", "add"),
    ("namesake", "out", "refuse left-out"),
    ("namesake", "offer", "change annaaaaaaa"),
    ("2", "somebody", "ask namesake"),
    ("3", "new", "ask namesake"),
    ("twice", "new", "ask namesake"),
]


@pytest.mark.parametrize(("key", "answer", "found"), ANSWERS)
def test_answers(key: str, answer: str, found: str) -> None:
    anna = person("annaaaaaaa", "Anna Müller", mail="anna@example.org")
    row = "Anna | Müller | x@example.org | |"
    assert outcome(HEAD + row, [anna], {key: answer}) == found


HERE = person(
    "ada",
    "Ada Moor",
    since="2020-03-01",
    mail="ada@example.org\nmoor@example.org",
    phone="0431 12345",
    street="Weg 1",
    postcode="01067",
    notes="Singt Alt.",
    own_1="1987-06-05",
)

CHANGES = [
    ("blank", "E-Mail|Straße|Notizen", "ada@example.org||", {}),
    ("written otherwise", "E-Mail|Telefon", "ADA@EXAMPLE.ORG|0431/123-45", {}),
    ("one of several", "E-Mail", "moor@example.org", {}),
    (
        "one more",
        "E-Mail",
        "new@example.org, ada@example.org",
        {
            "mail": (
                "ada@example.org, moor@example.org",
                "new@example.org, ada@example.org, moor@example.org",
            )
        },
    ),
    (
        "another street",
        "E-Mail|Straße",
        "ada@example.org|Platz 2",
        {"street": ("Weg 1", "Platz 2")},
    ),
    ("house number apart", "E-Mail|Straße|Hausnr.", "ada@example.org|Weg|1", {}),
    (
        "postcode and town in one",
        "E-Mail|PLZ Ort",
        "ada@example.org|01067 Dresden",
        {"town": ("", "Dresden")},
    ),
    ("a nought that went missing, as here", "E-Mail|PLZ", "ada@example.org|1067", {}),
    ("a day in German", "E-Mail|Geburtstag", "ada@example.org|5. Juni 1987", {}),
    (
        "another first day",
        "E-Mail|Eintritt",
        "ada@example.org|1.4.2020",
        {"since": ("2020-03-01", "2020-04-01")},
    ),
    ("a day that is less exact", "E-Mail|Eintritt", "ada@example.org|2020", {}),
    ("a last day", "E-Mail|Austritt", "ada@example.org|31.12.2025", {"until": ("", "2025-12-31")}),
    (
        "another name at their address and phone",
        "Vorname|Nachname|E-Mail|Telefon",
        "Ada|MOOR|ada@example.org|0431 12345",
        {},
    ),
]


@pytest.mark.parametrize(
    ("head", "row", "found"), [one[1:] for one in CHANGES], ids=[one[0] for one in CHANGES]
)
def test_what_a_row_changes(head: str, row: str, found: dict[str, tuple[str, str]]) -> None:
    (one,) = planned(f"{head}\n{row}", [HERE])
    assert (one.outcome.value, one.who) == ("change" if found else "same", "ada")
    assert one.fields == found


def test_who_left_and_comes_again_begins_anew() -> None:
    left = person("ada", "Ada Moor", since="2020-03-01", until="2022-12-31")
    (one,) = planned("Vorname|Name|Eintritt\nAda|Moor|1.2.2024", [left])
    assert one.fields == {"since": ("2020-03-01", "2024-02-01")}


NAMES = [
    ("Müller", "MUELLER", ""),
    ("Müller", "Mueller", ""),
    ("muller", "Müller", "Müller"),
    ("Mueller", "Müller", "Müller"),
    ("Meier", "Maier", "Maier"),
    ("Moor", "moor", ""),
]


@pytest.mark.parametrize(("here", "there", "after"), NAMES)
def test_spelling_of_names(here: str, there: str, after: str) -> None:
    """What only went missing on the way does not overwrite what is right."""
    anna = person("anna", f"Anna {here}", mail="anna@example.org")
    text = f"Vorname|Name|E-Mail\nAnna|{there}|anna@example.org"
    (one,) = planned(text, [anna], {"other-name": "offer"})
    assert one.fields.get("family", ("", ""))[1] == after


def test_name_in_one_cell() -> None:
    rows = planned("Name|E-Mail\nMoor, Ada|x@example.org\nBernd von Böhm|b@example.org")
    assert [one.fields for one in rows] == [
        {
            "name": ("", "Ada Moor"),
            "family": ("", "Moor"),
            "given": ("", "Ada"),
            "mail": ("", "x@example.org"),
        },
        {"name": ("", "Bernd von Böhm"), "mail": ("", "b@example.org")},
    ]


def test_name_in_one_cell_finds_who_is_here_in_two() -> None:
    (one,) = planned("Name|E-Mail\nMoor, Ada|ada@example.org", [ADA])
    assert (one.outcome.value, one.who) == ("same", "ada")


def test_two_columns_with_mail_addresses() -> None:
    text = "Name|E-Mail|E-Mail 2\nAda Moor|new@example.org|ada@example.org"
    (one,) = planned(text, [ADA])
    assert one.fields == {"mail": ("ada@example.org", "new@example.org, ada@example.org")}
