"""When a duty comes round that fills a time or hangs on a date of somebody's own: windows, cycles, expiry, anniversaries, campaigns."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from schedules.fields import Day, Figure, Key, Lead, TermText, Text, refusal
from schedules.recurring import Recurring
from schedules.strict import Definition, chosen_by, tag
from schedules.terms import Term
from schedules.words import phrase

Month = Annotated[Figure, Field(ge=1, le=12)]


class Window(Recurring):
    """Months in which something must happen; each opens with the month and is due on its last (working) day."""

    window: Annotated[tuple[Month, ...], Field(min_length=1)]
    due: Literal["last-workday", "last-day"] = "last-workday"


CalendarCycle = Literal["calendar-year", "calendar-half", "calendar-quarter", "calendar-month"]


class Cycle(Recurring):
    """A calendar year, half-year, quarter or month: opens with its first day, owed by its last."""

    cycle: CalendarCycle


class Issued(Definition):
    """From the day on which the present certificate of a kind was issued."""

    issued: Key


class Anniversary(Recurring):
    """For each person anew: due `every` after the last completion of this schedule, else after joining or the certificate's issue."""

    cycle: Literal["anniversary"]
    every: TermText
    opens: Lead
    from_: Annotated[
        Annotated[Literal["joining"], Tag(tag("word"))] | Annotated[Issued, Tag(tag("issued"))],
        chosen_by(("issued",), default="word"),
    ] = Field("joining", alias="from")

    @field_validator("every")
    @classmethod
    def _a_span_of_days(cls, value: Term) -> Term:
        if value.n == 0 or value.unit in ("hours", "minutes"):
            raise refusal(phrase("'{found}' is too short to come round", found=str(value)))
        return value


class Span(Definition):
    """From a day to a day, both included."""

    from_: Day = Field(alias="from")
    to: Day

    @model_validator(mode="after")
    def _forward(self) -> "Span":
        if self.to < self.from_:
            raise refusal(
                phrase(
                    "it ends on {last}, before it begins on {first}",
                    first=self.from_.isoformat(),
                    last=self.to.isoformat(),
                )
            )
        return self


class Once(Recurring):
    """A campaign: opens on its first day, owed by its last; with `targets` one occurrence for each row of the table."""

    once: Span
    targets: Text | None = None


class Expiry(Recurring):
    """One occurrence for each credential of a kind, due on the expiry date printed on it (stored, never computed)."""

    expiry: Key
    opens: Lead


def _cycle_branch(value: object) -> str:
    cycle = value.get("cycle") if isinstance(value, Mapping) else getattr(value, "cycle", None)
    return tag("anniversary" if cycle == "anniversary" else "calendar")


AnyCycle = Annotated[
    Annotated[Cycle, Tag(tag("calendar"))] | Annotated[Anniversary, Tag(tag("anniversary"))],
    Discriminator(_cycle_branch),
]
