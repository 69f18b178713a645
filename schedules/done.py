"""When a duty is done: attendance, a quota, a later certificate, all steps, or people confirming; and the evidence they give."""

import re
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

from schedules.fields import Count, Figure, Flag, Key, TermText, Text, Texts, refusal, shown
from schedules.problems import choices
from schedules.reach import Reach
from schedules.strict import Definition, chosen_by, tag
from schedules.words import phrase

EvidenceKind = Literal["text", "number", "date", "choice", "url", "file", "photo", "yes-no"]
_CITES_A_RULE = re.compile(r"\d条|〔\d{4}〕")


class ByRole(Definition):
    """Holders of one role act for each other: any of them may confirm."""

    role: Key


class EvidenceField(Definition):
    """One named field that a confirmation carries; `from` lists what a choice may be."""

    label: Text | None = None
    kind: EvidenceKind
    options: Texts = Field((), alias="from")
    many: Flag = False
    required: Flag = True
    least: Figure = 1


def _short_evidence(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


Evidence = Mapping[
    Key,
    Annotated[
        EvidenceField, BeforeValidator(_short_evidence, json_schema_input_type=EvidenceKind | EvidenceField)
    ],
]


class Basis(Definition):
    """Where a term or a number comes from. `law` ends its last day at 24:00, the others at the office's `day_ends`.

    Written as plain text it is a law if it cites an article (60条) or a numbered document (〔2018〕118号), else the office's custom.
    """

    text: Text
    kind: Literal["law", "default", "custom"] = "custom"


def _short_basis(value: object) -> object:
    if isinstance(value, str):
        return {"text": value, "kind": "law" if _CITES_A_RULE.search(value) else "custom"}
    return value


BasisText = Annotated[Basis, BeforeValidator(_short_basis, json_schema_input_type=Text | Basis)]


class Attendance(Definition):
    """Met by having been there; the session record says who was not. `make_up` is the term that the absent have."""

    by: Literal["each"] = "each"
    through: Literal["attendance"]
    mark: Literal["absentees-only"] = "absentees-only"
    make_up: TermText


class Quota(Definition):
    """Met when approved hours or counts reach a figure. `reach`, `cap` and `per_day` are in units of the sum (学时).

    `per_day` bounds what hours of one day a person may have, so that a slip of the pen cannot close the year: 12 学时 of 45 minutes
    are nine hours on the clock.
    """

    sum: Literal["hours", "count"]
    reach: Figure
    one_hour: TermText | None = None
    approve: ByRole | None = None
    cap: Mapping[Key, Figure] = {}
    per_day: Figure = 12


class FromRegister(Definition):
    """Met when a register reaches figures in the period, or (`declared`) when it has an entry or a declared zero for it."""

    register_: Key = Field(alias="register")
    reach: Reach | None = None
    declared: Flag = False

    @model_validator(mode="after")
    def _one_measure(self) -> "FromRegister":
        if (self.reach is None) != self.declared:
            raise refusal(phrase("needs exactly one of {keys}", keys="reach, declared"))
        return self


class Topics(Definition):
    """Met when every topic is covered by the records of another schedule in the period; `from` is `SCHEDULE.FIELD`."""

    topics: Annotated[tuple[Text, ...], Field(min_length=1)]
    from_: Text = Field(alias="from")

    @property
    def source(self) -> tuple[str, str]:
        """The schedule and the field."""
        schedule, _, field = self.from_.rpartition(".")
        return schedule, field


class LaterCredential(Definition):
    """Met when a credential of the same kind and holder with a later expiry date is recorded."""

    credential: Literal["later-expiry"]


class AllOf(Definition):
    """Met when every named step is; `children` stands for all children closed."""

    all: Annotated[tuple[Key, ...], Field(min_length=1)]


_PERCENT = re.compile(r"\s*([0-9]{1,3})\s*[%％]\s*")
PERCENT_PATTERN = f"^{_PERCENT.pattern}$"


def read_percent(value: object) -> int:
    """A share such as "90%"; a bare number is refused, since 90 and 0.9 both occur."""
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 1 <= int(match[1]) <= 100:
        bare = isinstance(value, int) and 1 < value <= 100
        what = phrase("'{found}' is not a share of those who owe it", found=shown(value))
        raise refusal(what, choices(("1%–100%",), meant=f"{value}%" if bare else None))
    return int(match[1])


Percent = Annotated[
    int,
    PlainValidator(read_percent),
    PlainSerializer(lambda value: f"{value}%"),
    WithJsonSchema({"type": "string", "pattern": PERCENT_PATTERN}),
]


class ByPeople(Definition):
    """Met when each, or any one, of those who owe has confirmed; with a quorum when that share of those not excused has."""

    by: Literal["each", "any"] = "each"
    quorum: Percent | None = None
    evidence: Evidence = Field(default={})
    approve: ByRole | None = None
    within: TermText | None = None

    @model_validator(mode="after")
    def _quorum_of_each(self) -> "ByPeople":
        if self.quorum is not None and self.by != "each":
            raise refusal(phrase("'{key}' only goes with '{other}'", key="quorum", other="by: each"))
        return self


Done = Annotated[
    Annotated[Attendance, Tag(tag("through"))]
    | Annotated[Quota, Tag(tag("sum"))]
    | Annotated[FromRegister, Tag(tag("register"))]
    | Annotated[Topics, Tag(tag("topics"))]
    | Annotated[LaterCredential, Tag(tag("credential"))]
    | Annotated[AllOf, Tag(tag("all"))]
    | Annotated[ByPeople, Tag(tag("by"))],
    chosen_by(("through", "sum", "register", "topics", "credential", "all"), default="by"),
]


Counts = Mapping[Key, Count]


class SessionRecord(Definition):
    """One record for the whole gathering, owed by its host."""

    by: ByRole
    within: TermText
    evidence: Evidence = Field(default={})
    counts: Counts = Field(default={})
