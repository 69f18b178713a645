"""A later certificate closes the renewal that was waiting for it; one that is not valid any more ends it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

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
PIECE = 500  # values asked for in one statement
TEMPORARY = "temporary"  # the type of a certificate that ends and is not renewed
ENDED = ("suspended", "revoked", "cancelled")  # states of a certificate, and why a renewal ended
T = TypeVar("T")
NEW_EXPIRY = "new_expiry"  # the field of a step that hands in the new certificate
FOLLOWERS = ("credential", "anniversary", "members")  # kinds of schedules that follow certificates


@dataclass(slots=True)
class _Renewals:
    """The renewals, open or cancelled, that concern some certificates or their holders; all loaded together, with their duties."""

    holders: Mapping[int, str]
    by_key: dict[str, list[OccurrenceRow]]
    by_holder: dict[str, list[OccurrenceRow]]
    duties: dict[int, list[ObligationRow]]

    def own(self, session: Session, credential: CredentialRow, *, state: str) -> list[OccurrenceRow]:
        """The renewals of a certificate itself."""
        found = self.by_key.get(_own_key(credential), [])
        return [each for each in found if each.state == state and _renews(session, each, credential.kind)]

    def earlier(self, session: Session, credential: CredentialRow) -> list[OccurrenceRow]:
        """The open ones of certificates of the same holder and kind that expire before it."""
        found = self.by_holder.get(self.holders[credential.holder_id], [])
        return [
            each
            for each in found
            if each.state == "open"
            and (each.due_on or date.max) < credential.expires_on
            and _renews(session, each, credential.kind)
        ]


def _load(session: Session, credentials: Sequence[CredentialRow]) -> _Renewals:
    """Asked for in pieces that both databases take: of most certificates nothing is open, and those cost nothing more."""
    holders = {
        number: key
        for ids in _pieces(sorted({each.holder_id for each in credentials}))
        for number, key in session.execute(select(PersonRow.id, PersonRow.key).where(PersonRow.id.in_(ids)))
    }
    which = (
        select(OccurrenceRow)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.kind == "credential", OccurrenceRow.state.in_(("open", "cancelled")))
        .order_by(OccurrenceRow.id)
    )
    keys, subjects = sorted({_own_key(each) for each in credentials}), sorted(holders.values())
    found = _Renewals(holders, defaultdict(list), defaultdict(list), defaultdict(list))
    for piece in _pieces(keys):
        for row in session.scalars(which.where(OccurrenceRow.key.in_(piece))):
            found.by_key[row.key].append(row)
    for piece in _pieces(subjects):
        for row in session.scalars(which.where(OccurrenceRow.subject.in_(piece))):
            found.by_holder[row.subject or ""].append(row)
    rows = (row for lists in (found.by_key, found.by_holder) for rows in lists.values() for row in rows)
    for ids in _pieces(sorted({row.id for row in rows})):
        for duty in session.scalars(select(ObligationRow).where(ObligationRow.occurrence_id.in_(ids))):
            found.duties[duty.occurrence_id].append(duty)
    return found


def _pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(values), PIECE):
        yield values[first : first + PIECE]


def _own_key(credential: CredentialRow) -> str:
    """The key of the occurrence in which a certificate is renewed."""
    return f"{credential.number}@{credential.expires_on.isoformat()}"


def follow_states(
    session: Session, credentials: Sequence[CredentialRow], *, now: datetime, today: date
) -> None:
    """What certificates as they are recorded now mean for open renewals, one after the other.

    A valid one closes those of earlier ones. One that was revoked, cancelled or suspended is not renewed: its renewal ends, and
    begins again if it becomes valid again. A temporary one renews nothing.
    """
    renewals = _load(session, credentials)
    for each in credentials:
        if each.state != "valid":
            _end_renewal(session, renewals, each, now=now)
        elif each.type != TEMPORARY:
            _begin_again(session, renewals, each, now=now)
            _close_earlier(session, renewals, each, now=now, today=today)


def _end_renewal(session: Session, renewals: _Renewals, credential: CredentialRow, *, now: datetime) -> None:
    """Withdraw what is still owed for the certificate; the reason is the certificate's state."""
    for occurrence in renewals.own(session, credential, state="open"):
        occurrence.state, occurrence.closed_at = "cancelled", now
        for duty in renewals.duties[occurrence.id]:
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


def _begin_again(session: Session, renewals: _Renewals, credential: CredentialRow, *, now: datetime) -> None:
    """A certificate that is valid again: what was withdrawn with it is owed again, its ladder goes on with what is still to come."""
    for occurrence in renewals.own(session, credential, state="cancelled"):
        withdrawn = [duty for duty in renewals.duties[occurrence.id] if duty.closed_why in ENDED]
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


def _close_earlier(
    session: Session, renewals: _Renewals, credential: CredentialRow, *, now: datetime, today: date
) -> int:
    """Close the open renewals that this certificate answers; how many duties were closed."""
    closed = 0
    for occurrence in renewals.earlier(session, credential):
        occurrence.state, occurrence.closed_at = "closed", now
        for duty in renewals.duties[occurrence.id]:
            if duty.state in OWED:
                duty.state, duty.closed_at, duty.closed_why, duty.done_on = "done", now, "renewed", today
                duty.next_no = duty.next_at = None
                closed += 1
    return closed


def _renews(session: Session, occurrence: OccurrenceRow, kind: str) -> bool:
    """Whether certificates of this kind are renewed in it."""
    when = definition(session, occurrence.version_id).when
    return isinstance(when, Expiry) and when.expiry == kind


def renewed(session: Session, *, credential_id: int, now: datetime, today: date) -> int:
    """Close the open renewals of the holder that expire before this certificate. Return how many obligations were closed."""
    credential = session.get_one(CredentialRow, credential_id)
    return _close_earlier(session, _load(session, [credential]), credential, now=now, today=today)


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
