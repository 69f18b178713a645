"""Set-based opening: one statement for everybody who owes a part, safe to run again.

Running it again is following joins: a new member gets an obligation, one who had left and came back gets it open again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, RungRow
from models.people import CredentialRow, PartyRow, PersonRow
from models.queries.duties import owner_is_here
from models.types import UtcDateTime

COLUMNS = (
    "occurrence_id", "part", "party_id", "state", "due_on", "due_at", "soon_on", "provisional", "timeline_id", "next_no", "next_at",
    "target", "opened_at", "epoch", "progress", "internal_on", "waits_for",
)  # fmt: skip

# What an obligation takes over when somebody comes back, or a step opens again after its record was taken back.
RENEWED = (
    "state",
    "due_on",
    "due_at",
    "soon_on",
    "provisional",
    "timeline_id",
    "next_no",
    "next_at",
    "target",
    "internal_on",
    "waits_for",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One part to open for many: the same dates, timeline and target for all of them."""

    occurrence_id: int
    part: str
    state: str
    due_on: date | None
    due_at: datetime | None
    soon_on: date | None
    provisional: bool
    timeline_id: int | None
    target: int | None
    internal_on: date | None = None
    waits_for: str | None = None


def open_for(session: Session, opening: Opening, parties: ColumnElement[bool], *, now: datetime) -> int:
    """Insert an obligation for every party that matches and has none; reopen those that had left. Return how many rows changed."""
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(ObligationRow)
    rung = session.execute(
        select(RungRow.no, RungRow.at)
        .where(RungRow.timeline_id == opening.timeline_id)
        .order_by(RungRow.no)
        .limit(1)
    ).first()
    values = select(
        literal(opening.occurrence_id), literal(opening.part), PartyRow.id, literal(opening.state),
        _or_null(opening.due_on), _or_null(opening.due_at), _or_null(opening.soon_on), literal(opening.provisional),
        _or_null(opening.timeline_id), _or_null(rung.no if rung else None), _or_null(rung.at if rung else None),
        _or_null(opening.target), literal(now, UtcDateTime()), literal(0), literal(0),
        _or_null(opening.internal_on), _or_null(opening.waits_for),
    ).where(parties)  # fmt: skip
    filled = statement.from_select(COLUMNS, values)
    upsert = filled.on_conflict_do_update(
        index_elements=["occurrence_id", "part", "party_id"],
        set_={name: getattr(filled.excluded, name) for name in RENEWED}
        | {
            "closed_at": None,
            "closed_why": None,
            "opened_at": filled.excluded.opened_at,
            "epoch": ObligationRow.epoch + case((ObligationRow.closed_why == "undone", 1), else_=0),
        },
        where=ObligationRow.closed_why.in_(("left", "undone", "target")),
    )
    result = session.execute(upsert.execution_options(preserve_rowcount=True))
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def _or_null(value: date | datetime | int | str | None) -> ColumnElement[Any]:
    if value is None:
        return null()
    return literal(value, UtcDateTime()) if isinstance(value, datetime) else literal(value)


def withdraw_leavers(
    session: Session,
    *,
    occurrence_id: int,
    part: str,
    member: ColumnElement[bool],
    today: date,
    now: datetime,
) -> int:
    """Withdraw what is still open of persons who no longer belong to `who`; what somebody took over, only when he has left."""
    belongs = exists().where(PartyRow.id == ObligationRow.party_id, member)
    result = session.execute(
        update(ObligationRow)
        .where(
            ObligationRow.occurrence_id == occurrence_id,
            ObligationRow.part == part,
            ObligationRow.state.in_(("open", "expected")),
            or_(
                and_(ObligationRow.transferred_from.is_(None), not_(belongs)),
                and_(ObligationRow.transferred_from.is_not(None), not_(owner_is_here(today))),
            ),
        )
        .values(state="withdrawn", closed_why="left", closed_at=now, next_no=None, next_at=None)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def first_issued(kind: str, *, start: date | None, end: date | None) -> ColumnElement[bool]:
    """Parties whose first credential of the kind was issued in [start, end); a missing bound is open."""
    issued = (
        select(func.min(CredentialRow.issued_on))
        .where(CredentialRow.holder_id == PartyRow.person_id, CredentialRow.kind == kind)
        .correlate(PartyRow)
        .scalar_subquery()
    )
    bounds = [issued >= start] if start else []
    return and_(*bounds, *([issued < end] if end else []))


def is_person() -> ColumnElement[bool]:
    """Parties that are persons who are still here."""
    return and_(
        PartyRow.kind == "person",
        exists().where(PersonRow.id == PartyRow.person_id, PersonRow.left_on.is_(None)),
    )
