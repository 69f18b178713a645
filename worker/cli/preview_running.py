"""The office in force, as `duban preview --running` asks for it. The only part of the preview that opens a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.schedules import ScheduleRow
from schedules.office import OfficeSpec
from tasks.duties.records import as_recorded
from tasks.live import current
from worker.bootstrap import boot
from worker.cli.running import require_tables
from worker.clock import office_now
from worker.settings import Settings

NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Running:
    """The office in force with what is on record, its day, and its paused schedules with the first day that counts again, ISO.

    Of a schedule that waits to be resumed that is a day that never comes.
    """

    office: OfficeSpec
    today: date
    paused: Mapping[str, str]


def running_office() -> Running:
    """The office in force, as the opening sees it."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        live = current(session)
        rows = session.scalars(
            select(ScheduleRow).where(ScheduleRow.paused_at.is_not(None), ScheduleRow.removed_at.is_(None))
        )
        paused = {row.key: row.paused_until.isoformat() if row.paused_until else NEVER for row in rows}
        return Running(as_recorded(session, live.office), live.today(office_now(session)), paused)
