"""Days and deadlines as people write them: "11月26日（周四）18:00前", "Thu 26 Nov, before 18:00". Always with the weekday."""

from datetime import date

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
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
