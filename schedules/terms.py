"""Terms: "20 workdays" from a date to a date, with the days counted.

The day of the event does not count (民事诉讼法 85条; 行政处罚法 85条 uses the same start). Months and years clamp to the last day
of the target month, counted from the original day. `roll` says what becomes of a last day that is a rest day.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, assert_never, get_args

from schedules.calendar import WorkCalendar
from schedules.words import Words, phrase

Unit = Literal["workdays", "days", "weeks", "months", "years", "hours", "minutes"]
Roll = Literal["none", "next-workday", "previous-workday"]

# A bare `day` is in no list: in Chinese law it is either a natural or a working day, and the difference is the point.
_UNIT_NAMES: Mapping[Unit, str] = {
    "workdays": "workday workdays 个工作日 工作日",
    "days": "days 日 天 个自然日 自然日",
    "weeks": "week weeks 周 个星期 星期",
    "months": "month months 个月 月",
    "years": "year years 年",
    "hours": "hour hours 小时 个小时",
    "minutes": "minute minutes 分钟",
}
UNIT_WORDS: Mapping[str, Unit] = {name: unit for unit, names in _UNIT_NAMES.items() for name in names.split()}
LONGEST: Mapping[Unit, int] = {
    "workdays": 9_999, "days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100, "hours": 87_600, "minutes": 99_999,
}  # fmt: skip
SUB_DAY: frozenset[Unit] = frozenset({"hours", "minutes"})
ALLOWED = "20 workdays, 15 days, 3 months, 1 year, 24 hours, 20个工作日, 15日, 3个月, 24小时"
_FORM = re.compile(r"\s*([0-9]+)\s*([A-Za-z]+(?: [A-Za-z]+)?|[一-鿿]+)\s*")
_DIGITS = 9  # more of them are too long in any unit
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time in one unit; `roll` applies to the last day of terms in days and longer."""

    n: int
    unit: Unit
    roll: Roll = "none"

    def __str__(self) -> str:
        return f"{self.n} {self.unit}"


class BadTerm(ValueError):
    """A term that cannot be read. `what` is for people, `allowed` lists the forms."""

    def __init__(self, what: Words) -> None:
        super().__init__(str(what))
        self.what = what
        self.allowed = ALLOWED


def parse_term(value: object) -> Term:
    """Read `20 workdays`, `20个工作日`, or a mapping {n, unit, roll}. Raise BadTerm."""
    if isinstance(value, Term):
        return value
    if isinstance(value, dict):
        return _from_mapping(value)
    if not isinstance(value, str):
        raise BadTerm(phrase("a term needs a number and a unit, found {found}", found=_short(repr(value))))
    match = _FORM.fullmatch(value)
    if match is None:
        raise BadTerm(_mistake(value.strip().lower(), _short(value.strip())))
    digits, unit = match[1], match[2].lower()
    if unit == "day":
        raise BadTerm(phrase("'{found}': say 'days' (natural days) or 'workdays'", found=value.strip()))
    if unit not in UNIT_WORDS:
        raise BadTerm(
            phrase("'{found}': unknown unit '{unit}'", found=_short(value.strip()), unit=_short(unit))
        )
    return _checked(Term(int(digits[:_DIGITS]), UNIT_WORDS[unit]), _short(value.strip()))


def _mistake(text: str, found: str) -> Words:
    """What keeps a text from being a term."""
    if text == "day":
        return phrase("'{found}': say 'days' (natural days) or 'workdays'", found=found)
    if text in UNIT_WORDS:
        return phrase("'{found}' has no number", found=found)
    if re.fullmatch("[0-9]+", text):
        return phrase("'{found}' has no unit: days and working days are not the same", found=found)
    if re.match(r"[-+−－＋]", text):
        return phrase(
            "'{found}' has a sign: a term only says how long; before or after stands beside it", found=found
        )
    if re.match(r"[0-9]+[.,]|[０-９]|[零一二三四五六七八九十百半两]", text):
        return phrase("'{found}': the number must be a whole one in digits, such as 15", found=found)
    if len(re.findall("[0-9]+", text)) > 1:
        return phrase("'{found}' mixes several terms: one number and one unit", found=found)
    return phrase("'{found}' is not a term", found=found)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _checked(term: Term, found: str) -> Term:
    most = LONGEST[term.unit]
    if term.n == 0 and term.unit == "workdays":
        raise BadTerm(
            phrase(
                "'0 workdays' can mean two things: say '0 days' for the same day or '1 workday' for the next working day"
            )
        )
    if term.n > most:
        raise BadTerm(phrase("'{found}' is longer than {most}", found=found, most=f"{most} {term.unit}"))
    return term


