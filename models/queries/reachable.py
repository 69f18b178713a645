"""Whom no channel reaches, and whose number is missing, by unit in the order of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from models.people import ChannelRow, PersonChannelRow, PersonRow, UnitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """Somebody still here. `refused`: what the providers said who took nothing for this person; `mobile`: a number is on record."""

    key: str
    name: str
    unit: str
    mobile: bool
    wecom: bool
    mail: bool
    refused: tuple[str, ...]


def _here(today: date) -> ColumnElement[bool]:
    return or_(PersonRow.left_on.is_(None), PersonRow.left_on > today)


def _wanting(what: str) -> ColumnElement[bool]:
    if what == "mobile":
        return PersonRow.mobile_hmac.is_(None)
    works = PersonChannelRow.refused_at.is_(None)
    return ~exists().where(PersonChannelRow.person_id == PersonRow.id, works)


def count(session: Session, what: str, *, today: date) -> int:
    """How many people want for it: `channel`, or `mobile` a number."""
    query = select(func.count()).select_from(PersonRow).where(_here(today), _wanting(what))
    return session.scalar(query) or 0


def wanting(session: Session, what: str, *, today: date, limit: int, offset: int = 0) -> list[Unreachable]:
    """Those people, a page of them."""
    query = (
        select(PersonRow, UnitRow.title)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(_here(today), _wanting(what))
        .order_by(UnitRow.position, PersonRow.id)
        .limit(limit)
        .offset(offset)
    )
    found = session.execute(query).all()
    said = _refusals(session, [person.id for person, _ in found])
    return [
        Unreachable(
            key=person.key, name=person.name, unit=unit or "", mobile=person.mobile_hmac is not None, wecom=bool(person.wecom_id),
            mail=bool(person.email), refused=tuple(said.get(person.id, ())),
        )
        for person, unit in found
    ]  # fmt: skip


def _refusals(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(PersonChannelRow.person_id, ChannelRow.key, PersonChannelRow.refused_words)
        .join(ChannelRow, ChannelRow.id == PersonChannelRow.channel_id)
        .where(PersonChannelRow.person_id.in_(ids), PersonChannelRow.refused_at.is_not(None))
        .order_by(PersonChannelRow.rank)
    )
    found: dict[int, list[str]] = {}
    for person_id, channel, words in session.execute(query):
        found.setdefault(person_id, []).append(f"{channel}: {words}" if words else channel)
    return found
