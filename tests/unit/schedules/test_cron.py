"""Five-field cron: what is read and what is refused."""

from datetime import date, time

import pytest
from pydantic_core import PydanticCustomError

from schedules.cron import read_cron


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 0 8 * * *", "has 6 fields, not five"),
        ("@daily", "has 1 fields"),
        ("0 25 * * *", "out of range"),
        ("60 * * * *", "out of range"),
        ("59/5 * * * *", "'59/5' is not a cron field"),
        ("*/0 * * * *", "out of range"),
        ("5-1 * * * *", "runs backwards"),
        ("0 9 L * *", "'l' is not a cron field"),
        ("0 9 * * fri#2", "'fri#2' is not a cron field"),
        ("0 9 ? * *", "'?' is not a cron field"),
        ("R 9 * * *", "'r' is not a cron field"),
        ("0 9 * abc *", "out of range"),
        ("0 9 * * mon-abc", "out of range"),
        ("0 9 32 * *", "out of range"),
        ("0 9 0 * *", "out of range"),
        ("0 9 * * 8", "out of range"),
        ("0 9 * * fri-sun", "runs backwards"),
        ("0 9 * nov-feb *", "runs backwards"),
        ("0 9 jan * *", "out of range"),
        ("0 9 1,,2 * *", "'' is not a cron field"),
    ],
)
def test_a_bad_expression_is_refused(text: str, said: str) -> None:
    with pytest.raises(PydanticCustomError) as error:
        read_cron(text)

    assert said in str(error.value)


def test_names_and_sunday_are_read() -> None:
    rule = read_cron("30 8 * JAN-mar sun,7,fri")

    assert rule.times == (time(8, 30),)
    assert rule.months == {1, 2, 3}
    assert rule.weekdays == {6, 4}


FIELDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}


@pytest.mark.parametrize("name", FIELDS)
def test_every_range_and_step_of_a_field(name: str) -> None:
    """As crontab(5) explains them; a range of one number is that number."""
    low, high = FIELDS[name]
    for first in range(low, high + 1):
        for last in range(first, high + 1):
            for step in (1, 2, 5, 99):
                fields = {each: "*" if each in ("day", "month", "weekday") else "0" for each in FIELDS}
                fields[name] = f"{first}-{last}/{step}"
                rule = read_cron(" ".join(fields.values()))
                expected = set(range(first, last + 1, step))

                assert {
                    "minute": {clock.minute for clock in rule.times},
                    "hour": {clock.hour for clock in rule.times},
                    "day": rule.days,
                    "month": rule.months,
                    "weekday": {(day + 1) % 7 for day in rule.weekdays},
                }[name] == ({each % 7 for each in expected} if name == "weekday" else expected)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("5-5 9 * * *", [time(9, 5)]),
        ("0 9-9 * * *", [time(9)]),
        ("*/30 8,9 * * *", [time(8), time(8, 30), time(9), time(9, 30)]),
        ("0 */12 * * *", [time(0), time(12)]),
        ("59 23 * * *", [time(23, 59)]),
    ],
)
def test_the_times_of_a_day(text: str, times: list[time]) -> None:
    assert list(read_cron(text).times) == times


def test_a_range_of_one_day_is_that_day() -> None:
    rule = read_cron("0 9 15-15 * *")

    assert list(rule.between(date(2026, 1, 1), date(2026, 3, 31))) == [date(2026, n, 15) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("text", "wildcard"),
    [("0 3 * * *", False), ("*/5 3 * * *", True), ("0 * * * *", True), ("0 */2 * * *", True), ("0-59 0-23 * * *", False)],
)  # fmt: skip
def test_a_star_in_minutes_or_hours_follows_the_clock(text: str, wildcard: bool) -> None:
    assert read_cron(text).wildcard is wildcard
