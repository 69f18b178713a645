"""After a restore: what was due before an instant may have gone out already, so it is held until somebody says whether it shall go.

The database of a backup knows nothing of what happened since. So everything that would be due is written here by the same code that
runs the office, and what came of it is held instead of sent; what is due later runs as always.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import AuditRow
from models.queries import ledger
from schedules.quiet import next_sending
from schedules.states import Message, move_message
from tasks.audit import note
from tasks.delivery.auditor import speak_up
from tasks.live import Live
from tasks.open import open_due
from tasks.sweep import sweep

ACT = "restore"
RESTORED = "restored"  # the reason of a message held here
OFFICE = 1  # the row of the installation, as subject of the audit
_OPEN = (Message.QUEUED, Message.RETRY)
_Mark = tuple[datetime, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a restore left waiting: `messages` held here, `drafts` that wait for the clerk's reading as they always do."""

    messages: int
    drafts: int


def stop_sending(session: Session) -> list[int]:
    """What a sender had claimed may have arrived: it is unknown and not tried again by itself. Return the ids."""
    taken = (
        update(MessageRow)
        .where(MessageRow.state == Message.SENDING)
        .values(state=Message.UNKNOWN, reason=RESTORED, lease_until=None)
        .returning(MessageRow.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(taken))


def later_ones(session: Session, *, quiet_before: datetime) -> dict[int, _Mark]:
    """The waiting messages that were not due before the instant, each with a mark that changes when something joins it."""
    return _marks(session, MessageRow.send_at >= quiet_before)


def catch_up(session: Session, live: Live, *, now: datetime) -> bool:
    """Open and sweep a chunk of what is due by `now`, nothing sent; whether there is more."""
    opened = open_due(session, live, now=now)
    swept = sweep(session, live, now=now)
    speak_up(session, live, now=now)
    return swept.full or bool(opened.obligations)


def hold(session: Session, untouched: dict[int, _Mark], *, quiet_before: datetime, by: str) -> Held:
    """Hold every waiting message but those that are not due yet and that nothing joined. What is held for the same reader takes it in."""
    now_marked = _marks(session)
    for number in sorted(now_marked):
        if untouched.get(number) == now_marked[number]:
            continue
        row = session.get_one(MessageRow, number, with_for_update=True, populate_existing=True)
        if (twin := ledger.twin_of(session, row, Message.HELD)) is not None:
            ledger.absorb(session, number, into=twin)
        else:
            row.state, row.reason = move_message(row.state, Message.HELD), RESTORED
            session.flush()
    note(session, actor=by, act=ACT, subject_kind="office", subject_id=OFFICE, at=quiet_before)
    session.flush()
    return waiting(session)


def waiting(session: Session) -> Held:
    """How many messages wait since a restore, and how many drafts wait beside them."""
    mine = session.scalar(select(func.count()).select_from(MessageRow).where(*_ours())) or 0
    held = session.scalar(select(func.count()).where(MessageRow.state == Message.HELD)) or 0
    return Held(messages=mine, drafts=held - mine)


def release_all(session: Session, live: Live, *, by: str, now: datetime) -> int:
    """Let everything go that a restore holds; return how many messages. What nobody may send unread stays for the clerk's reading."""
    at = next_sending(now, live.office)
    released = 0
    for row in session.scalars(select(MessageRow).where(*_ours()).order_by(MessageRow.id).with_for_update()):
        released += 1
        twin = ledger.open_twin(session, row.id)
        if twin is not None:
            ledger.absorb(session, row.id, into=twin, send_at=at)
        else:
            row.state, row.reason, row.send_at = move_message(row.state, Message.QUEUED), None, at
            session.flush()
    note(
        session,
        actor=by,
        act="release-restored",
        subject_kind="office",
        subject_id=OFFICE,
        at=now,
        messages=released,
    )
    return released


def drop_all(session: Session, *, by: str, now: datetime) -> int:
    """Never send what a restore holds, as it went out before; return how many messages. The reason stays with them."""
    dropped = (
        update(MessageRow)
        .where(*_ours())
        .values(state=Message.WITHDRAWN, reason=RESTORED)
        .returning(MessageRow.id)
        .execution_options(synchronize_session=False)
    )
    number = len(session.scalars(dropped).all())
    note(
        session,
        actor=by,
        act="drop-restored",
        subject_kind="office",
        subject_id=OFFICE,
        at=now,
        messages=number,
    )
    return number


def _ours() -> tuple[ColumnElement[bool], ...]:
    """Held by the latest restore, and nothing has joined since that may have to be read before it is sent."""
    restored = select(func.max(AuditRow.at)).where(AuditRow.act == ACT).scalar_subquery()
    return MessageRow.state == Message.HELD, MessageRow.reason == RESTORED, MessageRow.merged_at <= restored


def _marks(session: Session, *conditions: ColumnElement[bool]) -> dict[int, _Mark]:
    reminders = (
        select(func.count()).where(ReminderRow.message_id == MessageRow.id).correlate(MessageRow).scalar_subquery()
    )  # fmt: skip
    notices = (
        select(func.count()).where(NoticeRow.message_id == MessageRow.id).correlate(MessageRow).scalar_subquery()
    )  # fmt: skip
    query = select(MessageRow.id, MessageRow.merged_at, reminders, notices).where(
        MessageRow.state.in_(_OPEN), *conditions
    )
    return {number: (merged, told, said) for number, merged, told, said in session.execute(query)}
