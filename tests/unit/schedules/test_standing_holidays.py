"""The holidays that stand in law, against two independent calendars; and what a year without a notice is taken for."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from schedules.calendar import WorkCalendar
from schedules.standing_holidays import MOVABLE, standing_holidays

OTHERS = holidays.country_holidays("CN", years=range(2025, 2046), language="en_US")


@pytest.mark.parametrize("year", [year for year in MOVABLE if year >= 2025])
def test_they_are_those_of_the_law(year: int) -> None:
    """`holidays` adds replacements for holidays on a weekend and days off of a notice, which the law does not fix."""
    theirs = {
        day
        for day, name in OTHERS.items()
        if day.year == year
        and any("observed" not in each and "Day off" not in each for each in name.split("; "))
    }

    assert set(standing_holidays(year)) == theirs
    assert len(theirs) == 13 - _shared(year)


def _shared(year: int) -> int:
    """Mid-autumn may fall on one of the three days of October."""
    return int(MOVABLE[year][3] in ("10-01", "10-02", "10-03"))


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_notice_since_the_law_has_them_off(year: int) -> None:
    worked = [day for day in standing_holidays(year) if chinese_calendar.is_workday(day)]

    assert worked == []


def test_a_year_without_a_notice_is_never_estimated_to_be_easier_than_it_was() -> None:
    """Weekdays that the notices of 2025 and 2026 gave away beyond the law are worked in the estimate."""
    estimate = WorkCalendar(years=frozenset({2024}))
    for year in (2025, 2026):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        off = [day for day in days if day.weekday() < 5 and not estimate.is_workday(day)]
        assert all(not chinese_calendar.is_workday(day) for day in off)


def test_beyond_the_table_only_the_solar_calendar_is_known() -> None:
    year = max(MOVABLE) + 1

    assert set(standing_holidays(year)) == {
        date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), date(year, 10, 1), date(year, 10, 2), date(year, 10, 3)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2027-02-05", False), ("2027-02-08", False), ("2027-02-09", True), ("2027-02-12", True), ("2027-04-05", False),
        ("2027-06-09", False), ("2027-09-15", False), ("2027-10-04", True), ("2027-02-06", False), ("2027-02-13", False),
    ],
)  # fmt: skip
def test_doubtful_days_are_worked_and_no_weekend_is(day: str, worked: bool) -> None:
    assert WorkCalendar(years=frozenset({2026})).is_workday(date.fromisoformat(day)) is worked
