"""What the pages of the ledger read: messages newest first, what each carried, every attempt. Bounded lists only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.messages import AttemptRow, MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, UnitRow

# A message that was sent stands at the instant it went out; one that waits, at the instant it is due.
AT = func.coalesce(MessageRow.sent_at, MessageRow.send_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which messages. `units` None is all; `first` and `until` bound the instant, until exclusive."""

    units: frozenset[int] | None = None
    person_id: int | None = None
    who: str = ""
    states: tuple[str, ...] = ()
    first: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One message and its recipient; a group has no person."""

    message: MessageRow
    channel: str
    url: str
    is_group: bool
    person: PersonRow | None
    unit: str | None

    @property
    def scheme(self) -> str:
        """The kind of the channel: what stands before :// of its address."""
        return self.url.partition("://")[0].lower()


def _messages(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(MessageRow)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
    )


LINE: tuple[Any, ...] = (
    MessageRow,
    ChannelRow.key,
    ChannelRow.url,
    ChannelRow.is_group,
    PersonRow,
    UnitRow.title,
)


def _lines(rows: Sequence[Any]) -> list[MessageLine]:
    return [
        MessageLine(message=row[0], channel=row[1], url=row[2], is_group=row[3], person=row[4], unit=row[5])
        for row in rows
    ]


def _filtered(query: Select[Any], wanted: Filter) -> Select[Any]:
    if wanted.units is not None:
        query = query.where(or_(PersonRow.unit_id.in_(wanted.units), PersonRow.id == wanted.person_id))
    if wanted.who:
        like = [column.contains(wanted.who, autoescape=True) for column in (PersonRow.name, UnitRow.title)]
        query = query.where(or_(*like))
    if wanted.states:
        query = query.where(MessageRow.state.in_(wanted.states))
    if wanted.first is not None:
        query = query.where(wanted.first <= AT)
    if wanted.until is not None:
        query = query.where(wanted.until > AT)
    return query


def messages(session: Session, wanted: Filter, *, limit: int, offset: int) -> list[MessageLine]:
    """A page of messages, the newest first; messages merged into others are left out."""
    query = _filtered(_messages(*LINE), wanted).where(
        or_(MessageRow.reason.is_(None), MessageRow.reason != "merged")
    )
    return _lines(
        session.execute(query.order_by(AT.desc(), MessageRow.id.desc()).limit(limit).offset(offset)).all()
    )


def counts(session: Session, wanted: Filter) -> dict[str, int]:
    """How many messages there are in each state."""
    query = _filtered(_messages(MessageRow.state, func.count()), wanted)
    query = query.where(or_(MessageRow.reason.is_(None), MessageRow.reason != "merged")).group_by(
        MessageRow.state
    )
    return {row[0]: row[1] for row in session.execute(query)}


def message(session: Session, message_id: int, wanted: Filter) -> MessageLine | None:
    """One message, if the filter lets it be seen."""
    return next(
        iter(
            _lines(
                session.execute(_filtered(_messages(*LINE), wanted).where(MessageRow.id == message_id)).all()
            )
        ),
        None,
    )


def held(session: Session, *, limit: int = 50) -> list[MessageLine]:
    """Drafts that wait for release, the next to go first."""
    query = _messages(*LINE).where(is_draft()).order_by(MessageRow.send_at, MessageRow.id).limit(limit)
    return _lines(session.execute(query).all())


def is_draft() -> ColumnElement[bool]:
    """Whether a message, joined to its channel, waits for release and still has something to say.

    What is to be printed waits for no release. A draft whose duties were all done meanwhile waits in silence for the next one.
    """
    still = (
        select(ReminderRow.obligation_id)
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .where(
            ReminderRow.message_id == MessageRow.id, ReminderRow.withdrawn.is_(None), ObligationRow.state.in_(("open", "submitted"))
        )
        .correlate(MessageRow)
        .exists()
    )  # fmt: skip
    told = select(NoticeRow.kind).where(NoticeRow.message_id == MessageRow.id).correlate(MessageRow).exists()
    return and_(MessageRow.state == "held", ChannelRow.url.not_like("paper:%"), or_(still, told))


def troubled(session: Session, *, since: datetime, limit: int = 50) -> list[MessageLine]:
    """Messages that failed, or may or may not have arrived, since an instant."""
    query = _messages(*LINE).where(MessageRow.state.in_(("failed", "unknown")), MessageRow.send_at >= since)
    return _lines(
        session.execute(query.order_by(MessageRow.send_at.desc(), MessageRow.id.desc()).limit(limit)).all()
    )


def lately(session: Session, *, since: datetime) -> tuple[int, int]:
    """Sent, and failed or unclear, since an instant."""
    row = session.execute(
        select(
            func.coalesce(func.sum(case((MessageRow.state == "sent", 1), else_=0)), 0),
            func.coalesce(func.sum(case((MessageRow.state.in_(("failed", "unknown")), 1), else_=0)), 0),
        ).where(MessageRow.send_at >= since)
    ).one()
    return int(row[0]), int(row[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One reminder of a message: the duty, who owes it, the rung."""

    obligation_id: int
    title: str
    part: str
    version_id: int
    who: str
    unit_id: int | None
    rung: RungRow
    at: datetime
    withdrawn: str | None
    state: str
    via: str | None


def carried(session: Session, message_id: int, *, limit: int = 200) -> list[Carried]:
    """The reminders of a message, by duty and rung."""
    query = (
        select(ReminderRow, RungRow, ObligationRow, OccurrenceRow.title, OccurrenceRow.version_id, PartyRow)
        .join(RungRow, and_(RungRow.timeline_id == ReminderRow.timeline_id, RungRow.no == ReminderRow.no))
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ReminderRow.message_id == message_id)
        .order_by(ObligationRow.due_on, ObligationRow.id, ReminderRow.no)
        .limit(limit)
    )
    return [
        Carried(
            obligation_id=duty.id, title=title, part=duty.part, version_id=version_id, who=party.title, unit_id=party.unit_id,
            rung=rung, at=reminder.at, withdrawn=reminder.withdrawn, state=duty.state, via=reminder.via,
        )
        for reminder, rung, duty, title, version_id, party in session.execute(query)
    ]  # fmt: skip


def notices(session: Session, message_id: int) -> list[NoticeRow]:
    """What a message carries that is no reminder: a summary, an alarm."""
    return list(session.scalars(select(NoticeRow).where(NoticeRow.message_id == message_id)))


def attempts(session: Session, message_id: int) -> list[tuple[AttemptRow, str | None]]:
    """Every try to send it with the channel it was tried on, the first one first."""
    query = (
        select(AttemptRow, ChannelRow.key)
        .outerjoin(ChannelRow, ChannelRow.id == AttemptRow.channel_id)
        .where(AttemptRow.message_id == message_id)
        .order_by(AttemptRow.no)
    )
    return [(row, key) for row, key in session.execute(query)]
