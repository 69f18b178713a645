"""End the trial: from now on messages go to the people themselves."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.schedules import OfficeStateRow
from tasks.audit import note


def go_live(session: Session, *, by: str, now: datetime) -> None:
    """Keep the instant; a second time changes nothing."""
    state = session.get_one(OfficeStateRow, 1, with_for_update=True)
    if state.went_live_at is not None:
        return
    state.went_live_at = now
    note(session, actor=by, act="go-live", subject_kind="office", subject_id=state.version_id or 0, at=now)
