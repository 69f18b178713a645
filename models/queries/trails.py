"""What the trail of a duty is made from: the acts, the names behind ids, and the reasons in the rows that an act changed."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.access import InspectorRow
from models.events import ExtensionRow
from models.handovers import HandoverRow, UrgeRow
from models.obligations import AuditRow, ConfirmationRow, DueChangeRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow

Reasons = Sequence[tuple[int, str | None]]  # an obligation's id and the reason, the first one first


def acts(session: Session, obligation_ids: Sequence[int], occurrence_id: int) -> list[AuditRow]:
    """Acts on these duties, on their occurrence and on the event that started it, in the order in which they were written."""
    event = select(OccurrenceRow.event_id).where(
        OccurrenceRow.id == occurrence_id, OccurrenceRow.event_id.is_not(None)
    )
    query = select(AuditRow).where(
        or_(
            and_(AuditRow.subject_kind == "obligation", AuditRow.subject_id.in_(obligation_ids)),
            and_(AuditRow.subject_kind == "occurrence", AuditRow.subject_id == occurrence_id),
            and_(AuditRow.subject_kind == "event", AuditRow.subject_id.in_(event)),
        )
    )
    return list(session.scalars(query.order_by(AuditRow.id)))


def people(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Names by person."""
    if not ids:
        return {}
    return dict(session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())


def inspectors(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Names by inspector."""
    if not ids:
        return {}
    query = select(InspectorRow.id, InspectorRow.name).where(InspectorRow.id.in_(ids))
    return dict(session.execute(query).all())


def parties(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Titles by party."""
    if not ids:
        return {}
    return dict(session.execute(select(PartyRow.id, PartyRow.title).where(PartyRow.id.in_(ids))).all())


def reasons(session: Session, obligation_ids: Sequence[int]) -> dict[str, Reasons]:
    """For each kind of act the reasons that were given, by duty and in order."""
    if not obligation_ids:
        return {}
    return {
        **_of_records(session, obligation_ids),
        **_of_extensions(session, obligation_ids),
        "move-due": _rows(
            session, DueChangeRow.obligation_id, DueChangeRow.reason, DueChangeRow.seq, obligation_ids
        ),
        "urge": _rows(session, UrgeRow.obligation_id, UrgeRow.words, UrgeRow.seq, obligation_ids),
        "transfer": _of_transfers(session, obligation_ids),
    }


def _rows(
    session: Session, key: object, reason: object, order: object, ids: Sequence[int], *where: object
) -> Reasons:
    query = select(key, reason).where(key.in_(ids), *where).order_by(order)  # type: ignore[call-overload, attr-defined]
    return [(row[0], row[1]) for row in session.execute(query)]


def _of_records(session: Session, ids: Sequence[int]) -> dict[str, Reasons]:
    key, reason = ConfirmationRow.obligation_id, ConfirmationRow.reason
    return {
        act: _rows(session, key, reason, ConfirmationRow.id, ids, ConfirmationRow.state == state)
        for act, state in (("give-back", "returned"), ("undo", "undone"))
    }


def _of_extensions(session: Session, ids: Sequence[int]) -> dict[str, Reasons]:
    key = ExtensionRow.obligation_id
    return {
        "extension-ask": _rows(session, key, ExtensionRow.reason, ExtensionRow.id, ids),
        "extension-grant": _rows(session, key, ExtensionRow.words, ExtensionRow.id, ids, ExtensionRow.state == "granted"),
        "extension-refuse": _rows(session, key, ExtensionRow.words, ExtensionRow.id, ids, ExtensionRow.state == "refused"),
    }  # fmt: skip


def handovers(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """For each request to be rid of a duty: the reason of whoever asked, and the words of whoever answered, empty for none."""
    query = select(HandoverRow.id, HandoverRow.reason, HandoverRow.words).where(
        HandoverRow.obligation_id.in_(ids)
    )
    return {row[0]: (row[1], row[2] or "") for row in session.execute(query)}


def kept_reasons(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The one reason that a duty keeps itself."""
    query = select(ObligationRow.id, ObligationRow.late_reason)
    rows = session.execute(query.where(ObligationRow.id.in_(ids), ObligationRow.late_reason.is_not(None)))
    return {row[0]: row[1] or "" for row in rows}


def agreed(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What was said when the record that counts was agreed to."""
    query = select(ConfirmationRow.obligation_id, ConfirmationRow.reason).where(
        ConfirmationRow.obligation_id.in_(ids),
        ConfirmationRow.state == "accepted",
        ConfirmationRow.reason.is_not(None),
    )
    return {row[0]: row[1] or "" for row in session.execute(query.order_by(ConfirmationRow.id))}


def _of_transfers(session: Session, ids: Sequence[int]) -> Reasons:
    """The reason stays with the row that the one before keeps."""
    now, was = aliased(ObligationRow), aliased(ObligationRow)
    query = (
        select(now.id, was.late_reason)
        .join(was, and_(was.occurrence_id == now.occurrence_id, was.part == now.part, was.closed_why == "transferred"))
        .where(now.id.in_(ids), now.transferred_from.is_not(None))
        .order_by(was.closed_at, was.id)
    )  # fmt: skip
    return [(row[0], row[1]) for row in session.execute(query)]
