"""What an explanation is asked against: the office in force, its time, the day in question; and how days are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from schedules.calendar import WorkCalendar
from schedules.dates_text import WEEKDAYS, said_day
from schedules.instants import MIDNIGHT, instant
from schedules.rounding import listed
from schedules.words import Words, phrase
from tasks.live import Live

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question: `now` is office time (aware), `on` the office's day that is asked about."""

    session: Session
    live: Live
    now: datetime
    on: date

    @property
    def today(self) -> date:
        """The office's day."""
        return self.live.today(self.now)

    @property
    def since(self) -> datetime:
        """The first instant of the day in question."""
        return instant(self.on, MIDNIGHT, self.live.office.tz)

    @property
    def until(self) -> datetime:
        """The first instant after it."""
        return instant(self.on + _ONE_DAY, MIDNIGHT, self.live.office.tz)

    def on_day(self, at: datetime | None) -> bool:
        """Whether an instant lies on the day in question."""
        return at is not None and self.since <= at < self.until

    def day_of(self, at: datetime) -> date:
        """The office's day of an instant."""
        return self.live.today(at)

    def day(self, on: date) -> Words:
        """11月26日（周四）; with the year where it is not this one."""
        return phrase("{weekday} {day}", weekday=WEEKDAYS[on.weekday()], day=said_day(on, today=self.today))

    def moment(self, at: datetime) -> Words:
        """11月26日（周四）08:40."""
        return phrase("{date} {clock}", date=self.day(self.day_of(at)), clock=self.clock(at))

    def clock(self, at: datetime) -> str:
        """08:40, office time."""
        return f"{at.astimezone(self.live.office.tz):%H:%M}"

    def iso(self, at: datetime | None) -> str | None:
        """An instant as JSON has it: ISO 8601 in office time."""
        return at.astimezone(self.live.office.tz).isoformat(timespec="minutes") if at else None


def rest_days(days: Sequence[date], calendar: WorkCalendar | None, *, today: date) -> Words:
    """Days one after the other, those in a row as a span; with a calendar the name of the holiday: 10月1日至10月7日（国庆节）."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == _ONE_DAY and _name(day, calendar) == _name(runs[-1][-1], calendar):
            runs[-1].append(day)
        else:
            runs.append([day])
    return listed([_run(run, calendar, today=today) for run in runs])


def _name(day: date, calendar: WorkCalendar | None) -> str:
    return calendar.names.get(day, "") if calendar is not None else ""


def _run(days: Sequence[date], calendar: WorkCalendar | None, *, today: date) -> Words:
    first, last = said_day(days[0], today=today), said_day(days[-1], today=today)
    span = first if len(days) == 1 else phrase("{first} to {last}", first=first, last=last)
    name = _name(days[0], calendar)
    return phrase("{days} ({name})", days=span, name=name) if name else span
