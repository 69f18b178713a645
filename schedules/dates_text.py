"""Days and deadlines as people write them: "11月26日（周四）18:00前", "Thu 26 Nov, before 18:00". Always with the weekday."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from schedules.rounding import dated
from schedules.rounding import day as day_words
from schedules.words import Words, phrase

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS = (
    phrase("Mon"), phrase("Tue"), phrase("Wed"), phrase("Thu"), phrase("Fri"), phrase("Sat"), phrase("Sun"),
)  # fmt: skip
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date, lang: str, *, today: date | None = None) -> str:
    """A day with its weekday; with its year where that is not the year of `today`."""
    far = today is not None and today.year != day.year
    if lang.startswith("zh"):
        year = f"{day.year}年" if far else ""
        return f"{year}{day.month}月{day.day}日（{WEEKDAYS_ZH[day.weekday()]}）"
    year = f" {day.year}" if far else ""
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}{year}"


def due_text(on: date, at: datetime, lang: str, *, tz: ZoneInfo, today: date | None = None) -> str:
    """A due day with the hour at which it ends; the midnight that ends it is its own 24:00."""
    local = at.astimezone(tz)
    ends_at_midnight = local.date() == on + timedelta(days=1) and (local.hour, local.minute) == (0, 0)
    clock = "24:00" if ends_at_midnight else f"{local:%H:%M}"
    day = day_text(on, lang, today=today)
    return f"{day}{clock}前" if lang.startswith("zh") else f"{day}, before {clock}"


def said_day(day: date, *, today: date | None = None) -> Words:
    """A day inside a sentence, in the reader's language: "11月30日", "30 Nov"; with its year unless that is the year of `today`."""
    return day_words(day) if today is not None and today.year == day.year else dated(day)
