"""Links that work once: the first use is noted, every later one finds the note. Machine time."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.access import SpentLinkRow

KEPT = timedelta(days=3)  # longer than any such link lives


def digest(once: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(once.encode()).hexdigest()


def spent(session: Session, once: str) -> bool:
    """Whether the link with this part of its own has been used."""
    return session.get(SpentLinkRow, digest(once)) is not None


def spend(session: Session, once: str, *, machine_now: datetime) -> bool:
    """Use the link; False if it was used before. Of two that come at the same moment one gets True."""
    if spent(session, once):
        return False
    try:
        with session.begin_nested():
            session.add(SpentLinkRow(digest=digest(once), spent_at=machine_now))
    except IntegrityError:
        return False
    session.execute(delete(SpentLinkRow).where(SpentLinkRow.spent_at < machine_now - KEPT))
    return True
