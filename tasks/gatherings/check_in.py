"""The check-in of a gathering 签到: opened and closed by its host; whoever scans the code on the screen is there, once.

The code never names a person: who it is follows from the phone that is bound as that person's. Office time throughout.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from models.gatherings import CheckInRow
from models.obligations import ObligationRow
from models.queries.duties import lock_occurrence
from models.queries.gatherings import add_arrival, arrival, check_in_of, hold_check_in, place_of, record_of
from schedules.errors import Refused
from schedules.grammar import Attendance
from schedules.ladder import RECORD
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import Duty, How, actor, load, require_actor
from tasks.live import Live

OPENS_BEFORE = timedelta(minutes=60)
GRACE = (0, 5, 10, 15, 30)  # minutes after the start that do not count as late
LASTS = (30, 60, 90, 120, 180, 240)  # minutes after the start until nobody is let in any more
USUAL_GRACE, USUAL_LENGTH = 10, 120


class Admission(StrEnum):
    """What a person who scans the code finds."""

    OPEN = "open"
    NOT_OPEN = "not-open"
    CLOSED = "closed"
    RECORDED = "recorded"  # the host has recorded who was there; only the host changes that
    STRANGER = "stranger"  # not expected at this gathering
    ARRIVED = "arrived"
    SECOND = "second"  # this phone has checked somebody else in


def is_open(row: CheckInRow | None, now: datetime) -> bool:
    """Whether somebody would be let in now."""
    return row is not None and row.closed_at is None and now < row.closes_at


def opens_at(starts_at: datetime) -> datetime:
    """From when a check-in may be opened."""
    return starts_at - OPENS_BEFORE


def open_check_in(
    session: Session, live: Live, *, obligation_id: int, by: int | None, how: How, grace: int, lasts: int, now: datetime
) -> CheckInRow:  # fmt: skip
    """Open the check-in of a record's gathering, or open it anew. `grace` and `lasts`: minutes after the start.

    Raise Refused outside its time, once the attendance is recorded, and for whoever does not owe the record.
    """
    duty, starts = _hosted(session, live, obligation_id, by, now=now)
    if grace not in GRACE or lasts not in LASTS:
        raise Refused(phrase("choose one of the times"), field="lasts")
    if now < opens_at(starts):
        clock = f"{opens_at(starts).astimezone(live.office.tz):%H:%M}"
        raise Refused(
            phrase("The check-in can be opened from {clock}, an hour before the start.", clock=clock)
        )
    closes = starts + timedelta(minutes=lasts)
    if now >= closes:
        raise Refused(
            phrase("The gathering is over by then; let the check-in last longer, or record by hand."),
            field="lasts",
        )
    row = session.get(CheckInRow, duty.occurrence.id, with_for_update=True, populate_existing=True)
    if row is None:
        row = CheckInRow(
            occurrence_id=duty.occurrence.id,
            opened_at=now,
            opened_by=actor(by, how),
            late_from=now,
            closes_at=closes,
        )
        session.add(row)
    row.late_from, row.closes_at, row.closed_at = starts + timedelta(minutes=grace), closes, None
    session.flush()
    _note(session, duty, "open-check-in", by, how, now=now)
    return row


def close_check_in(
    session: Session, live: Live, *, obligation_id: int, by: int | None, how: How, now: datetime
) -> None:
    """End it before its time; ending it twice changes nothing. Raise Refused for whoever does not owe the record."""
    duty, _ = _hosted(session, live, obligation_id, by, now=now)
    row = session.get(CheckInRow, duty.occurrence.id, with_for_update=True, populate_existing=True)
    if row is not None and row.closed_at is None:
        row.closed_at = now
        session.flush()
        _note(session, duty, "close-check-in", by, how, now=now)


def hold(session: Session, obligation_id: int) -> None:
    """Let nobody arrive before this transaction ends, which records the attendance.

    The record is locked before the check-in, as whoever opens or ends it does: two who lock in other orders wait for each other.
    """
    lock_occurrence(session, obligation_id)
    hold_check_in(session, load(session, obligation_id).occurrence.id)


def _hosted(
    session: Session, live: Live, obligation_id: int, by: int | None, *, now: datetime
) -> tuple[Duty, datetime]:
    duty = load(session, obligation_id)
    starts = duty.occurrence.starts_at
    if duty.part != RECORD or not isinstance(duty.schedule.done, Attendance) or starts is None:
        raise Refused(phrase("this duty is not the record of a gathering"))
    require_actor(session, live, duty, by, now=now)
    if duty.row.state != Obligation.OPEN:
        raise Refused(phrase("The attendance is recorded already; correct the record instead."))
    return duty, starts


def _note(session: Session, duty: Duty, act: str, by: int | None, how: How, *, now: datetime) -> None:
    note(
        session,
        actor=actor(by, how),
        act=act,
        subject_kind="occurrence",
        subject_id=duty.occurrence.id,
        at=now,
    )


# ── arriving ──────────────────────────────────────────────────
def admission(
    session: Session, *, occurrence_id: int, person_id: int, earlier: int | None, now: datetime, share: bool = False
) -> tuple[Admission, CheckInRow | None]:  # fmt: skip
    """What a person finds who scans the code now. `earlier`: whom this very phone has checked in at this gathering."""
    row = check_in_of(session, occurrence_id, share=share)
    if place_of(session, occurrence_id, person_id) is None:
        return Admission.STRANGER, row
    if arrival(session, occurrence_id, person_id) is not None:
        return Admission.ARRIVED, row
    record_id = record_of(session, occurrence_id)
    if record_id is not None and session.get_one(ObligationRow, record_id).state != Obligation.OPEN:
        return Admission.RECORDED, row
    if row is None:
        return Admission.NOT_OPEN, row
    if not is_open(row, now):
        return Admission.CLOSED, row
    if earlier is not None and earlier != person_id:
        return Admission.SECOND, row
    return Admission.OPEN, row


def arrive(
    session: Session,
    *,
    occurrence_id: int,
    person_id: int,
    device_id: int,
    earlier: int | None,
    now: datetime,
) -> Admission:
    """Let a person in who scanned the code with the own phone. Return what was found; only for `open` something is written.

    A phone that has checked somebody else in is noted for the host.
    """
    found, row = admission(
        session, occurrence_id=occurrence_id, person_id=person_id, earlier=earlier, now=now, share=True
    )
    if found is Admission.OPEN and row is not None:
        late = now >= row.late_from
        if add_arrival(session, occurrence_id, person_id, at=now, late=late, how="scan"):
            note(
                session, actor=actor(person_id, "scan"), act="arrive", subject_kind="occurrence", subject_id=occurrence_id, at=now,
                device=device_id, late=late,
            )  # fmt: skip
    elif found is Admission.SECOND:
        note(
            session, actor=actor(person_id, "scan"), act="second-person", subject_kind="occurrence", subject_id=occurrence_id, at=now,
            device=device_id, first=earlier, second=person_id,
        )  # fmt: skip
    return found
