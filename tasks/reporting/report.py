"""The annual report: every figure of a year with its list, its wording, what is lacking, and the figure of the year before.

Facts count by the day they happened, whenever they were recorded; `as_of` says until when records were looked at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.queries.figures import figures as counted_figures
from schedules.errors import NotFound
from schedules.problems import nearest
from schedules.report import (
    Campaign,
    Cards,
    Cases,
    Chapter,
    Counted,
    Covers,
    Found,
    FromBook,
    Gatherings,
    HoursOf,
    OnTime,
    Order,
    Records,
    Share,
    Source,
    Total,
    figures_of,
)
from schedules.report_kept import kept
from schedules.report_references import PLACE
from schedules.words import Words, phrase
from tasks.live import Live
from tasks.reporting.report_books import register
from tasks.reporting.report_chains import campaign, cases, children, order
from tasks.reporting.report_duties import counted, on_time, records
from tasks.reporting.report_gatherings import gatherings, topics
from tasks.reporting.report_people import cards, hours
from tasks.reporting.report_result import BY_HAND, Result, Span, exactly, said, span_of

EARLIEST = 2000
COUNTED: Mapping[type[Source], Callable[[Span, Any], Result]] = {
    Gatherings: gatherings, Records: records, OnTime: on_time, Cases: cases, Order: order, Found: children, Campaign: campaign,
    FromBook: register, HoursOf: hours, Cards: cards, Covers: topics,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFigure:
    """One figure. `previous` is that of the year before; None where the office had not begun."""

    key: str
    definition: Source
    result: Result
    previous: Result | None

    @property
    def label(self) -> str:
        """What it is called."""
        return self.definition.label

    @property
    def exact(self) -> Words:
        """The exact number."""
        return exactly(self.definition, self.result)

    @property
    def said(self) -> Words:
        """As a report says it."""
        return said(self.definition, self.result)

    @property
    def before(self) -> Words | None:
        """The exact number of the year before."""
        return exactly(self.definition, self.previous) if self.previous is not None else None

    @property
    def scope(self) -> Words:
        """What is counted (口径)."""
        own = self.definition.scope
        return Words("{scope}", {"scope": own}) if own is not None else self.result.scope


@dataclass(frozen=True, slots=True)
class Section:
    """（一）…; `text` holds a place {figure} for each figure that the office's sentence names."""

    title: str
    text: str
    figures: tuple[ReportedFigure, ...]


@dataclass(frozen=True, slots=True)
class ReportChapter:
    """一、…"""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of a year. `left_out`: labels of figures whose schedules or registers the office does not keep."""

    office: str
    year: int
    first: date
    last: date
    as_of: date
    chapters: tuple[ReportChapter, ...]
    left_out: tuple[str, ...]

    @property
    def sections(self) -> Iterator[Section]:
        """Every section, in order."""
        for chapter in self.chapters:
            yield from chapter.sections

    @property
    def figures(self) -> dict[str, ReportedFigure]:
        """Every figure by its id, in order."""
        return {figure.key: figure for section in self.sections for figure in section.figures}


def report(session: Session, live: Live, chapters: Sequence[Chapter], year: int, *, now: datetime) -> Report:
    """Count every figure of a year. `chapters` are the office's, or those of the starter office. Raise NotFound for a year to come."""
    span = _span(session, live, year, now=now)
    found = kept(live.office, chapters)
    definitions = found.figures()
    results = _count(span, definitions)
    earlier = (
        _count(_span(session, live, year - 1, now=now), definitions) if year > live.start_on.year else {}
    )
    return Report(
        office=live.office.file.title, year=year, first=span.first, last=span.last, as_of=span.today,
        chapters=tuple(_chapter(chapter, results, earlier) for chapter in found.chapters), left_out=found.left_out,
    )  # fmt: skip


