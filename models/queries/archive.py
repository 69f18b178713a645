"""What an archive package is made from. One occurrence at a time; a fixed number of statements for each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models.gatherings import ArrivalRow
from models.handovers import UrgeRow
from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import AuditRow, ConfirmationRow, EvidenceRow, FileRow, ObligationRow, OccurrenceRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, UnitRow
from models.queries.urged import COPY, URGE
from models.schedules import OccurrenceOverrideRow, ScheduleRow

Units = frozenset[int] | None
BY_EPOCH = (
    "transfer",
    "given-back",
    "new-date",
    "waived",
    "excused",
    "handed-on",
)  # notices about a duty, named by its epoch
PLANNED = "planned"  # one that is named by the day that it tells
DECIDED = (*BY_EPOCH, PLANNED)


def of_year(session: Session, year: int, schedules: Sequence[str] = ()) -> list[int]:
    """The occurrences held or due in a calendar year, in the order of their days; of these schedules, or of all."""
    order = (OccurrenceRow.held_on, ScheduleRow.key, OccurrenceRow.key)
    return list(session.scalars(in_year(year, schedules).order_by(*order)))


def in_year(year: int, schedules: Sequence[str] = ()) -> Select[int]:
    """The same occurrences as a query, in no order."""
    query = (
        select(OccurrenceRow.id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(OccurrenceRow.held_on >= date(year, 1, 1), OccurrenceRow.held_on <= date(year, 12, 31))
    )
    return query.where(ScheduleRow.key.in_(schedules)) if schedules else query


@dataclass(frozen=True, slots=True)
class Volume:
    """How much there is to pack: occurrences, files, and the bytes of the files."""

    occurrences: int
    files: int
    size: int


def volume(session: Session, ids: Select[int], units: Units) -> Volume:
    """How much is in the package of these occurrences, as far as it counts under these units."""
    files = (
        select(func.count(EvidenceRow.id), func.coalesce(func.sum(FileRow.size), 0))
        .join(FileRow, FileRow.id == EvidenceRow.file_id)
        .join(ConfirmationRow, ConfirmationRow.id == EvidenceRow.confirmation_id)
        .join(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .where(ObligationRow.occurrence_id.in_(ids))
    )
    if units is not None:
        files = files.join(PartyRow, PartyRow.id == ObligationRow.party_id).where(PartyRow.unit_id.in_(units))
    number, size = session.execute(files).one()
    return Volume(session.scalar(select(func.count()).select_from(ids.subquery())) or 0, number, int(size))


def named(session: Session, schedule: str, key: str) -> int | None:
    """The occurrence of a schedule with this key."""
    query = (
        select(OccurrenceRow.id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.key == schedule, OccurrenceRow.key == key)
    )
    return session.scalar(query)


def known_schedules(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of these ids that name a schedule."""
    return set(session.scalars(select(ScheduleRow.key).where(ScheduleRow.key.in_(keys))))


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty of the occurrence: who owes it, and the unit it is counted under."""

    row: ObligationRow
    party: PartyRow
    unit: str


def owed(session: Session, occurrence_id: int, units: Units) -> list[Owed]:
    """The duties of an occurrence that count under these units, by part and unit; the make-ups of a gathering are among them."""
    query = (
        select(ObligationRow, PartyRow, UnitRow.title)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .where(ObligationRow.occurrence_id == occurrence_id)
        .order_by(ObligationRow.part, UnitRow.position, ObligationRow.id)
    )
    if units is not None:
        query = query.where(PartyRow.unit_id.in_(units))
    return [Owed(row, party, unit or "") for row, party, unit in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record of a duty, whatever became of it, with its fields and files in the order of entry."""

    row: ConfirmationRow
    by: str | None
    fields: Sequence[tuple[str, str | None, FileRow | None]]


