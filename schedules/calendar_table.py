"""Working days as a table (csv or xlsx): a year's notice, or, with a column for the reason, single overrides.

日期,是否上班,名称        2027-02-05,否,春节
日期,是否上班,名称,原因    2027-09-03,否,纪念活动,市政府通知
"""

from collections.abc import Mapping, Sequence
from datetime import date

from schedules.calendar import Notice, Override
from schedules.calendar_file import EARLIEST, LATEST, CalendarFile, outside
from schedules.problems import Problem
from schedules.roster_table import Row, read_table
from schedules.source_text import SourceFile, by_position
from schedules.standing_holidays import standing_holidays
from schedules.words import Words, phrase

HEADERS: Mapping[str, str] = {
    "日期": "date", "date": "date", "是否上班": "worked", "isworkday": "worked", "isoffday": "off", "是否放假": "off",
    "名称": "name", "name": "name", "原因": "reason", "reason": "reason",
}  # fmt: skip
YES = frozenset({"是", "上班", "班", "true", "yes", "y", "1"})
NO = frozenset({"否", "放假", "休息", "休", "false", "no", "n", "0"})
ALLOWED = "是, 否, true, false"
LAW_SINCE = 2025  # the year from which the holidays that stand in law are those of the 2024 revision


def read_days(source: SourceFile) -> CalendarFile:
    """Read a table of days. The latest year in it is the year of the notice; its December before may stand there too."""
    rows, problems = read_table(source, HEADERS, ("date",))
    if not problems and rows and not {"worked", "off"} & set(rows[0]):
        what = phrase("there is no column '{column}'", column="是否上班")
        problems.append(Problem(source.path, rows[0]["date"].line, 1, "", what, "是否上班, isOffDay"))
    return _read(_Reader(source, problems), rows, problems)


def _read(reader: "_Reader", rows: Sequence[Row], problems: list[Problem]) -> CalendarFile:
    if not problems and not rows:
        reader.problem(None, "", phrase("the notice names no day"))
    if problems:
        return CalendarFile(problems=problems)
    days = [(row, *taken) for row in rows if (taken := reader.take(row)) is not None]
    if "reason" in rows[0]:
        overrides = tuple(reader.override(row, day, worked) for row, day, worked in days)
        return CalendarFile(None, () if problems else overrides, list(by_position(problems)))
    notice = reader.notice(days)
    return CalendarFile(None if problems else notice, (), list(by_position(problems)))


class _Reader:
    def __init__(self, source: SourceFile, problems: list[Problem]) -> None:
        self.source, self.problems, self.seen = source, problems, set[date]()

    def take(self, row: Row) -> tuple[date, bool] | None:
        """The day of a row and whether it is worked; None after a problem."""
        text = row["date"].text
        day = _day(text)
        if day is None or not EARLIEST <= day.year <= LATEST:
            self.problem(
                row, "date", phrase("'{value}' is not a date; write one like 2026-11-27", value=text)
            )
            return None
        if day in self.seen:
            self.problem(row, "date", phrase("{day} stands here twice", day=day))
            return None
        self.seen.add(day)
        column = "worked" if "worked" in row else "off"
        said = row[column].text.lower()
        if said not in YES | NO:
            self.problem(
                row,
                column,
                phrase("'{found}' does not say whether the day is worked", found=row[column].text),
                ALLOWED,
            )
            return None
        return day, (said in YES) == (column == "worked")

    def override(self, row: Row, day: date, worked: bool) -> Override:  # noqa: FBT001 - a row as it was taken
        reason = row["reason"].text
        if not reason:
            self.problem(row, "reason", phrase("{day} needs a reason", day=day))
        return Override(day=day, is_workday=worked, name=_name(row), reason=reason)

    def notice(self, days: Sequence[tuple[Row, date, bool]]) -> Notice:
        year = max((day.year for _, day, _ in days), default=0)
        for row, day, _ in days:
            if outside(day, year):
                self.problem(row, "date", phrase("{day} is outside the notice of {year}", day=day, year=year))
        return Notice(
            year, {day: worked for _, day, worked in days}, {day: _name(row) for row, day, _ in days}
        )

    def problem(self, row: Row | None, column: str, what: Words, allowed: str | None = None) -> None:
        place = row[column] if row else None
        line, col = (place.line, place.col) if place else (1, 1)
        subject = row["date"].text if row else ""
        self.problems.append(Problem(self.source.path, line, col, subject or "?", what, allowed))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return None


def _name(row: Row) -> str:
    return row["name"].text if "name" in row else ""


def against_law(notice: Notice) -> tuple[date, ...]:
    """Days that are off by law and that the notice has worked: it is cut off, or of another year."""
    if notice.year < LAW_SINCE:
        return ()
    return tuple(day for day in standing_holidays(notice.year) if notice.days.get(day, day.weekday() < 5))
