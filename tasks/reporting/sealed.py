"""Whether something belongs to a sealed matter (`privacy: sealed`), of which an inspector is shown nothing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleVersionRow
from tasks.live import definition


def is_sealed(
    session: Session, *, occurrence_id: int | None = None, obligation_id: int | None = None
) -> bool:
    """Whether the occurrence, or that of the obligation, is of a sealed schedule. What there is not is not sealed."""
    query = select(OccurrenceRow.version_id)
    if obligation_id is not None:
        query = query.join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id).where(
            ObligationRow.id == obligation_id
        )
    elif occurrence_id is not None:
        query = query.where(OccurrenceRow.id == occurrence_id)
    else:
        return False
    version_id = session.scalar(query)
    return version_id is not None and definition(session, version_id).privacy == "sealed"


def sealed_versions(session: Session) -> frozenset[int]:
    """The versions of schedules that are sealed."""
    maybe = select(ScheduleVersionRow.id).where(ScheduleVersionRow.spec_json.contains("sealed"))
    return frozenset(
        version for version in session.scalars(maybe) if definition(session, version).privacy == "sealed"
    )
