"""When each kind of process was last seen at work: `beat`, `sweep`, `deliver`."""

from datetime import timedelta

from sqlalchemy.orm import Session

from models.schedules import HeartbeatRow
from worker.clock import machine_now

# Beat asks every worker for something twice a minute; a heartbeat older than this means that the process is not at work.
FRESH = timedelta(seconds=120)


def seen(session: Session, name: str) -> None:
    """Write that this kind of process is at work now."""
    session.merge(HeartbeatRow(name=name, at=machine_now()))
