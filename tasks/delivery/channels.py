"""Channels by hand: how each of them is, one message to try it, and its return after a test that went well."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import ChannelRow, PersonRow
from schedules.channels import FIELD_WORDS, missing, reaching
from schedules.errors import NotFound, Refused
from schedules.office import Person
from schedules.person_name import person_name
from schedules.words import Gettext, phrase
from tasks.audit import note
from tasks.delivery.links import LINK
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.outgoing import Outgoing
from tasks.delivery.routes import refresh_routes
from tasks.delivery.ways import forgive
from tasks.live import Live
from tasks.roster.people import Cipher, with_records

ACCEPTED = frozenset({Outcome.SENT, Outcome.UNVERIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """A channel of the office in force. `first`: how many people are told there first; `after`: how many if others fail.

    `limits`: None for what its provider publishes. `broken_at` set (machine time): the provider refused the channel itself with
    `broken_words`; nothing goes out on it.
    """

    key: str
    url: str
    is_group: bool
    unknown: str
    limits: tuple[str, ...] | None
    broken_at: datetime | None
    broken_words: str | None
    first: int
    after: int


def states(session: Session, live: Live) -> list[ChannelState]:
    """Every channel of the office in force, in the order of its file."""
    office = live.office.file
    rows = {row.key: row for row in session.scalars(select(ChannelRow))}
    first: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for person in session.scalars(select(PersonRow).where(PersonRow.left_on.is_(None))):
        for rank, key in enumerate(reaching(office, known(person))):
            (after if rank else first)[key] += 1
    return [
        ChannelState(
            key=key, url=channel.url, is_group=channel.group, unknown=channel.unknown, limits=channel.limits,
            broken_at=rows[key].broken_at if key in rows else None, broken_words=rows[key].broken_words if key in rows else None,
            first=first[key], after=after[key],
        )
        for key, channel in office.channels.items()
    ]  # fmt: skip


def known(row: PersonRow, mobile: str | None = None) -> Person:
    """A person on record as the rules know people; without `mobile` only whether there is a number, not which."""
    number = mobile or ("sealed" if row.mobile_enc else None)
    return Person(id=row.key, name=row.name, unit="", mobile=number, wecom_id=row.wecom_id, email=row.email)


def trial_message(
    session: Session,
    live: Live,
    cipher: Cipher,
    gettext: Gettext,
    *,
    channel: str,
    to: str | None,
    number: int,
) -> Outgoing:
    """A message that only says that it is a test, as the ledger would hand it over; `number` stands for its id.

    Raise NotFound for a channel or person of none; Refused if a channel for people has nobody to write to, or a group somebody.
    """
    row = session.scalar(select(ChannelRow).where(ChannelRow.key == channel))
    if row is None or channel not in live.office.file.channels:
        allowed = ", ".join(live.office.file.channels)
        raise NotFound(
            phrase("there is no channel '{name}'; allowed: {allowed}", name=channel, allowed=allowed)
        )
    person = _recipient(session, row, to)
    mobile = cipher.decrypt(person.mobile_enc) if person and person.mobile_enc else None
    if person is not None and (lacks := missing(row.url, known(person, mobile))):
        what = phrase(
            "{person} cannot be reached on '{channel}': the roster has no {field}",
            person=person.name, channel=channel, field=FIELD_WORDS[min(lacks)],
        )  # fmt: skip
        raise Refused(what)
    title = phrase("Test of the channel").text(gettext)
    body = phrase("This is a test of the reminder system; nothing needs to be done.").text(gettext)
    return Outgoing(
        message_id=number, attempt=1, recipient_key=person.key if person else "group",
        recipient_name=person.name if person else live.office.file.title,
        channel_key=row.key, channel_url=row.url, is_group=row.is_group, lang=live.office.file.language,
        title=title, body=body if person is None else f"{body}\n{LINK}", mobile=mobile,
        wecom_id=person.wecom_id if person else None, email=person.email if person else None,
        link_person=person.id if person else None, link_obligation=None, trial_for=None,
        count=1, subject_line=title, due_text=phrase("no term").text(gettext), schemes=live.office.file.schemes,
    )  # fmt: skip


def _recipient(session: Session, channel: ChannelRow, to: str | None) -> PersonRow | None:
    if channel.is_group:
        if to is not None:
            raise Refused(phrase("the channel '{name}' is for groups", name=channel.key))
        return None
    if to is None:
        raise Refused(
            phrase("the channel '{name}' is for people; say to whom: --to PERSON", name=channel.key)
        )
    here = session.scalars(
        select(PersonRow).where(
            (PersonRow.key == to) | (PersonRow.name == person_name(to)), PersonRow.left_on.is_(None)
        )
    ).all()
    person = next((each for each in here if each.key == to), here[0] if len(here) == 1 else None)
    if person is None and here:
        ids = ", ".join(sorted(each.key for each in here))
        raise Refused(phrase("several people are called {name}; say which: {ids}", name=to, ids=ids))
    if person is None:
        raise NotFound(phrase("there is no person '{name}'", name=to))
    return person


def tested(
    session: Session, live: Live, result: Result, *, channel: str, to: int | None, by: str, now: datetime
) -> bool:
    """Note a test. One that was accepted opens a broken channel again, and one that had refused the person `to`.

    Return whether the channel had been broken.
    """
    row = session.scalars(select(ChannelRow).where(ChannelRow.key == channel).with_for_update()).one()
    again = row.broken_at is not None and result.outcome in ACCEPTED
    if again:
        row.broken_at = row.broken_words = None
    took = to if result.outcome in ACCEPTED else None
    if took is not None and forgive(session, person_id=took, channel_id=row.id):
        refresh_routes(session, with_records(session, live.office), now=now)
    note(
        session, actor=by, act="test-channel", subject_kind="channel", subject_id=row.id, at=now,
        outcome=result.outcome, code=result.code[:64], enabled=again,
    )  # fmt: skip
    return again
