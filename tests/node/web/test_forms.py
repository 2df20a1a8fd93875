"""Forms: what is read from what was sent, what is said of what is wrong, what comes back."""

from datetime import date, datetime
from typing import Any

import pytest
from multidict import MultiDict

from node.texts import Texts
from node.web.answers import cleaned, read_form
from node.web.forms import Choice, Field, Filled, Form, Kind
from tests.node.web.conftest import rendered
from tests.node.web.html import Document

NOW = datetime(2027, 3, 1, 12, 0)  # noqa: DTZ001 - wall time; a Monday
T = Texts("de")
LABEL = "common.label.name"

COLOURS = tuple(Choice(one, shown=one.title()) for one in ("red", "blue"))


def read(*fields: Field, stands: dict[str, Any] | None = None, **sent: Any) -> Filled:
    pairs = MultiDict[str]()
    for name, value in sent.items():
        for one in value if isinstance(value, tuple) else (value,):
            pairs.add(name, one)
    return read_form(Form("f", *fields, edits=stands is not None), pairs, NOW, T, stands)


def one(kind: Kind, sent: Any = None, **more: Any) -> Any:
    """The value that is read, or the last part of what is said against it."""
    filled = read(Field("x", kind, LABEL, **more), **({} if sent is None else {"x": sent}))
    if filled.ok:
        return filled["x"]
    assert filled.typed.get("x", ()) == (() if sent is None or kind is Kind.PASSWORD else (sent,))
    return filled.errors["x"].text.rpartition(".")[2]


READ = [
    (Kind.TEXT, " Anna  Weiß ", "Anna Weiß"),
    (Kind.TEXT, "Anna\nWeiß", "Anna Weiß"),
    (Kind.TEXT, "u\u0308", "ü"),
    (Kind.LONG, " a \r\n\r\nb\n", "a\n\nb"),
    (Kind.MAIL, " a.b@example.org ", "a.b@example.org"),
    (Kind.PHONE, "\u202a+49 431 1234-56\u202c", "+49 431 1234-56"),
    (Kind.DATE, "5.6.2027", date(2027, 6, 5)),
    (Kind.DATE, "5. Juni", date(2027, 6, 5)),
    (Kind.DATE, "2027-06-05", date(2027, 6, 5)),
    (Kind.DATE, "5.6.1961", date(1961, 6, 5)),
    (Kind.NUMBER, " 12 ", 12),
    (Kind.NUMBER, "-3", -3),
    (Kind.PASSWORD, " a\tb ", " a\tb "),
    (Kind.PASSWORD, "u\u0308", "ü"),
    (Kind.HIDDEN, "x", "x"),
    (Kind.YES, "yes", True),
]


@pytest.mark.parametrize(("kind", "sent", "value"), READ)
def test_what_is_read(kind: Kind, sent: str, value: object) -> None:
    assert one(kind, sent) == value


WRONG = [
    (Kind.TEXT, "", "missing", {}),
    (Kind.TEXT, None, "missing", {}),
    (Kind.TEXT, "   ", "missing", {}),
    (Kind.TEXT, "x" * 11, "too_long", {"longest": 10}),
    (Kind.LONG, "x" * 4_001, "too_long", {}),
    (Kind.MAIL, "a.example.org", "no_mail", {}),
    (Kind.MAIL, "a@b", "no_mail", {}),
    (Kind.MAIL, "a b@c.de", "no_mail", {}),
    (Kind.MAIL, "a@" + "x" * 260 + ".de", "too_long", {}),
    (Kind.PHONE, "ruf an", "no_phone", {}),
    (Kind.DATE, "bald", "date_unknown", {}),
    (Kind.DATE, "31.2.2027", "date_no_day", {}),
    (Kind.DATE, "05/06/2027", "date_ambiguous", {}),
    (Kind.DATE, "Dienstag", "date_weekday", {}),
    (Kind.NUMBER, "zwölf", "no_number", {}),
    (Kind.NUMBER, "1,5", "no_number", {}),
    (Kind.NUMBER, "٣", "no_number", {}),
    (Kind.NUMBER, "9" * 21, "too_long", {}),
    (Kind.NUMBER, "0", "too_small", {"least": 1}),
    (Kind.NUMBER, "9", "too_large", {"most": 8}),
    (Kind.PASSWORD, "x" * 501, "too_long", {}),
    (Kind.CHOICE, "green", "choose", {"choices": COLOURS}),
    (Kind.CHOICE, None, "choose", {"choices": COLOURS}),
    (Kind.CHOICES, "green", "choose", {"choices": COLOURS}),
    (Kind.CHOICES, None, "choose_some", {"choices": COLOURS}),
    (Kind.YES, None, "tick", {}),
    (Kind.FILE, "text", "no_file", {}),
]


@pytest.mark.parametrize(("kind", "sent", "said", "more"), WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    kind: Kind, sent: str | None, said: str, more: dict[str, Any]
) -> None:
    assert one(kind, sent, **more) == said
    for language in ("de", "en"):
        assert Texts(language).has("web.form." + said) or said == "too_long"


NOTHING = {
    Kind.DATE: None,
    Kind.MOMENT: None,
    Kind.END: None,
    Kind.NUMBER: None,
    Kind.FILE: None,
    Kind.YES: False,
    Kind.CHOICES: (),
}


@pytest.mark.parametrize("kind", Kind)
def test_optional_field_may_be_left_out(kind: Kind) -> None:
    assert one(kind, optional=True, choices=COLOURS) == NOTHING.get(kind, "")


