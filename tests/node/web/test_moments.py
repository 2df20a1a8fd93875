"""Days, moments and ends as people type them into forms: understood, asked, or refused in words.

By the tests' own clock it is Monday, 30 November 2026, 12:00.
"""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from node.texts import LANGUAGES, Texts
from node.web.answers import read_form, settle, typed_value
from node.web.forms import Field, Filled, Form, Kind
from tests.node.web.conftest import rendered
from tests.node.web.html import Document

NOW = datetime(2026, 11, 30, 12, 0)  # noqa: DTZ001 - wall time
LABEL = "common.label.name"
FORM = Form(
    "f",
    Field("starts", Kind.MOMENT, LABEL),
    Field("ends", Kind.END, LABEL, optional=True, after="starts"),
    Field("day", Kind.DATE, LABEL, optional=True),
)


def read(language: str = "de", **sent: str) -> Filled:
    return read_form(FORM, MultiDict(sent), NOW, Texts(language))


UNDERSTOOD = "understood"
ASKED = "asked"
REFUSED = "refused"

MOMENTS = [
    ("5.6. 19 Uhr", UNDERSTOOD, "2027-06-05T19:00"),
    ("5. Juni 19 Uhr", UNDERSTOOD, "2027-06-05T19:00"),
    ("morgen 18:30", UNDERSTOOD, "2026-12-01T18:30"),
    ("heute 19.30", UNDERSTOOD, "2026-11-30T19:30"),
    ("June 5 7 pm", UNDERSTOOD, "2027-06-05T19:00"),
    ("2027-06-05 19:00", UNDERSTOOD, "2027-06-05T19:00"),
    ("13/06/2027 7 pm", UNDERSTOOD, "2027-06-13T19:00"),
    ("in 3 Wochen 19 Uhr", UNDERSTOOD, "2026-12-21T19:00"),
    ("19 Uhr am 5.6.", UNDERSTOOD, "2027-06-05T19:00"),
    ("05/06 19:00", ASKED, ("2027-05-06T19:00", "2027-06-05T19:00")),
    ("05/06/2027 7 pm", ASKED, ("2027-05-06T19:00", "2027-06-05T19:00")),
    ("05/06", ASKED, ("2027-05-06", "2027-06-05")),
    ("Dienstag 18:30", ASKED, ("2026-12-01T18:30", "2026-12-08T18:30")),
    ("next Tuesday 7 pm", ASKED, ("2026-12-01T19:00", "2026-12-08T19:00")),
    ("19.30", ASKED, ("2026-11-30T19:30", "2026-12-01T19:30")),
    ("19 Uhr", ASKED, ("2026-11-30T19:00", "2026-12-01T19:00")),
    ("11 Uhr", ASKED, ("2026-12-01T11:00", "2026-12-02T11:00")),
    ("7 pm", ASKED, ("2026-11-30T19:00", "2026-12-01T19:00")),
    ("29.11. 19 Uhr", ASKED, ("2027-11-29T19:00",)),
    ("1.10. 19 Uhr", ASKED, ("2027-10-01T19:00",)),
    ("1.9. 19 Uhr", UNDERSTOOD, "2027-09-01T19:00"),
    ("29.11.2027 19 Uhr", UNDERSTOOD, "2027-11-29T19:00"),
    ("30.11. 19 Uhr", UNDERSTOOD, "2026-11-30T19:00"),
    ("Mo, 5.6.2027 19 Uhr", ASKED, ("2027-06-05T19:00",)),
    ("Dienstag", REFUSED, "moment_weekday"),
    ("5.6.", REFUSED, "moment_time_missing"),
    ("2027-06-05", REFUSED, "moment_time_missing"),
    ("2027-02-30", REFUSED, "date_no_day"),
    ("2027-02-30 19:00", REFUSED, "date_no_day"),
    ("31.4. 19 Uhr", REFUSED, "date_no_day"),
    ("29.2. 19 Uhr", REFUSED, "date_no_day"),
    ("5.6. 25 Uhr", REFUSED, "date_no_time"),
    ("25 Uhr", REFUSED, "date_no_time"),
    ("bald", REFUSED, "moment_unknown"),
    ("nach dem Essen", REFUSED, "moment_unknown"),
    ("", REFUSED, "missing"),
    ("x" * 81, REFUSED, "too_long"),
]


def outcome(filled: Filled, name: str) -> tuple[str, Any]:
    wrong = filled.errors.get(name)
    if wrong is None:
        return UNDERSTOOD, filled.values[name]
    if wrong.meant:
        return ASKED, wrong.meant
    return REFUSED, wrong.text.rpartition(".")[2]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", "how", "what"), MOMENTS)
def test_moment(typed: str, how: str, what: Any, language: str) -> None:
    filled = read(language, starts=typed)
    assert outcome(filled, "starts") == (how, what)
    assert filled.typed["starts"] == (typed,)
    page = Document(rendered("form_page.html", language, form=filled, action="/", go="x"))
    assert page.faults == []
    for value in what if how == ASKED else ():
        assert value in [named.get("value") for _tag, named in page.tags]


