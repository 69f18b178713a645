"""What a figure of the annual report is: a number or a share, counted from the lines behind it, with what is lacking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from schedules.grammar import Schedule
from schedules.instants import end_of_day, instant
from schedules.report import FigureBase
from schedules.rounding import amount, day, exact, listed, months, percent, rounded
from schedules.words import Words, phrase
from tasks.live import Live
from tasks.wording.naming import HIDDEN

__all__ = ["HIDDEN", "Line", "Place", "Result", "Span", "days_of", "exactly", "named", "said", "span_of"]

PlaceKind = Literal["duty", "occurrence", "register", "person", "schedule"]
NOT_RECORDED = phrase("not recorded")
BY_HAND = phrase("(to be confirmed by hand)")
NONE_DUE = phrase("nothing to count")
FEW = 4  # days that are named beside a number


class Place(NamedTuple):
    """Where a line is shown: an obligation's or an occurrence's id, a person's, a schedule's or a register's key."""

    kind: PlaceKind
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list behind a figure: the day of the fact, what it is, whose, who recorded it.

    `amount`: what it adds, in hundredths, where the figure is a sum. `counts`: whether it is in the number, or in the part of a share;
    what does not count is in the list all the same, as it is what is lacking. `note` says why.
    """

    on: date | None
    title: Words
    unit: str = ""
    who: str = ""
    amount: int | None = None
    counts: bool = True
    note: Words | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A figure as it was counted. `number` in hundredths, or `part` of `whole`.

    `recorded` False: nobody recorded anything it could be counted from (未登记), which is not 0. `zero`: 0 because that was declared
    (零报告); `confirmed` False: for some of the days only, so that a report cannot say it. `detail` stands beside the number.
    """

    lines: tuple[Line, ...] = ()
    number: int | None = None
    part: int = 0
    whole: int = 0
    recorded: bool = True
    zero: bool = False
    confirmed: bool = True
    detail: Words | None = None
    gaps: tuple[Words, ...] = ()
    scope: Words

    @property
    def is_share(self) -> bool:
        """Whether it is a rate."""
        return self.number is None

    @property
    def rate(self) -> str | None:
        """Per cent with one decimal, cut; None of nothing."""
        return percent(self.part, self.whole) if self.is_share and self.recorded and self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days a report is about, both included. What lies after `until` has not happened yet. `begin` and `end` are UTC, end excluded."""

    session: Session
    live: Live
    year: int
    now: datetime
    today: date
    first: date
    last: date
    begin: datetime
    end: datetime

    @property
    def until(self) -> date:
        """The last day of the year that is over or has begun."""
        return min(self.last, self.today)


def span_of(session: Session, live: Live, year: int, *, now: datetime) -> Span:
    """The calendar year of the office."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return Span(
        session=session, live=live, year=year, now=now, today=live.today(now), first=first, last=last,
        begin=instant(first, time(0), live.office.tz).astimezone(UTC), end=end_of_day(last, live.office.tz).astimezone(UTC),
    )  # fmt: skip


def named(schedule: Schedule, title: str, key: str, *, event: bool) -> Words:
    """What an occurrence is called in a list: with the event's key, or the turn of the year; nothing of what is sealed."""
    if schedule.privacy == "sealed":
        return HIDDEN
    if event or (key[:4].isdigit() and not _is_day(key)):
        return phrase("{title} ({subject})", title=title, subject=key)
    return Words("{title}", {"title": title})


def _is_day(key: str) -> bool:
    try:
        date.fromisoformat(key)
    except ValueError:
        return False
    return True


def exactly(figure: FigureBase, result: Result) -> Words:
    """The exact number, or the share with its fraction."""
    if not result.recorded:
        return NOT_RECORDED
    if result.zero:
        said_ = phrase("0 {unit} (zero declared)", unit=figure.measure)
    elif result.number is not None:
        said_ = exact(result.number, figure.measure)
    elif result.rate is None:
        said_ = NONE_DUE
    else:
        said_ = phrase(
            "{rate}% ({part}/{whole})", rate=result.rate, part=amount(result.part), whole=amount(result.whole)
        )
    return (
        phrase("{number} ({detail})", number=said_, detail=result.detail)
        if result.detail is not None
        else said_
    )


def said(figure: FigureBase, result: Result) -> Words:
    """As a report says it: rounded down or by its months; a rate as it is; what nobody recorded asks for a person's word."""
    if not result.recorded or not result.confirmed:
        return BY_HAND
    if result.number is None:
        return NONE_DUE if result.rate is None else phrase("{rate}%", rate=result.rate)
    if figure.wording == "rounded":
        return rounded(result.number, figure.measure)
    if figure.wording == "months":
        return months(_days(result.lines), figure.measure) or exact(result.number, figure.measure)
    return exact(result.number, figure.measure)


def _days(lines: Sequence[Line]) -> list[date]:
    return [line.on for line in lines if line.on is not None and line.counts]


def days_of(lines: Sequence[Line]) -> Words | None:
    """The days of a few facts: 7月28日、11月30日."""
    found = sorted(_days(lines))
    if not 0 < len(found) <= FEW or len(set(found)) != len(found):
        return None
    return listed([day(each) for each in found])
