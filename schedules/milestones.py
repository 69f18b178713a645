"""Whether the milestones of a quota lead to its figures: in order of date, each asking for no less than the one before."""

from collections.abc import Iterator, Mapping
from datetime import date

from schedules.done import FromRegister
from schedules.grammar import Milestone, Schedule
from schedules.periods import quota_period
from schedules.quota import NO_LEAP_YEAR, full_target
from schedules.reach import EACH, flat
from schedules.references import Remark
from schedules.tally import HUNDREDTHS
from schedules.words import phrase

COUNTED = "done: {sum: …}, {register: …, reach: …}, {topics: […]}"


def milestone_coherence(schedule: Schedule) -> Iterator[Remark]:
    """Milestones without a figure to reach, out of order, or asking for more than the whole."""
    if not schedule.milestones:
        return
    if full_target(schedule.done) is None:
        yield Remark(
            ("milestones",), phrase("'{key}' only goes with '{other}'", key="milestones", other=COUNTED)
        )
        return
    several = isinstance(schedule.done, FromRegister)
    before, turn = (0, 0), ""
    asked: dict[tuple[str, str], int] = {}
    for index, milestone in enumerate(schedule.milestones):
        if isinstance(milestone.reach, Mapping) is not several:
            example = "{events: 4}" if several else "15"
            what = phrase("'{key}' must be written like {example} here", key="reach", example=example)
            yield Remark(("milestones", index, "reach"), what)
            return
        own = quota_period(schedule, date(NO_LEAP_YEAR, *milestone.by)).key
        if own != turn:  # every turn of the cycle begins from nothing
            asked, turn = {}, own
        figures = _figures(milestone)
        if milestone.by <= before or any(figures[name] < asked.get(name, 0) for name in figures):
            yield Remark(
                ("milestones", index), phrase("milestones must follow each other in date and figure")
            )
        yield from _too_much(schedule, index, figures)
        before, asked = milestone.by, asked | figures


def _figures(milestone: Milestone) -> dict[tuple[str, str], int]:
    return flat(milestone.reach) if isinstance(milestone.reach, Mapping) else {("", ""): milestone.reach}


def _whole(schedule: Schedule) -> dict[tuple[str, str], int]:
    if isinstance(schedule.done, FromRegister):
        return flat(schedule.done.reach or {})
    return {("", ""): (full_target(schedule.done) or 0) // HUNDREDTHS}


def _too_much(schedule: Schedule, index: int, figures: dict[tuple[str, str], int]) -> Iterator[Remark]:
    whole = _whole(schedule)
    for (name, field), figure in figures.items():
        path = tuple(key for key in ("milestones", index, "reach", name, field) if key != "")
        if (name, field) not in whole:
            yield Remark(
                path,
                phrase("'{name}' is no figure of 'done'", name=field or name),
                ", ".join(f"{EACH}: {one}" if one else key for key, one in whole),
            )
        elif figure > whole[name, field]:
            most = whole[name, field]
            what = phrase(
                "'{key}' must be at most {most}, found {found}",
                key=field or name or "reach",
                most=most,
                found=figure,
            )
            yield Remark(path, what)
