"""Lights: red, yellow, green, grey. Derived from dates, never stored; always also a word."""

from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from schedules.calendar import WorkCalendar
from schedules.grammar import Schedule
from schedules.office import OfficeSpec
from schedules.states import Obligation
from schedules.terms import Term, first_day, last_day
from schedules.words import Words, phrase

_CLOSED = frozenset({Obligation.DONE, Obligation.WAIVED, Obligation.WITHDRAWN, Obligation.CANCELLED})
_WAITING = frozenset({Obligation.EXPECTED, Obligation.SUBMITTED, Obligation.HISTORY, Obligation.PAUSED})


class Light(StrEnum):
    """Red: late. Yellow: due soon. Green: in time or done. Grey: provisional, paused, or waiting for others."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"

    @property
    def words(self) -> Words:
        """The colour in words."""
        match self:
            case Light.RED:
                return phrase("red")
            case Light.YELLOW:
                return phrase("yellow")
            case Light.GREEN:
                return phrase("green")
            case Light.GREY:
                return phrase("grey")
            case _ as never:
                assert_never(never)


def light(
    *,
    state: str,
    due_on: date | None,
    today: date,
    soon_on: date | None = None,
    provisional: bool = False,
    quiet: bool = False,
    outside: bool = False,
    paused: bool = False,
) -> Light:
    """The light of an obligation today. `soon_on`: yellow from that day on; `quiet`: somebody else is at work.

    A due day that is over is red: nothing is silenced from the due day on, unless the whole schedule is `paused`, or somebody
    outside the office has to do it (`outside`): we cannot be late with that.
    """
    if state in _CLOSED:
        return Light.GREEN
    if state in _WAITING or outside or paused:
        return Light.GREY
    if due_on is not None and due_on < today:
        return Light.RED
    if provisional or quiet:
        return Light.GREY
    return Light.YELLOW if soon_on is not None and soon_on <= today else Light.GREEN


def soon_from(schedule: Schedule, due_on: date, opens_at: datetime, office: OfficeSpec) -> date:
    """The day from which a duty is yellow: by its own `soon`, else by the office's term for short or long duties."""
    return first_day(due_on, schedule.soon or _soon(due_on, opens_at, office), office.calendar)


def _soon(due_on: date, opens_at: datetime, office: OfficeSpec) -> Term:
    lights = office.file.lights
    opens_on = opens_at.astimezone(office.tz).date()
    return (
        lights.soon_long
        if due_on >= last_day(opens_on, lights.long_from, office.calendar)
        else lights.soon_short
    )


def days_late(due_on: date, today: date) -> int:
    """Natural days since the due day; 0 until it is over."""
    return max(0, (today - due_on).days)


def workdays_late(due_on: date, today: date, calendar: WorkCalendar) -> int:
    """Working days since the due day; 0 until it is over."""
    return max(0, calendar.workdays_between(due_on, today))
