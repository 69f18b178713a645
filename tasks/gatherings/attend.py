"""The record of a gathering: one for the whole session. Only who was absent hears of it; it can be recorded again to correct it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeVar, get_args

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.obligations import ConfirmationRow, EvidenceRow, ObligationRow, RungRow
from models.people import PartyRow
from models.queries.duties import lock_occurrence
from schedules.dates_text import said_day
from schedules.dues import make_up_due
from schedules.errors import Refused
from schedules.grammar import Attendance
from schedules.ladder import MAKE_UP, RECORD
from schedules.parts import evidence_of, parts
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note as audit
from tasks.duties import evidence as proof
from tasks.duties import feeding
from tasks.duties.closing import close_if_done, reopen
from tasks.duties.confirm import How, record
from tasks.duties.duty import Duty, actor, load, record_of, require_actor, way
from tasks.duties.portion import Place, rungs_for, slot_of, soon_of
from tasks.gatherings import arrivals
from tasks.live import Live
from tasks.timelines import set_timeline

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
    done_on: date, by: int | None, how: How, now: datetime, late: Collection[int] | None = None, remark: str | None = None,
) -> Recorded:  # fmt: skip
    """Record who was missing (`away`, by person id); everybody else was present. Raise Refused for a stranger.

    `late`: who of the others came late; None leaves the marks of the check-in as they are. Recording again corrects: the earlier
    record is kept beside the new one; files that are not given anew are taken over, and the remark where it is None.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    if duty.part != RECORD or not isinstance(duty.schedule.done, Attendance):
        raise Refused(phrase("this duty is not the record of a gathering"))
    require_actor(session, live, duty, by, now=now)
    _check(session, live, duty, away, late or (), done_on, now=now)
    earlier = record_of(session, obligation_id)
    files = _files_of(session, earlier, evidence) | dict(files) if earlier else files
    proof.check(session, evidence_of(duty.schedule, RECORD), evidence, files, today=live.today(now))
    if earlier is None:
        written = record(
            session, duty, by=by, done_on=done_on, how=how, note=remark or None, state=Obligation.DONE, now=now, values=evidence,
            files=files,
        )  # fmt: skip
    else:
        written = _correct(
            session, duty, earlier, by=by, done_on=done_on, how=how, now=now, values=evidence, files=files,
            remark=remark,
        )  # fmt: skip
        feeding.taken_back(session, live, duty, earlier, reason="corrected", now=now)
    feeding.accepted(session, live, duty, written, now=now)
    _mark_present(session, duty, away, now=now)
    _mark_leave(session, duty, [person for person, mark in away.items() if mark == "leave"], now=now)
    _mark_absent(session, live, duty, [person for person, mark in away.items() if mark == "absent"], now=now)
    arrivals.settle(session, duty.occurrence.id, away=away, late=late, by=by, how=how, now=now)
    reopen(duty, session)
    close_if_done(session, duty, now=now)
    return tally(session, duty.occurrence.id)


def _check(
    session: Session, live: Live, duty: Duty, away: Mapping[int, Mark], late: Collection[int], done_on: date, *, now: datetime
) -> None:  # fmt: skip
    if duty.occurrence.starts_at is not None and now < duty.occurrence.starts_at:
        raise Refused(phrase("the gathering has not begun yet"), field="done_on")
    first = live.today(duty.occurrence.opens_at)
    if done_on < first:
        raise Refused(
            phrase(
                "it cannot have been done before it began on {day}",
                day=said_day(first, today=live.today(now)),
            ),
            field="done_on",
        )
    if done_on > live.today(now):
        raise Refused(phrase("the day it was done cannot lie in the future"), field="done_on")
    if wrong := sorted(set(away.values()) - set(get_args(Mark))):
        raise Refused(phrase("'{mark}' is not a mark: leave, absent", mark=wrong[0]), field="away")
    known = set(session.scalars(_members(duty, PartyRow.person_id)))
    if strangers := sorted({*away, *late} - known):
        raise Refused(phrase("person {id} was not expected at this gathering", id=strangers[0]), field="away")


def _members(duty: Duty, column: InstrumentedAttribute[T]) -> Select[T]:
    return (
        select(column)
        .join_from(ObligationRow, PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(
            ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part == MAKE_UP, ObligationRow.state.in_(COUNTED)
        )
    )  # fmt: skip


def _files_of(session: Session, earlier: ConfirmationRow, values: proof.Values) -> dict[str, list[int]]:
    """The files of a record, by field; a word given in their place now takes it."""
    found: dict[str, list[int]] = {}
    rows = select(EvidenceRow.name, EvidenceRow.file_id).where(EvidenceRow.confirmation_id == earlier.id)
    for name, file_id in session.execute(rows.order_by(EvidenceRow.id)):
        if file_id is not None and not values.get(name):
            found.setdefault(name, []).append(file_id)
    return found


def _correct(
    session: Session, duty: Duty, earlier: ConfirmationRow, *, by: int | None, done_on: date, how: str, now: datetime,
    values: proof.Values, files: proof.Files, remark: str | None,
) -> ConfirmationRow:  # fmt: skip
    """Put a new record in the place of the one that stands."""
    earlier.state = "corrected"
    kept = earlier.note if remark is None else remark or None
    session.flush()
    fresh = ConfirmationRow(
        obligation_id=duty.row.id, by_id=by, done_on=done_on, recorded_at=now, how=way(how), note=kept, was=earlier.was,
        state="accepted",
    )  # fmt: skip
    session.add(fresh)
    duty.row.done_on = done_on
    session.flush()
    proof.write(session, fresh.id, values, files)
    audit(
        session, actor=actor(by, how), act="correct", subject_kind="obligation", subject_id=duty.row.id, at=now,
        done_on=done_on.isoformat(), how=way(how),
    )  # fmt: skip
    return fresh


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
    """Who was absent owes a make-up, due by the day of the gathering; who was marked absent before keeps his cursor.

    When it is recorded late, what the ladder has passed by then is not made up for.
    """
    due = make_up_due(duty.schedule, duty.occurrence.held_on, live.office)
    place = Place(occurrence=duty.occurrence, schedule=duty.schedule, slot=slot_of(duty.occurrence))
    part = next(part for part in parts(duty.schedule, place.slot, live.office) if part.key == MAKE_UP)
    part = replace(part, due_on=due.on, due_at=due.at, provisional=due.provisional)
    timeline = set_timeline(
        session, rungs_for(live, place, part, target=None, full=None, now=now, opens_at=now)
    )
    rung = session.execute(
        select(RungRow.no, RungRow.at)
        .where(RungRow.timeline_id == timeline, RungRow.at >= now)
        .order_by(RungRow.no)
        .limit(1)
    ).first()
    fresh = set(people) - set(
        session.scalars(_members(duty, PartyRow.person_id).where(ObligationRow.mark == "absent"))
    )
    _set(
        session, duty, sorted(fresh), [],
        {
            "state": Obligation.OPEN, "mark": "absent", "closed_at": None, "closed_why": None, "done_on": None,
            "due_on": due.on, "due_at": due.at, "soon_on": soon_of(live, place, part, since=now), "provisional": due.provisional,
            "timeline_id": timeline, "next_no": rung.no if rung else None, "next_at": rung.at if rung else None,
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