ENDS = [
    ("21 Uhr", UNDERSTOOD, 120),
    ("21.30", UNDERSTOOD, 150),
    ("9 pm", UNDERSTOOD, 120),
    ("2 Stunden", UNDERSTOOD, 120),
    ("1,5 h", UNDERSTOOD, 90),
    ("90 min", UNDERSTOOD, 90),
    ("anderthalb Stunden", UNDERSTOOD, 90),
    ("half an hour", UNDERSTOOD, 30),
    ("3 Tage", UNDERSTOOD, 4_320),
    ("6.6. 12 Uhr", UNDERSTOOD, 1_020),
    ("6 June 2027 12:00", UNDERSTOOD, 1_020),
    ("", UNDERSTOOD, None),
    ("2", ASKED, ("2027-06-05T21:00", "2027-06-06T02:00")),
    ("21", ASKED, ("2027-06-06T16:00", "2027-06-05T21:00")),
    ("0", ASKED, ("2027-06-06T00:00",)),
    ("2 Uhr", ASKED, ("2027-06-06T02:00",)),
    ("19 Uhr", ASKED, ("2027-06-06T19:00",)),
    ("Sonntag 14 Uhr", ASKED, ("2027-06-06T14:00", "2027-06-13T14:00")),
    ("5.6.2027 18 Uhr", REFUSED, "end_before"),
    ("0 Minuten", REFUSED, "end_before"),
    ("5.6. 18 Uhr", REFUSED, "end_before"),
    ("4.6. 18 Uhr", REFUSED, "end_too_late"),
    ("40 Tage", REFUSED, "end_too_late"),
    ("6.6.", REFUSED, "moment_time_missing"),
    ("24:30", REFUSED, "date_no_time"),
    ("spät", REFUSED, "moment_unknown"),
]


@pytest.mark.parametrize(("typed", "how", "what"), ENDS)
def test_end_of_what_begins_on_the_5th_of_june_at_7_pm(typed: str, how: str, what: Any) -> None:
    filled = read(starts="5.6.2027 19 Uhr", ends=typed)
    assert outcome(filled, "ends") == (how, what)


def test_end_is_not_judged_where_the_beginning_is_not_known() -> None:
    filled = read(starts="bald", ends="vorgestern")
    assert list(filled.errors) == ["starts"]


@pytest.mark.parametrize(("typed", "meant"), [
    ("Dienstag", ("2026-12-01", "2026-12-08")),
    ("05/06", ("2027-05-06", "2027-06-05")),
])  # fmt: skip
def test_day_that_can_be_two_is_asked_about_too(typed: str, meant: tuple[str, ...]) -> None:
    assert outcome(read(starts="morgen 9 Uhr", day=typed), "day") == (ASKED, meant)


def test_chosen_reading_counts_for_the_text_that_was_asked_about() -> None:
    asked = {"starts-asked": "Dienstag 18:30", "starts-meant": "2026-12-08T18:30"}
    filled = read(starts="Dienstag 18:30", **asked)
    assert filled["starts"] == "2026-12-08T18:30"
    assert filled.text("starts") == "Di, 8. Dezember 2026, 18:30 Uhr"
    later = read(starts="Mittwoch 18:30", **asked)
    assert outcome(later, "starts")[0] == ASKED


@pytest.mark.parametrize("value", ["x", "2026-13-01T18:30", "2026-12-08T18:30<script>", "1" * 999])
def test_reading_that_nobody_offered_is_no_way_in(value: str) -> None:
    sent = {"starts-asked": "Dienstag 18:30", "starts-meant": value}
    assert not read(starts="Dienstag 18:30", **sent).ok


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("starts", ["2026-12-01T00:05", "2027-03-09T18:30", "2027-08-31T23:59"])
@pytest.mark.parametrize("minutes", [1, 45, 90, 1_500, 44_640])
def test_what_is_shown_can_be_typed(starts: str, minutes: int, language: str) -> None:
    texts = Texts(language)
    (typed,) = typed_value(starts, texts, Kind.MOMENT)
    (length,) = typed_value(minutes, texts, Kind.END)
    filled = read(language, starts=typed, ends=length)
    assert (filled["starts"], filled["ends"]) == (starts, minutes)


def test_relative_words_are_settled() -> None:
    filled = settle(read(starts="morgen 18:30", ends="21 Uhr"), Texts("de"))
    assert filled.text("starts") == "Di, 1. Dezember 2026, 18:30 Uhr"
    assert filled.text("ends") == "2 Stunden 30 Minuten"


PIECES = (
    *("5", "05", "6.", "30", "99", "2027", "0", "00", "٣", "½", "1,5", "/", "-", ".", ":", ","),
    *("am", "um", "at", "Uhr", "pm", "h", "in", "a", "T", "Stunden", "min", "Wochen"),
    *("Juni", "June", "Feb", "Dienstag", "next", "morgen"),
)
WORDS = st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join)


@given(st.one_of(WORDS, st.text(max_size=90)), st.one_of(WORDS, st.text(max_size=90)))
def test_nothing_that_is_typed_breaks(starts: str, ends: str) -> None:
    """It is understood, asked about or refused in words; and a moment is one of the calendar."""
    for known in (starts, "5.6.2027 19 Uhr"):
        filled = read(starts=known, ends=ends, day=ends)
        for wrong in filled.errors.values():
            assert Texts("de").has(wrong.text) or wrong.text == "web.form.too_long"
            assert len(wrong.meant) <= 2
        if "starts" not in filled.errors:
            datetime.fromisoformat(filled["starts"])
