"""Terms from a day to a day: the units of Chinese law, the last day, and what is refused."""

from datetime import date

import pytest
from bad_terms import ALLOWED, BAD_TERMS
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.calendar import WorkCalendar, merge
from schedules.terms import (
    LONGEST,
    BadTerm,
    Term,
    Unit,
    deadline,
    first_day,
    is_provisional,
    last_day,
    longest_span,
    natural,
    parse_term,
    term_words,
)

DAYS_2023_TO_2026 = st.dates(date(2023, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("20 workdays", Term(20, "workdays")),
        ("1 workday", Term(1, "workdays")),
        ("20个工作日", Term(20, "workdays")),
        ("15日", Term(15, "days")),
        ("15 天", Term(15, "days")),
        ("1 days", Term(1, "days")),
        ("0 days", Term(0, "days")),
        (" 2 weeks ", Term(2, "weeks")),
        ("3个月", Term(3, "months")),
        ("1 year", Term(1, "years")),
        ("24小时", Term(24, "hours")),
        ("45 minutes", Term(45, "minutes")),
        ("20 Workdays", Term(20, "workdays")),
        ({"n": 15, "unit": "日", "roll": "next-workday"}, Term(15, "days", "next-workday")),
        ({"n": 3, "unit": "workdays"}, Term(3, "workdays")),
        (Term(2, "days"), Term(2, "days")),
    ],
)
def test_a_term_is_read(text: object, term: Term) -> None:
    assert parse_term(text) == term


MAPPINGS: list[tuple[object, str]] = [
    (3, "needs a number and a unit, found 3"),
    (None, "needs a number and a unit"),
    (["3", "days"], "needs a number and a unit"),
    ("", "'' is not a term"),
    ("x" * 500, "is not a term"),
    ("9" * 5000 + " days", "longer than 36500 days"),
    ({"n": "3", "unit": "days"}, "'n' must be a whole number"),
    ({"n": True, "unit": "days"}, "'n' must be a whole number"),
    ({"n": 1.5, "unit": "days"}, "'n' must be a whole number"),
    ({"n": -3, "unit": "days"}, "'n' must be a whole number"),
    ({"unit": "days"}, "'n' must be a whole number, found None"),
    ({"n": 20}, "'unit' must be a unit of time, found None"),
    ({"n": 20, "unit": ["days"]}, "'unit' must be a unit of time, found ['days']"),
    ({"n": 3, "unit": "day"}, "say 'days'"),
    ({"n": 0, "unit": "workdays"}, "can mean two things"),
    ({"n": 10**30, "unit": "days"}, "longer than 36500 days"),
    ({"n": 3, "unit": "days", "rol": "none"}, "unknown key 'rol'"),
    ({"n": 3, "unit": "days", "roll": "up"}, "'roll' must be none"),
]


@pytest.mark.parametrize(("text", "said"), [*BAD_TERMS.items(), *MAPPINGS], ids=lambda value: str(value)[:40])
def test_a_bad_term_is_refused(text: object, said: str) -> None:
    with pytest.raises(BadTerm, match=r".") as error:
        parse_term(text)

    assert said in str(error.value.what)
    assert len(str(error.value.what)) < 200
    assert error.value.allowed == ALLOWED


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        pytest.param("2026-09-18", "20 workdays", "2026-10-22", id="over National Day"),
        pytest.param("2026-02-05", "7 workdays", "2026-02-14", id="ends on a worked Saturday"),
        pytest.param(
            "2026-02-05",
            {"n": 15, "unit": "日", "roll": "next-workday"},
            "2026-02-24",
            id="rolls out of the holiday",
        ),
        pytest.param("2026-02-05", "15日", "2026-02-20", id="natural days stay on a rest day"),
        pytest.param(
            "2026-09-02",
            {"n": 30, "unit": "日", "roll": "next-workday"},
            "2026-10-08",
            id="rolls over National Day",
        ),
        pytest.param(
            "2026-09-02", {"n": 30, "unit": "日", "roll": "previous-workday"}, "2026-09-30", id="rolls back"
        ),
        pytest.param("2026-01-31", "1 month", "2026-02-28", id="month clamps"),
        pytest.param("2028-02-29", "1 year", "2029-02-28", id="leap day clamps"),
        pytest.param("2026-11-30", "3 months", "2027-02-28", id="over the year"),
        pytest.param("2026-11-23", "2 weeks", "2026-12-07", id="weeks"),
        pytest.param("2026-11-23", "24 hours", "2026-11-24", id="24 hours"),
        pytest.param("2026-11-23", "25 hours", "2026-11-25", id="25 hours"),
        pytest.param("2026-11-23", "45 minutes", "2026-11-24", id="minutes reach the next day at most"),
        pytest.param("2026-11-23", "0 days", "2026-11-23", id="the day itself"),
    ],
)
def test_a_deadline(start: str, term: object, due: str, calendar: WorkCalendar) -> None:
    found = deadline(date.fromisoformat(start), parse_term(term), calendar)

    assert found.due == date.fromisoformat(due)
    assert found.due == last_day(found.start, parse_term(term), calendar)
    assert not found.provisional


