"""Open one part of an occurrence: its timeline, and an obligation for each party that owes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.queries.audience import matches
from models.queries.opening import Opening, first_issued, is_person, open_for, withdraw_leavers
from schedules.anchors import slot_anchors
from schedules.audience import expression
from schedules.grammar import Anniversary, ByPeople, Event, Expiry, Quota, Schedule
from schedules.ladder import Anchor, RungAt, timeline
from schedules.lights import soon_from
from schedules.occurrences import Slot
from schedules.opened_late import late
from schedules.own_head import for_a_unit
from schedules.parts import AT_OPEN, OwnedBy, Part, is_silent, parts
from schedules.quota import full_target
from schedules.quota import target as quota_target
from tasks.duties.closing import close_if_done
from tasks.duties.duty import Duty
from tasks.duties.groups import named_party, role_party
from tasks.duties.known import fields_of
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
        due_at=occurrence.due_at, opens_at=occurrence.opens_at, provisional=occurrence.provisional,
        moved_from=occurrence.moved_from, moved_why=None, skipped=None, subject=occurrence.subject, fields=fields_of(occurrence),
    )  # fmt: skip


def anchors(place: Place, part: Part, live: Live, *, now: datetime) -> dict[str, Anchor]:
    """The days and instants that the rungs of a part are counted from."""
    slot = place.slot
    return {
        "open": Anchor(live.today(slot.opens_at), slot.opens_at),
        "recorded": Anchor(live.today(now), now),
        **slot_anchors(place.schedule, slot, part, live.office),
    }


def is_history(live: Live, place: Place, part: Part) -> bool:
    """Whether a part was over before the office began with duban: its own due day decides, without one the last day of the whole.

    The day of an event is the first of its chain, not the last: a step without a term is not over because of it.
    """
    slot = place.slot
    whole = (slot.due_on,) if isinstance(place.schedule.when, Event) else (slot.date, slot.due_on)
    last = part.due_on or max((day for day in whole if day is not None), default=None)
    return last is not None and last < live.start_on


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
    if place.history or is_silent(part):
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
    if part.owner.kind == "units":
        rungs = for_a_unit(rungs)
    if not place.late:
        return rungs
    return late(rungs, now=now, start_on=live.start_on, office=live.office, opens_at=opens_at)


def open_part(
    session: Session, live: Live, place: Place, part: Part, *, now: datetime, opens_at: datetime | None = None
) -> int:
    """Open a part for everyone who owes it; return how many obligations changed. `opens_at` defaults to the occurrence's.

    What was due before the office began with duban is opened as history.
    """
    total = 0
    place = replace(place, history=part.kind != "attend" and is_history(live, place, part))
    begins = opens_at or place.slot.opens_at
    on = live.today(now if place.late else begins)
    for who, target in _owners(session, live, place, part, on=on):
        rungs = rungs_for(
            live, place, part, target=target, full=full_of(place.schedule), now=now, opens_at=begins
        )
        expected = part.kind == "attend"
        opening = Opening(
            occurrence_id=place.occurrence.id, part=part.key, state=_state(place, expected=expected),
            due_on=None if expected else part.due_on, due_at=None if expected else part.due_at,
            soon_on=None if expected else soon_of(live, place, part, since=begins), provisional=part.provisional,
            timeline_id=None if expected else set_timeline(session, rungs), target=target,
            internal_on=part.internal.on if part.internal else None, waits_for=part.waits_for or None,
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
    session: Session, live: Live, place: Place, part: Part, *, on: date
) -> list[tuple[ColumnElement[bool], int | None]]:
    """The parties that owe, as conditions on the party table; several where a quota is pro-rated by month."""
    condition = _parties(session, live, part.owner, place, on=on)
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


def _parties(session: Session, live: Live, owner: OwnedBy, place: Place, *, on: date) -> ColumnElement[bool]:
    if owner.kind == "named":
        return PartyRow.id == named_party(session, live, place.schedule, place.slot.fields, on=on)
    if owner.kind in ("each", "expected") and owner.expr is not None:
        members = select(PersonRow.id).where(matches(owner.expr, PersonRow.id, on=on))
        return and_(is_person(), PartyRow.person_id.in_(members))
    if owner.kind == "holder":
        return and_(PartyRow.kind == "person", PartyRow.key == place.slot.subject)
    if owner.kind == "units":
        return and_(PartyRow.kind == "unit", PartyRow.key.in_(owner.keys))
    if owner.but is not None:
        others = role_party(session, live, owner.keys[0], but=place.slot.fields.get(owner.but, ()), on=on)
        return PartyRow.id == others
    return and_(PartyRow.kind == "role", PartyRow.key.in_(owner.keys))


def owners_of(session: Session, live: Live, place: Place, part: Part, *, now: datetime) -> Sequence[int]:
    """The parties that owe a part today, by id."""
    on = live.today(now)
    conditions = [who for who, _target in _owners(session, live, place, part, on=on)]
    return session.scalars(select(PartyRow.id).where(or_(*conditions))).all()


def follow_members(session: Session, live: Live, *, now: datetime) -> int:
    """Give joiners what is open and not past, and withdraw what leavers owed. Return how many obligations changed."""
    today = live.today(now)
    changed = 0
    open_ones = select(OccurrenceRow).where(OccurrenceRow.state == "open", OccurrenceRow.parent_id.is_(None))
    for occurrence in session.scalars(open_ones).all():
        schedule = definition(session, occurrence.version_id)
        place = Place(occurrence=occurrence, schedule=schedule, slot=slot_of(occurrence), late=True)
        followed = sum(
            _follow_part(session, live, place, part, today=today, now=now)
            for part in parts(schedule, place.slot, live.office)
            if part.opens == AT_OPEN
        )
        if followed:
            _close_without_leavers(session, place, now=now)
        changed += followed
    return changed


def _close_without_leavers(session: Session, place: Place, *, now: datetime) -> None:
    """Without those who left everything may be met, or the share that is enough; what nobody has done stays open."""
    row = session.scalars(
        select(ObligationRow)
        .where(ObligationRow.occurrence_id == place.occurrence.id, ObligationRow.state == "done")
        .limit(1)
    ).first()
    if row is not None and isinstance(place.schedule.done, ByPeople):
        party = session.get_one(PartyRow, row.party_id)
        duty = Duty(row=row, occurrence=place.occurrence, schedule=place.schedule, party=party)
        close_if_done(session, duty, now=now)


def _follow_part(
    session: Session, live: Live, place: Place, part: Part, *, today: date, now: datetime
) -> int:
    """Follow joins and leaves in one part. What hangs on one person, the keeper's part too, goes and comes back with that person."""
    occurrence = place.occurrence
    personal = isinstance(place.schedule.when, (Anniversary, Expiry))
    gone = personal and not _belongs(session, live, place, on=today)
    if not personal and part.owner.kind not in ("each", "expected"):
        return 0
    members = false() if gone else _parties(session, live, part.owner, place, on=today)
    changed = withdraw_leavers(
        session, occurrence_id=occurrence.id, part=part.key, member=members, today=today, now=now
    )
    last = occurrence.held_on if part.kind == "attend" else part.due_on
    if not gone and last is not None and last >= today:
        changed += open_part(session, live, place, part, now=now, opens_at=now)
    return changed


def _belongs(session: Session, live: Live, place: Place, *, on: date) -> bool:
    """Whether the person that an occurrence hangs on is still here and, for an anniversary, still one of those who owe it."""
    if not _is_here(session, place.occurrence.subject, on=on):
        return False
    if not isinstance(place.schedule.when, Anniversary):
        return True
    members = matches(expression(place.schedule.who, live.office), PersonRow.id, on=on)
    found = select(PersonRow.id).where(PersonRow.key == place.occurrence.subject, members)
    return session.scalars(found).first() is not None


def _is_here(session: Session, person_key: str | None, *, on: date) -> bool:
    left_on = session.scalars(select(PersonRow.left_on).where(PersonRow.key == person_key)).one_or_none()
    return left_on is None or left_on > on
