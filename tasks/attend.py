"""The record of a gathering: one for the whole session. Only who was absent hears of it; it can be recorded again to correct it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeVar

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.obligations import EvidenceRow, ObligationRow
from models.people import PartyRow
from schedules.errors import Refused
from schedules.grammar import Attendance
from schedules.ladder import MAKE_UP, RECORD
from schedules.parts import evidence_of, make_up_due, parts
from schedules.states import Obligation
from schedules.words import phrase
from tasks import evidence as proof
from tasks.closing import close_if_done, reopen
from tasks.confirm import How, record
from tasks.duty import Duty, load, record_of, require_actor
from tasks.live import Live
from tasks.portion import Place, rungs_for, slot_of, soon_of
from tasks.timelines import first_rung, set_timeline

T = TypeVar("T")
Mark = Literal["leave", "absent"]
COUNTED = (Obligation.EXPECTED, Obligation.OPEN, Obligation.DONE, Obligation.WAIVED)


@dataclass(frozen=True, slots=True)
class Recorded:
    """应到, 实到, 请假, 缺席."""

    expected: int
    present: int
    leave: int
    absent: int


def record_session(
    session: Session, live: Live, *, obligation_id: int, away: Mapping[int, Mark], evidence: proof.Values, files: proof.Files,
    done_on: date, by: int | None, how: How, now: datetime,
) -> Recorded:  # fmt: skip
    """Record who was missing (`away`, by person id); everybody else was present. Raise Refused for a stranger in `away`."""
    duty = load(session, obligation_id)
    if duty.part != RECORD or not isinstance(duty.schedule.done, Attendance):
        raise Refused(phrase("this duty is not the record of a gathering"))
    require_actor(session, live, duty, by, now=now)
    _check(session, live, duty, away, done_on, now=now)
    proof.check(evidence_of(duty.schedule, RECORD), evidence, files)
    earlier = record_of(session, obligation_id)
    if earlier is None:
        record(
            session,
            duty,
            by=by,
            done_on=done_on,
            how=how,
            note=None,
            state=Obligation.DONE,
            now=now,
            values=evidence,
            files=files,
        )
    else:
        _replace_evidence(session, earlier.id, evidence, files)
    _mark_present(session, duty, away, now=now)
    _mark_leave(session, duty, [person for person, mark in away.items() if mark == "leave"], now=now)
    _mark_absent(session, live, duty, [person for person, mark in away.items() if mark == "absent"], now=now)
    session.flush()
    reopen(duty, session)
    close_if_done(session, duty, now=now)
    return tally(session, duty.occurrence.id)


def _check(
    session: Session, live: Live, duty: Duty, away: Mapping[int, Mark], done_on: date, *, now: datetime
) -> None:
    if duty.occurrence.starts_at is not None and now < duty.occurrence.starts_at:
        raise Refused(phrase("the gathering has not begun yet"), field="done_on")
    if not live.today(duty.occurrence.opens_at) <= done_on <= live.today(now):
        raise Refused(phrase("the day it was done cannot lie in the future"), field="done_on")
    known = set(session.scalars(_members(duty, PartyRow.person_id)))
    if strangers := sorted(set(away) - known):
        raise Refused(phrase("person {id} was not expected at this gathering", id=strangers[0]), field="away")


def _members(duty: Duty, column: InstrumentedAttribute[T]) -> Select[T]:
    return (
        select(column)
        .join_from(ObligationRow, PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(
            ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part == MAKE_UP, ObligationRow.state.in_(COUNTED)
        )
    )  # fmt: skip


def _replace_evidence(
    session: Session, confirmation_id: int, evidence: proof.Values, files: proof.Files
) -> None:
    for row in session.scalars(select(EvidenceRow).where(EvidenceRow.confirmation_id == confirmation_id)):
        if row.file_id is None or row.name in files:
            session.delete(row)
    session.flush()
    proof.write(session, confirmation_id, evidence, files)


def _set(
    session: Session, duty: Duty, people: list[int] | None, without: list[int], values: dict[str, object]
) -> None:
    """Change the marks of some, or of all but some, who were expected and have not made up for it themselves."""
    chosen = _members(duty, ObligationRow.id).where(
        PartyRow.person_id.in_(people) if people is not None else PartyRow.person_id.not_in(without),
        (ObligationRow.closed_why.is_(None)) | (ObligationRow.closed_why != "confirmed"),
    )
    session.execute(
        update(ObligationRow)
        .where(ObligationRow.id.in_(chosen))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _mark_present(session: Session, duty: Duty, away: Mapping[int, Mark], *, now: datetime) -> None:
    values = _closed(Obligation.DONE, "present", now) | {"done_on": duty.occurrence.held_on}
    _set(session, duty, None, list(away), values)


def _mark_leave(session: Session, duty: Duty, people: list[int], *, now: datetime) -> None:
    _set(session, duty, people, [], _closed(Obligation.WAIVED, "leave", now) | {"done_on": None})


def _closed(state: Obligation, mark: str, now: datetime) -> dict[str, object]:
    return {
        "state": state, "mark": mark, "closed_at": now, "closed_why": mark, "due_on": None, "due_at": None, "soon_on": None,
        "next_no": None, "next_at": None,
    }  # fmt: skip


def _mark_absent(session: Session, live: Live, duty: Duty, people: list[int], *, now: datetime) -> None:
    """Who was absent owes a make-up from now on; who was marked absent before keeps his deadline and cursor."""
    due = make_up_due(duty.schedule, live.today(now), live.office)
    place = Place(occurrence=duty.occurrence, schedule=duty.schedule, slot=slot_of(duty.occurrence))
    part = next(part for part in parts(duty.schedule, place.slot, live.office) if part.key == MAKE_UP)
    part = replace(part, due_on=due.on, due_at=due.at, provisional=due.provisional)
    timeline = set_timeline(
        session, rungs_for(live, place, part, target=None, full=None, now=now, opens_at=now)
    )
    rung = first_rung(session, timeline)
    fresh = set(people) - set(
        session.scalars(_members(duty, PartyRow.person_id).where(ObligationRow.mark == "absent"))
    )
    _set(
        session, duty, sorted(fresh), [],
        {
            "state": Obligation.OPEN, "mark": "absent", "closed_at": None, "closed_why": None, "done_on": None,
            "due_on": due.on, "due_at": due.at, "soon_on": soon_of(live, place, part, since=now), "provisional": due.provisional,
            "timeline_id": timeline, "next_no": rung[0] if rung else None, "next_at": rung[1] if rung else None,
        },
    )  # fmt: skip


def tally(session: Session, occurrence_id: int) -> Recorded:
    """Count the marks of a gathering."""
    query = (
        select(ObligationRow.mark, func.count())
        .where(
            ObligationRow.occurrence_id == occurrence_id,
            ObligationRow.part == MAKE_UP,
            ObligationRow.state.in_(COUNTED),
        )
        .group_by(ObligationRow.mark)
    )
    counts: dict[str | None, int] = dict(session.execute(query).all())
    return Recorded(
        sum(counts.values()), counts.get("present", 0), counts.get("leave", 0), counts.get("absent", 0)
    )
