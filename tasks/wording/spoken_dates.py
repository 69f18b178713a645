"""Days and hours as an office says them: with the weekday, "today" and "tomorrow" said, a year only when it is another one."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

from schedules.dates_text import MONTHS_EN, day_text


class Due(Protocol):
    """What has a deadline."""

    @property
    def due_on(self) -> date | None: ...  # noqa: D102
    @property
    def due_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def today(self) -> date: ...  # noqa: D102


def short(value: date, language: str, *, today: date) -> str:
    """A day without its weekday: "11月26日", "26 Nov"; with the year when it is not today's."""
    if language == "zh_CN":
        year = "" if value.year == today.year else f"{value.year}年"
        return f"{year}{value.month}月{value.day}日"
    year = "" if value.year == today.year else f" {value.year}"
    return f"{value.day} {MONTHS_EN[value.month - 1]}{year}"


def printed(value: date, language: str) -> str:
    """As on a certificate: "2027年5月20日（周四）", "Thu 20 May 2027"; always with its year."""
    return day_text(value, language, today=date.min)


def moment(local: datetime, language: str, *, today: date) -> str:
    """When to be there: "明天11月27日（周五）15:00"."""
    return _said(local.date(), f"{local:%H:%M}", language, today=today)


def deadline(due: Due, tz: tzinfo, language: str) -> str:
    """The end of a due day. The end of a legal day, midnight, belongs to the day before: 24:00."""
    if due.due_on is None:
        raise ValueError("no due day to speak of")
    if due.due_at is None:
        return day_text(due.due_on, language, today=due.today)
    local = due.due_at.astimezone(tz)
    hour = "24:00" if local.date() > due.due_on else f"{local:%H:%M}"
    return _said(due.due_on, hour, language, today=due.today)


def clock(local: datetime, language: str) -> str:
    """An instant that is named, not waited for: "11月23日（周一）8:00"; the year is the reader's."""
    said = day_text(local.date(), language, today=local.date())
    return f"{said}{' ' if language != 'zh_CN' else ''}{local.hour}:{local:%M}"


def _said(value: date, hour: str, language: str, *, today: date) -> str:
    chinese = language == "zh_CN"
    if value == today:
        return f"今天{hour}" if chinese else f"today {hour}"
    said = day_text(value, language, today=today)
    if value == today + timedelta(days=1):
        return f"明天{said}{hour}" if chinese else f"tomorrow, {said} {hour}"
    return f"{said}{hour}" if chinese else f"{said} {hour}"
