"""The annual report as a clerk writes it under `report:`: chapters, sections, and the figures of each with where it is counted from.

A figure names one source by its key. Every source yields lines, the list behind the figure, and the figure is counted from its lines.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Tag

from schedules.conditions import ConditionText
from schedules.fields import Key, Keys, Text, refusal
from schedules.grammar import Entry
from schedules.strict import Definition, chosen_by, tag
from schedules.words import phrase

REPORT = "report"


def _two(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) != 2:
        raise refusal(phrase("must name two: {example}", example="[a, b]"))
    return value


Two = Annotated[Keys, AfterValidator(_two)]


class FigureBase(Definition):
    """What every figure has. `wording`: how the report says it; `scope`: what is counted (口径), else the source says it."""

    label: Text
    measure: Text = "件"
    wording: Literal["rounded", "exact", "months"] = "rounded"
    scope: Text | None = None


class Gatherings(FigureBase):
    """Gatherings with a record of attendance: how many, how many came, or a rate."""

    gatherings: Keys
    count: Literal["planned", "held", "person-times", "attendance", "made-up"] = "held"


class Records(FigureBase):
    """What was confirmed, by the day of the fact; with `sum` the total of a number field, with `where` only what it holds for."""

    records: Keys
    part: Key | None = None
    sum: Key | None = None
    where: ConditionText | None = None


class OnTime(FigureBase):
    """The share of what fell due in the year that was done by its day."""

    on_time: Keys
    parts: Keys = ()


class Cases(FigureBase):
    """Chains that began in the year: all, those whose step is done (or that are closed), those not, and those beyond their day."""

    cases: Keys
    count: Literal["opened", "closed", "pending", "overdue"] = "opened"
    part: Key | None = None


class Order(FigureBase):
    """The share of chains in which one step was done before another, by the days of the facts."""

    order: Two
    of: Keys


class Found(FigureBase):
    """Items found by a step and closed one by one (销号)."""

    children: Keys
    count: Literal["found", "closed"] = "found"


class Campaign(FigureBase):
    """The share of a campaign's list that is done."""

    campaign: Key
    part: Key | None = None


class FromBook(FigureBase):
    """Entries of a register; with `sum` the total of a number field, with `where` only some, with `each` the choices that occur of a
    choice field, with `by` how many different values a field has and how many entries each.
    """

    register_: Key = Field(alias="register")
    sum: Key | None = None
    where: ConditionText | None = None
    each: Key | None = None
    by: Key | None = None


class HoursOf(FigureBase):
    """Hours or times of a quota: how many owe it, their average, the share that reached what each owes, all together."""

    hours: Key
    count: Literal["people", "average", "reached", "total"] = "reached"


class Cards(FigureBase):
    """Certificates of a kind on the last day of the year, of those who were still here."""

    credentials: Key
    count: Literal["valid", "expired"] = "valid"


class Covers(FigureBase):
    """The share of topics that the records of a schedule covered."""

    topics: Key


class Counted(FigureBase):
    """A figure that confirmations count to (`counts:` of a schedule)."""

    counted: Key
    of: Keys = ()


class Share(FigureBase):
    """One figure as a share of another."""

    share: Two


class Total(FigureBase):
    """Several figures added up."""

    total: Annotated[Keys, Field(min_length=1)]


KINDS = {
    "gatherings": Gatherings, "records": Records, "on_time": OnTime, "cases": Cases, "order": Order, "children": Found,
    "campaign": Campaign, "register": FromBook, "hours": HoursOf, "credentials": Cards, "topics": Covers, "counted": Counted,
    "share": Share, "total": Total,
}  # fmt: skip
Source = (
    Gatherings | Records | OnTime | Cases | Order | Found | Campaign | FromBook | HoursOf | Cards | Covers | Counted | Share | Total
)  # fmt: skip
ReportFigure = Annotated[
    Annotated[Gatherings, Tag(tag("gatherings"))]
    | Annotated[Records, Tag(tag("records"))]
    | Annotated[OnTime, Tag(tag("on_time"))]
    | Annotated[Cases, Tag(tag("cases"))]
    | Annotated[Order, Tag(tag("order"))]
    | Annotated[Found, Tag(tag("children"))]
    | Annotated[Campaign, Tag(tag("campaign"))]
    | Annotated[FromBook, Tag(tag("register"))]
    | Annotated[HoursOf, Tag(tag("hours"))]
    | Annotated[Cards, Tag(tag("credentials"))]
    | Annotated[Covers, Tag(tag("topics"))]
    | Annotated[Counted, Tag(tag("counted"))]
    | Annotated[Share, Tag(tag("share"))]
    | Annotated[Total, Tag(tag("total"))],
    chosen_by(tuple(KINDS)),
]


class ReportSection(Definition):
    """（一）…: a heading, an optional sentence of the office's own with `{figure}` in it, and the figures of the section."""

    title: Text
    text: Text | None = None
    figures: Mapping[Key, ReportFigure] = {}


class Chapter(Entry):
    """一、…: a chapter of the report. `missing`: what becomes of a figure whose schedule or register the office does not keep."""

    title: Text
    missing: Literal["error", "leave-out"] = "error"
    sections: Mapping[Key, ReportSection] = {}

    def figures(self) -> Iterator[tuple[str, str, Source]]:
        """Section, id and definition of each figure, in order."""
        for section, each in self.sections.items():
            for key, figure in each.figures.items():
                yield section, key, figure


def schedules_of(figure: Source) -> tuple[str, ...]:
    """The schedules that a figure is counted from, as they are written."""
    match figure:
        case Gatherings(gatherings=found) | Records(records=found) | OnTime(on_time=found):
            return found
        case Cases(cases=found) | Order(of=found) | Found(children=found) | Counted(of=found):
            return found
        case Campaign(campaign=one) | HoursOf(hours=one) | Covers(topics=one):
            return (one,)
        case _:
            return ()


def figures_of(figure: Source) -> tuple[str, ...]:
    """The figures that a figure is made from."""
    match figure:
        case Share(share=found) | Total(total=found):
            return found
        case _:
            return ()
