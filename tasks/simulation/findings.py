"""What a clerk should know after a simulation: warnings, which ask for a decision, and notes on what a rule has already handled.

A warning: somebody gets more than five messages of his own on a day; a duty falls due on a rest day although its day could be moved;
a message goes out while it should be quiet; a reminder finds nobody; the days simulated lie beyond the announced ones.
A note: an occurrence was moved or skipped because of a holiday; a legal or printed day, which the office cannot move, or one that
somebody chose is a rest day; a due day lies beyond the announced ones.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.calendar import WorkCalendar
from schedules.dates_text import WEEKDAYS
from schedules.dues import basis_of
from schedules.grammar import Expiry, Schedule
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.words import Words, phrase
from tasks.live import Live, definition
from tasks.simulation.counted import MANY, Counted
from tasks.simulation.course import titled
from tasks.simulation.unheard import unheard

Severity = Literal["warning", "note"]
COUNTED = ("open", "paused", "submitted", "done", "waived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One warning or note. `about`: what it is about (a person's id, a schedule's id, a channel); `advice`: what to do."""

    severity: Severity
    kind: str
    about: str
    words: Words
    advice: Words | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def findings(session: Session, live: Live, counted: Counted, first: date, last: date) -> list[Finding]:
    """Everything found in the days [first, last], warnings first."""
    found = [
        *_crowded(live.office, counted),
        *_untimely(counted),
        *(_nobody(each.schedule, each.to, each.party, each.times) for each in unheard(session, live)),
        *_horizon(session, live.office, last),
        *_on_rest_days(session, live.office, first, last),
        *_moved(live.office, first, last),
    ]
    return sorted(found, key=lambda each: each.severity, reverse=True)


def _crowded(office: OfficeSpec, counted: Counted) -> Iterator[Finding]:
    titles = _titles(office)
    for person, days in sorted(counted.crowded().items(), key=lambda item: -len(item[1])):
        day, of = max(days, key=lambda each: sum(each[1].values()))
        most = sum(of.values())
        name = office.person(person).name if office.has_person(person) else person
        shown = ", ".join(f"{titles.get(key, key)} {n}" for key, n in of.most_common(4))
        words = phrase(
            "{name} gets {n} messages on {day}: {schedules}",
            name=name,
            n=most,
            day=_day(day),
            schedules=shown,
        )
        if len(days) > 1:
            words = phrase("{found}; more than {most} on {n} days", found=words, most=MANY, n=len(days))
        yield Finding(
            severity="warning", kind="too-many", about=person, words=words,
            advice=phrase("Give their rungs the same time of day, then they come as one message; or move the day on which one opens."),
            data={"days": [{"on": d.isoformat(), "messages": sum(c.values()), "schedules": dict(c)} for d, c in days]},
        )  # fmt: skip


def _untimely(counted: Counted) -> Iterator[Finding]:
    for (kind, channel, schedule), at in sorted(counted.untimely.items()):
        title = _titles(counted.office).get(schedule, schedule)
        rests = kind == "rest-day"
        said = (
            phrase("{title}: messages on rest days: {n}, the first on {at}", title=title, n=len(at), at=f"{at[0]:%Y-%m-%d %H:%M}")
            if rests
            else phrase("{title}: messages in quiet hours: {n}, the first on {at}", title=title, n=len(at), at=f"{at[0]:%Y-%m-%d %H:%M}")
        )  # fmt: skip
        exempt = counted.office.file.channels[channel].quiet == "exempt"
        advice = (
            phrase("The channel '{channel}' says `quiet: exempt`; without that they wait for the next working hour.", channel=channel)
            if exempt
            else phrase("The rung is urgent and office.yaml says `urgent: break`; if that is not meant, take one of them away.")
        )  # fmt: skip
        yield Finding(
            severity="warning", kind=kind, about=schedule, words=said, advice=advice,
            data={"channel": channel, "at": [each.isoformat() for each in at]},
        )  # fmt: skip


POSTS = {
    "unit-head": phrase("head of unit"),
    "deputy-leader": phrase("deputy leader"),
    "leader": phrase("leader"),
}


def _nobody(schedule: str, to: str, party: str, times: int) -> Finding:
    post = POSTS.get(to, to)
    return Finding(
        severity="warning", kind="nobody", about=schedule,
        words=phrase("{schedule}: {n} reminders about {party} to '{to}' reach nobody", schedule=schedule, n=times, party=party, to=post),
        advice=phrase("Name that post for the unit in office.yaml, or give the person an address in the roster."),
        data={"to": to, "party": party, "times": times},
    )  # fmt: skip


