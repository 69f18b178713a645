"""How a duty that counts a register or topics stands: each figure, progress as one number, and the day on which it was reached."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.obligations import OccurrenceRow
from models.people import PartyRow
from models.queries import registers as read
from schedules.done import FromRegister, Topics
from schedules.grammar import Schedule
from schedules.periods import milestones_in
from schedules.quota import HUNDREDTHS, milestone
from schedules.registers import Register
from schedules.spans import covers, span
from schedules.tally import Fact, Measure, Tally, covered, progress, reached_on, stages
from tasks.live import Live

TOPICS = "topics"


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures with what is done and wanted, progress as the obligation keeps it; `reached`: met, by `done_on` if that is known."""

    measures: tuple[Measure, ...]
    progress: int
    reached: bool
    done_on: date | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """One figure for people, in hundredths. `name` is events, topics or a field with its `label`; `missing` names what is lacking.

    The choices of a field are one figure: how many of them are there.
    """

    name: str
    label: str
    done: int
    wanted: int
    missing: tuple[str, ...] = ()


def shown(
    session: Session, live: Live, schedule: Schedule, occurrence: OccurrenceRow, party: PartyRow, *, by: date | None = None
) -> tuple[ShownFigure, ...]:  # fmt: skip
    """The figures of a duty as they stand; with `by`, those that the milestone of that day asks for."""
    found = standing(session, live, schedule, occurrence, party, by=by)
    if found is None:
        return ()
    if isinstance(schedule.done, FromRegister):
        return grouped(found.measures, live.office.register(schedule.done.register_))
    wanted = topics_by(schedule, by)
    return tuple(
        ShownFigure(each.name, "", each.done, each.wanted if wanted is None else wanted, found.missing)
        for each in found.measures
    )


def grouped(measures: tuple[Measure, ...], register: Register) -> tuple[ShownFigure, ...]:
    """Figures of a register as people read them."""
    figures: dict[str, ShownFigure] = {}
    for each in measures:
        field = register.fields_.get(each.name)
        label = "" if field is None else field.label or each.name
        if not each.choice:
            figures[each.name] = ShownFigure(each.name, label, each.done, each.wanted)
            continue
        before = figures.get(each.name, ShownFigure(each.name, label, 0, 0))
        figures[each.name] = ShownFigure(
            each.name, label, before.done + (0 if each.missing else HUNDREDTHS), before.wanted + HUNDREDTHS,
            (*before.missing, *([each.choice] if each.missing else [])),
        )  # fmt: skip
    return tuple(figures.values())


def topics_by(schedule: Schedule, by: date | None) -> int | None:
    """How many topics (hundredths) the milestone of that day asks for; None if it is no milestone's day."""
    days = [each.by for each in schedule.milestones]
    return milestone(schedule, days.index((by.month, by.day))) if by and (by.month, by.day) in days else None


def span_of(schedule: Schedule, occurrence: OccurrenceRow, live: Live) -> tuple[date, date]:
    """The days that an occurrence counts."""
    return span(schedule.when, occurrence.moved_from or occurrence.held_on, live.today(occurrence.opens_at))


def standing(
    session: Session, live: Live, schedule: Schedule, occurrence: OccurrenceRow, party: PartyRow, *, by: date | None = None
) -> Standing | None:  # fmt: skip
    """Count anew, with the figures of the milestone `by` if one is named.

    None for a duty that counts neither, or whose register the office no longer keeps.
    """
    match schedule.done:
        case FromRegister() as done if live.office.register_or_none(done.register_) is None:
            return None
        case FromRegister() as done if done.declared:
            return _declared(session, live, schedule, occurrence, party)
        case FromRegister() as done:
            return _reach(session, live, schedule, done, occurrence, by)
        case Topics() as done:
            return _topics(session, live, schedule, done, occurrence)
        case _:
            return None


def _reach(
    session: Session, live: Live, schedule: Schedule, done: FromRegister, occurrence: OccurrenceRow, by: date | None
) -> Standing:  # fmt: skip
    options = live.office.register(done.register_).options()
    found = read.facts(session, done.register_, *span_of(schedule, occurrence, live))
    facts = [Fact(day, fields) for day, fields in found]
    asked, tally = stages(schedule, occurrence.held_on), Tally(facts)
    on = reached_on(asked[-1], facts, options)
    on_the_way = [each.by for each in milestones_in(schedule, occurrence.held_on)]
    number = on_the_way.index((by.month, by.day)) if by and (by.month, by.day) in on_the_way else -1
    wanted = asked[number]
    return Standing(tally.measures(wanted, options), progress(asked, tally, options), on is not None, on)


def _declared(
    session: Session, live: Live, schedule: Schedule, occurrence: OccurrenceRow, party: PartyRow
) -> Standing:
    """An entry meets it on its own day, a declared zero on the day of the declaration."""
    register = schedule.done.register_ if isinstance(schedule.done, FromRegister) else ""
    days_of = span_of(schedule, occurrence, live)
    held = read.entries_between(session, register, *days_of, unit_id=None)
    days = list(held[:1])
    days += [
        live.today(zero.at)
        for zero in read.zeros(session, register, *days_of)
        if zero.unit_id in (None, party.unit_id)
        and covers(zero.from_on, zero.to_on, days_of, live.office.calendar)
    ]
    return Standing((), 0, bool(days), min(days, default=None))


def _topics(
    session: Session, live: Live, schedule: Schedule, done: Topics, occurrence: OccurrenceRow
) -> Standing:
    source, field = done.source
    facts = list(read.recorded_values(session, source, field, *span_of(schedule, occurrence, live)))
    found = covered(done, facts)
    count = len(found.topics) * HUNDREDTHS
    measure = Measure(TOPICS, "", count, len(done.topics) * HUNDREDTHS)
    return Standing((measure,), count, not found.missing, found.on, found.missing)
