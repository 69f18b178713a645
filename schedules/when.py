"""When a duty comes round: the rules that name single days, and the choice among all rules.

`recurrence.py` and `occurrences.py` compute them.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Tag, WithJsonSchema, field_validator, model_validator

from schedules.cron import read_cron
from schedules.fields import ClockTime, Day, DayMonth, Lead, TermText, Trail, WeekdayName, refusal, shown
from schedules.meant import half_width
from schedules.problems import choices, close_to
from schedules.recurring import Missed, MissedRule, Recurring
from schedules.strict import Definition, chosen_by, tag
from schedules.terms import Term
from schedules.when_event import Event, EventField
from schedules.when_whole import Anniversary, AnyCycle, Cycle, Expiry, Issued, Once, Window
from schedules.words import phrase

__all__ = [
    "WHEN_KEYS", "Anniversary", "Before", "By", "Cron", "Cycle", "Dated", "Dates", "Deadline", "Event", "EventField", "Expiry", "Held",
    "Issued", "Missed", "MissedRule", "Monthly", "OnHoliday", "Once", "Quarterly", "Rhythm", "Weekly", "When", "Window", "Yearly",
]  # fmt: skip

OnHoliday = Literal["skip", "previous-workday", "next-workday", "keep"]


def _many_days(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Held(Definition):
    """The span around the day of the rule in which it may be held, both ends included."""

    from_: Lead = Field(Term(0, "days"), alias="from")
    to: Trail = Term(0, "days")


class Dated(Recurring):
    """Shared by rules that name single days. Times are office-local; a moved date keeps the key of the rule's own day."""

    time: ClockTime | None = None
    on_holiday: OnHoliday = "keep"
    min_gap: TermText | None = None
    opens: Lead | None = None
    held: Held | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> "Dated":
        if self.held is not None and self.on_holiday != "keep":
            raise refusal(phrase("'{key}' does not go with '{other}'", key="on_holiday", other="held"))
        return self


class Weekly(Dated):
    """Every week on one weekday."""

    weekly: WeekdayName


MonthDay = Annotated[
    int | Literal["last-workday"],
    BeforeValidator(lambda value: _month_day(value)),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 31}, {"enum": ["last-workday"]}]}),
]  # 1–31, clamped to the month's end


def _month_day(value: object) -> int | str:
    if value == "last-workday" or (
        isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31
    ):
        return value
    meant = half_width(value) if isinstance(value, str) else ""
    meant = meant if meant.isdecimal() and 1 <= int(meant) <= 31 else close_to(meant, ["last-workday"]) or ""
    what = phrase("'{found}' is not a day of a month", found=shown(value))
    raise refusal(what, choices(("1–31", "last-workday"), meant=meant or None))


class Monthly(Dated):
    """Every month on a day number (clamped to the month's end) or on the last working day."""

    monthly: MonthDay


class Quarterly(Dated):
    """A day number or the last working day of the last month of each quarter."""

    quarterly: MonthDay


DaysOfYear = Annotated[
    tuple[DayMonth, ...],
    Field(min_length=1),
    BeforeValidator(_many_days, json_schema_input_type=DayMonth | tuple[DayMonth, ...]),
]


class Yearly(Dated):
    """Every year on one or several days "MM-DD"."""

    yearly: DaysOfYear


class Deadline(Dated):
    """Shared by the deadlines in the year: a last day, not a day on which something is held. It rolls back to a working day."""

    on_holiday: Literal["previous-workday", "next-workday", "keep"] = "previous-workday"

    @model_validator(mode="after")
    def _goes_together(self) -> "Deadline":
        for key in ("time", "held", "min_gap"):
            if getattr(self, key) is not None:
                raise refusal(phrase("'{key}' does not go with '{other}'", key=key, other="before, by"))
        return self


class Before(Deadline):
    """Every year before one or several days "MM-DD", which are excluded: before 03-01 is by the last of February.

    The key is the last day that is included, so that `before: 03-01` and `by: 02-28` name the same occurrence.
    """

    before: DaysOfYear


class By(Deadline):
    """Every year by one or several days "MM-DD", which are included."""

    by: DaysOfYear


class Dates(Dated):
    """A list of single dates."""

    dates: Annotated[tuple[Day, ...], Field(min_length=1)]


class Cron(Dated):
    """Five-field cron. The time of day comes from the expression, so there is no `time` beside it."""

    cron: str

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, value: str) -> str:
        read_cron(value)
        return value

    @field_validator("time")
    @classmethod
    def _no_time(cls, value: object) -> object:
        if value is not None:
            raise refusal(phrase("the time of day comes from the cron expression"))
        return value


WHEN_KEYS = (
    "weekly", "monthly", "quarterly", "yearly", "before", "by", "dates", "cron", "window", "cycle", "expiry", "once", "event",
)  # fmt: skip

# When a summary is drafted and sent.
Rhythm = Annotated[
    Annotated[Weekly, Tag(tag("weekly"))] | Annotated[Monthly, Tag(tag("monthly"))],
    chosen_by(("weekly", "monthly")),
]

When = Annotated[
    Annotated[Weekly, Tag(tag("weekly"))]
    | Annotated[Monthly, Tag(tag("monthly"))]
    | Annotated[Quarterly, Tag(tag("quarterly"))]
    | Annotated[Yearly, Tag(tag("yearly"))]
    | Annotated[Before, Tag(tag("before"))]
    | Annotated[By, Tag(tag("by"))]
    | Annotated[Dates, Tag(tag("dates"))]
    | Annotated[Cron, Tag(tag("cron"))]
    | Annotated[Window, Tag(tag("window"))]
    | Annotated[AnyCycle, Tag(tag("cycle"))]
    | Annotated[Expiry, Tag(tag("expiry"))]
    | Annotated[Once, Tag(tag("once"))]
    | Annotated[Event, Tag(tag("event"))],
    chosen_by(WHEN_KEYS),
]
