"""When to tell whom: rungs, and the ladders they make. `ladder.py` turns them into instants."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Tag, model_validator

from schedules.fields import ClockTime, Figure, Flag, Key, Keys, TermText, Text, refusal
from schedules.strict import Definition, chosen_by, tag
from schedules.terms import Term
from schedules.words import phrase

Release = Literal["auto", "clerk"]
Colour = Literal["blue", "yellow", "red"]
PHASES = ("before", "on", "after", "at")
MOST_REPEATS = 30
# Longer than a quarter of a year nobody repeats a reminder or waits for a signature.
LONGEST_PACE = {"workdays": 60, "hours": 480}


def _pace(term: Term) -> Term:
    """Working days or hours, at least one."""
    most = LONGEST_PACE.get(term.unit)
    if most is None or not 1 <= term.n <= most:
        raise refusal(
            phrase("'{found}' is no pace for reminders", found=str(term)),
            phrase("1 to {days} workdays, 1 to {hours} hours", days=LONGEST_PACE["workdays"], hours=LONGEST_PACE["hours"]),
        )  # fmt: skip
    return term


Pace = Annotated[TermText, AfterValidator(_pace)]


class Repeat(Definition):
    """Tell again `every` so often until it is done, at most `most` more times. Before an anchor it ends with the anchor."""

    every: Pace
    most: Annotated[Figure, Field(le=MOST_REPEATS)]


class Acknowledge(Definition):
    """Ask for a signature 签收: whoever is told signs on the page of the duty; if nobody did within the term, `else` is told."""

    within: Pace
    otherwise: Keys = Field(alias="else", min_length=1)


class Rung(Definition):
    """When to tell whom. Exactly one of before, on, after, at.

    Rungs before an anchor count or roll back to working days; rungs after it wait for the next working day.
    `to` names: assignee, deputy (who stands in for the assignee on leave), absent, recorder, responsible, unit-head,
    deputy-leader, leader, group, or a role's id.
    """

    before: Key | None = None
    on: Key | None = None
    after: Key | None = None
    at: Literal["open"] | None = None
    by: TermText | None = None
    time: ClockTime | None = None
    to: Keys = ("assignee",)
    channel: Key | None = None
    as_: Literal["each", "list"] = Field("each", alias="as")
    when_behind: Flag = False
    release: Release | None = None
    text: Text | None = None
    id: Key | None = None
    repeat: Repeat | None = None
    notice: Colour | None = None
    acknowledge: Acknowledge | None = None
    urgent: Flag = False

    @model_validator(mode="after")
    def _one_anchor(self) -> "Rung":
        if sum(getattr(self, phase) is not None for phase in PHASES) != 1:
            raise refusal(phrase("needs exactly one of {keys}", keys=", ".join(PHASES)))
        if self.by is not None and (self.on or self.at):
            raise refusal(phrase("'{key}' needs '{other}' beside it", key="by", other="before|after"))
        return self

    @property
    def anchor(self) -> str:
        """What the rung is counted from."""
        return self.before or self.on or self.after or "open"

    @property
    def phase(self) -> Literal["before", "on", "after", "open"]:
        """On which side of its anchor the rung lies."""
        if self.before:
            return "before"
        if self.after:
            return "after"
        return "on" if self.on else "open"


class UseLadder(Definition):
    """A ladder of `office.yaml` by name; `to` overrides whom its plain rungs tell."""

    use: Key
    to: Keys | None = None


class OwnRungs(Definition):
    """Rungs written in the schedule itself, as a plain list."""

    rungs: tuple[Rung, ...]


def _rungs_branch(value: object) -> object:
    return {"rungs": value} if isinstance(value, (list, tuple)) else value


Remind = Annotated[
    Annotated[
        Annotated[UseLadder, Tag(tag("use"))] | Annotated[OwnRungs, Tag(tag("rungs"))],
        chosen_by(("rungs",), default="use"),
    ],
    BeforeValidator(_rungs_branch, json_schema_input_type=UseLadder | tuple[Rung, ...] | OwnRungs),
]