def records(session: Session, obligation_ids: Sequence[int]) -> dict[int, list[Kept]]:
    """Every record of these duties, by duty, the first one first."""
    rows = session.execute(
        select(ConfirmationRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ConfirmationRow.by_id)
        .where(ConfirmationRow.obligation_id.in_(obligation_ids))
        .order_by(ConfirmationRow.id)
    ).all()
    fields: dict[int, list[tuple[str, str | None, FileRow | None]]] = defaultdict(list)
    evidence = (
        select(EvidenceRow, FileRow)
        .join(ConfirmationRow, ConfirmationRow.id == EvidenceRow.confirmation_id)
        .outerjoin(FileRow, FileRow.id == EvidenceRow.file_id)
        .where(ConfirmationRow.obligation_id.in_(obligation_ids))
        .order_by(EvidenceRow.id)
    )
    for row, file in session.execute(evidence):
        fields[row.confirmation_id].append((row.name, row.value, file))
    found: dict[int, list[Kept]] = defaultdict(list)
    for record, name in rows:
        found[record.obligation_id].append(Kept(record, name, fields[record.id]))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A message about the occurrence: to whom (None for a group), on which channel; `others`: it spoke of other matters too."""

    message: MessageRow
    person: str | None
    channel: str
    url: str
    others: bool


def messages(session: Session, duties: Sequence[Owed]) -> list[Told]:
    """Every message that was about these duties, in the order in which they went out."""
    ids = [each.row.id for each in duties]
    mine = ReminderRow.obligation_id.in_(ids)
    by_rung = select(ReminderRow.message_id).where(mine, ReminderRow.withdrawn.is_(None))
    by_notice = select(NoticeRow.message_id).where(_notices(session, duties))
    query = (
        select(MessageRow, PersonRow.name, ChannelRow.key, ChannelRow.url)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(or_(MessageRow.id.in_(by_rung), MessageRow.id.in_(by_notice)))
        .order_by(MessageRow.sent_at, MessageRow.send_at, MessageRow.id)
    )
    rows = session.execute(query).all()
    joint = _joint(session, [row[0].id for row in rows], duties)
    return [
        Told(message, person, channel, url, message.id in joint) for message, person, channel, url in rows
    ]


def _notices(session: Session, duties: Sequence[Owed]) -> ColumnElement[bool]:
    epochs = [f"{each.row.id}@{epoch}" for each in duties for epoch in range(each.row.epoch + 1)]
    urgings = select(UrgeRow.obligation_id, UrgeRow.seq).where(
        UrgeRow.obligation_id.in_([each.row.id for each in duties])
    )
    urged = [f"{row[0]}@{row[1]}" for row in session.execute(urgings)]
    plans = select(AuditRow.subject_id, AuditRow.detail).where(
        AuditRow.act == "plan-date", AuditRow.subject_kind == "obligation",
        AuditRow.subject_id.in_([each.row.id for each in duties]),
    )  # fmt: skip
    planned = [f"{row[0]}@{row[1].get('day')}" for row in session.execute(plans)]
    return or_(
        and_(NoticeRow.kind.in_(BY_EPOCH), NoticeRow.key.in_(epochs)),
        and_(NoticeRow.kind == PLANNED, NoticeRow.key.in_(planned)),
        and_(NoticeRow.kind.in_((URGE, COPY)), NoticeRow.key.in_(urged)),
    )


def _joint(session: Session, message_ids: Sequence[int], duties: Sequence[Owed]) -> set[int]:
    """Those of the messages that also spoke of duties that are not among these, or carried a notice about something else."""
    ids = [each.row.id for each in duties]
    by_rung = select(ReminderRow.message_id).where(
        ReminderRow.message_id.in_(message_ids),
        ReminderRow.withdrawn.is_(None),
        ReminderRow.obligation_id.not_in(ids),
    )
    by_notice = select(NoticeRow.message_id).where(
        NoticeRow.message_id.in_(message_ids), ~_notices(session, duties)
    )
    found = {*session.scalars(by_rung), *session.scalars(by_notice)}
    return {each for each in found if each is not None}


def arrivals(session: Session, occurrence_id: int) -> dict[int, ArrivalRow]:
    """Who checked in, by person."""
    rows = session.scalars(select(ArrivalRow).where(ArrivalRow.occurrence_id == occurrence_id))
    return {row.person_id: row for row in rows}


def items(session: Session, obligation_ids: Sequence[int]) -> Sequence[OccurrenceRow]:
    """The items that these duties found, each an occurrence of its own."""
    query = select(OccurrenceRow).where(OccurrenceRow.parent_id.in_(obligation_ids))
    return session.scalars(query.order_by(OccurrenceRow.id)).all()


def decisions(session: Session, occurrence: OccurrenceRow) -> Sequence[OccurrenceOverrideRow]:
    """What was decided by hand about its day, in order."""
    query = select(OccurrenceOverrideRow).where(
        OccurrenceOverrideRow.schedule_id == occurrence.schedule_id,
        OccurrenceOverrideRow.key == occurrence.key,
    )
    return session.scalars(query.order_by(OccurrenceOverrideRow.seq)).all()


def latest(instants: Sequence[datetime | None]) -> datetime | None:
    """The last of these instants."""
    return max((each for each in instants if each is not None), default=None)