def test_a_deadline_shows_what_was_passed_over(calendar: WorkCalendar) -> None:
    found = deadline(date(2026, 2, 5), Term(7, "workdays"), calendar)

    assert found.skipped == (date(2026, 2, 7), date(2026, 2, 8))
    assert found.worked_weekends == (date(2026, 2, 14),)


def test_a_rolled_deadline_shows_the_rest_days(calendar: WorkCalendar) -> None:
    found = deadline(date(2026, 2, 5), Term(15, "days", "next-workday"), calendar)

    assert found.skipped == tuple(date(2026, 2, day) for day in (20, 21, 22, 23))


def test_a_count_into_an_unannounced_year_is_provisional(calendar: WorkCalendar) -> None:
    assert deadline(date(2026, 12, 25), Term(10, "workdays"), calendar).provisional
    assert not deadline(date(2026, 12, 1), Term(10, "workdays"), calendar).provisional


def test_a_natural_count_is_provisional_only_if_it_rolls(calendar: WorkCalendar) -> None:
    assert not is_provisional(date(2026, 12, 20), date(2027, 1, 4), Term(15, "days"), calendar)
    assert is_provisional(date(2026, 12, 20), date(2027, 1, 4), Term(15, "days", "next-workday"), calendar)


@pytest.mark.parametrize("term", [Term(1, "days"), Term(2, "months"), Term(1, "workdays")])
def test_the_end_of_time_is_an_overflow(term: Term) -> None:
    with pytest.raises(OverflowError):
        last_day(date.max, term, WorkCalendar())


def test_working_days_need_a_calendar() -> None:
    with pytest.raises(ValueError, match="calendar"):
        natural(date(2026, 1, 1), Term(1, "workdays"), sign=1)


@pytest.mark.parametrize("unit", list(LONGEST))
def test_a_term_is_said_in_words(unit: Unit) -> None:
    assert str(term_words(Term(1, unit))).startswith(("1 ", "one "))
    assert str(term_words(Term(3, unit))).startswith("3 ")
    assert str(term_words(Term(3, unit))).endswith("s")


def test_a_working_day_is_said_to_be_one() -> None:
    assert str(term_words(Term(5, "workdays"))) == "5 working days"


@given(start=DAYS_2023_TO_2026, n=st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_back_and_forth_meet_on_a_working_day(calendar: WorkCalendar, start: date, n: int) -> None:
    worked = calendar.next_workday(start)

    assert first_day(last_day(worked, Term(n, "workdays"), calendar), Term(n, "workdays"), calendar) == worked


@given(start=st.dates(date(1990, 1, 1), date(2060, 1, 1)), n=st.integers(1, 300), back=st.booleans())
@settings(max_examples=100, deadline=None)
def test_inside_and_outside_the_table_count_alike(start: date, n: int, back: bool) -> None:
    tabled, plain = merge([(2026, {})]), WorkCalendar(years=frozenset({2026}))
    plain.__dict__["_workdays"] = ()
    signed = -n if back else n

    assert tabled.add_workdays(start, signed) == plain.add_workdays(start, signed)
    end = tabled.add_workdays(start, signed)
    assert tabled.workdays_between(start, end) == plain.workdays_between(start, end)


@given(n=st.integers(1, 400), unit=st.sampled_from(list(LONGEST)), start=DAYS_2023_TO_2026)
@settings(max_examples=100, deadline=None)
def test_the_longest_span_is_never_exceeded(calendar: WorkCalendar, n: int, unit: Unit, start: date) -> None:
    term = Term(min(n, 100) if unit == "years" else n, unit, "next-workday")

    assert last_day(start, term, calendar) - start <= longest_span(term)
