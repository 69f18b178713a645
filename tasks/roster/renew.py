"""A later certificate closes the renewal that was waiting for it; one that is not valid any more ends it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.obligations import EvidenceRow, ObligationRow, OccurrenceRow
from models.people import CredentialRow, PersonRow
from models.schedules import ScheduleRow
from schedules.errors import NotFound, Refused
from schedules.grammar import Expiry
from schedules.states import Obligation, move_obligation
from schedules.words import phrase
from tasks.duties.duty import Duty
from tasks.duties.evidence import Values, parse_date
from tasks.duties.following import set_cursor
from tasks.live import Live, definition

OWED = ("open", "submitted", "history")
TEMPORARY = "temporary"  # the type of a certificate that ends and is not renewed
ENDED = ("suspended", "revoked", "cancelled")  # states of a certificate, and why a renewal ended
NEW_EXPIRY = "new_expiry"  # the field of a step that hands in the new certificate
FOLLOWERS = ("credential", "anniversary", "members")  # kinds of schedules that follow certificates


def follow_state(session: Session, credential: CredentialRow, *, now: datetime, today: date) -> None:
    """What a certificate as it is recorded now means for open renewals.

    A valid one closes those of earlier ones. One that was revoked, cancelled or suspended is not renewed: its renewal ends, and
    begins again if it becomes valid again. A temporary one renews nothing.
    """
    if credential.state != "valid":
        _end_renewal(session, credential, now=now)
    elif credential.type != TEMPORARY:
        _begin_again(session, credential, now=now)
        renewed(session, credential_id=credential.id, now=now, today=today)


def _end_renewal(session: Session, credential: CredentialRow, *, now: datetime) -> None:
    """Withdraw what is still owed for the certificate; the reason is the certificate's state."""
    for occurrence in _renewals(session, credential, state="open"):
        occurrence.state, occurrence.closed_at = "cancelled", now
        for duty in _duties(session, occurrence):
            if duty.state in OWED:
                state = (
                    Obligation.CANCELLED
                    if duty.state in (Obligation.SUBMITTED, Obligation.HISTORY)
                    else Obligation.WITHDRAWN
                )
                duty.state, duty.closed_at, duty.closed_why = (
                    move_obligation(duty.state, state),
                    now,
                    credential.state,
                )
                duty.next_no = duty.next_at = None


def _begin_again(session: Session, credential: CredentialRow, *, now: datetime) -> None:
    """A certificate that is valid again: what was withdrawn with it is owed again, its ladder goes on with what is still to come."""
    for occurrence in _renewals(session, credential, state="cancelled"):
        withdrawn = [duty for duty in _duties(session, occurrence) if duty.closed_why in ENDED]
        for duty in withdrawn:
            if duty.state == Obligation.WITHDRAWN:
                duty.state, duty.closed_at, duty.closed_why = (
                    move_obligation(duty.state, Obligation.OPEN),
                    None,
                    None,
                )
                set_cursor(session, duty, since=now)
        if withdrawn:
            occurrence.state, occurrence.closed_at = "open", None


def _renewals(session: Session, credential: CredentialRow, *, state: str) -> Sequence[OccurrenceRow]:
    query = (
        select(OccurrenceRow)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(
            ScheduleRow.kind == "credential", OccurrenceRow.state == state,
            OccurrenceRow.key == f"{credential.number}@{credential.expires_on.isoformat()}",
        )
    )  # fmt: skip
    found = session.scalars(query).all()
    return [each for each in found if _expires(definition(session, each.version_id).when, credential.kind)]


def _expires(when: object, kind: str) -> bool:
    return isinstance(when, Expiry) and when.expiry == kind


def _duties(session: Session, occurrence: OccurrenceRow) -> Sequence[ObligationRow]:
    return session.scalars(select(ObligationRow).where(ObligationRow.occurrence_id == occurrence.id)).all()


