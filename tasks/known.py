"""What is recorded of an occurrence, as the pure logic of chains reads it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, EvidenceRow, ObligationRow, OccurrenceRow
from schedules.chain import Known, StepFact
from schedules.grammar import Schedule
from schedules.states import Obligation

MET = frozenset({Obligation.DONE, Obligation.WAIVED})


def fields_of(occurrence: OccurrenceRow) -> Mapping[str, tuple[str, ...]]:
    """The fields of the event that opened it."""
    return {name: tuple(values) for name, values in occurrence.fields.items()}


def known(session: Session, occurrence: OccurrenceRow, schedule: Schedule) -> Known:
    """The steps that are met by everyone who owes them, with the day of the last fact and what was recorded. Two statements."""
    session.flush()
    states = _states(session, occurrence.id)
    values = _values(session, occurrence.id)
    done = {
        part: StepFact(
            done_on=max((day for _, day in found if day is not None), default=None), values=values[part]
        )
        for part, found in states.items()
        if part in schedule.steps and all(state in MET for state, _ in found)
    }
    return Known(on=occurrence.held_on, fields=fields_of(occurrence), done=done)


def _states(session: Session, occurrence_id: int) -> dict[str, list[tuple[str, date | None]]]:
    """The states of each part and the days of the facts; what an undo cancelled, or what leavers owed, is not counted."""
    query = (
        select(ObligationRow.part, ObligationRow.state, ObligationRow.done_on, ObligationRow.closed_why)
        .where(
            ObligationRow.occurrence_id == occurrence_id,
            ObligationRow.state != Obligation.WITHDRAWN,
            or_(ObligationRow.closed_why.is_(None), ObligationRow.closed_why != "undone"),
        )
        .distinct()
    )
    found: dict[str, list[tuple[str, date | None]]] = defaultdict(list)
    for part, state, done_on, why in session.execute(query):
        met = Obligation.WAIVED if why == "drop" else state  # history that was dropped is excused
        found[part].append((met, done_on if state == Obligation.DONE else None))
    return found


def _values(session: Session, occurrence_id: int) -> dict[str, dict[str, tuple[str, ...]]]:
    """The fields of accepted records by part and name; files are left out."""
    query = (
        select(ObligationRow.part, EvidenceRow.name, EvidenceRow.value)
        .join(ConfirmationRow, ConfirmationRow.id == EvidenceRow.confirmation_id)
        .join(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .where(ObligationRow.occurrence_id == occurrence_id, ConfirmationRow.state == "accepted")
        .order_by(EvidenceRow.id)
    )
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for part, name, value in session.execute(query):
        if value is not None:
            found[part][name] = (*found[part].get(name, ()), value)
    return found
