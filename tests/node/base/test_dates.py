"""Days and times as people type them (node.base.dates)."""

from datetime import date, datetime

import pytest

from node.base import dates
from node.base.errors import UnclearDate

NOW = datetime(2026, 11, 30, 12, 0)  # noqa: DTZ001 - wall time; a Monday

UNDERSTOOD = [
    ("2027-06-05 19:00", "2027-06-05T19:00"),
    ("2027-06-05T19:00", "2027-06-05T19:00"),
    ("2027-06-05T19:00:00", "2027-06-05T19:00"),
    ("2027/6/5 19:00", "2027-06-05T19:00"),
    ("5.6.2027 19:00", "2027-06-05T19:00"),
    ("5. 6. 2027, 19:00 Uhr", "2027-06-05T19:00"),
    ("05.06.27 19.30", "2027-06-05T19:30"),
    ("05.06.27 9 Uhr", "2027-06-05T09:00"),
    ("5.6. 19 Uhr", "2027-06-05T19:00"),
    ("5.6. 19:00", "2027-06-05T19:00"),
    ("5.6. um 19 Uhr 30", "2027-06-05T19:30"),
    ("30.11. 19 Uhr", "2026-11-30T19:00"),
    ("29.11. 19 Uhr", "2027-11-29T19:00"),
    ("1.12. 19 Uhr", "2026-12-01T19:00"),
    ("5. Juni 2027 19 Uhr", "2027-06-05T19:00"),
    ("5. Juni 2027 um 19 Uhr", "2027-06-05T19:00"),
    ("5.Juni 19 Uhr", "2027-06-05T19:00"),
    ("1. März 19:00", "2027-03-01T19:00"),
    ("1. M\u0061\u0308rz 19:00", "2027-03-01T19:00"),
    ("24. Dez. 17 Uhr", "2026-12-24T17:00"),
    ("Samstag, 5. Juni 2027, 19 Uhr", "2027-06-05T19:00"),
    ("Sa., den 5.6. um 19 Uhr", "2027-06-05T19:00"),
    ("June 5 2027 7 pm", "2027-06-05T19:00"),
    ("June 5, 2027 at 7:30pm", "2027-06-05T19:30"),
    ("5th of June 2027, 7 p.m.", "2027-06-05T19:00"),
    ("5 June 12 am", "2027-06-05T00:00"),
    ("5 June 12 pm", "2027-06-05T12:00"),
    ("Sat 5 June 19:00", "2027-06-05T19:00"),
    ("13/06/2027 19:00", "2027-06-13T19:00"),
    ("06/13/2027 19:00", "2027-06-13T19:00"),
    ("5/5 19:00", "2027-05-05T19:00"),
    ("in 3 weeks 19:00", "2026-12-21T19:00"),
    ("in three weeks at 7 pm", "2026-12-21T19:00"),
    ("in 3 Wochen 19 Uhr", "2026-12-21T19:00"),
    ("in drei Wochen um 19 Uhr", "2026-12-21T19:00"),
    ("in einer Woche 9:00", "2026-12-07T09:00"),
    ("in 10 Tagen 9:00", "2026-12-10T09:00"),
    ("in 2 months 9:00", "2027-01-30T09:00"),
    ("tomorrow 9:00", "2026-12-01T09:00"),
    ("übermorgen um 9 Uhr", "2026-12-02T09:00"),
    ("am 5.6. um 19 Uhr", "2027-06-05T19:00"),
    ("5.6 19 Uhr", "2027-06-05T19:00"),
    ("7 pm tomorrow", "2026-12-01T19:00"),
    ("19 Uhr, 5. Juni", "2027-06-05T19:00"),
    ("um 7.30 am 5.6.", "2027-06-05T07:30"),
    ("7.30 am on June 5", "2027-06-05T07:30"),
    ("on June 5 at 7pm", "2027-06-05T19:00"),
]

