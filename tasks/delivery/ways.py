"""The ways to a person: which channels reach them, in which order, and which one is next when a channel refuses."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models.messages import AttemptRow, MessageRow
from models.people import ChannelRow, PersonChannelRow, PersonRow, PreferenceRow, RecipientRow, RouteRow
from models.ways import NOBODY, PAPER
from schedules.channels import can_be_mentioned, person_fields, reaching
from schedules.office import OfficeSpec, Person

BUILT_IN = {PAPER: "paper://", NOBODY: "none://"}


def sync_ways(session: Session, office: OfficeSpec, people: Iterable[PersonRow]) -> None:
    """Write which channels reach each of these people. A refusal is forgotten once the address is another one."""
    channels = dict(session.execute(select(ChannelRow.key, ChannelRow.id)).all())
    wishes = {row.person_id: row.channels for row in session.scalars(select(PreferenceRow))}
    known: dict[int, dict[int, PersonChannelRow]] = defaultdict(dict)
    for row in session.scalars(select(PersonChannelRow)):
        known[row.person_id][row.channel_id] = row
    fresh: list[dict[str, object]] = []
    for person in people:
        had = known.pop(person.id, {})
        keys = in_order(reaching(office.file, as_person(person)), wishes.get(person.id, ()))
        for rank, key in enumerate(keys):
            address = _address(office.file.channels[key].url, person)
            if channels[key] not in had:
                values = {
                    "person_id": person.id,
                    "channel_id": channels[key],
                    "rank": rank,
                    "address": address,
                }
                fresh.append(values)
                continue
            row = had.pop(channels[key])
            if row.address != address:
                row.address, row.refused_at, row.refused_words = address, None, None
            row.rank = rank
        for row in had.values():
            session.delete(row)
    for gone in known.values():
        for row in gone.values():
            session.delete(row)
    if fresh:
        session.execute(insert(PersonChannelRow), fresh)
    session.flush()


def in_order(keys: Iterable[str], wished: Iterable[str]) -> tuple[str, ...]:
    """The office's channels in the order that a person asked for; what was not mentioned follows in the office's order."""
    given = tuple(keys)
    first = [key for key in wished if key in given]
    return (*first, *(key for key in given if key not in first))


def as_person(row: PersonRow) -> Person:
    """A person of the roster with the addresses on record; the number itself stays sealed."""
    sealed = "sealed" if row.mobile_enc else None
    return Person(id=row.key, name=row.name, unit="", mobile=sealed, wecom_id=row.wecom_id, email=row.email)


def _address(url: str, person: PersonRow) -> str:
    values = {
        "id": person.key,
        "mobile": person.mobile_hmac,
        "wecom_id": person.wecom_id,
        "email": person.email,
    }
    text = "\x00".join(values[name] or "" for name in sorted(person_fields(url)))
    return hashlib.sha256(text.encode()).hexdigest()


def first_ways(session: Session) -> dict[int, int]:
    """The channel that is tried first for each person who has one that did not refuse them."""
    query = (
        select(PersonChannelRow.person_id, PersonChannelRow.channel_id)
        .where(PersonChannelRow.refused_at.is_(None))
        .order_by(
            PersonChannelRow.person_id, PersonChannelRow.rank.desc()
        )  # the first rank comes last and stays
    )
    return dict(session.execute(query).all())


def mentionable(people: Mapping[int, PersonRow]) -> set[int]:
    """Those whom a group's bot can notify by name."""
    return {key for key, row in people.items() if can_be_mentioned(as_person(row))}


def next_way(session: Session, message: MessageRow) -> int | None:
    """The next channel for a message: the recipient's first one that works and was not tried with it; None if there is none."""
    tried = select(AttemptRow.channel_id).where(
        AttemptRow.message_id == message.id, AttemptRow.channel_id.is_not(None)
    )
    return session.scalar(
        select(PersonChannelRow.channel_id)
        .join(RecipientRow, RecipientRow.person_id == PersonChannelRow.person_id)
        .join(ChannelRow, ChannelRow.id == PersonChannelRow.channel_id)
        .where(
            RecipientRow.id == message.recipient_id, PersonChannelRow.channel_id != message.channel_id,
            PersonChannelRow.refused_at.is_(None), ChannelRow.broken_at.is_(None), PersonChannelRow.channel_id.not_in(tried),
        )
        .order_by(PersonChannelRow.rank)
        .limit(1)
    )  # fmt: skip


def office_way(session: Session, office: OfficeSpec, person: PersonRow) -> int | None:
    """The first channel, in the office's own order, that works and did not refuse a person."""
    query = (
        select(ChannelRow.key, ChannelRow.id)
        .join(PersonChannelRow, PersonChannelRow.channel_id == ChannelRow.id)
        .where(
            PersonChannelRow.person_id == person.id, PersonChannelRow.refused_at.is_(None), ChannelRow.broken_at.is_(None)
        )
    )  # fmt: skip
    working = dict(session.execute(query).all())
    return next((working[key] for key in reaching(office.file, as_person(person)) if key in working), None)


def last_resort(office: OfficeSpec) -> str:
    """The built-in channel of whom no other one reaches: personal messages have none, else it goes on paper."""
    return NOBODY if office.file.reach.level == "personal" else PAPER


def refuse(
    session: Session, office: OfficeSpec, message: MessageRow, words: str, *, machine_now: datetime
) -> None:
    """Note that the provider cannot reach this recipient on the message's channel; later messages skip it."""
    row = session.scalar(
        select(PersonChannelRow)
        .join(RecipientRow, RecipientRow.person_id == PersonChannelRow.person_id)
        .where(RecipientRow.id == message.recipient_id, PersonChannelRow.channel_id == message.channel_id)
    )
    if row is None or row.refused_at is not None:
        return
    row.refused_at, row.refused_words = machine_now, words[:400]
    session.flush()
    after = next_way(session, message) or built_in(session, last_resort(office))
    session.execute(
        update(RouteRow)
        .where(RouteRow.recipient_id == message.recipient_id, RouteRow.channel_id == message.channel_id)
        .values(channel_id=after)
    )


def forgive(session: Session, *, person_id: int, channel_id: int) -> bool:
    """Forget that a channel refused a person, now that it took a message or is to be tried again.

    Return whether it had; the caller then derives the routes anew.
    """
    had = session.scalar(
        select(PersonChannelRow).where(
            PersonChannelRow.person_id == person_id,
            PersonChannelRow.channel_id == channel_id,
            PersonChannelRow.refused_at.is_not(None),
        )
    )
    if had is None:
        return False
    had.refused_at = had.refused_words = None
    session.flush()
    return True


def built_in(session: Session, key: str) -> int:
    """The id of a channel by its key, a built-in one as a rule; 0 before the first apply."""
    return session.scalar(select(ChannelRow.id).where(ChannelRow.key == key)) or 0
