"""The figures that confirmations count to: one statement for whatever a report asks for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, ObligationRow, OccurrenceRow
from models.registers import FigureRow
from models.schedules import ScheduleRow


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure of one occurrence, in hundredths."""

    schedule: str
    occurrence: str
    figure: str
    amount: int


def figures(
    session: Session, first: date, last: date, *, names: Collection[str] | None = None
) -> list[Counted]:
    """What the accepted records of facts in [first, last] count to, by occurrence and figure; what counts nothing is not there."""
    query = (
        select(ScheduleRow.key, OccurrenceRow.key, FigureRow.name, func.sum(FigureRow.amount))
        .select_from(FigureRow)
        .join(ConfirmationRow, ConfirmationRow.id == FigureRow.confirmation_id)
        .join(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ConfirmationRow.state == "accepted", ConfirmationRow.done_on.between(first, last))
        .group_by(ScheduleRow.key, OccurrenceRow.key, FigureRow.name)
        .order_by(ScheduleRow.key, OccurrenceRow.key, FigureRow.name)
    )
    if names is not None:
        query = query.where(FigureRow.name.in_(names))
    return [
        Counted(schedule, key, name, int(amount)) for schedule, key, name, amount in session.execute(query)
    ]
