"""When a duty comes round: single days, windows, cycles, expiry dates and events. `recurrence.py` and `occurrences.py` compute them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Tag, field_validator

from schedules.cron import read_cron
from schedules.done import EvidenceKind
from schedules.fields import (
    ClockTime,
    Day,
    DayMonth,
    Figure,
    Flag,
    Key,
    Lead,
    TermText,
    Text,
    Texts,
    WeekdayName,
    refusal,
)
from schedules.strict import Definition, chosen_by, tag
from schedules.words import phrase

OnHoliday = Literal["skip", "previous-workday", "next-workday", "keep"]
Missed = Literal["all", "latest", "skip"]


def _many_days(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Recurring(Definition):
    """Shared by all rules. `missed` says which occurrences are still opened when their day passed while nothing ran."""

    missed: Missed = Field(
        "latest", description="what is still opened after an interruption: all, latest or skip 中断后补开哪些"
    )
    effective_from: Day | None = Field(
        None, description="the first day on which the rule counts 从哪天起执行"
    )
    effective_to: Day | None = Field(None, description="the last day on which the rule counts 到哪天为止")


class Dated(Recurring):
    """Shared by rules that name single days. Times are office-local; a moved date keeps the key of the rule's own day."""

    time: ClockTime | None = Field(None, description='when it begins, "HH:MM" 开始时间')
    on_holiday: OnHoliday = Field(
        "keep", description="what becomes of a day that is a rest day 遇休息日怎么办"
    )
    min_gap: TermText | None = Field(
        None, description="a moved day closer than this to the one before is skipped 与上一次的最小间隔"
    )
    opens: Lead | None = Field(
        None,
        description="how long before the day the duty opens; default: at the first reminder 提前多久交办",
    )


class Weekly(Dated):
    """Every week on one weekday."""

    weekly: WeekdayName


MonthDay = Annotated[
    int | Literal["last-workday"], BeforeValidator(lambda value: _month_day(value))
]  # 1–31, clamped to the month's end


def _month_day(value: object) -> int | str:
    if value == "last-workday" or (
        isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31
    ):
        return value
    raise refusal(phrase("'{found}' is not a day of a month", found=value), "1–31, last-workday")


class Monthly(Dated):
    """Every month on a day number (clamped to the month's end) or on the last working day."""

    monthly: MonthDay


class Quarterly(Dated):
    """A day number or the last working day of the last month of each quarter."""

    quarterly: MonthDay


class Yearly(Dated):
    """Every year on one or several days "MM-DD"."""

    yearly: Annotated[
        tuple[DayMonth, ...],
        Field(min_length=1),
        BeforeValidator(_many_days, json_schema_input_type=DayMonth | tuple[DayMonth, ...]),
    ]


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


Month = Annotated[Figure, Field(ge=1, le=12)]


class Window(Recurring):
    """Months in which something must happen; each opens with the month and is due on its last (working) day."""

    window: Annotated[tuple[Month, ...], Field(min_length=1)]
    due: Literal["last-workday", "last-day"] = "last-workday"


class Cycle(Recurring):
    """A calendar year, owed by 31 December."""

    cycle: Literal["calendar-year"]


class Expiry(Recurring):
    """One occurrence for each credential of a kind, due on the expiry date printed on it (stored, never computed)."""

    expiry: Key
    opens: Lead = Field(
        description='how long before the expiry the duty opens: "180 days before" 提前多久交办'
    )


EventFieldKind = Literal[EvidenceKind, "person", "people", "unit"]


class EventField(Definition):
    """One typed field of an event; a yes-no that nobody fills in means no. People are named by id, units by id or title."""

    label: Text | None = Field(None, description="shown above the field 表单上的名称")
    kind: EventFieldKind
    options: Texts = Field((), alias="from", description="what a choice may be 可选项")
    many: Flag = False
    required: Flag = True


def _short_field(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


EventFields = Mapping[
    Key,
    Annotated[EventField, BeforeValidator(_short_field, json_schema_input_type=EventFieldKind | EventField)],
]


class Event(Recurring):
    """One occurrence for each event of a kind that is recorded; `key` says what names it: a case number, a document's title."""

    event: Key
    key: Text = Field(description="what the event is known by 用什么编号")
    fields: EventFields = Field(default={}, description="what is known about it 登记哪些内容")


WHEN_KEYS = (
    "weekly",
    "monthly",
    "quarterly",
    "yearly",
    "dates",
    "cron",
    "window",
    "cycle",
    "expiry",
    "event",
)

When = Annotated[
    Annotated[Weekly, Tag(tag("weekly"))]
    | Annotated[Monthly, Tag(tag("monthly"))]
    | Annotated[Quarterly, Tag(tag("quarterly"))]
    | Annotated[Yearly, Tag(tag("yearly"))]
    | Annotated[Dates, Tag(tag("dates"))]
    | Annotated[Cron, Tag(tag("cron"))]
    | Annotated[Window, Tag(tag("window"))]
    | Annotated[Cycle, Tag(tag("cycle"))]
    | Annotated[Expiry, Tag(tag("expiry"))]
    | Annotated[Event, Tag(tag("event"))],
    chosen_by(WHEN_KEYS),
]
