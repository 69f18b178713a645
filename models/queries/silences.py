"""Silences and snoozes that run: which reminders of a message they cover. Asked just before sending, after everything else.

A silence covers a schedule, whatever a person is told, or both; a snooze what one person is told as the one who owes one duty. In a
group's message a person's line stands for the person. A snooze holds nothing of an obligatory schedule, and nothing from the due day on.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, TextClause, bindparam, select, text
from sqlalchemy.orm import Session

from models.messages import SilenceRow

SILENCED, SNOOZED = "silenced", "snoozed"  # why a reminder was withdrawn

_RUNS = "q.ended_at IS NULL AND q.from_on <= :today AND q.until_on > :today"
_OWN = """EXISTS (SELECT 1 FROM recipient t WHERE t.id = reminder.recipient_id AND (t.person_id = q.person_id
        OR t.person_id IS NULL AND r.scope_id IS NULL AND EXISTS (
          SELECT 1 FROM party p WHERE p.id = o.party_id AND p.person_id = q.person_id)))"""
_DUTY = """FROM silence q
      JOIN obligation o ON o.id = reminder.obligation_id JOIN occurrence c ON c.id = o.occurrence_id
      JOIN rung r ON r.timeline_id = reminder.timeline_id AND r.no = reminder.no"""
_SILENCE = f"""EXISTS (SELECT 1 {_DUTY}
      WHERE {_RUNS} AND q.kind = 'silence' AND (q.schedule_id IS NULL OR q.schedule_id = c.schedule_id)
        AND (q.person_id IS NULL OR {_OWN}))"""
_SNOOZE = f"""EXISTS (SELECT 1 {_DUTY} JOIN schedule s ON s.id = c.schedule_id
      WHERE {_RUNS} AND q.kind = 'snooze' AND q.obligation_id = o.id AND r.to_kind = 'assignee' AND r.phase <> 'approve'
        AND (r.scope_id IS NULL OR r.scope_id = o.party_id) AND NOT s.obligatory
        AND (o.due_on IS NULL OR o.due_on > :today) AND {_OWN})"""


def _of_messages(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("ids", expanding=True), bindparam("today", type_=Date()))


_COVERED = f"reminder.message_id IN :ids AND reminder.withdrawn IS NULL AND ({_SILENCE} OR {_SNOOZE})"
_WITHDRAW = _of_messages(
    f"UPDATE reminder SET withdrawn = CASE WHEN {_SILENCE} THEN '{SILENCED}' ELSE '{SNOOZED}' END WHERE {_COVERED}"
)
_FIND = _of_messages(f"SELECT obligation_id, epoch, name_id, recipient_id FROM reminder WHERE {_COVERED}")

Covered = tuple[int, int, int, int]  # obligation, epoch, name, recipient: the key of a reminder


def hold_back(session: Session, ids: Sequence[int], *, today: date) -> None:
    """Withdraw from these messages whatever a silence or a snooze covers."""
    if ids and _any_runs(session, today):
        session.execute(_WITHDRAW, {"ids": ids, "today": today})


def covered(session: Session, ids: Sequence[int], *, today: date) -> set[Covered]:
    """The keys of what `hold_back` would withdraw."""
    if not ids or not _any_runs(session, today):
        return set()
    return {tuple(row) for row in session.execute(_FIND, {"ids": ids, "today": today})}


def running(today: date) -> tuple[Any, ...]:
    """What holds of a silence or snooze that runs on a day."""
    return SilenceRow.ended_at.is_(None), SilenceRow.from_on <= today, SilenceRow.until_on > today


def over(session: Session, *, today: date) -> Sequence[SilenceRow]:
    """What is over on a day and was not looked at since, locked, the oldest first."""
    query = (
        select(SilenceRow)
        .where(SilenceRow.until_on <= today, SilenceRow.ended_at.is_(None))
        .order_by(SilenceRow.id)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).all()


def _any_runs(session: Session, today: date) -> bool:
    return session.scalar(select(SilenceRow.id).where(*running(today)).limit(1)) is not None
