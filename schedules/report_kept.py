"""The report as an office can fill it: without the figures whose schedules and registers it does not keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schedules.office import OfficeSpec
from schedules.report import (
    Cards,
    Chapter,
    Counted,
    FromBook,
    Order,
    ReportSection,
    Source,
    Total,
    figures_of,
    schedules_of,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The chapters to fill, and the labels of what was left out of them."""

    chapters: tuple[Chapter, ...]
    left_out: tuple[str, ...]

    def figures(self) -> dict[str, Source]:
        """Every figure by its id, in order."""
        return {key: figure for chapter in self.chapters for _, key, figure in chapter.figures()}


def kept(office: OfficeSpec, chapters: Sequence[Chapter]) -> Kept:
    """Leave out of each figure what the office does not keep, and the figures of which nothing remains."""
    there: dict[str, Source] = {}
    missing: list[str] = []
    for chapter in chapters:
        for _, key, figure in chapter.figures():
            found = _made(figure, there) if figures_of(figure) else _with_what_is_there(office, figure)
            if found is None:
                missing.append(figure.label)
            else:
                there[key] = found
    return Kept(tuple(_only(chapter, there) for chapter in chapters), tuple(missing))


def _with_what_is_there(office: OfficeSpec, figure: Source) -> Source | None:
    names = {each.id for each in office.schedules} | set(office.families)
    if isinstance(figure, FromBook):
        return figure if office.register_or_none(figure.register_) is not None else None
    if isinstance(figure, Cards):
        return figure if any(each.kind == figure.credentials for each in office.credentials) else None
    if isinstance(figure, Counted) and not figure.of:
        return figure
    found = tuple(key for key in schedules_of(figure) if key in names)
    if not found:
        return None
    field = next(
        (
            name
            for name in ("gatherings", "records", "on_time", "cases", "children")
            if getattr(figure, name, None)
        ),
        None,
    )
    if isinstance(figure, Order | Counted):
        field = "of"
    return figure.model_copy(update={field: found}) if field else figure


def _made(figure: Source, there: Mapping[str, Source]) -> Source | None:
    """A sum of what is there; a share only of two figures that are."""
    parts = tuple(key for key in figures_of(figure) if key in there)
    if isinstance(figure, Total) and parts:
        return figure.model_copy(update={"total": parts})
    return figure if parts == figures_of(figure) else None


def _only(chapter: Chapter, there: Mapping[str, Source]) -> Chapter:
    sections: dict[str, ReportSection] = {}
    for name, section in chapter.sections.items():
        figures = {key: there[key] for key in section.figures if key in there}
        sections[name] = section.model_copy(update={"figures": figures})
    return chapter.model_copy(update={"sections": sections})
