"""The clocks: the only module that reads one.

Machine time decides leases, back-off and heartbeats. Office time decides what is due, quiet hours and pages: it is machine time,
or the instant the office was stepped to (`office_state.stepped_at`). Both are aware UTC.
"""

import time
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.schedules import OfficeStateRow


def machine_now() -> datetime:
    """The machine's instant."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only grow, for measuring how long something takes."""
    return time.monotonic()


def stepped_at(session: Session) -> datetime | None:
    """Where the office clock stands; None while it runs with the machine."""
    return session.scalar(select(OfficeStateRow.stepped_at).where(OfficeStateRow.id == 1))


def office_now(session: Session) -> datetime:
    """The office's instant."""
    return stepped_at(session) or machine_now()


def step(session: Session, to: datetime | None) -> None:
    """Set the office clock to `to`, where it stands until stepped again; None lets it run with the machine."""
    session.execute(update(OfficeStateRow).where(OfficeStateRow.id == 1).values(stepped_at=to))
