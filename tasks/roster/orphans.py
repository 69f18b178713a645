"""What a leaver owed alone, and what nobody is told of any more: listed once to the head of the unit and to the clerk."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.obligations import ObligationRow, OccurrenceRow
from models.people import MembershipRow, PartyRow, PersonRow, RouteRow, UnitRow
from models.schedules import ScheduleRow
from schedules.dates_text import day_text
from schedules.words import Words, phrase
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.live import Live, definition

KIND = "orphan"
MOST = 200


@dataclass(frozen=True, slots=True)
class Orphan:
    """A duty without an owner."""

    obligation_id: int
    epoch: int
    command: str
    title: str
    party: str
    due_on: date | None
    head_id: int | None
    version_id: int


def tell_of_orphans(session: Session, live: Live, *, now: datetime) -> int:
    """Tell of every duty that was left behind in this run or that reaches nobody. Return how many notices were written."""
    clerks = _clerks(session, live, on=live.today(now))
    told = 0
    by_reader: dict[int, list[Orphan]] = defaultdict(list)
    for orphan in (*_left_behind(session, now=now), *_unreached(session, now=now)):
        for person in {*clerks, *([orphan.head_id] if orphan.head_id else [])}:
            by_reader[person].append(orphan)
    for person, orphans in sorted(by_reader.items()):
        for orphan in orphans:
            told += _tell(session, live, orphan, person, now=now)
    return told


def _tell(session: Session, live: Live, orphan: Orphan, person_id: int, *, now: datetime) -> int:
    title = phrase("Duties without an owner")
    schedule = definition(session, orphan.version_id)
    public = replace(orphan, title=schedule.title, command="duban transfer")
    return tell_of_duty(
        session, live, privacy=schedule.privacy, kind=KIND, key=f"{orphan.obligation_id}.{orphan.epoch}", people=[person_id], now=now,
        full=Saying(title, lambda lang: [_line(orphan, live.today(now), lang)]),
        public=Saying(title, lambda lang: [_line(public, live.today(now), lang)]),
    )  # fmt: skip


def _line(orphan: Orphan, today: date, lang: str) -> Words:
    if orphan.due_on is None:
        return phrase(
            "“{title}” was owed by {party} alone; somebody has to take it over ({command}).",
            title=orphan.title, party=orphan.party, command=orphan.command,
        )  # fmt: skip
    return phrase(
        "“{title}”, due by {day}, was owed by {party} alone; somebody has to take it over ({command}).",
        title=orphan.title, day=day_text(orphan.due_on, lang, today=today), party=orphan.party, command=orphan.command,
    )  # fmt: skip


def _read(session: Session, *where: object) -> Sequence[Orphan]:
    head = aliased(PersonRow)
    query = (
        select(ObligationRow, OccurrenceRow, ScheduleRow.key, PartyRow, head.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .outerjoin(head, (head.id == UnitRow.head_id) & (head.id != PartyRow.person_id))
        .where(OccurrenceRow.state == "open", *where)  # type: ignore[arg-type]
        .order_by(ObligationRow.due_on, ObligationRow.id)
        .limit(MOST)
    )
    return [
        Orphan(row.id, row.epoch, f"duban transfer {schedule} {occurrence.key}", occurrence.title, party.title, row.due_on, head_id,
               occurrence.version_id)
        for row, occurrence, schedule, party, head_id in session.execute(query)
    ]  # fmt: skip


def _left_behind(session: Session, *, now: datetime) -> Sequence[Orphan]:
    """Withdrawn just now because somebody left, and owed by nobody else."""
    other = aliased(ObligationRow)
    shared = (
        select(other.id)
        .where(
            other.occurrence_id == ObligationRow.occurrence_id, other.part == ObligationRow.part, other.id != ObligationRow.id,
            other.state.not_in(("withdrawn", "cancelled")),
        )
        .exists()
    )  # fmt: skip
    return _read(
        session, ObligationRow.state == "withdrawn", ObligationRow.closed_why == "left", ObligationRow.closed_at == now,
        OccurrenceRow.subject.is_(None), ~shared,
    )  # fmt: skip


def _unreached(session: Session, *, now: datetime) -> Sequence[Orphan]:
    """Open, and nobody is told who would have to do it: a role without holder, a unit without head, a person who left."""
    route = (
        select(RouteRow.party_id)
        .where(
            RouteRow.party_id == ObligationRow.party_id, RouteRow.to_kind == "assignee", RouteRow.valid_from <= now,
            RouteRow.valid_to > now,
        )
        .exists()
    )  # fmt: skip
    return _read(
        session, ObligationRow.state == "open", PartyRow.kind.in_(("person", "role", "unit")), ~route
    )


def _clerks(session: Session, live: Live, *, on: date) -> set[int]:
    held = select(MembershipRow.person_id).where(
        MembershipRow.kind == "role", MembershipRow.key == live.office.file.clerk, MembershipRow.valid_from <= on,
        MembershipRow.valid_to > on,
    )  # fmt: skip
    return set(session.scalars(held))
