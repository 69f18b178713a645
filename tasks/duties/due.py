"""Move a due date: the new day, the ladder that belongs to it, and the trail of what it was before and why.

An extension, a stop or a resumption begins a new epoch: the rungs speak anew about the new day. A corrected calendar does not:
what was said stays said. In either case nothing that lies behind is made up for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, ObligationRow, OccurrenceRow
from models.queries.moving import NewDue, Trail, write_due, write_trail
from schedules.dues import Due, basis_of, due_instant
from schedules.errors import Refused
from schedules.grammar import Schedule
from schedules.instants import MIDNIGHT, instant
from schedules.ladder import MAKE_UP, RECORD
from schedules.parts import parts
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import LIVE_RECORDS, Duty, actor
from tasks.duties.following import opens_at
from tasks.duties.known import known
from tasks.duties.portion import Place, full_of, rungs_for, slot_of, soon_of
from tasks.live import Live
from tasks.timelines import set_timeline

__all__ = ["Alike", "Due", "Kind", "Trail", "groups", "move_due", "move_many"]

Kind = Literal["extension", "stop", "resume", "calendar", "manual"]
CLOSED = (Obligation.DONE, Obligation.WAIVED, Obligation.WITHDRAWN, Obligation.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Duties of one occurrence that are equal but for who owes them: whatever moves one of them moves all."""

    part: str
    state: str
    due_on: date | None
    due_at: datetime | None
    internal_on: date | None
    provisional: bool
    target: int | None
    opened_at: datetime
    quiet_until: date | None

    def within(self, occurrence_id: int) -> ColumnElement[bool]:
        """These duties of the occurrence, as a condition."""
        same = [
            getattr(ObligationRow, each.name).is_not_distinct_from(getattr(self, each.name))
            for each in fields(self)
        ]
        return and_(ObligationRow.occurrence_id == occurrence_id, *same)


def due_by(live: Live, duty: Duty, on: date, *, provisional: bool) -> Due:
    """That day for a duty, with the hour that its basis gives it; the office's own earlier day stays."""
    basis, kept = basis_of(duty.schedule, duty.part), duty.row.internal_on
    earlier = Due(kept, due_instant(kept, None, live.office)) if kept is not None else None
    return Due(on, due_instant(on, basis, live.office), provisional, earlier)


def groups(
    session: Session, occurrence_id: int, *, which: ColumnElement[bool] | None = None
) -> Sequence[Alike]:
    """The duties of an occurrence that are not closed (of those, `which`), as groups that move together."""
    names = [each.name for each in fields(Alike)]
    query = (
        select(*(getattr(ObligationRow, name) for name in names))
        .where(
            ObligationRow.occurrence_id == occurrence_id,
            ObligationRow.state.not_in(CLOSED),
            true() if which is None else which,
        )
        .distinct()
    )
    found = [Alike(**dict(zip(names, row, strict=True))) for row in session.execute(query)]
    return sorted(found, key=lambda each: (each.part, each.opened_at, each.due_on or date.min))


def move_due(
    session: Session, live: Live, duty: Duty, due: Due, *, kind: Kind, reason: str, basis: str | None = None,
    asked_by: int | None = None, approved_by: int | None = None, now: datetime, new_epoch: bool,
) -> bool:  # fmt: skip
    """Move one duty, which the caller holds locked, to a new due day. Return whether it is another day than before.

    `reason` and `basis` (an article) stay in the trail, with who asked and who agreed (persons' ids). An equal day leaves no
    trail and no new epoch. Raise Refused for a duty that is closed.
    """
    row = duty.row
    if row.state in CLOSED:
        raise Refused(phrase("this duty is closed; its date cannot be moved"))
    session.flush()
    was = row.due_on
    one = Alike(**{each.name: getattr(row, each.name) for each in fields(Alike)})
    trail = Trail(kind=kind, reason=reason, basis=basis, asked_by=asked_by, approved_by=approved_by)
    _move(
        session, live, duty.occurrence, duty.schedule, one, ObligationRow.id == row.id, due, trail, now=now,
        bump=new_epoch and was != due.on,
    )  # fmt: skip
    session.refresh(row)
    if was != due.on:
        note(
            session, actor=actor(approved_by if approved_by is not None else asked_by, kind), act="move-due",
            subject_kind="obligation", subject_id=row.id, at=now, kind=kind, was=was.isoformat() if was else None,
            due_on=due.on.isoformat(),
        )  # fmt: skip
    return was != due.on


def move_many(
    session: Session, live: Live, occurrence: OccurrenceRow, schedule: Schedule, alike: Alike, due: Due, trail: Trail, *,
    which: ColumnElement[bool] | None = None, now: datetime,
) -> int:  # fmt: skip
    """Correct the due day of a whole group, or of those in it that `which` names, in two statements; no new epoch.

    Return how many duties that are. Rows of them that the session has loaded are stale afterwards.
    """
    which = and_(alike.within(occurrence.id), true() if which is None else which)
    return _move(session, live, occurrence, schedule, alike, which, due, trail, now=now, bump=False)


def _move(
    session: Session, live: Live, occurrence: OccurrenceRow, schedule: Schedule, alike: Alike, which: ColumnElement[bool],
    due: Due, trail: Trail, *, now: datetime, bump: bool,
) -> int:  # fmt: skip
    place = Place(
        occurrence=occurrence, schedule=schedule, slot=slot_of(occurrence), history=alike.state == Obligation.HISTORY
    )  # fmt: skip
    part = next(each for each in parts(schedule, place.slot, live.office) if each.key == alike.part)
    part = part.due_by(due)
    begun = _begun(session, live, occurrence, schedule, alike)
    rungs = rungs_for(
        live, place, part, target=alike.target, full=full_of(schedule), now=begun, opens_at=begun
    )
    new = NewDue(
        due_on=due.on, due_at=due.at, soon_on=soon_of(live, place, part, since=begun), provisional=due.provisional,
        internal_on=part.internal.on if part.internal else None, timeline_id=set_timeline(session, rungs),
        since=_speaks_from(live, alike, due, now=now),
    )  # fmt: skip
    stamped = replace(trail, calendar_revision=live.office.calendar.revision)
    write_trail(session, which, due.on, stamped, now=now)
    return write_due(session, which, new, bump=bump)


def _begun(
    session: Session, live: Live, occurrence: OccurrenceRow, schedule: Schedule, alike: Alike
) -> datetime:
    """When the part began to be owed: make-ups with the record of the gathering, a step when the waiting period before it is over."""
    if alike.part in schedule.steps:
        facts = known(session, occurrence, schedule)
        return opens_at(schedule, alike.part, facts, live, now=alike.opened_at)
    if alike.part != MAKE_UP:
        return alike.opened_at
    recorded = session.scalar(
        select(ConfirmationRow.recorded_at)
        .join(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .where(
            ObligationRow.occurrence_id == occurrence.id, ObligationRow.part == RECORD,
            ConfirmationRow.state.in_(LIVE_RECORDS),
        )
    )  # fmt: skip
    return recorded or alike.opened_at


def _speaks_from(live: Live, alike: Alike, due: Due, *, now: datetime) -> datetime:
    """Before this instant no rung speaks: not in the past, not before the office began, not while somebody else is at work."""
    quiet = min(alike.quiet_until, due.on) if alike.quiet_until else live.start_on
    return max(now, *(instant(day, MIDNIGHT, live.office.tz) for day in (live.start_on, quiet)))
