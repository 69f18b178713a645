"""Every day of 2023 to 2026 against the State Council's notices, and against two other programs that know them."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from schedules.calendar import WorkCalendar

# 国务院办公厅关于部分节假日安排的通知: the festival, its first and last day off, and the weekend days worked for it.
NOTICES = {
    "国办发明电〔2022〕16号": [
        ("元旦", "2022-12-31", "2023-01-02", ""),
        ("春节", "2023-01-21", "2023-01-27", "2023-01-28 2023-01-29"),
        ("清明节", "2023-04-05", "2023-04-05", ""),
        ("劳动节", "2023-04-29", "2023-05-03", "2023-04-23 2023-05-06"),
        ("端午节", "2023-06-22", "2023-06-24", "2023-06-25"),
        ("中秋节、国庆节", "2023-09-29", "2023-10-06", "2023-10-07 2023-10-08"),
    ],
    "国办发明电〔2023〕7号": [
        ("元旦", "2024-01-01", "2024-01-01", ""),
        ("春节", "2024-02-10", "2024-02-17", "2024-02-04 2024-02-18"),
        ("清明节", "2024-04-04", "2024-04-06", "2024-04-07"),
        ("劳动节", "2024-05-01", "2024-05-05", "2024-04-28 2024-05-11"),
        ("端午节", "2024-06-10", "2024-06-10", ""),
        ("中秋节", "2024-09-15", "2024-09-17", "2024-09-14"),
        ("国庆节", "2024-10-01", "2024-10-07", "2024-09-29 2024-10-12"),
    ],
    "国办发明电〔2024〕12号": [
        ("元旦", "2025-01-01", "2025-01-01", ""),
        ("春节", "2025-01-28", "2025-02-04", "2025-01-26 2025-02-08"),
        ("清明节", "2025-04-04", "2025-04-06", ""),
        ("劳动节", "2025-05-01", "2025-05-05", "2025-04-27"),
        ("端午节", "2025-05-31", "2025-06-02", ""),
        ("国庆节、中秋节", "2025-10-01", "2025-10-08", "2025-09-28 2025-10-11"),
    ],
    "国办发明电〔2025〕7号": [
        ("元旦", "2026-01-01", "2026-01-03", "2026-01-04"),
        ("春节", "2026-02-15", "2026-02-23", "2026-02-14 2026-02-28"),
        ("清明节", "2026-04-04", "2026-04-06", ""),
        ("劳动节", "2026-05-01", "2026-05-05", "2026-05-09"),
        ("端午节", "2026-06-19", "2026-06-21", ""),
        ("中秋节", "2026-09-25", "2026-09-27", "2026-09-20"),
        ("国庆节", "2026-10-01", "2026-10-07", "2026-10-10"),
    ],
}
ROWS = [pytest.param(*row[1:], id=f"{notice} {row[0]}") for notice, rows in NOTICES.items() for row in rows]
ALL_DAYS = [date(2023, 1, 1) + timedelta(days=n) for n in range(1461)]


def days(first: str, last: str) -> list[date]:
    begin = date.fromisoformat(first)
    return [begin + timedelta(days=n) for n in range((date.fromisoformat(last) - begin).days + 1)]


@pytest.mark.parametrize(("first", "last", "worked"), ROWS)
def test_a_festival_of_a_notice(first: str, last: str, worked: str, calendar: WorkCalendar) -> None:
    off = days(first, last)
    back = calendar.next_workday(off[-1])

    assert not any(calendar.is_workday(day) for day in off)
    assert all(calendar.is_workday(date.fromisoformat(text)) for text in worked.split())
    assert all(date.fromisoformat(text).weekday() >= 5 for text in worked.split())
    assert back - off[-1] <= timedelta(days=3), "nothing longer than a weekend follows"
    assert calendar.add_workdays(off[0] - timedelta(1), 1) == back


def test_the_notices_change_these_days_and_no_others(calendar: WorkCalendar) -> None:
    rows = [row for notice in NOTICES.values() for row in notice]
    off = {day for _, first, last, _ in rows for day in days(first, last)}
    worked = {date.fromisoformat(text) for *_, texts in rows for text in texts.split()}

    for day in ALL_DAYS:
        assert calendar.is_workday(day) is ((day.weekday() < 5 or day in worked) and day not in off), day


@pytest.mark.parametrize(("year", "count"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_the_working_days_of_a_year(year: int, count: int, calendar: WorkCalendar) -> None:
    assert calendar.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


def test_chinesecalendar_and_holidays_agree_on_every_day(calendar: WorkCalendar) -> None:
    china = holidays.country_holidays("CN", years=range(2023, 2027))
    ours = {day: calendar.is_workday(day) for day in ALL_DAYS}

    assert ours == {day: chinese_calendar.is_workday(day) for day in ALL_DAYS}
    assert ours == {day: china.is_working_day(day) for day in ALL_DAYS}
