"""What holds whatever the rule, the span and the holidays: nothing twice, nothing left out, nothing that depends on who computes it."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.schedules.chunks import planned
from unit.schedules.conftest import STARTER

from schedules.calendar import WorkCalendar
from schedules.loader import Loaded
from schedules.occurrences import Slot, opening, slots
from schedules.office import OfficeSpec
from schedules.terms import SUB_DAY, Roll, Term, Unit, first_day, last_day

FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)
# Every kind of rule, moved and not, dense and sparse, with and without a gap to keep.
RULES = {
    "weekly": "{weekly: 周五, time: '15:00', on_holiday: previous-workday, min_gap: 3 workdays}",
    "weekly-next": "{weekly: 周一, on_holiday: next-workday, min_gap: 2 workdays}",
    "monthly": "{monthly: 31, on_holiday: previous-workday}",
    "month-end": "{monthly: last-workday}",
    "quarterly": "{quarterly: 30, on_holiday: skip}",
    "quarter-end": "{quarterly: last-workday}",
    "yearly": "{yearly: [02-20, 10-01, 12-04], on_holiday: next-workday, min_gap: 1 workday}",
    "dates": "{dates: [2023-05-04, 2024-10-01, 2025-10-08, 2026-10-10], on_holiday: previous-workday}",
    "cron": "{cron: '0 9,15 1-7 */2 *', on_holiday: next-workday}",
    "bounded": "{weekly: 周三, effective_from: 2024-02-28, effective_to: 2025-11-11}",
    "window": "{window: [2, 7, 11]}",
    "month-window": "{window: [1, 12], due: last-day}",
    "cycle": "{cycle: calendar-year}",
    "expiry": "{expiry: enforcement, opens: 180 days before}",
}


@pytest.fixture(scope="session")
def office(small: Callable[..., Loaded]) -> OfficeSpec:
    """An office with one duty of each kind."""
    who = {"expiry": "{holder: true}"}
    text = "".join(
        f"{key}: {{title: 事项, when: {when}, who: {who.get(key, '{roles: [staff]}')}, remind: []}}\n"
        for key, when in RULES.items()
    )
    cards = "证件编号,证件种类,持证人工号,发证日期,有效期至\n"
    cards += "B-1,enforcement,bob,2021-10-09,2026-10-08\nC-1,enforcement,carol,2020-01-01,2024-06-14\n"
    found = small(text, credentials_csv=cards).office
    assert found is not None
    return found


DAYS = st.dates(FIRST, LAST)
KINDS = st.sampled_from(list(RULES))


@given(kind=KINDS, cuts=st.lists(DAYS, min_size=2, max_size=6, unique=True).map(sorted))
@settings(max_examples=300, deadline=None)
def test_periods_have_no_gap_and_no_overlap(office: OfficeSpec, kind: str, cuts: list[date]) -> None:
    schedule = office.schedule(kind)
    whole = slots(schedule, office, cuts[0], cuts[-1])
    pieces: list[Slot] = []
    for first, last in pairwise(cuts):
        pieces += slots(schedule, office, first, last if last == cuts[-1] else last - timedelta(days=1))

    assert tuple(pieces) == whole
    assert len({slot.key for slot in whole}) == len(whole)


@given(kind=KINDS, day=DAYS, length=st.integers(0, 500))
@settings(max_examples=150, deadline=None)
def test_the_same_is_generated_again(office: OfficeSpec, kind: str, day: date, length: int) -> None:
    """And a wider span holds the narrower one, in its order."""
    schedule, last = office.schedule(kind), day + timedelta(days=length)
    once = slots(schedule, office, day, last)
    wider = slots(schedule, office, day - timedelta(days=97), last + timedelta(days=41))

    assert slots(schedule, office, day, last) == once
    assert tuple(slot for slot in wider if slot in once) == once


@given(kind=KINDS, begin=DAYS, hours=st.lists(st.integers(1, 4_000), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_openings_have_no_gap_and_no_overlap(
    office: OfficeSpec, kind: str, begin: date, hours: list[int]
) -> None:
    """However long beat slept between two looks."""
    schedule = office.schedule(kind)
    start = at = datetime(begin.year, begin.month, begin.day, 3, 17, tzinfo=UTC)
    pieces: list[Slot] = []
    for step in hours:
        pieces += opening(schedule, office, after=at, until=at + timedelta(hours=step))
        at += timedelta(hours=step)

    assert tuple(pieces) == opening(schedule, office, after=start, until=at)
    assert len({slot.key for slot in pieces}) == len(pieces)


@pytest.mark.slow
def test_four_processes_make_the_plan_of_one(starter: OfficeSpec) -> None:
    """Each reads the office anew, with a hash seed of its own, and computes a quarter; together they are the year at once."""
    quarters = [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)]
    jobs = [(str(STARTER), first, end - timedelta(days=1)) for first, end in pairwise(quarters)]

    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        pieces = list(pool.map(planned, jobs))

    whole = planned((str(STARTER), date(2026, 1, 1), date(2026, 12, 31)))
    assert set(whole) == {schedule.id for schedule in starter.schedules}
    assert sum(map(len, whole.values())) > 50
    assert {key: [line for piece in pieces for line in piece[key]] for key in whole} == whole


# ── holidays ────────────────────────────────────────────────
UNITS = st.sampled_from(
    [unit for unit in ("workdays", "days", "weeks", "months", "years") if unit not in SUB_DAY]
)


@given(start=DAYS, n=st.integers(1, 60), unit=UNITS, changed=st.lists(DAYS, min_size=1, max_size=12))
@settings(max_examples=300, deadline=None)
def test_more_holidays_never_bring_a_deadline_forward_and_fewer_never_put_it_off(
    calendar: WorkCalendar, start: date, n: int, unit: Unit, changed: list[date]
) -> None:
    """Terms in working days, and others that roll on from a rest day. Counted back, it is the other way round."""
    term = Term(n if unit != "years" else min(n, 20), unit, "next-workday")
    back = Term(term.n, unit, "previous-workday")
    fuller, emptier = (
        WorkCalendar(days={**calendar.days, **dict.fromkeys(changed, worked)}, years=calendar.years)
        for worked in (False, True)
    )

    assert last_day(start, term, emptier) <= last_day(start, term, calendar) <= last_day(start, term, fuller)
    assert (
        first_day(start, back, fuller) <= first_day(start, back, calendar) <= first_day(start, back, emptier)
    )


@given(
    start=DAYS,
    n=st.integers(1, 200),
    roll=st.sampled_from(["none", "next-workday", "previous-workday"]),
    later=st.integers(0, 40),
)
@settings(max_examples=200, deadline=None)
def test_a_later_event_and_a_longer_term_never_end_earlier(
    calendar: WorkCalendar, start: date, n: int, roll: Roll, later: int
) -> None:
    for unit in ("workdays", "days", "months"):
        due = last_day(start, Term(n, unit, roll), calendar)

        assert last_day(start + timedelta(days=later), Term(n, unit, roll), calendar) >= due
        assert last_day(start, Term(n + later, unit, roll), calendar) >= due


def test_a_new_holiday_moves_the_dates_that_rest_on_it_and_no_others(calendar: WorkCalendar) -> None:
    """2015-09-03 was given two months ahead; here it is 2026-09-03, a Thursday."""
    fuller = WorkCalendar(days={**calendar.days, date(2026, 9, 3): False}, years=calendar.years)
    moved = {
        start: (
            last_day(start, Term(5, "workdays"), fuller) - last_day(start, Term(5, "workdays"), calendar)
        ).days
        for start in (date(2026, 8, 20) + timedelta(days=n) for n in range(20))
    }

    assert {start for start, by in moved.items() if by} == {
        date(2026, 8, 27) + timedelta(days=n) for n in range(7)
    }
    assert all(by >= 0 for by in moved.values())
