"""What a supervisor's page of one duty reads beside the duty: what was sent about it, what was asked, earlier records. Bounded lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.events import ExtensionRow
from models.handovers import HandoverRow
from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import ConfirmationRow, EvidenceRow, FileRow, RungRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, UnitRow
from models.queries.archive import DECIDED
from models.queries.pages_ledger import MessageLine

MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One reminder of a duty: the rung, its instant, and the message that carries it, if one does."""

    rung: RungRow
    at: datetime
    withdrawn: str | None
    via: str | None
    line: MessageLine | None


def reminders(session: Session, obligation_id: int, *, limit: int = MOST) -> list[Sent]:
    """What rungs said about a duty, the newest first."""
    query = (
        select(ReminderRow, RungRow, MessageRow, ChannelRow, PersonRow)
        .join(RungRow, and_(RungRow.timeline_id == ReminderRow.timeline_id, RungRow.no == ReminderRow.no))
        .outerjoin(MessageRow, MessageRow.id == ReminderRow.message_id)
        .outerjoin(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(RecipientRow, RecipientRow.id == ReminderRow.recipient_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(ReminderRow.obligation_id == obligation_id)
        .order_by(ReminderRow.at.desc(), ReminderRow.no.desc(), ReminderRow.recipient_id)
        .limit(limit)
    )
    return [
        Sent(
            rung=rung, at=reminder.at, withdrawn=reminder.withdrawn, via=reminder.via,
            line=_line(message, channel, person),
        )
        for reminder, rung, message, channel, person in session.execute(query)
    ]  # fmt: skip


def notices(session: Session, obligation_id: int, *, limit: int = MOST) -> list[tuple[str, MessageLine]]:
    """What was told of it beside rungs and urgings, the newest first: the kind of the notice and its message."""
    query = (
        select(NoticeRow.kind, MessageRow, ChannelRow, PersonRow)
        .join(MessageRow, MessageRow.id == NoticeRow.message_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .join(RecipientRow, RecipientRow.id == NoticeRow.recipient_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(NoticeRow.kind.in_(DECIDED), NoticeRow.key.like(f"{obligation_id}@%"))
        .order_by(MessageRow.id.desc(), NoticeRow.kind)
        .limit(limit)
    )
    found = (
        (kind, _line(message, channel, person)) for kind, message, channel, person in session.execute(query)
    )
    return [(kind, line) for kind, line in found if line is not None]


def _line(
    message: MessageRow | None, channel: ChannelRow | None, person: PersonRow | None
) -> MessageLine | None:
    if message is None or channel is None:
        return None
    return MessageLine(
        message=message, channel=channel.key, url=channel.url, is_group=channel.is_group, person=person, unit=None
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A longer term that was asked for, and the names of who asked and who decided."""

    row: ExtensionRow
    by: str | None
    decided_by: str | None


def extensions(session: Session, obligation_id: int) -> list[Asked]:
    """Every request for a longer term, the first one first."""
    asker, decider = aliased(PersonRow), aliased(PersonRow)
    query = (
        select(ExtensionRow, asker.name, decider.name)
        .outerjoin(asker, asker.id == ExtensionRow.asked_by_id)
        .outerjoin(decider, decider.id == ExtensionRow.decided_by_id)
        .where(ExtensionRow.obligation_id == obligation_id)
        .order_by(ExtensionRow.id)
    )
    return [Asked(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Handed:
    """Somebody asked to be rid of the duty: the request, who asked, who is to take it over."""

    row: HandoverRow
    by: str
    to: str | None


def handovers(session: Session, obligation_id: int) -> list[Handed]:
    """Every such request, the first one first."""
    query = (
        select(HandoverRow, PersonRow.name, PartyRow.title)
        .join(PersonRow, PersonRow.id == HandoverRow.asked_by_id)
        .outerjoin(PartyRow, PartyRow.id == HandoverRow.to_id)
        .where(HandoverRow.obligation_id == obligation_id)
        .order_by(HandoverRow.id)
    )
    return [Handed(*row) for row in session.execute(query)]


def earlier_records(session: Session, obligation_id: int) -> Sequence[tuple[ConfirmationRow, str | None]]:
    """Records that count no more: given back, taken back, corrected; with who made them, the first one first."""
    query = (
        select(ConfirmationRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ConfirmationRow.by_id)
        .where(ConfirmationRow.obligation_id == obligation_id)
        .where(ConfirmationRow.state.not_in(("submitted", "accepted")))
        .order_by(ConfirmationRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def file_of(session: Session, obligation_id: int, file_id: int) -> FileRow | None:
    """A file that any record of the duty brought; None for every other one."""
    query = (
        select(FileRow)
        .join(EvidenceRow, EvidenceRow.file_id == FileRow.id)
        .join(ConfirmationRow, ConfirmationRow.id == EvidenceRow.confirmation_id)
        .where(FileRow.id == file_id, ConfirmationRow.obligation_id == obligation_id)
    )
    return session.scalars(query.limit(1)).first()


def people_by_unit(
    session: Session, units: frozenset[int] | None, *, today: date
) -> list[tuple[UnitRow, list[tuple[str, str]]]]:
    """Our units (of those, `units`) with id and name of the people who are here, in the order of the office's file."""
    query = (
        select(UnitRow, PersonRow.key, PersonRow.name)
        .outerjoin(
            PersonRow, and_(PersonRow.unit_id == UnitRow.id, or_(PersonRow.left_on.is_(None), PersonRow.left_on > today))
        )
        .where(UnitRow.kind != "external")
        .order_by(UnitRow.position, UnitRow.id, PersonRow.id)
    )  # fmt: skip
    found: dict[int, tuple[UnitRow, list[tuple[str, str]]]] = {}
    for unit, key, name in session.execute(query if units is None else query.where(UnitRow.id.in_(units))):
        people = found.setdefault(unit.id, (unit, []))[1]
        if key is not None:
            people.append((key, name))
    return [(unit, people) for unit, people in found.values() if people or unit.head_id is not None]
