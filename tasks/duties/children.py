"""Items found by a step: each an occurrence of its own, owed by a unit until a day, closed one by one (销号)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from schedules.dues import due_instant
from schedules.errors import Refused
from schedules.fields import read_text
from schedules.parts import OwnedBy, parts
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import Duty, actor, silence
from tasks.duties.following import open_parts, set_cursor
from tasks.duties.portion import Place, open_part, slot_of
from tasks.live import Live

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildEntry:
    """One line of the list: what, whose (a unit's key or title), until when."""

    title: str
    owner: str
    due_on: date


def open_children(
    session: Session, live: Live, duty: Duty, entries: Sequence[ChildEntry], *, by: int | None, now: datetime
) -> list[int]:
    """Open an occurrence for each entry under the step that found them; return their ids. Raise Refused for a bad line.

    While the step waits for approval the ladders of its items are silent.
    """
    if duty.schedule.children is None or not entries:
        return []
    if len(entries) > MOST:
        raise Refused(phrase("at most {most} items at once", most=MOST), field="children")
    units = [_checked(live, entry, number, now=now) for number, entry in enumerate(entries, 1)]
    first = 1 + (session.scalar(select(func.count()).where(OccurrenceRow.parent_id == duty.row.id)) or 0)
    found = []
    for number, (entry, unit) in enumerate(zip(entries, units, strict=True), first):
        occurrence = OccurrenceRow(
            schedule_id=duty.occurrence.schedule_id, key=f"{duty.occurrence.key}#{number}", version_id=duty.occurrence.version_id,
            title=entry.title.strip()[:200], parent_id=duty.row.id, held_on=entry.due_on, due_on=entry.due_on,
            due_at=due_instant(entry.due_on, None, live.office), opens_at=now, state="open",
        )  # fmt: skip
        session.add(occurrence)
        session.flush()
        _open(session, live, duty, occurrence, unit, now=now)
        found.append(occurrence.id)
    note(
        session,
        actor=actor(by, "cli"),
        act="children",
        subject_kind="obligation",
        subject_id=duty.row.id,
        at=now,
        count=len(found),
    )
    return found


def _checked(live: Live, entry: ChildEntry, number: int, *, now: datetime) -> str:
    unit = live.office.unit(entry.owner)
    if unit not in live.office.file.units:
        raise Refused(
            phrase("line {n}: '{unit}' is not a unit of the office", n=number, unit=entry.owner),
            field="children",
        )
    if entry.due_on < live.today(now):
        raise Refused(phrase("line {n}: the day lies in the past", n=number), field="children")
    try:
        read_text(entry.title)
    except ValueError as error:
        raise Refused(phrase("line {n}: the title is missing", n=number), field="children") from error
    return unit


def _open(
    session: Session, live: Live, duty: Duty, occurrence: OccurrenceRow, unit: str, *, now: datetime
) -> None:
    slot = slot_of(occurrence)
    place = Place(occurrence=occurrence, schedule=duty.schedule, slot=slot, late=True)
    for part in parts(duty.schedule, slot_of(duty.occurrence), live.office):
        if part.kind == "child":
            owned = replace(
                part, due_on=slot.due_on, due_at=slot.due_at, owner=OwnedBy(kind="units", keys=(unit,))
            )
            open_part(session, live, place, owned, now=now, opens_at=now)
    if duty.row.state == Obligation.SUBMITTED:
        for row in open_parts(session, occurrence):
            silence(row)


def tell_of_items(session: Session, obligation_id: int) -> None:
    """Have the ladders of the items begin, from their opening on."""
    for _, row, _ in children_of(session, obligation_id):
        if row.state == Obligation.OPEN:
            set_cursor(session, row, since=row.opened_at)


def children_of(session: Session, obligation_id: int) -> Sequence[tuple[OccurrenceRow, ObligationRow, str]]:
    """The items found by a duty, in order: occurrence, obligation, the title of who owes it."""
    query = (
        select(OccurrenceRow, ObligationRow, PartyRow.title)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(OccurrenceRow.parent_id == obligation_id)
        .order_by(OccurrenceRow.id)
    )
    return [(occurrence, row, title) for occurrence, row, title in session.execute(query)]