def renewed(session: Session, *, credential_id: int, now: datetime, today: date) -> int:
    """Close the open renewals of the holder that expire before this certificate. Return how many obligations were closed."""
    credential = session.get_one(CredentialRow, credential_id)
    holder = session.get_one(PersonRow, credential.holder_id)
    waiting = (
        select(OccurrenceRow)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(
            ScheduleRow.kind == "credential", OccurrenceRow.state == "open", OccurrenceRow.subject == holder.key,
            OccurrenceRow.due_on < credential.expires_on,
        )
    )  # fmt: skip
    closed = 0
    for occurrence in session.scalars(waiting).all():
        if not _expires(definition(session, occurrence.version_id).when, credential.kind):
            continue
        occurrence.state, occurrence.closed_at = "closed", now
        for duty in _duties(session, occurrence):
            if duty.state in OWED:
                duty.state, duty.closed_at, duty.closed_why, duty.done_on = "done", now, "renewed", today
                duty.next_no = duty.next_at = None
                closed += 1
    return closed


def renew_from_evidence(session: Session, live: Live, duty: Duty, values: Values, *, now: datetime) -> None:
    """A step that hands in `new_expiry` records the new certificate, which closes the renewal. Raise Refused unless it is later."""
    given = values.get(NEW_EXPIRY)
    when = duty.schedule.when
    if not isinstance(when, Expiry) or not given:
        return
    day = parse_date(given if isinstance(given, str) else given[0])
    number, _, _ = duty.occurrence.key.rpartition("@")
    old = session.scalars(
        select(CredentialRow).where(
            CredentialRow.kind == when.expiry, CredentialRow.number == number,
            CredentialRow.expires_on == duty.occurrence.held_on,
        )
    ).one_or_none()  # fmt: skip
    if old is None:
        raise NotFound(
            phrase(
                "certificate {number} is not on record any more; correct the certificates first",
                number=number,
            )
        )
    if day is None or day <= old.expires_on:
        raise Refused(
            phrase("the new expiry date must be later than {day}", day=old.expires_on.isoformat()),
            field=NEW_EXPIRY,
        )
    fresh = CredentialRow(
        kind=old.kind, number=old.number, holder_id=old.holder_id, issued_on=duty.row.done_on or live.today(now), expires_on=day,
        issuer=old.issuer, state="valid", type="renewal",
    )  # fmt: skip
    session.add(fresh)
    session.flush()
    renewed(session, credential_id=fresh.id, now=now, today=live.today(now))
    follow_credentials(session, at=now)


def forget(session: Session, duty: Duty, record_id: int, *, now: datetime) -> None:
    """A record is taken back: the new certificate it handed in is forgotten, and the renewal that it closed is open again.

    Raise Refused if the new certificate's own renewal has begun.
    """
    when = duty.schedule.when
    given = session.scalar(
        select(EvidenceRow.value).where(
            EvidenceRow.confirmation_id == record_id, EvidenceRow.name == NEW_EXPIRY
        )
    )
    day = parse_date(given) if given else None
    if not isinstance(when, Expiry) or day is None:
        return
    number, _, _ = duty.occurrence.key.rpartition("@")
    begun = select(OccurrenceRow.id).where(
        OccurrenceRow.schedule_id == duty.occurrence.schedule_id, OccurrenceRow.key == f"{number}@{day}"
    )
    if session.scalar(begun) is not None:
        raise Refused(
            phrase("the renewal of the new certificate has begun; correct the certificates instead")
        )
    session.execute(
        delete(CredentialRow).where(
            CredentialRow.kind == when.expiry, CredentialRow.number == number, CredentialRow.expires_on == day
        )
    )
    closed = select(ObligationRow).where(
        ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.closed_why == "renewed"
    )
    for row in session.scalars(closed):
        row.state, row.done_on, row.closed_at, row.closed_why = "open", None, None, None
        set_cursor(session, row, since=now)
    follow_credentials(session, at=now)


def follow_credentials(session: Session, *, at: datetime) -> None:
    """Have the next opening run look at certificates and at who holds them."""
    session.execute(
        update(ScheduleRow)
        .where(ScheduleRow.kind.in_(FOLLOWERS), ScheduleRow.removed_at.is_(None))
        .values(next_at=at)
    )
