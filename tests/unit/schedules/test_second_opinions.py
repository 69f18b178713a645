"""Ours against others: a slow count of terms, dateutil on recurrences, cronsim on cron."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from random import Random
from typing import get_args

import pytest
from cronsim import CronSim, CronSimError
from dateutil import rrule
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from unit.schedules.slow_terms import end_of

from schedules.calendar import WorkCalendar
from schedules.cron import read_cron
from schedules.fields import WEEKDAYS
from schedules.grammar import Dated, Monthly, Quarterly, Weekly, Yearly
from schedules.recurrence import rule_days
from schedules.terms import Roll, Term, Unit, deadline, first_day, last_day

SEED = 20260918
LONGEST: dict[Unit, int] = {
    "workdays": 90, "days": 120, "weeks": 17, "months": 60, "years": 20, "hours": 2_000, "minutes": 20_000,
}  # fmt: skip


def _agree(calendar: WorkCalendar, start: date, term: Term, *, forward: bool) -> None:
    if forward:
        assert last_day(start, term, calendar) == end_of(start, term.n, term.unit, term.roll), (start, term)
    else:
        assert first_day(start, term, calendar) == end_of(start, term.n, term.unit, term.roll, -1), (
            start,
            term,
        )


@pytest.mark.parametrize("cases", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_terms_end_where_a_slow_count_ends(calendar: WorkCalendar, cases: int) -> None:
    dice = Random(SEED)
    units, rolls = list(LONGEST), list(get_args(Roll))
    first = date(2023, 1, 1)
    for _ in range(cases):
        unit, roll = dice.choice(units), dice.choice(rolls)
        start, n = first + timedelta(days=dice.randrange(1461)), dice.randint(1, LONGEST[unit])
        _agree(calendar, start, Term(n, unit, roll), forward=dice.random() < 0.75)


TERMS = st.sampled_from(sorted(LONGEST)).flatmap(
    lambda unit: st.builds(
        Term, st.integers(1, LONGEST[unit]), st.just(unit), st.sampled_from(get_args(Roll))
    )
)


@given(start=st.dates(date(2023, 1, 1), date(2026, 12, 31)), term=TERMS, forward=st.booleans())
@settings(max_examples=500, deadline=None)
def test_no_term_is_found_that_a_slow_count_ends_elsewhere(
    calendar: WorkCalendar, start: date, term: Term, *, forward: bool
) -> None:
    _agree(calendar, start, term, forward=forward)


@given(start=st.dates(date(2023, 1, 1), date(2026, 12, 31)), n=st.integers(1, 120))
@settings(max_examples=150, deadline=None)
def test_the_days_of_a_deadline_add_up(calendar: WorkCalendar, start: date, n: int) -> None:
    """Every day after the start is counted or passed over, and as many are counted as the term has."""
    found = deadline(start, Term(n, "workdays"), calendar)

    assert (found.due - start).days == n + len(found.skipped)
    assert calendar.workdays_between(start, found.due) == n
    assert calendar.workdays_between(found.due, start) == -n
    assert not any(calendar.is_workday(day) for day in found.skipped)
    assert all(day.weekday() >= 5 for day in found.worked_weekends)


# ── recurrences ─────────────────────────────────────────────
SPANS = {"first": st.dates(date(2020, 1, 1), date(2026, 1, 1)), "length": st.integers(0, 1600)}


def theirs(first: date, length: int, freq: int, **rule: object) -> list[date]:
    begin = datetime.combine(first, time(0))
    found = rrule.rrule(freq, dtstart=begin, until=begin + timedelta(days=length), **rule)  # type: ignore[arg-type]
    return [at.date() for at in found]


def ours(rule: Dated, calendar: WorkCalendar, first: date, length: int) -> list[date]:
    return [day for day, _ in rule_days(rule, calendar, first, first + timedelta(days=length))]


@given(weekday=st.integers(0, 6), **SPANS)
@settings(max_examples=60, deadline=None)
def test_weekly_agrees_with_dateutil(calendar: WorkCalendar, weekday: int, first: date, length: int) -> None:
    rule = Weekly.model_validate({"weekly": WEEKDAYS[weekday]})

    assert ours(rule, calendar, first, length) == theirs(first, length, rrule.WEEKLY, byweekday=weekday)


def up_to(day: int) -> dict[str, object]:
    """The day of a month, or its last where it has none: of its days up to that one the last."""
    return {"bymonthday": tuple(range(1, day + 1)), "bysetpos": -1}


@given(day=st.integers(1, 31), **SPANS)
@settings(max_examples=60, deadline=None)
def test_monthly_agrees_with_dateutil(calendar: WorkCalendar, day: int, first: date, length: int) -> None:
    rule = Monthly.model_validate({"monthly": day})
    begin = first.replace(day=1)  # bysetpos counts from the beginning of a period

    found = theirs(begin, length + (first - begin).days, rrule.MONTHLY, **up_to(day))
    assert ours(rule, calendar, first, length) == [each for each in found if each >= first]


@given(day=st.integers(1, 31), **SPANS)
@settings(max_examples=60, deadline=None)
def test_quarterly_agrees_with_dateutil(calendar: WorkCalendar, day: int, first: date, length: int) -> None:
    rule = Quarterly.model_validate({"quarterly": day})
    begin = first.replace(day=1)

    found = theirs(begin, length + (first - begin).days, rrule.MONTHLY, bymonth=(3, 6, 9, 12), **up_to(day))
    assert ours(rule, calendar, first, length) == [each for each in found if each >= first]


@given(month=st.integers(1, 12), day=st.integers(1, 31), **SPANS)
@settings(max_examples=60, deadline=None)
def test_yearly_agrees_with_dateutil(
    calendar: WorkCalendar, month: int, day: int, first: date, length: int
) -> None:
    assume(day <= monthrange(2025, month)[1])
    rule = Yearly.model_validate({"yearly": f"{month:02}-{day:02}"})

    assert ours(rule, calendar, first, length) == theirs(
        first, length, rrule.YEARLY, bymonth=month, bymonthday=day
    )


@given(quarterly=st.booleans(), **SPANS)
@settings(max_examples=60, deadline=None)
def test_the_last_working_day_agrees_with_dateutil(quarterly: bool, first: date, length: int) -> None:
    """In a land without holidays: dateutil knows none."""
    plain = WorkCalendar(years=frozenset(range(2019, 2032)))
    months = (3, 6, 9, 12) if quarterly else tuple(range(1, 13))
    rule: Dated = (
        Quarterly.model_validate({"quarterly": "last-workday"})
        if quarterly
        else Monthly.model_validate({"monthly": "last-workday"})
    )
    begin = first.replace(day=1)

    found = theirs(
        begin, length + (first - begin).days, rrule.MONTHLY, bymonth=months, byweekday=range(5), bysetpos=-1
    )
    assert ours(rule, plain, first, length) == [each for each in found if each >= first]


# ── cron ────────────────────────────────────────────────────
NUMBERS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}
NAMES = {"month": ["jan", "feb", "sep", "dec"], "weekday": ["sun", "mon", "fri", "sat"]}


@st.composite
def field(draw: st.DrawFn, name: str) -> str:
    """One field that Debian's cron and both programs accept: stars, steps, numbers, ranges, lists and names."""
    low, high = NUMBERS[name]
    number = st.integers(low, high)
    step = draw(st.integers(1, 7))
    begin = draw(st.integers(low, high - 1))
    end = draw(st.integers(begin + 1, high))  # cronsim reads 5-5/2 as 5/2, which means something else
    parts = [
        "*",
        f"*/{step}",
        str(draw(number)),
        f"{begin}-{begin}",
        f"{begin}-{end}",
        f"{begin}-{end}/{step}",
    ]
    parts += [f"{draw(number)},{begin}-{end}", f"{draw(number)},{draw(number)},{draw(number)}"]
    return draw(st.sampled_from(parts + NAMES.get(name, [])))


