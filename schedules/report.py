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

    label: Text = Field(description="what the figure is called 指标")
    measure: Text = Field("件", description="次、场、件 量词")
    wording: Literal["rounded", "exact", "months"] = Field(
        "rounded", description="20余处, 22处, or 7月、11月各1次 报告用语"
    )
    scope: Text | None = Field(None, description="what is counted 口径")


class Gatherings(FigureBase):
    """Gatherings with a record of attendance: how many, how many came, or a rate."""

    gatherings: Keys = Field(description="schedules whose attendance is kept 记到会的日程")
    count: Literal["planned", "held", "person-times", "attendance", "made-up"] = "held"


class Records(FigureBase):
    """What was confirmed, by the day of the fact; with `sum` the total of a number field, with `where` only what it holds for."""

    records: Keys = Field(description="schedules 日程")
    part: Key | None = Field(
        None, description="which step; default: the one that decides whether it was on time 环节"
    )
    sum: Key | None = Field(None, description="a number field 合计哪个数字")
    where: ConditionText | None = Field(None, description="field = value 只计哪些")


class OnTime(FigureBase):
    """The share of what fell due in the year that was done by its day."""

    on_time: Keys = Field(description="schedules 日程")
    parts: Keys = Field((), description="which steps; default: the one that decides 环节")


class Cases(FigureBase):
    """Chains that began in the year: all, those whose step is done (or that are closed), those not, and those beyond their day."""

    cases: Keys = Field(description="schedules that events start 事件日程")
    count: Literal["opened", "closed", "pending", "overdue"] = "opened"
    part: Key | None = Field(None, description="the step that ends it; default: closed 到哪个环节算办结")


class Order(FigureBase):
    """The share of chains in which one step was done before another, by the days of the facts."""

    order: Two = Field(description="two steps 先后两个环节")
    of: Keys = Field(description="schedules 日程")


class Found(FigureBase):
    """Items found by a step and closed one by one (销号)."""

    children: Keys = Field(description="schedules whose steps find items 有子任务的日程")
    count: Literal["found", "closed"] = "found"


class Campaign(FigureBase):
    """The share of a campaign's list that is done."""

    campaign: Key = Field(description="a campaign with a list 有清单的专项")
    part: Key | None = Field(None, description="the step that counts; default: closed 到哪个环节算完成")


class FromBook(FigureBase):
    """Entries of a register; with `sum` the total of a number field, with `where` only some, with `each` the choices that occur of a
    choice field, with `by` how many different values a field has and how many entries each.
    """

    register_: Key = Field(alias="register", description="a register 台账")
    sum: Key | None = None
    where: ConditionText | None = None
    each: Key | None = Field(None, description="a choice field, each of which should occur 各类是否都有")
    by: Key | None = Field(None, description="a field to group by 按什么分")


class HoursOf(FigureBase):
    """Hours or times of a quota: how many owe it, their average, the share that reached what each owes, all together."""

    hours: Key = Field(description="a quota of hours 学时日程")
    count: Literal["people", "average", "reached", "total"] = "reached"


class Cards(FigureBase):
    """Certificates of a kind on the last day of the year, of those who were still here."""

    credentials: Key = Field(description="kind of certificate 证件种类")
    count: Literal["valid", "expired"] = "valid"


class Covers(FigureBase):
    """The share of topics that the records of a schedule covered."""

    topics: Key = Field(description="a schedule that asks for topics 必学内容")


class Counted(FigureBase):
    """A figure that confirmations count to (`counts:` of a schedule)."""

    counted: Key = Field(description="the name under counts 计入的数字")
    of: Keys = Field((), description="only these schedules 只计哪些日程")


class Share(FigureBase):
    """One figure as a share of another."""

    share: Two = Field(description="two figures: part, whole 分子、分母")


class Total(FigureBase):
    """Several figures added up."""

    total: Annotated[Keys, Field(min_length=1)] = Field(description="figures to add up 哪几项相加")


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
    text: Text | None = Field(None, description="a sentence with {figure} in it 带数字的句子")
    figures: Mapping[Key, ReportFigure] = {}


class Chapter(Entry):
    """一、…: a chapter of the report. `missing`: what becomes of a figure whose schedule or register the office does not keep."""

    title: Text
    missing: Literal["error", "leave-out"] = Field(
        "error", description="schedules and registers that are not kept 本单位没有的日程、台账"
    )
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
