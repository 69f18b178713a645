"""Who was late, and arrivals that the host does not confirm: kept in step with the record of a gathering."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from models.gatherings import ArrivalRow, CheckInRow
from models.queries.gatherings import arrivals
from tasks.audit import note
from tasks.duties.duty import How, actor


def settle(
    session: Session, occurrence_id: int, *, away: Mapping[int, str], late: Collection[int] | None, by: int | None, how: How,
    now: datetime,
) -> None:  # fmt: skip
    """Make arrivals say what the record says, and end the check-in.

    `late`: all who came late; None leaves the marks of those who were there as they are. Whoever is recorded as away loses the
    arrival, with a note in the trail: a scan that the host does not confirm.
    """
    check_in = session.get(CheckInRow, occurrence_id, with_for_update=True, populate_existing=True)
    if check_in is not None and check_in.closed_at is None:
        check_in.closed_at = now
    known = arrivals(session, occurrence_id)
    struck = sorted(person for person in known if person in away)
    for person in struck:
        session.delete(known.pop(person))
    if struck:
        note(
            session, actor=actor(by, how), act="strike-arrivals", subject_kind="occurrence", subject_id=occurrence_id, at=now,
            people=struck,
        )  # fmt: skip
    if late is not None:
        for person, row in known.items():
            row.late = person in late
        session.add_all(
            ArrivalRow(occurrence_id=occurrence_id, person_id=person, at=now, late=True, how="host")
            for person in sorted(set(late) - set(known) - set(away))
        )
    session.flush()
