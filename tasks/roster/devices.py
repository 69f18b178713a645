"""A phone that is remembered as a person's: slips that bind one, once; what a phone opens; and the end of it.

A slip is either printed or sent as a link through the person's own channel. What the phone keeps is a random secret in a cookie; here
rests only its SHA-256. Lifetimes count in machine time, which is `machine_now`; the audit stands in office time, which is `now`.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models.people import DeviceRow, PersonRow, SlipRow
from schedules.errors import NotFound, Refused
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import actor, is_clerk
from tasks.live import Live

REMEMBERED = timedelta(days=90)  # since a phone was last seen; then it has to be bound anew
PRINTED_LASTS = timedelta(days=60)
SENT_LASTS = timedelta(hours=24)
SEEN_EVERY = timedelta(hours=24)  # how often the ledger notes that a phone was there

How = Literal["slip", "chat"]
SlipState = Literal["fresh", "used", "ended", "expired", "left"]


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as it is about to be printed or sent."""

    id: int
    person: PersonRow


def digest_of(secret: str) -> str:
    """What is kept of a phone's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


# ── slips ─────────────────────────────────────────────────────
def print_slips(
    session: Session, live: Live, *, person_ids: Collection[int], by: int | None, now: datetime, machine_now: datetime
) -> list[Slip]:  # fmt: skip
    """A new slip for each of these people who is still here, in the order of their ids; their older ones end.

    Only the desk may print them, since a slip is as good as a key.
    """
    _require_clerk(session, live, by, now=now)
    people = session.scalars(
        select(PersonRow)
        .where(PersonRow.id.in_(set(person_ids)))
        .where(or_(PersonRow.left_on.is_(None), PersonRow.left_on > live.today(now)))
        .order_by(PersonRow.id)
    ).all()
    if not people:
        raise Refused(phrase("choose for whom slips are to be printed"))
    _end_slips(session, [person.id for person in people], machine_now=machine_now)
    slips = _issue(session, people, machine_now=machine_now)
    for slip in slips:
        note(
            session, actor=actor(by, "cli"), act="print-slip", subject_kind="person", subject_id=slip.person.id, at=now, slip=slip.id
        )  # fmt: skip
    return slips


def slip_to_send(session: Session, person: PersonRow, *, machine_now: datetime) -> Slip:
    """A slip that goes out as a link. Printed ones stay: whoever knows a number must not be able to end them."""
    return _issue(session, [person], machine_now=machine_now)[0]


def _issue(session: Session, people: Sequence[PersonRow], *, machine_now: datetime) -> list[Slip]:
    rows = [SlipRow(person_id=person.id, issued_at=machine_now) for person in people]
    session.add_all(rows)
    session.flush()
    return [Slip(row.id, person) for row, person in zip(rows, people, strict=True)]


def _end_slips(session: Session, person_ids: Sequence[int], *, machine_now: datetime) -> None:
    session.execute(
        update(SlipRow)
        .where(SlipRow.person_id.in_(person_ids), SlipRow.used_at.is_(None), SlipRow.ended_at.is_(None))
        .values(ended_at=machine_now)
        .execution_options(synchronize_session=False)
    )


def look_at(
    session: Session, slip_id: int, how: How, *, today: date, machine_now: datetime
) -> tuple[SlipState, PersonRow | None]:
    """Whether a slip still binds a phone, and whose. Changes nothing."""
    row = session.get(SlipRow, slip_id)
    if row is None:
        return "ended", None
    person = session.get_one(PersonRow, row.person_id)
    return _state(row, person, how, today=today, machine_now=machine_now), person


def _state(row: SlipRow, person: PersonRow, how: How, *, today: date, machine_now: datetime) -> SlipState:
    if person.left_on is not None and person.left_on <= today:
        return "left"
    if row.used_at is not None:
        return "used"
    if row.ended_at is not None:
        return "ended"
    lasts = PRINTED_LASTS if how == "slip" else SENT_LASTS
    return "expired" if machine_now - row.issued_at > lasts else "fresh"


# ── phones ────────────────────────────────────────────────────
def bind(
    session: Session, *, slip_id: int, how: How, secret: str, replaces: str | None, today: date, now: datetime, machine_now: datetime
) -> DeviceRow:  # fmt: skip
    """Remember the phone that holds `secret` as the slip's person's; `replaces` is the secret it held before, whose device ends.

    Raise Refused unless the slip is fresh: of two phones that scan it the first one wins.
    """
    row = session.get(SlipRow, slip_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused(phrase("this slip binds no phone any more"))
    person = session.get_one(PersonRow, row.person_id)
    if _state(row, person, how, today=today, machine_now=machine_now) != "fresh":
        raise Refused(phrase("this slip binds no phone any more"))
    row.used_at = machine_now
    session.flush()
    _end_slips(session, [person.id], machine_now=machine_now)
    before = _by_secret(session, replaces) if replaces else None
    if before is not None and before.ended_at is None:
        _end(session, before, by=f"person:{person.id}", now=now, machine_now=machine_now)
    device = DeviceRow(
        person_id=person.id, digest=digest_of(secret), how=how, bound_at=machine_now, seen_at=machine_now
    )
    session.add(device)
    session.flush()
    note(
        session, actor=f"person:{person.id}", act="bind-phone", subject_kind="person", subject_id=person.id, at=now,
        device=device.id, how=how, slip=row.id,
    )  # fmt: skip
    return device


def phone_of(
    session: Session, secret: str, *, today: date, machine_now: datetime
) -> tuple[DeviceRow, PersonRow] | None:
    """The device that holds the secret and its person; None if it was ended, not seen for 90 days, or the person left."""
    device = _by_secret(session, secret)
    if device is None or device.ended_at is not None or machine_now - device.seen_at > REMEMBERED:
        return None
    person = session.get_one(PersonRow, device.person_id)
    return None if person.left_on is not None and person.left_on <= today else (device, person)


def seen(session: Session, device_id: int, *, machine_now: datetime) -> None:
    """Note that a phone was there, so that its 90 days begin anew."""
    session.execute(
        update(DeviceRow)
        .where(DeviceRow.id == device_id, DeviceRow.ended_at.is_(None), DeviceRow.seen_at < machine_now)
        .values(seen_at=machine_now)
    )


def end_phone(
    session: Session, live: Live, *, device_id: int, by: int | None, now: datetime, machine_now: datetime
) -> PersonRow:
    """Forget a phone; its person may, and the desk. Raise Refused for anybody else, NotFound if there is none."""
    device = session.get(DeviceRow, device_id, with_for_update=True, populate_existing=True)
    if device is None:
        raise NotFound(phrase("there is no such phone"))
    if by != device.person_id:
        _require_clerk(session, live, by, now=now)
    if device.ended_at is None:
        _end(session, device, by=actor(by, "cli"), now=now, machine_now=machine_now)
    return session.get_one(PersonRow, device.person_id)


def _end(session: Session, device: DeviceRow, *, by: str, now: datetime, machine_now: datetime) -> None:
    device.ended_at = machine_now
    note(
        session, actor=by, act="end-phone", subject_kind="person", subject_id=device.person_id, at=now, device=device.id
    )  # fmt: skip


def _by_secret(session: Session, secret: str) -> DeviceRow | None:
    return session.scalars(select(DeviceRow).where(DeviceRow.digest == digest_of(secret))).first()


def _require_clerk(session: Session, live: Live, by: int | None, *, now: datetime) -> None:
    if not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk prints slips and ends other people's phones"))