def _horizon(session: Session, office: OfficeSpec, last: date) -> Iterator[Finding]:
    """Days beyond the announced ones: those simulated, and due days that were counted with estimates."""
    known = office.calendar.last_announced
    if known is None or last > known:
        yield Finding(
            severity="warning", kind="horizon", about="calendar",
            words=phrase("holidays after {day} are not announced; what falls there may move", day=known.isoformat() if known else "—"),
            advice=phrase("Import the notice when it comes out, usually in November: duban calendar import"),
            data={"announced_until": known.isoformat() if known else None},
        )  # fmt: skip
        return
    query = select(func.count(), func.min(ObligationRow.due_on)).where(
        ObligationRow.due_on > known, ObligationRow.state.in_(COUNTED)
    )
    number, soonest = session.execute(query).one()
    if number and soonest is not None:
        yield Finding(
            severity="note", kind="horizon", about="calendar",
            words=phrase(
                "{n} duties are due after {day}, the last announced day; the first on {first}", n=number, day=known.isoformat(),
                first=soonest.isoformat(),
            ),
            data={"announced_until": known.isoformat(), "duties": number},
        )  # fmt: skip


def _on_rest_days(session: Session, office: OfficeSpec, first: date, last: date) -> Iterator[Finding]:
    """Duties of the span that fall due while nobody is at work."""
    calendar = office.calendar
    days = session.scalars(
        select(ObligationRow.due_on)
        .where(ObligationRow.due_on >= first, ObligationRow.due_on <= last, ObligationRow.state.in_(COUNTED))
        .distinct()
    )
    resting = sorted(day for day in days if day is not None and not calendar.is_workday(day))
    query = (
        select(ObligationRow, OccurrenceRow, ScheduleRow.key)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ObligationRow.due_on.in_(resting), ObligationRow.state.in_(COUNTED))
        .order_by(ObligationRow.due_on, ObligationRow.id)
    )
    seen: dict[tuple[str, str, date, bool], list[str]] = defaultdict(list)
    for duty, occurrence, key in session.execute(query) if resting else ():
        if duty.due_on is not None:
            by_hand = occurrence.parent_id is not None  # a problem found at a meeting: somebody chose its day
            fixed = by_hand or _cannot_move(definition(session, occurrence.version_id), duty.part)
            seen[key, titled(session, duty, occurrence), duty.due_on, fixed].append(occurrence.key)
    for (key, title, day, fixed), keys in seen.items():
        before = calendar.previous_workday(day)
        words = phrase(
            "{title} is due on {day} ({name}); the last working day before is {before}",
            title=title, day=_day(day), name=_called(calendar, day), before=_day(before),
        )  # fmt: skip
        advice = phrase(
            "If it should count to a working day: `roll: next-workday` or `previous-workday` with its term, `on_holiday` with its date."
        )
        yield Finding(
            severity="note" if fixed else "warning", kind="due-on-rest-day", about=key, words=words,
            advice=None if fixed else advice,
            data={"due_on": day.isoformat(), "before": before.isoformat(), "keys": sorted(set(keys))},
        )  # fmt: skip


def _cannot_move(schedule: Schedule, part: str) -> bool:
    """Whether the day stands in law or is printed on a certificate: the office cannot move it."""
    basis = basis_of(schedule, part)
    return isinstance(schedule.when, Expiry) or (basis is not None and basis.kind == "law")


def _moved(office: OfficeSpec, first: date, last: date) -> Iterator[Finding]:
    """Occurrences whose rule's day is another day's or nobody's because of a holiday, as their rule says."""
    for schedule in office.schedules:
        for slot in slots(schedule, office, first, last):
            if slot.skipped is not None and slot.subject is None:
                yield Finding(
                    severity="note", kind="skipped", about=schedule.id,
                    words=phrase("{title} {key} does not take place: {why}", title=schedule.title, key=slot.key, why=slot.skipped),
                    data={"key": slot.key},
                )  # fmt: skip
            elif slot.moved_from is not None and slot.date is not None:
                yield Finding(
                    severity="note", kind="moved", about=schedule.id,
                    words=phrase(
                        "{title}: {old} ({name}) → {new}", title=slot.title or schedule.title, old=_day(slot.moved_from),
                        name=_called(office.calendar, slot.moved_from), new=_day(slot.date),
                    ),
                    data={"key": slot.key, "from": slot.moved_from.isoformat(), "to": slot.date.isoformat()},
                )  # fmt: skip


def _called(calendar: WorkCalendar, day: date) -> Words | str:
    """The holiday's name, or that it is a weekend or a day off."""
    named = calendar.year(day.year)[day.timetuple().tm_yday - 1].name
    if named:
        return named
    return phrase("weekend") if day.weekday() >= 5 else phrase("rest day")


def _day(day: date) -> Words:
    return phrase("{day} {weekday}", day=day.isoformat(), weekday=WEEKDAYS[day.weekday()])


def _titles(office: OfficeSpec) -> dict[str, str]:
    return {each.id: each.title for each in office.schedules} | {
        each.id: each.title for each in office.summaries
    }


def numbers(found: list[Finding]) -> Counter[str]:
    """How many warnings and notes there are."""
    return Counter(each.severity for each in found)