REFUSED = [
    ("", "unknown"),
    ("soon", "unknown"),
    ("19:00", "day_missing"),
    ("um 19.30", "day_missing"),
    ("7 pm", "day_missing"),
    ("18:30 Dienstag", "weekday"),
    ("18:30 05/06", "ambiguous"),
    ("um 19.30 am Dienstag", "weekday"),
    ("2027-06-05 19:00Z", "unknown"),
    ("2027-06-05 19:00+02:00", "unknown"),
    ("2027-06-05 19:00 Berlin", "unknown"),
    ("5.6.7 19:00", "unknown"),
    ("in 5000 days 9:00", "unknown"),
    ("5. Juni 27 x" * 20, "unknown"),
    ("2027-02-30 19:00", "no_day"),
    ("30.2. 19 Uhr", "no_day"),
    ("5.13.2027 19:00", "no_day"),
    ("31. Juni 19 Uhr", "no_day"),
    ("0000-01-01 19:00", "no_day"),
    ("29.2. 19 Uhr", "no_day"),
    ("13/13/2027 19:00", "no_day"),
    ("in 3 months 9:00", "no_day"),
    ("2027-06-05 24:00", "no_time"),
    ("2027-06-05 19:60", "no_time"),
    ("2027-06-05 13 pm", "no_time"),
    ("2027-06-05 0 am", "no_time"),
    ("Dienstag", "weekday"),
    ("am Dienstag um 19 Uhr", "weekday"),
    ("next Tuesday", "weekday"),
    ("So", "weekday"),
    ("Mo, 5.6.2027 19 Uhr", "other_weekday"),
    ("05/06 19:00", "ambiguous"),
    ("05/06/2027 19:00", "ambiguous"),
    ("05-06-2027 19:00", "ambiguous"),
    ("2027-06-05", "time_missing"),
    ("5.6.", "time_missing"),
    ("in 3 weeks", "time_missing"),
]


@pytest.mark.parametrize(("text", "means"), UNDERSTOOD)
def test_moment_understood(text: str, means: str) -> None:
    assert dates.read_moment(text, NOW) == means
    assert dates.read_moment(f"  {text.upper()} ", NOW) == means


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_moment_refused(text: str, code: str) -> None:
    with pytest.raises(UnclearDate) as found:
        dates.read_moment(text, NOW)
    assert found.value.code == code


def test_moment_that_can_be_two_days_names_both() -> None:
    with pytest.raises(UnclearDate) as found:
        dates.read_moment("05/06 19:00", NOW)
    assert found.value.readings == (date(2027, 5, 6), date(2027, 6, 5))


@pytest.mark.parametrize(
    ("today", "text", "both"),
    [
        (date(2026, 11, 30), "Dienstag 19 Uhr", (date(2026, 12, 1), date(2026, 12, 8))),
        (date(2026, 11, 30), "next Sunday", (date(2026, 12, 6), date(2026, 12, 13))),
        (date(2026, 12, 1), "am Dienstag", (date(2026, 12, 1), date(2026, 12, 8))),
        (date(2026, 12, 2), "Tue", (date(2026, 12, 8), date(2026, 12, 15))),
    ],
)
def test_weekday_alone_names_the_next_two(today: date, text: str, both: tuple[date, date]) -> None:
    with pytest.raises(UnclearDate) as found:
        dates.parse(text, timed=True).on(today)
    assert (found.value.code, found.value.readings) == ("weekday", both)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31.12.", date(2026, 12, 31)),
        ("31. Dezember 2026", date(2026, 12, 31)),
        ("December 31st", date(2026, 12, 31)),
        ("in 3 Wochen", date(2026, 12, 21)),
        ("tomorrow", date(2026, 12, 1)),
    ],
)
def test_day_understood(text: str, means: date) -> None:
    assert dates.read_day(text, NOW.date()) == means


@pytest.mark.parametrize(
    ("today", "text", "means"),
    [
        (date(2027, 12, 1), "29.2.", date(2028, 2, 29)),
        (date(2028, 2, 29), "29.2.", date(2028, 2, 29)),
        (date(2028, 2, 29), "28.2.", date(2029, 2, 28)),
        (date(2027, 6, 5), "5.6.", date(2027, 6, 5)),
        (date(2027, 6, 6), "5.6.", date(2028, 6, 5)),
        (date(2026, 12, 31), "1.1.", date(2027, 1, 1)),
    ],
)
def test_day_without_a_year_is_in_the_next_twelve_months(
    today: date, text: str, means: date
) -> None:
    assert dates.read_day(text, today) == means


@pytest.mark.parametrize("text", ["2026-12-31 19:00", "5.6. 19 Uhr", "in 3 weeks 19:00"])
def test_day_with_a_time_is_refused_where_only_a_day_is_asked(text: str) -> None:
    with pytest.raises(UnclearDate, match="unknown"):
        dates.read_day(text, NOW.date())
