"""When a missing year is asked for: weekly from 1 November, daily from 10 December, red from 20 December."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules.calendar import WorkCalendar
from schedules.calendar_alarms import alarm_day, missing_year, next_alarm, red_year
from schedules.office import OfficeSpec

SHANGHAI = ZoneInfo("Asia/Shanghai")
KNOWN = WorkCalendar(years=frozenset({2025, 2026}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("today", "missing", "red"),
    [
        ("2026-10-31", None, None), ("2026-11-01", 2027, None), ("2026-12-19", 2027, None), ("2026-12-20", 2027, 2027),
        ("2027-01-01", 2027, 2027), ("2027-11-02", 2027, 2027), ("2025-12-31", None, None),
    ],
)  # fmt: skip
def test_which_year_is_missing(today: str, missing: int | None, red: int | None) -> None:
    day = date.fromisoformat(today)

    assert missing_year(KNOWN, day) == missing
    assert red_year(KNOWN, day) == red


def test_an_office_without_notices_is_never_asked(starter: OfficeSpec) -> None:
    without = replace(starter, calendar=WorkCalendar())

    assert missing_year(without.calendar, date(2026, 12, 31)) is None
    assert next_alarm(without, after=at("2026-12-01 00:00")) is None
    assert alarm_day(without, after=at("2026-12-01 00:00"), until=at("2026-12-31 00:00")) is None


def test_the_days_in_order(starter: OfficeSpec) -> None:
    found: list[datetime] = []
    after = at("2026-09-01 00:00")
    while len(found) < 12:
        alarm = next_alarm(starter, after=after)
        assert alarm is not None
        found.append(alarm.astimezone(SHANGHAI))
        after = alarm

    assert [f"{each:%m-%d}" for each in found] == [
        "11-02", "11-09", "11-16", "11-23", "11-30", "12-07", "12-10", "12-11", "12-14", "12-15", "12-16", "12-17"
    ]  # fmt: skip
    assert {each.time() for each in found} == {starter.file.sending[0]}


def test_it_goes_on_into_the_year_itself(starter: OfficeSpec) -> None:
    assert next_alarm(starter, after=at("2027-06-01 12:00")) == at("2027-06-02 08:40")


def test_the_latest_alarm_since_the_last_look(starter: OfficeSpec) -> None:
    def latest(after: str, until: str) -> date | None:
        return alarm_day(starter, after=at(after), until=at(until))

    assert latest("2026-11-01 00:00", "2026-11-02 08:39") is None
    assert latest("2026-11-01 00:00", "2026-11-02 08:40") == date(2026, 11, 2)
    assert latest("2026-11-02 08:40", "2026-11-08 23:00") is None
    assert latest("2026-11-02 08:40", "2026-12-20 08:40") == date(2026, 12, 18), "many missed ones are one"
    assert latest("2026-09-01 00:00", "2026-10-31 23:00") is None


def test_once_the_year_is_there_the_next_one_is_asked_for(starter: OfficeSpec) -> None:
    more = replace(starter, calendar=replace(starter.calendar, years=starter.calendar.years | {2027}))

    assert next_alarm(more, after=at("2026-12-15 08:40")) == at("2027-11-01 08:40")
    assert alarm_day(more, after=at("2026-11-01 00:00"), until=at("2026-12-31 23:00")) is None
    assert timedelta(0) < at("2027-11-01 08:40") - at("2026-12-15 08:40")
