"""What people ask about duties: to be rid of one, to hand it to a colleague, to have longer for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.events import ExtensionRow
from models.handovers import HandoverRow
from models.obligations import ObligationRow
from models.people import PartyRow, PersonRow
from models.queries import pages
from models.queries.pages import DutyRow

MOST = 200
ALIVE = ("open", "paused")


@dataclass(frozen=True, slots=True)
class Handover:
    """A request about a duty, who asks, and who is to take it (only for a transfer)."""

    row: HandoverRow
    duty: DutyRow
    asker: str
    to: str


@dataclass(frozen=True, slots=True)
class Extension:
    """A request for a longer term, and who asks; nobody for one made at the shell."""

    row: ExtensionRow
    duty: DutyRow
    asker: str


def asked(session: Session) -> list[Handover]:
    """Requests that wait, about duties still open, the oldest first: returns, and transfers that wait for a yes or for the desk."""
    return _handovers(session, HandoverRow.state == "asked", ObligationRow.state == "open")


def ready(session: Session) -> int:
    """How many of them the desk can decide: a transfer only once the colleague has said yes."""
    waiting = (
        select(func.count())
        .select_from(HandoverRow)
        .join(ObligationRow, ObligationRow.id == HandoverRow.obligation_id)
        .where(
            HandoverRow.state == "asked", ObligationRow.state == "open", (HandoverRow.kind == "return") | HandoverRow.taken_at.is_not(None)
        )
    )  # fmt: skip
    return session.scalar(waiting) or 0


def undecided(session: Session) -> int:
    """How many requests wait for anybody's word: returns, transfers, longer terms."""
    duty = ObligationRow.id
    handed = (
        select(func.count()).select_from(HandoverRow).join(ObligationRow, duty == HandoverRow.obligation_id)
    )
    longer = (
        select(func.count()).select_from(ExtensionRow).join(ObligationRow, duty == ExtensionRow.obligation_id)
    )
    return (
        session.scalar(handed.where(HandoverRow.state == "asked", ObligationRow.state == "open")) or 0
    ) + (session.scalar(longer.where(ExtensionRow.state == "asked", ObligationRow.state.in_(ALIVE))) or 0)


def to_take(session: Session, person_id: int) -> list[Handover]:
    """Transfers to a person who has not answered yet."""
    return _handovers(
        session, HandoverRow.state == "asked", HandoverRow.taken_at.is_(None), ObligationRow.state == "open",
        PartyRow.person_id == person_id,
    )  # fmt: skip


def of_duty(session: Session, obligation_id: int, *, limit: int = 5) -> list[Handover]:
    """The requests about a duty, the latest first."""
    return _handovers(session, HandoverRow.obligation_id == obligation_id, limit=limit, latest=True)


def handover(session: Session, handover_id: int) -> Handover | None:
    """One request."""
    return next(iter(_handovers(session, HandoverRow.id == handover_id)), None)


def _handovers(
    session: Session, *where: ColumnElement[bool], limit: int = MOST, latest: bool = False
) -> list[Handover]:
    query = (
        select(HandoverRow, PersonRow.name, PartyRow.title)
        .join(ObligationRow, ObligationRow.id == HandoverRow.obligation_id)
        .join(PersonRow, PersonRow.id == HandoverRow.asked_by_id)
        .outerjoin(PartyRow, PartyRow.id == HandoverRow.to_id)
        .where(*where)
        .order_by(HandoverRow.id.desc() if latest else HandoverRow.id)
        .limit(limit)
    )
    found = session.execute(query).all()
    duties = _duties(session, [row.obligation_id for row, _, _ in found])
    return [Handover(row, duties[row.obligation_id], asker, to or "") for row, asker, to in found]


def extensions_asked(session: Session) -> list[Extension]:
    """Longer terms that were asked for and are not decided, the oldest first."""
    return _extensions(session, ExtensionRow.state == "asked", ObligationRow.state.in_(ALIVE))


def extensions_of(session: Session, obligation_id: int, *, limit: int = 5) -> list[Extension]:
    """The requests for a longer term of a duty, the latest first."""
    return _extensions(session, ExtensionRow.obligation_id == obligation_id, limit=limit, latest=True)


def _extensions(
    session: Session, *where: ColumnElement[bool], limit: int = MOST, latest: bool = False
) -> list[Extension]:
    query = (
        select(ExtensionRow, PersonRow.name)
        .join(ObligationRow, ObligationRow.id == ExtensionRow.obligation_id)
        .outerjoin(PersonRow, PersonRow.id == ExtensionRow.asked_by_id)
        .where(*where)
        .order_by(ExtensionRow.id.desc() if latest else ExtensionRow.id)
        .limit(limit)
    )
    found = session.execute(query).all()
    duties = _duties(session, [row.obligation_id for row, _ in found])
    return [Extension(row, duties[row.obligation_id], asker or "") for row, asker in found]


def _duties(session: Session, ids: Sequence[int]) -> dict[int, DutyRow]:
    return {each.obligation.id: each for each in pages.by_ids(session, ids)}