def cron_days(text: str, first: date, last: date) -> list[datetime]:
    rule = read_cron(text)
    return [datetime.combine(day, clock) for day in rule.between(first, last) for clock in rule.times]


def cronsim(text: str, first: date, last: date) -> list[datetime]:
    end = datetime.combine(last, time(23, 59))
    begin = datetime.combine(first, time(0)) - timedelta(seconds=1)
    return list(takewhile(lambda at: at <= end, CronSim(text, begin)))


@given(parts=st.tuples(*(field(name) for name in NUMBERS)))
@settings(max_examples=300, deadline=None)
def test_cron_agrees_with_cronsim(parts: tuple[str, ...]) -> None:
    text = " ".join(parts)
    rule = read_cron(text)
    try:
        sim = CronSim(text, datetime(2028, 1, 1))  # noqa: DTZ001 - cron speaks of local times
    except CronSimError:
        assume(False)  # it refuses days that never come
    leap_year = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]

    assert [day for day in leap_year if rule.matches(day)] == [
        day for day in leap_year if day.month in sim.months and sim.match_day(day)
    ]
    assert rule.times == tuple(
        time(hour, minute) for hour in sorted(sim.hours) for minute in sorted(sim.minutes)
    )


FRIDAYS = [2, 9, 16, 23, 30]  # of October 2026; the 13th is a Tuesday
EVERY = list(range(1, 32))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("0 9 13 * fri", sorted([13, *FRIDAYS])),
        ("0 9 1-31 * 5", EVERY),
        ("0 9 * * 5", FRIDAYS),
        ("0 9 13 * *", [13]),
        ("0 9 */2 * 5", [9, 23]),
        ("0 9 13 * */2", [13]),
        ("0 9 13 * 0-7", EVERY),
        ("0 9 16,20 * 5,2", [2, 6, 9, 13, 16, 20, 23, 27, 30]),
        ("0 9 31 * 7", [4, 11, 18, 25, 31]),
    ],
)
def test_day_and_weekday_as_debian_joins_them(text: str, days: Sequence[int]) -> None:
    """Either matches, unless one of the two fields begins with a star: then both must. crontab(5) of Debian."""
    found = cron_days(text, date(2026, 10, 1), date(2026, 10, 31))

    assert [at.day for at in found] == list(days)
    assert found == cronsim(text, date(2026, 10, 1), date(2026, 10, 31))
