"""What a batch of messages is made of: its heads, its standing reminders, and how often people were urged. Four statements."""

from collections.abc import Sequence

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.messages import TAKEN, MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, UnitRow
from models.queries import urged as by_hand
from models.schedules import ScheduleRow

Head = Row[MessageRow, RecipientRow, PersonRow | None, ChannelRow, bool, int]


def heads(session: Session, ids: Sequence[int]) -> Sequence[Head]:
    """Message, recipient, person, channel; whether it carries a notice, and how many of its reminders were withdrawn."""
    notices = (
        select(func.count())
        .where(NoticeRow.message_id == MessageRow.id)
        .correlate(MessageRow)
        .scalar_subquery()
    )
    gone = (
        select(func.count())
        .where(ReminderRow.message_id == MessageRow.id, ReminderRow.withdrawn.is_not(None))
        .correlate(MessageRow)
        .scalar_subquery()
    )
    query = (
        select(MessageRow, RecipientRow, PersonRow, ChannelRow, notices > 0, gone)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .where(MessageRow.id.in_(ids))
        .order_by(MessageRow.id)
        .execution_options(populate_existing=True)
    )
    return session.execute(query).all()


Line = Row[ReminderRow, RungRow, ObligationRow, OccurrenceRow, str, PartyRow, str | None]


def key_of(line: Line) -> tuple[int, int, int, int]:
    """What names a reminder: obligation, epoch, name, recipient."""
    row: ReminderRow = line[0]
    return row.obligation_id, row.epoch, row.name_id, row.recipient_id


def lines(session: Session, ids: Sequence[int]) -> Sequence[Line]:
    """Every standing reminder: its rung, obligation, occurrence, schedule key, who owes, and the unit it is counted under."""
    unit = aliased(UnitRow)
    query = (
        select(ReminderRow, RungRow, ObligationRow, OccurrenceRow, ScheduleRow.key, PartyRow, unit.title)
        .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(unit, unit.id == PartyRow.unit_id)
        .where(ReminderRow.message_id.in_(ids), ReminderRow.withdrawn.is_(None))
        .order_by(
            ReminderRow.message_id, ObligationRow.due_on, ObligationRow.id, ReminderRow.at, ReminderRow.no
        )
        .execution_options(populate_existing=True)
    )
    return session.execute(query).all()


def urged(
    session: Session, obligation_ids: Sequence[int], *, composing: Sequence[int] = ()
) -> dict[int, int]:
    """How many messages that a channel accepted asked the one who owes, by rungs and by hand, opening notices left out.

    What is due at the same instant as a message of `composing` (ids) is not counted: it says nothing before, and which of them the channel
    accepts first is chance.
    """
    own = aliased(ReminderRow)
    at_once = select(own.message_id).where(
        own.message_id.in_(composing),
        own.obligation_id == ReminderRow.obligation_id,
        own.at == ReminderRow.at,
    )
    query = (
        select(ReminderRow.obligation_id, func.count(ReminderRow.message_id.distinct()))
        .join(MessageRow, MessageRow.id == ReminderRow.message_id)
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
        .where(
            ReminderRow.obligation_id.in_(obligation_ids),
            ReminderRow.withdrawn.is_(None),
            MessageRow.state.in_(TAKEN),
            RungRow.to_kind == "assignee",
            or_(RungRow.scope_id.is_(None), RungRow.scope_id == ObligationRow.party_id),
            RungRow.phase.not_in(("open", "approve")),
            *([~at_once.exists()] if composing else []),
        )
        .group_by(ReminderRow.obligation_id)
    )
    return by_hand.added(dict(session.execute(query).all()), by_hand.of_these(session, obligation_ids))