def _from_mapping(value: dict[object, object]) -> Term:
    unknown = sorted(str(key) for key in value if key not in ("n", "unit", "roll"))
    if unknown:
        raise BadTerm(phrase("unknown key '{key}' in a term", key=unknown[0]))
    n, unit, found = value.get("n"), value.get("unit"), value.get("roll", "none")
    roll: Roll | None = next((each for each in get_args(Roll) if each == found), None)
    if not isinstance(n, int) or isinstance(n, bool) or n < 0:
        raise BadTerm(phrase("'n' must be a whole number, found {found}", found=_short(repr(n))))
    if roll is None:
        raise BadTerm(
            phrase(
                "'roll' must be none, next-workday or previous-workday, found {found}",
                found=_short(repr(found)),
            )
        )
    if not isinstance(unit, str):
        raise BadTerm(phrase("'unit' must be a unit of time, found {found}", found=_short(repr(unit))))
    return replace(parse_term(f"{n} {unit}"), roll=roll)


def term_words(term: Term) -> Words:
    """The term for people: working days are said to be working days."""
    one = term.n == 1
    match term.unit:
        case "workdays":
            return phrase("one working day") if one else phrase("{n} working days", n=term.n)
        case "days":
            return phrase("1 day") if one else phrase("{n} days", n=term.n)
        case "weeks":
            return phrase("1 week") if one else phrase("{n} weeks", n=term.n)
        case "months":
            return phrase("1 month") if one else phrase("{n} months", n=term.n)
        case "years":
            return phrase("1 year") if one else phrase("{n} years", n=term.n)
        case "hours":
            return phrase("1 hour") if one else phrase("{n} hours", n=term.n)
        case "minutes":
            return phrase("1 minute") if one else phrase("{n} minutes", n=term.n)
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Where a term ends: the last day, and which days were passed over or, being weekends, worked."""

    start: date
    due: date
    provisional: bool
    skipped: tuple[date, ...] = ()
    worked_weekends: tuple[date, ...] = ()


def last_day(start: date, term: Term, calendar: WorkCalendar) -> date:
    """The last day of `term` counted forward from `start`, which does not count. OverflowError past the year 9999."""
    if term.unit == "workdays":
        return calendar.add_workdays(start, term.n)
    return _roll(natural(start, term, sign=1), term.roll, calendar)


def first_day(anchor: date, term: Term, calendar: WorkCalendar) -> date:
    """The day that lies `term` before `anchor`, which does not count."""
    if term.unit == "workdays":
        return calendar.add_workdays(anchor, -term.n)
    return _roll(natural(anchor, term, sign=-1), term.roll, calendar)


def is_provisional(start: date, end: date, term: Term, calendar: WorkCalendar) -> bool:
    """Whether a count of `term` between two days rests on a year that is only estimated."""
    if term.unit == "workdays":
        return calendar.provisional(min(start, end), max(start, end))
    return term.roll != "none" and not calendar.announced(end)


def deadline(start: date, term: Term, calendar: WorkCalendar) -> Deadline:
    """Count `term` forward from `start`, with the days counted. Terms in hours or minutes end on the day they reach at most.

    OverflowError past the year 9999.
    """
    due = last_day(start, term, calendar)
    provisional = is_provisional(start, due, term, calendar)
    if term.unit != "workdays":
        skipped = tuple(_between(natural(start, term, sign=1), due))
        return Deadline(start=start, due=due, provisional=provisional, skipped=skipped)
    days = _between(start + _ONE_DAY, due + _ONE_DAY)
    return Deadline(
        start=start, due=due, provisional=provisional,
        skipped=tuple(day for day in days if not calendar.is_workday(day)),
        worked_weekends=tuple(day for day in days if day.weekday() >= 5 and calendar.is_workday(day)),
    )  # fmt: skip


def natural(start: date, term: Term, *, sign: Literal[1, -1]) -> date:
    """Calendar arithmetic without working days. Month arithmetic clamps to the month's end."""
    match term.unit:
        case "days":
            return start + sign * timedelta(days=term.n)
        case "weeks":
            return start + sign * timedelta(weeks=term.n)
        case "months":
            return _add_months(start, sign * term.n)
        case "years":
            return _add_months(start, sign * 12 * term.n)
        case "hours":
            return start + sign * timedelta(days=-(-term.n // 24))
        case "minutes":
            return start + sign * timedelta(days=-(-term.n // 1440))
        case "workdays":
            raise ValueError("working days need a calendar")
        case _ as never:
            assert_never(never)


def longest_span(term: Term) -> timedelta:
    """A span of days that `term` never exceeds, rest days and holidays included."""
    days = {"workdays": 2 * term.n + 14, "weeks": 7 * term.n, "months": 31 * term.n, "years": 366 * term.n}
    return timedelta(days=days.get(term.unit, term.n) + 14)


def _add_months(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("date value out of range")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _roll(last: date, roll: Roll, calendar: WorkCalendar) -> date:
    match roll:
        case "none":
            return last
        case "next-workday":
            return calendar.next_workday(last)
        case "previous-workday":
            return calendar.previous_workday(last)
        case _ as never:
            assert_never(never)


def _between(first: date, end: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((end - first).days)]