def one_figure(
    session: Session, live: Live, chapters: Sequence[Chapter], year: int, key: str, *, now: datetime
) -> ReportedFigure:
    """One figure with its list, and nothing else counted. Raise NotFound."""
    span = _span(session, live, year, now=now)
    definitions = kept(live.office, chapters).figures()
    if key not in definitions:
        allowed = nearest(key, definitions) or "—"
        raise NotFound(phrase("there is no figure '{name}'; allowed: {allowed}", name=key, allowed=allowed))
    needed = {key} | _below(key, definitions)
    results = _count(span, {name: each for name, each in definitions.items() if name in needed})
    return ReportedFigure(key=key, definition=definitions[key], result=results[key], previous=None)


def _below(key: str, definitions: Mapping[str, Source]) -> set[str]:
    below = set(figures_of(definitions[key]))
    return below.union(*(_below(each, definitions) for each in below))


def _span(session: Session, live: Live, year: int, *, now: datetime) -> Span:
    span = span_of(session, live, year, now=now) if EARLIEST <= year <= live.today(now).year else None
    if span is None:
        what = phrase(
            "there is no report of {year}; the last one is that of {last}",
            year=year,
            last=live.today(now).year,
        )
        raise NotFound(what)
    return span


def _chapter(chapter: Chapter, results: Mapping[str, Result], earlier: Mapping[str, Result]) -> ReportChapter:
    sections = tuple(
        Section(
            each.title, each.text or "",
            tuple(
                ReportedFigure(key=key, definition=figure, result=results[key], previous=earlier.get(key))
                for key, figure in each.figures.items()
            ),
        )
        for each in chapter.sections.values()
    )  # fmt: skip
    return ReportChapter(chapter.title, sections)


def _count(span: Span, definitions: Mapping[str, Source]) -> dict[str, Result]:
    """Every figure; those made of others come after them."""
    names = {each.counted for each in definitions.values() if isinstance(each, Counted)}
    amounts: dict[str, dict[tuple[str, str], int]] = {name: {} for name in names}
    if names:
        for each in counted_figures(span.session, span.first, span.last, names=names):
            amounts[each.figure][each.schedule, each.occurrence] = each.amount
    results: dict[str, Result] = {}
    for key, figure in definitions.items():
        match figure:
            case Share():
                results[key] = _share(figure, results)
            case Total():
                results[key] = _total(figure, results)
            case Counted():
                results[key] = counted(span, figure, amounts[figure.counted])
            case _:
                results[key] = COUNTED[type(figure)](span, figure)
    return results


def _share(figure: Share, results: Mapping[str, Result]) -> Result:
    part, whole = (results[key] for key in figure.share)
    over, under = (each.number if each.number is not None else each.part for each in (part, whole))
    more = part.recorded and whole.recorded and over > under
    return Result(
        lines=max(part.lines, whole.lines, key=len), part=over, whole=under, recorded=part.recorded and whole.recorded,
        confirmed=part.confirmed and whole.confirmed and not more,
        gaps=(phrase("more than all; please check"),) if more else (), scope=phrase("the share of the one in the other"),
    )  # fmt: skip


def _total(figure: Total, results: Mapping[str, Result]) -> Result:
    """A part that nobody recorded is named as lacking; where none was recorded nothing is."""
    parts = [results[key] for key in figure.total]
    there = [each for each in parts if each.recorded]
    missing = len(parts) - len(there)
    return Result(
        lines=tuple(line for each in there for line in each.lines), number=sum(each.number or 0 for each in there),
        recorded=bool(there), confirmed=all(each.confirmed for each in there),
        gaps=(phrase("{n} parts of it are not recorded", n=missing),) if missing and there else (),
        scope=phrase("added up"),
    )  # fmt: skip


def sentence(section: Section, figures: Mapping[str, ReportedFigure]) -> list[str | Words]:
    """The office's own sentence in pieces: its words, and between them the figures as a report says them.

    It may name every figure of the report; one that was left out asks for a person's word.
    """
    pieces: list[str | Words] = []
    at = 0
    for match in PLACE.finditer(section.text):
        named = figures.get(match[1])
        pieces += [section.text[at : match.start()], named.said if named is not None else BY_HAND]
        at = match.end()
    return [each for each in (*pieces, section.text[at:]) if each]
