"""Who did what: one row for each act, written in the same transaction. People appear by id only."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.obligations import AuditRow


def note(
    session: Session,
    *,
    actor: str,
    act: str,
    subject_kind: str,
    subject_id: int,
    at: datetime,
    **detail: object,
) -> None:
    """Add a row; `detail` holds counts and ids, never names or texts of people."""
    session.add(
        AuditRow(at=at, actor=actor, act=act, subject_kind=subject_kind, subject_id=subject_id, detail=detail)
    )
