"""What an inspector looks through: files to draw from, cases with their records, certificates, records made afterwards. Set-based."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models.events import EventRow
from models.obligations import ConfirmationRow, CreditRow, ObligationRow, OccurrenceRow
from models.people import CredentialRow, PartyRow, PersonRow
from models.registers import RegisterEntryRow
from models.schedules import ScheduleRow

RECORDED = ("submitted", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from `first` to `last`, both included, and the schedule if only one is asked for."""

    first: date
    last: date
    schedule: str = ""


def _files(span: Span) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        OccurrenceRow.held_on.between(span.first, span.last),
        OccurrenceRow.parent_id.is_(None),
    ]
    return [*wanted, ScheduleRow.key == span.schedule] if span.schedule else wanted


def files(session: Session, span: Span, *, cases: bool, upto: int | None = None) -> Sequence[tuple[int, int]]:
    """Id and version of every occurrence of a span, items of others left out; `cases`: only what events started. `upto`: not newer."""
    query = (
        select(OccurrenceRow.id, OccurrenceRow.version_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(*_files(span))
        .order_by(OccurrenceRow.id)
    )
    if cases:
        query = query.where(OccurrenceRow.event_id.is_not(None))
    if upto is not None:
        query = query.where(OccurrenceRow.id <= upto)
    return [(number, version) for number, version in session.execute(query)]


def newest(session: Session) -> int:
    """The id of the newest occurrence; 0 before the first."""
    return session.scalar(select(func.max(OccurrenceRow.id))) or 0


def by_ids(session: Session, ids: Sequence[int]) -> dict[int, OccurrenceRow]:
    """These occurrences by id."""
    return {row.id: row for row in session.scalars(select(OccurrenceRow).where(OccurrenceRow.id.in_(ids)))}


def owed_by(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Who owes something of each of these occurrences, each name once."""
    query = (
        select(ObligationRow.occurrence_id, PartyRow.title)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ObligationRow.occurrence_id.in_(ids), ObligationRow.state.not_in(("withdrawn", "cancelled")))
        .group_by(ObligationRow.occurrence_id, PartyRow.title)
        .order_by(ObligationRow.occurrence_id, func.min(ObligationRow.id))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for number, title in session.execute(query):
        found[number].append(title)
    return found


def cases(session: Session, span: Span) -> Sequence[OccurrenceRow]:
    """What events started in a span, the newest first."""
    query = (
        select(OccurrenceRow)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(*_files(span), OccurrenceRow.event_id.is_not(None))
        .order_by(OccurrenceRow.held_on.desc(), OccurrenceRow.id.desc())
    )
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation of a case with who owes it and the record that counts, if there is one."""

    obligation: ObligationRow
    party: str
    record: ConfirmationRow | None
    by: str | None


def owed(session: Session, ids: Sequence[int]) -> dict[int, list[Owed]]:
    """The obligations of each of these occurrences, in the order in which they came."""
    query = (
        select(ObligationRow, PartyRow.title, ConfirmationRow, PersonRow.name)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(
            ConfirmationRow,
            and_(ConfirmationRow.obligation_id == ObligationRow.id, ConfirmationRow.state.in_(RECORDED)),
        )
        .outerjoin(PersonRow, PersonRow.id == ConfirmationRow.by_id)
        .where(ObligationRow.occurrence_id.in_(ids))
        .order_by(ObligationRow.occurrence_id, ObligationRow.id)
    )
    found: dict[int, list[Owed]] = defaultdict(list)
    for row, party, record, by in session.execute(query):
        found[row.occurrence_id].append(Owed(row, party, record, by))
    return found


def names(session: Session, keys: Iterable[str]) -> dict[str, str]:
    """Names by the ids of the roster."""
    query = select(PersonRow.key, PersonRow.name).where(PersonRow.key.in_(set(keys)))
    return {row.key: row.name for row in session.execute(query)}


def cards(session: Session, keys: Iterable[str]) -> dict[tuple[str, str], list[CredentialRow]]:
    """The certificates of these people by person and kind, the earliest first."""
    query = (
        select(PersonRow.key, CredentialRow)
        .join(PersonRow, PersonRow.id == CredentialRow.holder_id)
        .where(PersonRow.key.in_(set(keys)))
        .order_by(CredentialRow.issued_on, CredentialRow.id)
    )
    found: dict[tuple[str, str], list[CredentialRow]] = defaultdict(list)
    for key, card in session.execute(query):
        found[key, card.kind].append(card)
    return found


# ── records made afterwards ───────────────────────────────────
@dataclass(frozen=True, slots=True)
class Belated:
    """A record made afterwards. `part`, `occurrence_id` and `version_id` where it belongs to a duty; `what`: what else it is about."""

    done_on: date
    recorded_at: datetime
    by: str | None
    who: str
    what: str
    part: str
    occurrence_id: int | None
    obligation_id: int | None
    version_id: int | None
    subject: str | None


Limits = Sequence[tuple[date, datetime]]


def _late(fact: Any, recorded: Any, limits: Limits) -> tuple[Any, ColumnElement[bool]]:
    """A table of days with the instant from which a record of that day is late, and how to join it.

    SQLite takes 500 selects in a compound; a year has 366 days.
    """
    rows = [
        select(literal(day).label("day"), literal(at, recorded.type).label("late_from")) for day, at in limits
    ]
    table = union_all(*rows).cte("late_from")
    return table, and_(table.c.day == fact, recorded >= table.c.late_from)


def late_confirmations(limits: Limits, *, hidden: Iterable[int] = ()) -> Select[Any]:
    """Records of duties; `hidden`: versions of schedules left out."""
    return _of_duties(ConfirmationRow, OccurrenceRow.title, limits, hidden)


def late_hours(limits: Limits, *, hidden: Iterable[int] = ()) -> Select[Any]:
    """Hours and counts toward a quota; `hidden` as above."""
    return _of_duties(CreditRow, CreditRow.title, limits, hidden)


def _of_duties(
    made: type[ConfirmationRow] | type[CreditRow], title: Any, limits: Limits, hidden: Iterable[int]
) -> Select[Any]:
    """What belongs to a duty, under its own title or that of the occurrence."""
    table, late = _late(made.done_on, made.recorded_at, limits)
    columns: tuple[Any, ...] = (
        made.done_on, made.recorded_at, PersonRow.name, PartyRow.title, title, ObligationRow.part, OccurrenceRow.id, ObligationRow.id,
        OccurrenceRow.version_id, OccurrenceRow.subject,
    )  # fmt: skip
    query: Select[Any] = (
        select(*columns)
        .join(table, late)
        .join(ObligationRow, ObligationRow.id == made.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(PersonRow, PersonRow.id == made.by_id)
        .where(made.state.in_(RECORDED), OccurrenceRow.version_id.not_in(list(hidden)))
        .order_by(made.done_on.desc(), made.id.desc())
    )
    return query


def late_entries(limits: Limits, *, hidden: Iterable[str] = ()) -> Select[Any]:
    """Entries of registers. One that came from a duty of the same day stands with the duty's record. `hidden`: registers left out."""
    table, late = _late(RegisterEntryRow.held_on, RegisterEntryRow.recorded_at, limits)
    query: Select[Any] = (
        select(
            RegisterEntryRow.held_on, RegisterEntryRow.recorded_at, PersonRow.name, literal("").label("who"),
            RegisterEntryRow.register, literal("").label("part"), *_nothing(),
        )
        .join(table, late)
        .outerjoin(PersonRow, PersonRow.id == RegisterEntryRow.by_id)
        .outerjoin(ConfirmationRow, ConfirmationRow.id == RegisterEntryRow.confirmation_id)
        .where(RegisterEntryRow.state == "accepted")
        .where(or_(ConfirmationRow.id.is_(None), ConfirmationRow.done_on > RegisterEntryRow.held_on))
        .where(RegisterEntryRow.register.not_in(list(hidden)))
        .order_by(RegisterEntryRow.held_on.desc(), RegisterEntryRow.id.desc())
    )  # fmt: skip
    return query


def late_events(limits: Limits, *, hidden: Iterable[str] = ()) -> Select[Any]:
    """Events; `hidden`: kinds left out."""
    table, late = _late(EventRow.happened_on, EventRow.recorded_at, limits)
    query: Select[Any] = (
        select(
            EventRow.happened_on, EventRow.recorded_at, PersonRow.name, literal("").label("who"), EventRow.kind,
            literal("").label("part"), *_nothing()[:3], EventRow.key,
        )
        .join(table, late)
        .outerjoin(PersonRow, PersonRow.id == EventRow.by_id)
        .where(EventRow.kind.not_in(list(hidden)))
        .order_by(EventRow.happened_on.desc(), EventRow.id.desc())
    )  # fmt: skip
    return query


def _nothing() -> list[Any]:
    return [literal(None).label(name) for name in ("occurrence", "obligation", "version", "subject")]


def belated(session: Session, query: Select[Any], *, limit: int, offset: int = 0) -> list[Belated]:
    """Some of what such a query finds."""
    return [Belated(*row) for row in session.execute(query.limit(limit).offset(offset))]


def counted(session: Session, query: Select[Any]) -> int:
    """How many it finds."""
    found = session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    return int(found or 0)
