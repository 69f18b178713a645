"""Ask the clerk for the notice of next year while it is missing. Kept as a schedule of its own, so that beat wakes for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries.summaries import role_holders
from models.schedules import ScheduleRow
from schedules.calendar_alarms import alarm_day, missing_year, next_alarm
from tasks.delivery.notices import Said, To, readers, write_notices
from tasks.delivery.payloads import MissingYearMessage
from tasks.live import Live
from tasks.wording.texts import Texts, standard

CALENDAR = "calendar"  # the kind of its schedule
KEY = "@calendar"  # no id in YAML can be this
KIND, LANE = "calendar-missing", "calendar-alarm"


def mark_alarm(session: Session, live: Live, *, now: datetime) -> None:
    """Set when the next alarm is due; one that is due already stays due. What was before the office began is not made up for."""
    row = session.scalar(select(ScheduleRow).where(ScheduleRow.kind == CALENDAR))
    row = row or ScheduleRow(key=KEY, kind=CALENDAR, title=CALENDAR, runs=0, opened_through=now)
    if row.next_at is None or row.next_at > now:
        row.next_at = next_alarm(live.office, after=now)
    session.add(row)
    session.flush()


def alarm(
    session: Session, live: Live, row: ScheduleRow, *, now: datetime, texts: Texts | None = None
) -> int:
    """Tell every clerk of the latest alarm since the last look; return how many were told. Before `start_on` all is quiet."""
    row.next_at = next_alarm(live.office, after=now)
    today = live.today(now)
    year = missing_year(live.office.calendar, today)
    day = alarm_day(live.office, after=row.opened_through or now, until=now)
    if year is None or day is None or today < live.start_on:
        return 0
    told = {To(*each): None for each in role_holders(session, [live.office.file.clerk], now=now)}
    people, spoken = readers(session, told), texts or standard()
    payload = MissingYearMessage(year=year, valid_to=live.office.calendar.last_announced, today=today)
    data = {"year": year, "day": day.isoformat()}
    said = {
        to: Said(spoken.message(payload, people[to.recipient_id].lang or live.office.file.language), data)
        for to in told
    }
    return write_notices(
        session, live, said, kind=KIND, key=f"{CALENDAR}@{day.isoformat()}", lane=LANE, now=now
    )
