"""Events enter here: what happened is kept with its key in the transaction of its effect, and what it opens opens at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.events import EventRow
from models.obligations import OccurrenceRow
from models.people import MembershipRow, PersonRow
from models.schedules import ScheduleRow
from schedules.dates_text import said_day
from schedules.dues import from_hour
from schedules.errors import NotFound, Refused
from schedules.event_fields import asked, complete, people_faults, unfit
from schedules.fields import read_text
from schedules.grammar import Event, EvidenceField, Schedule
from schedules.occurrences import event_slot
from schedules.problems import nearest
from schedules.words import Words, phrase
from tasks.audit import note as audit
from tasks.duties import evidence as proof
from tasks.duties.duty import How, actor
from tasks.duties.following import open_following
from tasks.live import Live, definition
from tasks.open import open_slot

KEY_LENGTH = 120
Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A schedule in force that an event of a kind opens."""

    row: ScheduleRow
    schedule: Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What an event led to. `again`: it had been recorded before with the same words, nothing changed."""

    event_id: int
    occurrences: tuple[int, ...]
    again: bool = False


def listeners(session: Session) -> list[Listener]:
    """Every schedule in force that is opened by events."""
    rows = session.scalars(
        select(ScheduleRow)
        .where(
            ScheduleRow.kind == "event",
            ScheduleRow.removed_at.is_(None),
            ScheduleRow.live_version_id.is_not(None),
        )
        .order_by(ScheduleRow.id)
    )
    return [Listener(row=row, schedule=definition(session, row.live_version_id or 0)) for row in rows]


def listening(session: Session, kind: str) -> list[Listener]:
    """The schedules that an event of this kind opens. Raise NotFound naming the kinds there are."""
    known = listeners(session)
    found = [each for each in known if _kind(each.schedule) == kind]
    if not found:
        kinds = tuple(dict.fromkeys(_kind(each.schedule) for each in known))
        raise NotFound(
            phrase(
                "no schedule waits for an event '{kind}'; allowed: {allowed}",
                kind=kind,
                allowed=nearest(kind, kinds) or "—",
            )
        )
    return found


def _kind(schedule: Schedule) -> str:
    return schedule.when.event if isinstance(schedule.when, Event) else ""


def record_event(
    session: Session, live: Live, *, kind: str, key: str, on: date, given: Given, by: int | None, now: datetime,
    at: datetime | None = None, note: str | None = None, how: How = "cli",
) -> Recorded:  # fmt: skip
    """Record an event and open what it opens. `on` is its office-local day, `at` its instant if known.

    The same event again changes nothing. Raise NotFound for an unknown kind, Refused (a BadEvidence names every field) for a future
    day, a key that another event of the kind has, or fields and people that a schedule does not accept.
    """
    found = listening(session, kind)
    name = _read_key(key)
    _check_day(live, on, at, now=now)
    if at is None and any(from_hour(each.schedule) for each in found if _in_force(each.schedule, on)):
        raise Refused(
            phrase("a term counts hours from it; give the time of day at which it happened"), field="at"
        )
    fields = checked(session, live, found, given, on=on)
    known = session.scalars(select(EventRow).where(EventRow.kind == kind, EventRow.key == name)).one_or_none()
    if known is not None:
        return _again(session, known, on=on, fields=fields)
    event = EventRow(
        kind=kind,
        key=name,
        happened_on=on,
        happened_at=at,
        fields=fields,
        recorded_at=now,
        by_id=by,
        note=note or None,
    )
    session.add(event)
    session.flush()
    audit(
        session,
        actor=actor(by, how),
        act="event",
        subject_kind="event",
        subject_id=event.id,
        at=now,
        kind=kind,
    )
    opened = [_open(session, live, each, event, now=now) for each in found if _in_force(each.schedule, on)]
    return Recorded(event_id=event.id, occurrences=tuple(opened))


def _read_key(key: str) -> str:
    try:
        name = read_text(key)
    except ValueError as error:
        raise Refused(phrase("'{key}' cannot name an event", key=key[:KEY_LENGTH]), field="key") from error
    if len(name) > KEY_LENGTH:
        raise Refused(phrase("at most {n} characters", n=KEY_LENGTH), field="key")
    return name


def _check_day(live: Live, on: date, at: datetime | None, *, now: datetime) -> None:
    if on > live.today(now) or (at is not None and at > now):
        raise Refused(phrase("an event cannot lie in the future"), field="on")


def _again(session: Session, known: EventRow, *, on: date, fields: Mapping[str, list[str]]) -> Recorded:
    if (known.happened_on, known.fields) != (on, fields):
        what = phrase(
            "{key} was recorded before, of {day}; amend that one",
            key=known.key,
            day=said_day(known.happened_on),
        )
        raise Refused(what, field="key")
    opened = session.scalars(select(OccurrenceRow.id).where(OccurrenceRow.event_id == known.id))
    return Recorded(event_id=known.id, occurrences=tuple(opened), again=True)


def checked(
    session: Session, live: Live, found: Sequence[Listener], given: Given, *, on: date
) -> dict[str, list[str]]:
    """The fields of an event as they are kept. Raise BadEvidence naming every field that a schedule does not accept."""
    schedules = [each.schedule for each in found]
    fields = asked(schedules)
    values = complete(fields, given, live.office)
    faults: list[tuple[str, Words]] = [
        (name, phrase("'{name}' is not asked for here", name=name)) for name in given if name not in fields
    ]
    for name, field in fields.items():
        if field.kind in ("person", "people", "unit"):
            faults += [(name, each) for each in people_faults(name, field, values.get(name, []), live.office)]
            if field.required and not values.get(name):
                faults.append((name, phrase("'{label}' is missing", label=field.label or name)))
        else:
            plain = EvidenceField.model_validate({**field.model_dump(by_alias=True), "least": 1})
            fault = proof.fault_of(name, plain, values.get(name, []))
            faults += [(name, fault)] if fault else []
    kept = {name: tuple(each) for name, each in values.items()}
    for schedule in schedules if not faults else ():
        holders = _certified(session, schedule, on=on)
        faults += [
            (schedule.who.from_event or "", each) for each in unfit(schedule, kept, live.office, holders)
        ]
    if faults:
        raise proof.BadEvidence(faults)
    return values


def _certified(session: Session, schedule: Schedule, *, on: date) -> list[str]:
    """Who holds a valid certificate of the kind that the schedule asks for on a day."""
    held = select(PersonRow.key).join(MembershipRow, MembershipRow.person_id == PersonRow.id).where(
        MembershipRow.kind == "credential", MembershipRow.key == schedule.who.credential, MembershipRow.valid_from <= on,
        MembershipRow.valid_to > on,
    )  # fmt: skip
    return list(session.scalars(held))


def _in_force(schedule: Schedule, on: date) -> bool:
    first, last = schedule.when.effective_from, schedule.when.effective_to
    return (first is None or first <= on) and (last is None or on <= last)


def _open(session: Session, live: Live, listener: Listener, event: EventRow, *, now: datetime) -> int:
    slot = event_slot(
        listener.schedule, live.office, key=event.key, on=event.happened_on, at=event.happened_at,
        fields={name: tuple(values) for name, values in event.fields.items()}, opens_at=now,
    )  # fmt: skip
    open_slot(session, live, listener.row, listener.schedule, slot, now=now, late=True, event_id=event.id)
    opened = session.scalars(
        select(OccurrenceRow).where(
            OccurrenceRow.schedule_id == listener.row.id, OccurrenceRow.key == event.key
        )
    ).one()
    open_following(session, live, opened, listener.schedule, now=now)
    return opened.id


def chain(session: Session, schedule: str, key: str) -> OccurrenceRow:
    """The occurrence that an event opened, locked. Raise NotFound."""
    found = session.scalars(
        select(OccurrenceRow)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.key == schedule, OccurrenceRow.key == key, OccurrenceRow.event_id.is_not(None))
        .with_for_update(of=OccurrenceRow)
    ).one_or_none()
    if found is None:
        raise NotFound(phrase("there is no '{schedule}' {key}", schedule=schedule, key=key))
    return found
