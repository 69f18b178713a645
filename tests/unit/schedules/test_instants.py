"""Local times to instants, on nights when the clocks change too; days in words; lights."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from schedules.calendar import WorkCalendar
from schedules.dates_text import day_text, due_text
from schedules.instants import end_of_day, instant
from schedules.lights import Light, days_late, light, workdays_late
from schedules.states import Obligation

SHANGHAI, BERLIN, APIA = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")


@pytest.mark.parametrize(
    ("day", "clock", "zone", "utc"),
    [
        pytest.param(date(2026, 11, 23), time(8, 40), SHANGHAI, "2026-11-23T00:40", id="plain"),
        pytest.param(
            date(2026, 3, 29),
            time(2, 30),
            BERLIN,
            "2026-03-29T01:00",
            id="does not exist: the end of the gap",
        ),
        pytest.param(date(2026, 3, 29), time(3, 0), BERLIN, "2026-03-29T01:00", id="just after the gap"),
        pytest.param(date(2026, 10, 25), time(2, 30), BERLIN, "2026-10-25T00:30", id="twice: the first"),
        pytest.param(date(2011, 12, 30), time(12, 0), APIA, "2011-12-30T10:00", id="a day that never was"),
    ],
)
def test_an_instant(day: date, clock: time, zone: ZoneInfo, utc: str) -> None:
    assert instant(day, clock, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_day_ends_at_the_next_midnight() -> None:
    assert end_of_day(date(2026, 12, 31), SHANGHAI) == datetime(2026, 12, 31, 16, tzinfo=UTC)


THURSDAY = date(2026, 11, 26)
AT_18 = datetime(2026, 11, 26, 10, tzinfo=UTC)
AT_24 = datetime(2026, 11, 26, 16, tzinfo=UTC)


def test_days_are_written_with_their_weekday() -> None:
    assert day_text(THURSDAY, "zh_CN") == "11月26日（周四）"
    assert day_text(THURSDAY, "en") == "Thu 26 Nov"
    assert day_text(THURSDAY, "zh_CN", today=date(2027, 1, 1)) == "2026年11月26日（周四）"
    assert day_text(THURSDAY, "en", today=date(2027, 1, 1)) == "Thu 26 Nov 2026"
    assert day_text(THURSDAY, "en", today=date(2026, 1, 1)) == "Thu 26 Nov"


def test_deadlines_are_written_with_their_hour() -> None:
    assert due_text(THURSDAY, AT_18, "zh_CN", tz=SHANGHAI) == "11月26日（周四）18:00前"
    assert due_text(THURSDAY, AT_24, "zh_CN", tz=SHANGHAI) == "11月26日（周四）24:00前"
    assert due_text(THURSDAY, AT_18, "en", tz=SHANGHAI) == "Thu 26 Nov, before 18:00"


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("state", "due", "soon", "provisional", "quiet", "colour"),
    [
        (Obligation.DONE, date(2026, 1, 1), None, False, False, Light.GREEN),
        (Obligation.EXPECTED, None, None, False, False, Light.GREY),
        (Obligation.SUBMITTED, date(2026, 1, 1), None, False, False, Light.GREY),
        (Obligation.OPEN, date(2026, 11, 22), None, True, True, Light.RED),
        (Obligation.OPEN, date(2026, 11, 23), date(2026, 11, 20), False, False, Light.YELLOW),
        (Obligation.OPEN, date(2026, 11, 23), date(2026, 11, 20), True, False, Light.GREY),
        (Obligation.OPEN, date(2026, 11, 23), date(2026, 11, 20), False, True, Light.GREY),
        (Obligation.OPEN, date(2026, 12, 23), date(2026, 11, 24), False, False, Light.GREEN),
        (Obligation.OPEN, date(2026, 12, 23), None, False, False, Light.GREEN),
        (Obligation.OPEN, None, None, False, False, Light.GREEN),
    ],
)
def test_a_light(
    state: Obligation, due: date | None, soon: date | None, provisional: bool, quiet: bool, colour: Light
) -> None:
    found = light(state=state, due_on=due, today=TODAY, soon_on=soon, provisional=provisional, quiet=quiet)

    assert found is colour
    assert str(found.words) == colour.value


def test_days_late_are_natural_and_working_days(calendar: WorkCalendar) -> None:
    assert days_late(date(2026, 11, 18), TODAY) == 5
    assert workdays_late(date(2026, 11, 18), TODAY, calendar) == 3
    assert days_late(TODAY, TODAY) == 0
    assert workdays_late(date(2026, 11, 24), TODAY, calendar) == 0
    assert days_late(date(2026, 11, 24), TODAY) == 0
