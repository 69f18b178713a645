"""What a person's own page looks up beside the duties: everything that was done, year by year, and the certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.obligations import ConfirmationRow, ObligationRow, OccurrenceRow
from models.people import CredentialRow, PartyRow, RecipientRow, RouteRow
from models.queries import pages
from models.queries.pages import DutyRow
from models.ways import OWING

STANDING = ("submitted", "accepted")
# The day by which a matter belongs to a year: of the fact, else of the deadline, else of the gathering.
DAY = func.coalesce(ObligationRow.done_on, ObligationRow.due_on, OccurrenceRow.held_on)


@dataclass(frozen=True, slots=True)
class Past:
    """A matter that is closed, and the record that stands for it."""

    duty: DutyRow
    record: ConfirmationRow | None


def _mine(person_id: int) -> ColumnElement[bool]:
    """What the person owed and is done or excused, and what the person recorded for a unit or role that he answers for or did."""
    own = and_(PartyRow.person_id == person_id, ObligationRow.state.in_(("done", "waived")))
    told = (
        select(RouteRow.party_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(RecipientRow.person_id == person_id, RouteRow.to_kind.in_(OWING))
    )
    recorded = select(ConfirmationRow.id).where(
        ConfirmationRow.obligation_id == ObligationRow.id, ConfirmationRow.state.in_(STANDING), ConfirmationRow.by_id == person_id
    )  # fmt: skip
    acted = and_(
        ObligationRow.party_id.in_(told),
        ObligationRow.state == "done",
        recorded.correlate(ObligationRow).exists(),
    )
    return or_(own, acted)


def _past(person_id: int, *columns: Any) -> Select[Any]:
    query: Select[Any] = (
        select(*columns)
        .select_from(ObligationRow)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(_mine(person_id))
    )
    return query


def years(session: Session, person_id: int) -> list[int]:
    """The years from the latest to the earliest matter that is closed; none without one."""
    first, last = session.execute(_past(person_id, func.min(DAY), func.max(DAY))).one()
    if first is None:
        return []
    return list(range(last.year, first.year - 1, -1))


def past(session: Session, person_id: int, year: int, *, offset: int, limit: int) -> tuple[list[Past], int]:
    """A page of what was closed in a year, the latest first, and how many there are in all. Four statements."""
    within = DAY.between(date(year, 1, 1), date(year, 12, 31))
    total = session.scalar(_past(person_id, func.count()).where(within)) or 0
    latest = _past(person_id, ObligationRow.id).where(within).order_by(DAY.desc(), ObligationRow.id.desc())
    return _read(session, session.scalars(latest.offset(offset).limit(limit)).all()), total


def lately(session: Session, person_id: int, *, limit: int = 8) -> list[Past]:
    """What was closed last, whatever the year, the latest entry first. Three statements."""
    latest = _past(person_id, ObligationRow.id).order_by(
        ObligationRow.closed_at.desc(), ObligationRow.id.desc()
    )
    return _read(session, session.scalars(latest.limit(limit)).all())


def _read(session: Session, ids: Sequence[int]) -> list[Past]:
    duties = {row.obligation.id: row for row in pages.by_ids(session, ids)}
    records = {
        row.obligation_id: row
        for row in session.scalars(
            select(ConfirmationRow).where(
                ConfirmationRow.obligation_id.in_(ids), ConfirmationRow.state.in_(STANDING)
            )
        )
    }
    return [Past(duties[each], records.get(each)) for each in ids]


def certificates(session: Session, person_id: int) -> list[CredentialRow]:
    """The latest certificate of each kind, the first to expire first."""
    later = aliased(CredentialRow)
    replaced = (
        select(later.id)
        .where(
            later.holder_id == CredentialRow.holder_id, later.kind == CredentialRow.kind,
            or_(
                later.expires_on > CredentialRow.expires_on,
                and_(later.expires_on == CredentialRow.expires_on, later.id > CredentialRow.id),
            ),
        )
        .exists()
    )  # fmt: skip
    query = select(CredentialRow).where(CredentialRow.holder_id == person_id, ~replaced)
    return list(session.scalars(query.order_by(CredentialRow.expires_on, CredentialRow.id)))
