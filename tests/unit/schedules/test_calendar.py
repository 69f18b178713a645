"""Working days, how far they are announced, and the notices they come from."""

from datetime import date

import pytest

from schedules.calendar import Notice, Override, WorkCalendar, merge
from schedules.calendar_file import notice_json, overrides_json, read_calendar
from schedules.source_text import SourceFile


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-14", True), ("2026-02-15", False), ("2026-02-20", False), ("2026-02-24", True), ("2026-09-20", True),
        ("2022-12-31", False), ("2026-11-21", False), ("2026-11-23", True),
        ("2027-01-01", False), ("2027-01-04", True), ("2027-10-03", False), ("2027-10-07", True),
    ],
)  # fmt: skip
def test_a_day_is_worked_or_not(day: str, worked: bool, calendar: WorkCalendar) -> None:
    assert calendar.is_workday(date.fromisoformat(day)) is worked


def test_a_year_after_the_last_notice_is_only_estimated(calendar: WorkCalendar) -> None:
    assert calendar.last_announced == date(2026, 12, 31)
    assert calendar.announced(date(2026, 12, 31))
    assert not calendar.announced(date(2027, 1, 1))
    assert calendar.provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert calendar.gaps(2023, 2030) == ()
    assert calendar.missing_years(2027) == (2027,)


def test_a_gap_is_not_estimated() -> None:
    broken = merge([(2023, {}), (2025, {})])

    assert broken.gaps(2020, 2030) == (2020, 2021, 2022, 2024)
    assert broken.missing_years(2025) == (2024,)


def test_an_office_without_notices_knows_nothing() -> None:
    empty = WorkCalendar()

    assert empty.last_announced is None
    assert empty.missing_years(2026) == (2026,)
    assert empty.gaps(2020, 2030) == ()
    assert empty.is_workday(date(2026, 1, 2))
    assert not empty.is_workday(date(2026, 1, 1))
    assert empty.add_workdays(date(2026, 1, 2), 1) == date(2026, 1, 5)
    assert empty.add_workdays(date(2026, 1, 5), -1) == date(2026, 1, 2)
    assert empty.workdays_between(date(2026, 1, 2), date(2026, 1, 5)) == 1


def test_next_and_previous_working_day(calendar: WorkCalendar) -> None:
    assert calendar.next_workday(date(2026, 2, 20)) == date(2026, 2, 24)
    assert calendar.previous_workday(date(2026, 2, 20)) == date(2026, 2, 14)
    assert calendar.next_workday(date(2026, 2, 24)) == date(2026, 2, 24)
    assert calendar.add_workdays(date(2026, 2, 20), 0) == date(2026, 2, 20)


def test_the_later_notice_wins() -> None:
    both = merge([(2023, {date(2022, 12, 31): False}), (2022, {date(2022, 12, 31): True})], revision=7)

    assert both.days[date(2022, 12, 31)] is False
    assert both.revision == 7


def notice(text: str, path: str = "calendar/2026.json") -> list[str]:
    read = read_calendar(SourceFile(path, text.encode()))
    assert (read.notice is None) == bool(read.problems)
    return [problem.text() for problem in read.problems]


DAY = '{"name": "元旦", "date": "2026-01-01", "isOffDay": true}'


