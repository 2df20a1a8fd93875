"""Text for a terminal: aligned, wrapped, within its width."""

import pytest

from node.cli.sheet import Sheet, cut, padded, width_of, wrapped


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("über", 4), ("u\u0308ber", 4), ("会议", 4), ("a\u200bb", 2)],
)
def test_width(text: str, width: int) -> None:
    assert width_of(text) == width
    assert width_of(padded(text, 10)) == 10


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("Hafen", 5, "Hafen"), ("Hafen", 4, "Haf…"), ("Am Hafen", 4, "Am…"), ("会议室", 5, "会议…")],
)
def test_cut(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown
    assert width_of(shown) <= width


def test_addresses_stay_whole() -> None:
    url = "https://group.example/" + "x" * 60
    assert wrapped(f"See {url} now", 20) == ["See", url, "now"]


def test_tables_give_way_where_they_are_wide() -> None:
    sheet = Sheet(30, colour=False)
    sheet.table(["Name", "Where"], [["A very long name of a group", "Kiel"], ["B", "Ulm\nDonau"]])
    assert sheet.lines == [
        "Name                 Where",
        "A very long name o…  Kiel",
        "B                    Ulm Donau",
    ]
    assert max(map(width_of, sheet.lines)) <= 30


def test_nothing_is_left_out_of_a_whole_column() -> None:
    sheet = Sheet(40, colour=False)
    url = "https://group.example/call/tomorrow"
    sheet.table(["Who", "Remark"], [["A", f"Friday suits us better: {url}"], ["B", ""]], whole=True)
    assert sheet.lines == [
        "Who  Remark",
        "A    Friday suits us better:",
        f"     {url}",
        "B",
    ]


def test_facts_leave_out_what_is_not_there() -> None:
    sheet = Sheet(40, colour=False)
    sheet.facts([("Name", "A"), ("Where", None), ("Topics", "")])
    assert sheet.lines == ["Name  A"]
    sheet.facts([])
    assert sheet.lines == ["Name  A"]


def test_colours() -> None:
    sheet = Sheet(40, colour=True)
    sheet.heading("Title")
    sheet.facts([("Name", "A")])
    assert str(sheet) == "\x1b[1mTitle\x1b[0m\n\x1b[2mName  \x1b[0mA"