def test_several_choices() -> None:
    field = Field("x", Kind.CHOICES, LABEL, choices=COLOURS)
    assert read(field, x=("blue", "red", "blue"))["x"] == ("blue", "red")


def test_what_messengers_paste_along_is_dropped() -> None:
    assert cleaned("\u2068Anna\u2069 \u202eX\x00Y") == "Anna XY"
    assert cleaned("a\u2028b") == "a b"


# Two who edit one thing

NAME, PLACE = Field("name", Kind.TEXT, LABEL), Field("place", Kind.TEXT, LABEL, optional=True)
BEFORE, AFTER = {"name": "Chor", "place": "Saal"}, {"name": "Chor", "place": "Küche"}


def edited(stands: dict[str, Any], **sent: str) -> Filled:
    base = Form("f", NAME, PLACE, edits=True).edition(BEFORE)
    return read(NAME, PLACE, stands=stands, edition=base, **sent)


def test_nobody_else_changed_anything() -> None:
    filled = edited(BEFORE, name="Großer Chor", place="Saal")
    assert (filled.ok, filled.values) == (True, {"name": "Großer Chor", "place": "Saal"})


def test_change_of_others_comes_into_the_form_and_is_told() -> None:
    filled = edited(AFTER, name="Großer Chor", place="Saal")
    assert not filled.ok
    assert [(one.field.name, one.now, one.both) for one in filled.changes] == [
        ("place", "Küche", False)
    ]
    assert (filled.text("name"), filled.text("place")) == ("Großer Chor", "Küche")
    again = read(NAME, PLACE, stands=AFTER, edition=filled.edition, name="Großer Chor",
                 place="Küche")  # fmt: skip
    assert again.ok


def test_change_of_both_keeps_what_was_typed_and_tells_what_stands() -> None:
    filled = edited(AFTER, name="Chor", place="Garten")
    assert [(one.now, one.both) for one in filled.changes] == [("Küche", True)]
    assert filled.text("place") == "Garten"


def test_same_change_by_both_is_none() -> None:
    assert edited(AFTER, name="Chor", place="Küche").ok


@pytest.mark.parametrize("edition", ["", "x", "....", "0" * 500])
def test_edition_that_is_none_shows_all_that_differs(edition: str) -> None:
    filled = read(NAME, PLACE, stands=AFTER, edition=edition, name="Chor", place="Saal")
    assert [one.field.name for one in filled.changes] == ["place"]


# As HTML

ALL = Form(
    "all",
    Field("text", Kind.TEXT, LABEL, "common.label.name", autocomplete="name"),
    Field("long", Kind.LONG, LABEL, optional=True),
    Field("mail", Kind.MAIL, LABEL, autocomplete="email"),
    Field("phone", Kind.PHONE, LABEL),
    Field("date", Kind.DATE, LABEL),
    Field("number", Kind.NUMBER, LABEL),
    Field("password", Kind.PASSWORD, LABEL),
    Field("choice", Kind.CHOICE, LABEL, choices=COLOURS),
    Field(
        "many", Kind.CHOICE, LABEL, choices=tuple(Choice(f"{n}", shown=f"{n}") for n in range(9))
    ),
    Field("choices", Kind.CHOICES, LABEL, "common.label.name", choices=COLOURS),
    Field("yes", Kind.YES, LABEL),
    Field("file", Kind.FILE, LABEL),
    Field("hidden", Kind.HIDDEN, optional=True),
    edits=True,
)
HOSTILE = '"><script>alert(1)</script>'


def html(filled: Filled) -> str:
    return rendered("form_page.html", code=422, form=filled, action="/there", go="Los")


def test_every_error_is_beside_its_field_and_in_the_summary() -> None:
    filled = read_form(ALL, MultiDict({"text": HOSTILE * 20}), NOW, T, {"text": "x"})
    page = Document(html(filled))
    assert page.faults == []
    assert filled.errors.keys() == {one.name for one in ALL.fields} - {"long", "hidden"}
    ids = set(page.ids)
    links = {href.removeprefix("#") for href in page.hrefs if href.startswith("#all-")}
    assert len(links) == len(filled.errors)
    assert links <= ids
    described = [str(named["aria-describedby"]) for _tag, named in page.tags
                 if named.get("aria-describedby")]  # fmt: skip
    assert len(described) == len(filled.errors)
    assert {part for one in described for part in one.split()} <= ids
    (summary,) = [named for _tag, named in page.tags if named.get("id") == "all-errors"]
    assert summary == {"class": "errors", "id": "all-errors", "role": "alert", "tabindex": "-1",
                       "autofocus": None}  # fmt: skip


def test_what_was_typed_is_text() -> None:
    filled = read_form(ALL, MultiDict({"text": HOSTILE, "long": HOSTILE}), NOW, T)
    assert "<script" not in html(filled)
    values = [named.get("value") for _tag, named in Document(html(filled)).tags]
    assert HOSTILE in values


def test_passwords_do_not_come_back() -> None:
    filled = read_form(ALL, MultiDict({"password": "geheimgeheim"}), NOW, T)
    assert "geheimgeheim" not in html(filled)


def test_every_label_has_its_field() -> None:
    page = Document(html(ALL.blank({}, {})))
    fors = [named["for"] for tag, named in page.tags if tag == "label"]
    assert set(fors) <= set(page.ids)
    kept = {named.get("name") for tag, named in page.tags if tag in ("input", "select", "textarea")}
    assert kept >= {one.name for one in ALL.fields} | {"token", "edition"}
