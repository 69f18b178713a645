"""The application over a world of the starter office: what the tests of the pages and of the API begin with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from models.schedules import OfficeStateRow, ScheduleRow
from worker.bootstrap import Runtime
from worker.settings import Settings
from worker.web.app import create_app

WEEK = "2026-11-16 08:30", "2026-11-16 08:40", "2026-11-19 16:00", "2026-11-20 15:00", "2026-11-23 09:00"
NOW = "2026-11-23 09:05"


@contextmanager
def served(world: Any, folder: Path, *, now: datetime) -> Iterator[tuple[Runtime, Flask]]:
    """The office with last week's study day held and not recorded, its clock standing at `now` (office time, aware: `NOW`)."""
    world.begin(*WEEK)
    settings = Settings.load(
        {
            "DUBAN_DATA": str(folder / "data"),
            "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_REDIS_URL": "redis://127.0.0.1:1/0",
        }
    )
    settings.prepare()
    run = Runtime(settings)
    run.db.dispose()
    run.db = world.db
    stand_at(world.db, now)
    yield run, create_app(run)
    if "nudger" in run.__dict__:
        run.nudger.close()


def stand_at(db: Any, now: datetime) -> None:
    """Let the office clock stand at an instant."""
    with db.writing.begin() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = now


def newest_duty(db: Any, schedule: str, part: str, party: str | None = None) -> int:
    """The id of a duty of the latest occurrence that is open; 0 where there is none."""
    query = (
        select(ObligationRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ScheduleRow.key == schedule, ObligationRow.part == part, OccurrenceRow.state == "open")
        .order_by(OccurrenceRow.held_on.desc(), ObligationRow.id)
    )
    if party is not None:
        query = query.where(PartyRow.key == party)
    with db.reading() as session:
        return int(session.scalars(query).first() or 0)
