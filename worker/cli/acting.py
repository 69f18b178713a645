"""The edge of every command that changes something: one transaction, the office in force, the office's time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from tasks.live import Live, current
from worker.bootstrap import boot
from worker.cli.running import require_tables
from worker.clock import office_now
from worker.settings import Settings


class Acting(NamedTuple):
    """An open transaction, the office in force, and its time, aware."""

    session: Session
    live: Live
    now: datetime


@contextmanager
def acting() -> Iterator[Acting]:
    """Open the transaction of a command; once it is committed beat is nudged. Raise a click error if the tables are missing."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.writing.begin() as session:
        yield Acting(session, current(session), office_now(session))
    runtime.nudger.nudge()
