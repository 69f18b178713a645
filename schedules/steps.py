"""The steps of an occurrence as they are written: when each opens, until when, whose it is, and what has to come first.

Nothing here computes a date: see `chain.py` for what a step waits for and `parts.py` for its due day.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_validator,
)

from schedules.conditions import ConditionText
from schedules.done import BasisText, ByRole, Counts, Evidence
from schedules.fields import Key, Keys, TermText, Text, Texts, read_key, read_text, refusal, shown
from schedules.strict import Definition, chosen_by, tag
from schedules.terms import Roll
from schedules.words import phrase

EVENT = "event"
HANDLERS = "handlers"


class RelativeDue(Definition):
    """A due day counted from an anchor: another step's due day, `expiry`, `due`, `start`, `on` or `held_on`."""

    before: Key | None = None
    after: Key | None = None
    by: TermText

    @model_validator(mode="after")
    def _one_anchor(self) -> "RelativeDue":
        if (self.before is None) == (self.after is None):
            raise refusal(phrase("needs exactly one of {keys}", keys="before, after"))
        return self

    @property
    def anchor(self) -> str:
        """What the due day is counted from."""
        return self.before or self.after or ""


def _due_branch(value: object) -> object:
    return {"at": str(value)} if isinstance(value, str) else value


class DueAt(Definition):
    """Due on the day of the occurrence itself, written as one word.

    `on`: the day of the rule; `held_on`: the last day on which it may be held.
    """

    at: Literal["window", "expiry", "due", "start", "on", "held_on"]


WholeDay = Literal["window", "expiry", "due", "start", "on", "held_on"]
StepDue = Annotated[
    Annotated[
        Annotated[DueAt, Tag(tag("at"))] | Annotated[RelativeDue, Tag(tag("by"))],
        chosen_by(("at",), default="by"),
    ],
    BeforeValidator(_due_branch, json_schema_input_type=WholeDay | DueAt | RelativeDue),
]


class After(Definition):
    """What opens a step: the event, another step, all of several (the last counts), or the `earlier` of several."""

    all: Keys = ()
    earlier: Keys = ()

    @model_validator(mode="after")
    def _one_list(self) -> "After":
        if bool(self.all) == bool(self.earlier):
            raise refusal(phrase("needs exactly one of {keys}", keys="all, earlier"))
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Every step that is named, and the word `event`."""
        return self.all or self.earlier

    @property
    def single(self) -> str | None:
        """The only thing that is waited for, if it is one."""
        return self.names[0] if len(self.names) == 1 else None

    def __str__(self) -> str:
        return ", ".join(self.names)


def _after_branch(value: object) -> object:
    return {"all": value} if isinstance(value, (str, list, tuple)) else value


AfterText = Annotated[
    After,
    BeforeValidator(_after_branch, json_schema_input_type=Key | tuple[Key, ...] | After),
    PlainSerializer(
        lambda after: {"earlier": list(after.earlier)} if after.earlier else after.single or list(after.all)
    ),
]


class Gate(Definition):
    """A step that must be done first, or done with a result: `review`, or `review=同意`."""

    step: Key
    result: Text | None = None

    def __str__(self) -> str:
        return self.step if self.result is None else f"{self.step}={self.result}"


def _read_gate(value: object) -> Gate:
    step, equals, result = read_text(value).partition("=")
    if equals and not result.strip():
        raise refusal(phrase("'{found}' names no result", found=shown(value)), "step, step=result")
    return Gate(step=read_key(step.strip()), result=result.strip() or None)


Gates = Annotated[
    tuple[
        Annotated[
            Gate,
            PlainValidator(_read_gate),
            PlainSerializer(str),
            WithJsonSchema({"type": "string", "examples": ["notify", "review=同意"]}),
        ],
        ...,
    ],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
]


class RoleExcept(ByRole):
    """Holders of a role act for each other; `not: handlers` leaves out those who handle the case themselves."""

    but: Literal["handlers"] | None = Field(None, alias="not")


class ByUnit(Definition):
    """One unit by id or title."""

    unit: Text


class Outside(Definition):
    """An outside body by id or title of its unit: our own people only ask, it is neither urged nor ranked."""

    external: Text


Owner = Annotated[
    Annotated[Literal["assist", "responsible", "handlers"], Tag(tag("word"))]
    | Annotated[RoleExcept, Tag(tag("role"))]
    | Annotated[ByUnit, Tag(tag("unit"))]
    | Annotated[Outside, Tag(tag("external"))],
    chosen_by(("role", "unit", "external"), default="word"),
]


class Extend(Definition):
    """One longer term, asked for before the due day with a reason, given by whoever may (延期)."""

    once: TermText
    before: Literal["due"] = "due"
    approve: ByRole | None = None
    basis: Literal["required"] | None = None


class Step(Definition):
    """A part of an occurrence with its own owner, term and evidence.

    `after` opens it when that is done; `within` then counts from the date field `from` of that step, else from its day. A step with
    `wait` is a waiting period: nobody owes it, others wait for its end. Without a term a step is open and never late.
    """

    title: Text
    if_: ConditionText | None = Field(None, alias="if")
    owed_by: Owner | None = None
    due: StepDue | None = None
    after: AfterText | None = None
    from_: Key | None = Field(None, alias="from")
    within: TermText | None = None
    roll: Roll = "none"
    internal: TermText | None = None
    wait: TermText | None = None
    gate: Gates = ()
    extend: Extend | None = None
    track: Literal["party"] | None = None
    evidence: Evidence = Field(default={})
    basis: BasisText | None = None
    approve: ByRole | None = None
    counts: Counts = Field(default={})
    register_: Key | None = Field(None, alias="register")

    @model_validator(mode="after")
    def _fits(self) -> "Step":
        terms = [name for name in ("due", "within", "wait") if getattr(self, name) is not None]
        if len(terms) > 1:
            raise refusal(phrase("needs at most one of {keys}", keys="due, within, wait"))
        for key, other in _NEEDS:
            names = (other,) if isinstance(other, str) else other
            if getattr(self, key) not in (None, "none") and not any(
                getattr(self, name) is not None for name in names
            ):
                written = key.rstrip("_")
                raise refusal(phrase("'{key}' needs '{other}' beside it", key=written, other="|".join(names)))
        if self.after is not None and self.due is not None:
            raise refusal(phrase("'{key}' needs '{other}' beside it", key="after", other="within"))
        if (
            self.internal
            and self.within
            and self.internal.unit == self.within.unit
            and self.internal.n >= self.within.n
        ):
            raise refusal(phrase("'internal' has to be shorter than 'within'"))
        if self.from_ is not None and self.after is not None and self.after.single is None:
            raise refusal(phrase("'from' names one date; 'after' names {after}", after=str(self.after)))
        if self.wait is not None and (
            self.evidence or self.gate or self.owed_by or self.counts or self.register_
        ):
            raise refusal(phrase("a waiting period is nobody's: it has no owner, no evidence and no gate"))
        return self


_NEEDS: tuple[tuple[str, str | tuple[str, ...]], ...] = (
    ("within", "after"),
    ("wait", "after"),
    ("from_", "after"),
    ("internal", "within"),
    ("roll", "within"),
    ("extend", ("within", "due")),
)  # fmt: skip


class Pause(Definition):
    """Reasons for which the clock of some steps may stand still (中止): what is stopped does not count toward their terms."""

    allow: Texts
    stops: Keys
    basis: Literal["required"] | None = None
    approve: ByRole | None = None


Branches = Mapping[Key, Text]
