"""Snoozing 过几天再提醒我: somebody who owes a duty is left alone for some working days, then reminded once (`tasks.roster.silence_ends`).

Only what this person is told as the one who owes it is held; supervisors and others who owe it with him are told as ever.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import SilenceRow
from models.obligations import ObligationRow, OccurrenceRow
from models.queries.duties import lock_occurrence, stands_for
from models.queries.silences import running
from models.queries.snoozed import own_rung
from models.schedules import ScheduleRow
from schedules.errors import Refused
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import actor
from tasks.live import Live

SNOOZE = "snooze"
DAYS = (1, 3, 5)  # working days
MOST = 2  # for one duty and person


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozing:
    """What somebody may do about one duty: the days to choose from, by working days; `until` is set while one runs."""

    choices: dict[int, date]
    until: date | None = None


def snoozing(session: Session, live: Live, *, obligation_id: int, person_id: int, now: datetime) -> Snoozing:
    """What may be chosen; nothing where a snooze is not allowed or would hold nothing back."""
    today = live.today(now)
    duty = session.get_one(ObligationRow, obligation_id)
    if not stands_for(session, party_id=duty.party_id, person_id=person_id, now=now):
        return Snoozing(choices={})
    runs = _running(session, obligation_id, person_id, today)
    if runs is not None:
        return Snoozing(choices={}, until=runs.until_on)
    if not _allowed(session, duty, now=now) or counted(session, live, obligation_id, person_id) >= MOST:
        return Snoozing(choices={})
    days = {n: live.office.calendar.add_workdays(today, n) for n in DAYS}
    last = duty.due_on - timedelta(days=1) if duty.due_on is not None else date.max
    return Snoozing(choices={n: day for n, day in days.items() if day <= last})


def snooze(
    session: Session, live: Live, *, obligation_id: int, person_id: int, days: int, now: datetime, how: str = "link"
) -> date:  # fmt: skip
    """Leave this person alone with the duty for so many working days; return the day of the next reminder. Raise Refused."""
    lock_occurrence(session, obligation_id)
    found = snoozing(session, live, obligation_id=obligation_id, person_id=person_id, now=now)
    if found.until is not None:
        raise Refused(phrase("you are reminded again on {day} already", day=found.until))
    if days not in found.choices:
        raise Refused(
            phrase(
                "this cannot wait so long: not beyond the day before it is due, not once it is late, at most {n} times, and not where "
                "the office must remind", n=MOST,
            )
        )  # fmt: skip
    row = SilenceRow(
        kind=SNOOZE, obligation_id=obligation_id, person_id=person_id, from_on=live.today(now), until_on=found.choices[days],
        reason=f"{days} workdays", by=actor(person_id, how), at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    note(
        session, actor=actor(person_id, how), act="snooze", subject_kind="obligation", subject_id=obligation_id, at=now, days=days
    )  # fmt: skip
    return row.until_on


def end_snooze(
    session: Session, live: Live, *, obligation_id: int, person_id: int, now: datetime, how: str = "link"
) -> None:
    """Take it back; what it held is not made up for. Taken back on its own day it does not count. Nothing runs: nothing happens."""
    row = _running(session, obligation_id, person_id, live.today(now))
    if row is None:
        return
    row.ended_at, row.ended_by = now, actor(person_id, how)
    note(
        session, actor=actor(person_id, how), act="snooze-end", subject_kind="obligation", subject_id=obligation_id, at=now
    )  # fmt: skip
    session.flush()


def counted(
    session: Session, live: Live, obligation_id: int, person_id: int, *, before: int | None = None
) -> int:
    """How many snoozes of a duty count for a person; those taken back on their first day do not. `before`: only those with a lower id."""
    query = select(SilenceRow).where(
        SilenceRow.kind == SNOOZE,
        SilenceRow.obligation_id == obligation_id,
        SilenceRow.person_id == person_id,
    )
    if before is not None:
        query = query.where(SilenceRow.id < before)
    return sum(
        row.ended_at is None or live.today(row.ended_at) > row.from_on for row in session.scalars(query)
    )


def _running(session: Session, obligation_id: int, person_id: int, today: date) -> SilenceRow | None:
    query = select(SilenceRow).where(
        SilenceRow.kind == SNOOZE, SilenceRow.obligation_id == obligation_id, SilenceRow.person_id == person_id, *running(today)
    )  # fmt: skip
    return session.scalars(query).first()


def _allowed(session: Session, duty: ObligationRow, *, now: datetime) -> bool:
    if duty.state != Obligation.OPEN or (duty.due_at is not None and duty.due_at <= now):
        return False
    must = session.scalar(
        select(ScheduleRow.obligatory)
        .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
        .where(OccurrenceRow.id == duty.occurrence_id)
    )
    return not must and own_rung(session, duty, now=now) is not None
