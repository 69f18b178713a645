"""Open one part of an occurrence: its timeline, and an obligation for each party that owes it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

from models.obligations import OccurrenceRow
from models.people import PartyRow, PersonRow
from models.queries.audience import matches
from models.queries.opening import Opening, first_issued, is_person, open_for, withdraw_leavers
from schedules.grammar import Expiry, Quota, Schedule
from schedules.ladder import Anchor, RungAt, late, timeline
from schedules.lights import soon_from
from schedules.occurrences import Slot
from schedules.parts import AT_OPEN, OwnedBy, Part, parts
from schedules.quota import full_target
from schedules.quota import target as quota_target
from tasks.live import Live, definition
from tasks.timelines import set_timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part is opened. `late`: passed rungs are dropped; `history`: silent, only listed."""

    occurrence: OccurrenceRow
    schedule: Schedule
    slot: Slot
    late: bool = False
    history: bool = False


def slot_of(occurrence: OccurrenceRow) -> Slot:
    """The slot that an occurrence was opened from."""
    return Slot(
        key=occurrence.key, date=occurrence.held_on, starts_at=occurrence.starts_at, due_on=occurrence.due_on,
        due_at=occurrence.due_at,
        opens_at=occurrence.opens_at, provisional=occurrence.provisional, moved_from=occurrence.moved_from, moved_why=None,
        skipped=None, subject=occurrence.subject,
    )  # fmt: skip


def anchors(place: Place, part: Part, live: Live, *, now: datetime) -> dict[str, Anchor]:
    """The days and instants that the rungs of a part are counted from."""
    slot = place.slot
    found: dict[str, Anchor] = {
        "open": Anchor(slot.opens_at.date(), slot.opens_at),
        "recorded": Anchor(now.date(), now),
    }
    if slot.date is not None and slot.starts_at is not None:
        found["start"] = Anchor(slot.date, slot.starts_at)
    if slot.due_on is not None and slot.due_at is not None:
        found["expiry"] = Anchor(slot.due_on, slot.due_at)
    if part.due_on is not None and part.due_at is not None:
        found |= {name: Anchor(part.due_on, part.due_at) for name in ("due", part.key) if name}
    return found


def rungs_for(
    live: Live,
    place: Place,
    part: Part,
    *,
    target: int | None,
    full: int | None,
    now: datetime,
    opens_at: datetime,
) -> tuple[RungAt, ...]:
    """The ladder of a part as it stands for who opens now."""
    if place.history:
        return ()
    rungs = timeline(
        place.schedule,
        part.key,
        anchors(place, part, live, now=now),
        live.office,
        opens_at=opens_at,
        target=target,
        full=full,
    )
    return late(rungs, now=now, start_on=live.start_on, office=live.office) if place.late else rungs


def open_part(
    session: Session, live: Live, place: Place, part: Part, *, now: datetime, opens_at: datetime | None = None
) -> int:
    """Open a part for everyone who owes it; return how many obligations changed. `opens_at` defaults to the occurrence's."""
    total = 0
    begins = opens_at or place.slot.opens_at
    on = live.today(now if place.late else begins)
    for who, target in _owners(live, place, part, on=on):
        rungs = rungs_for(
            live, place, part, target=target, full=full_of(place.schedule), now=now, opens_at=begins
        )
        expected = part.kind == "attend"
        opening = Opening(
            occurrence_id=place.occurrence.id, part=part.key, state=_state(place, expected=expected),
            due_on=None if expected else part.due_on, due_at=None if expected else part.due_at,
            soon_on=None if expected else soon_of(live, place, part, since=begins), provisional=part.provisional,
            timeline_id=None if expected else set_timeline(session, rungs), target=target,
        )  # fmt: skip
        total += open_for(session, opening, who, now=now)
    return total


def full_of(schedule: Schedule) -> int | None:
    """The whole figure of what counts up, as the obligation keeps it."""
    return full_target(schedule.done)


def _state(place: Place, *, expected: bool) -> str:
    if place.history:
        return "history"
    return "expected" if expected else "open"


def soon_of(live: Live, place: Place, part: Part, *, since: datetime) -> date | None:
    """The day from which the part is yellow."""
    return soon_from(place.schedule, part.due_on, since, live.office) if part.due_on else None


def _owners(
    live: Live, place: Place, part: Part, *, on: date
) -> list[tuple[ColumnElement[bool], int | None]]:
    """The parties that owe, as conditions on the party table; several where a quota is pro-rated by month."""
    condition = _parties(part.owner, place, on=on)
    done, who = place.schedule.done, place.schedule.who
    if not isinstance(done, Quota):
        return [(condition, full_of(place.schedule))]
    year = place.occurrence.held_on.year
    if who.prorate is None or who.credential is None:
        return [(condition, quota_target(done, year, None))]
    groups: list[tuple[ColumnElement[bool], int | None]] = [
        (
            and_(condition, first_issued(who.credential, start=None, end=date(year, 1, 1))),
            quota_target(done, year, None),
        )
    ]
    for month in range(1, 13):
        start, end = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        members = and_(condition, first_issued(who.credential, start=start, end=end))
        groups.append((members, quota_target(done, year, start)))
    return groups


def _parties(owner: OwnedBy, place: Place, *, on: date) -> ColumnElement[bool]:
    if owner.kind in ("each", "expected") and owner.expr is not None:
        members = select(PersonRow.id).where(matches(owner.expr, PersonRow.id, on=on))
        return and_(is_person(), PartyRow.person_id.in_(members))
    if owner.kind == "holder":
        return and_(PartyRow.kind == "person", PartyRow.key == place.slot.subject)
    if owner.kind == "units":
        return and_(PartyRow.kind == "unit", PartyRow.key.in_(owner.keys))
    return and_(PartyRow.kind == "role", PartyRow.key.in_(owner.keys))


def follow_members(session: Session, live: Live, *, now: datetime) -> int:
    """Give joiners what is open and not past, and withdraw what leavers owed. Return how many obligations changed."""
    today = live.today(now)
    changed = 0
    open_ones = select(OccurrenceRow).where(OccurrenceRow.state == "open", OccurrenceRow.parent_id.is_(None))
    for occurrence in session.scalars(open_ones).all():
        schedule = definition(session, occurrence.version_id)
        place = Place(occurrence=occurrence, schedule=schedule, slot=slot_of(occurrence), late=True)
        for part in parts(schedule, place.slot, live.office):
            if part.opens == AT_OPEN:
                changed += _follow_part(session, live, place, part, today=today, now=now)
    return changed


def _follow_part(
    session: Session, live: Live, place: Place, part: Part, *, today: date, now: datetime
) -> int:
    """Follow joins and leaves in one part. A certificate's duties, the keeper's too, go and come back with its holder."""
    occurrence = place.occurrence
    gone = isinstance(place.schedule.when, Expiry) and not _is_here(session, occurrence.subject, on=today)
    if not isinstance(place.schedule.when, Expiry) and part.owner.kind not in ("each", "expected"):
        return 0
    members = false() if gone else _parties(part.owner, place, on=today)
    changed = withdraw_leavers(session, occurrence_id=occurrence.id, part=part.key, member=members, now=now)
    last = occurrence.held_on if part.kind == "attend" else part.due_on
    if not gone and last is not None and last >= today:
        changed += open_part(session, live, place, part, now=now, opens_at=now)
    return changed


def _is_here(session: Session, person_key: str | None, *, on: date) -> bool:
    left_on = session.scalars(select(PersonRow.left_on).where(PersonRow.key == person_key)).one_or_none()
    return left_on is None or left_on > on