def test_a_notice_says_which_days_are_worked() -> None:
    text = f'{{"year": 2026, "days": [{DAY}, {{"date": "2025-12-28", "isOffDay": false}}]}}'
    read = read_calendar(SourceFile("2026.json", text.encode()))
    found = read.notice

    assert read.problems == []
    assert found is not None
    assert (found.year, found.days) == (2026, {date(2026, 1, 1): False, date(2025, 12, 28): True})
    assert found.names[date(2026, 1, 1)] == "元旦"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "calendar/2026.json:1:2: this is not JSON"),
        ("[" * 200_000, "calendar/2026.json:1:1: this is not JSON"),
        ("[]", "calendar/2026.json:1:1: not a holiday notice"),
        ('{"year": "2026", "days": []}', "not a holiday notice"),
        ('{"year": 2026, "days": []}', "1:16: the notice names no day"),
        (
            '{"year": 2025, "days": [{"date": "2025-01-01", "isOffDay": true}]}',
            "the file is named 2026 but holds the year 2025",
        ),
        (
            '{"year": 1, "days": [{"date": "0001-01-01", "isOffDay": true}]}',
            "there is no calendar for the year 1",
        ),
        (
            f'{{"year": 2026,\n"days": [{DAY},\n{DAY}]}}',
            "calendar/2026.json:3:24: 2026-01-01 stands here twice",
        ),
        (
            '{"year": 2026, "days": [{"date": "2026-02-30", "isOffDay": true}]}',
            'a day needs "date" and "isOffDay"',
        ),
        ('{"year": 2026, "days": [{"date": "2026-02-03"}]}', 'a day needs "date" and "isOffDay"'),
        ('{"year": 2026, "days": [7]}', 'a day needs "date" and "isOffDay"'),
        (
            '{"year": 2026, "days": [{"date": "2027-01-01", "isOffDay": true}]}',
            "2027-01-01 is outside the notice of 2026",
        ),
        (
            '{"year": 2026, "days": [{"date": "2025-11-30", "isOffDay": true}]}',
            "2025-11-30 is outside the notice of 2026",
        ),
    ],
)
def test_a_bad_notice_is_refused(text: str, said: str) -> None:
    assert said in notice(text)[0]


def test_a_notice_that_is_not_text_is_refused() -> None:
    read = read_calendar(SourceFile("2026.json", b"\xff\xff\xff"))

    assert read.notice is None
    assert "not UTF-8" in read.problems[0].text()


STORM = Override(day=date(2026, 12, 31), is_workday=False, name="停工", reason="暴雪")


def test_an_override_wins_over_every_notice() -> None:
    found = merge([Notice(2027, {date(2026, 12, 31): True}), Notice(2026, {})], overrides=[STORM])

    assert not found.is_workday(date(2026, 12, 31))
    assert found.years == {2026, 2027}
    assert {day.day: (day.source, day.name) for day in found.year(2026)}[date(2026, 12, 31)] == (
        "override",
        "停工",
    )


def test_every_day_of_a_year_has_what_decided_it(calendar: WorkCalendar) -> None:
    announced = {day.day: day for day in calendar.year(2026)}
    estimated = {day.day: day for day in calendar.year(2027)}

    assert (len(announced), len(calendar.year(2024))) == (365, 366)
    assert (announced[date(2026, 1, 1)].source, announced[date(2026, 1, 1)].name) == ("notice", "元旦")
    assert (announced[date(2026, 1, 5)].source, announced[date(2026, 1, 5)].name) == ("week", "")
    assert (estimated[date(2027, 2, 6)].source, estimated[date(2027, 2, 6)].name) == ("estimate", "春节")
    assert sum(day.is_workday for day in announced.values()) == 248


def test_overrides_are_read_and_written_as_a_file() -> None:
    read = read_calendar(SourceFile("calendar/overrides.json", overrides_json([STORM]).encode()))

    assert (read.notice, read.overrides, read.problems) == (None, (STORM,), [])


def test_a_notice_is_read_as_it_was_written() -> None:
    notice = Notice(
        2027,
        {date(2027, 1, 1): False, date(2026, 12, 26): True},
        {date(2027, 1, 1): "元旦", date(2026, 12, 26): ""},
    )

    assert read_calendar(SourceFile("calendar/2027.json", notice_json(notice).encode())).notice == notice


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("7", 'a day needs "date" and "isOffDay", found 7'),
        ('{"date": "2026-09-03", "isOffDay": true}', "2026-09-03 needs a reason"),
        ('{"date": "2026-09-03", "isOffDay": true, "reason": 7}', "2026-09-03 needs a reason"),
        (
            '{"date": "2026-09-03", "isOffDay": true, "reason": "x"}, {"date": "2026-09-03", "isOffDay": true, "reason": "y"}',
            "2026-09-03 stands here twice",
        ),
    ],
)
def test_bad_overrides_are_refused(entries: str, said: str) -> None:
    read = read_calendar(SourceFile("o.json", f'{{"overrides": [{entries}]}}'.encode()))

    assert read.overrides == ()
    assert said in read.problems[0].text()
