"""What is recorded of an occurrence, as the pure logic of chains reads it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    return known_of(session, [(occurrence, schedule)])[occurrence.id]


def known_of(session: Session, chains: Sequence[tuple[OccurrenceRow, Schedule]]) -> dict[int, Known]:
    """The same of several occurrences, by their ids; two statements for all of them."""
    session.flush()
    ids = [occurrence.id for occurrence, _ in chains]
    states, values = _states(session, ids), _values(session, ids)
    return {
        occurrence.id: Known(
            on=occurrence.held_on, fields=fields_of(occurrence),
            done=_done(schedule, states[occurrence.id], values[occurrence.id]),
        )
        for occurrence, schedule in chains
    }  # fmt: skip


def _done(
    schedule: Schedule,
    states: Mapping[str, list[tuple[str, date | None]]],
    values: Mapping[str, dict[str, tuple[str, ...]]],
) -> dict[str, StepFact]:
    return {
        part: StepFact(
            done_on=max((day for _, day in found if day is not None), default=None),
            values=values.get(part, {}),
        )
        for part, found in states.items()
        if part in schedule.steps and all(state in MET for state, _ in found)
    }


def _states(
    session: Session, occurrence_ids: Sequence[int]
) -> dict[int, dict[str, list[tuple[str, date | None]]]]:
    """The states of each part and the days of the facts; what an undo cancelled, or what leavers owed, is not counted."""
    query = (
        select(
            ObligationRow.occurrence_id, ObligationRow.part, ObligationRow.state, ObligationRow.done_on, ObligationRow.closed_why
        )
        .where(
            ObligationRow.occurrence_id.in_(occurrence_ids),
            ObligationRow.state != Obligation.WITHDRAWN,
            or_(ObligationRow.closed_why.is_(None), ObligationRow.closed_why != "undone"),
        )
        .distinct()
    )  # fmt: skip
    found: dict[int, dict[str, list[tuple[str, date | None]]]] = defaultdict(lambda: defaultdict(list))
    for occurrence_id, part, state, done_on, why in session.execute(query):
        met = Obligation.WAIVED if why == "drop" else state  # history that was dropped is excused
        found[occurrence_id][part].append((met, done_on if state == Obligation.DONE else None))
    return found


def _values(
    session: Session, occurrence_ids: Sequence[int]
) -> dict[int, dict[str, dict[str, tuple[str, ...]]]]:
    """The fields of accepted records by part and name; files are left out."""
    query = (
        select(ObligationRow.occurrence_id, ObligationRow.part, EvidenceRow.name, EvidenceRow.value)
        .join(ConfirmationRow, ConfirmationRow.id == EvidenceRow.confirmation_id)
        .join(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .where(ObligationRow.occurrence_id.in_(occurrence_ids), ConfirmationRow.state == "accepted")
        .order_by(EvidenceRow.id)
    )
    found: dict[int, dict[str, dict[str, tuple[str, ...]]]] = defaultdict(lambda: defaultdict(dict))
    for occurrence_id, part, name, value in session.execute(query):
        if value is not None:
            fields = found[occurrence_id][part]
            fields[name] = (*fields.get(name, ()), value)
    return found
