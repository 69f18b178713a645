"""To whom a composed message goes: addresses, what its link opens, whom a group's bot names; in a trial, the clerk instead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.people import MembershipRow, PersonRow, RecipientRow, RouteRow
from models.queries import payload as read
from models.ways import MENTION, RELEASED
from schedules.dates_text import day_text
from tasks.delivery.outgoing import Mention, Outgoing
from tasks.delivery.payloads import SUPERVISORS
from tasks.delivery.privacy import any_of
from tasks.live import Live
from tasks.roster.people import Cipher
from tasks.wording.summary_text import KIND
from tasks.wording.texts import Texts


def addressed(
    session: Session, live: Live, cipher: Cipher, head: read.Head, rows: Sequence[read.Line], *, lang: str, now: datetime
) -> Outgoing:  # fmt: skip
    """A composed message with where it goes; `rows` has one reminder for each duty."""
    message, recipient, person, channel, has_notice, _ = head
    # A provider's template quotes title and day: of what is sealed the day would already be too much.
    days = () if any_of(session, rows, "sealed") else (row[2].due_on for row in rows)
    due = min((day for day in days if day is not None), default=None)
    return Outgoing(
        message_id=message.id, attempt=message.attempt, recipient_key=recipient.key,
        recipient_name=person.name if person else live.office.file.title,
        channel_key=channel.key, channel_url=channel.url, is_group=channel.is_group, lang=lang,
        title=message.title or "", body=message.body or "",
        mobile=_mobile(cipher, person), wecom_id=person.wecom_id if person else None, email=person.email if person else None,
        link_person=person.id if person and not channel.is_group else None,
        link_obligation=rows[0][2].id if len(rows) == 1 else None, trial_for=None,
        link_list=has_notice or any(_is_anothers(row, person) for row in rows),
        mentions=_mentions(session, cipher, _to_mention(message, rows), now=now) if channel.is_group else (),
        count=max(1, len(rows)), subject_line=_without_brackets(message.title or ""),
        due_text=day_text(due, lang, today=live.today(now)) if due else "",
        limits=_limits(live, channel.key), schemes=live.office.file.schemes, written=has_notice, alone=message.lane.startswith(KIND),
    )  # fmt: skip


def _limits(live: Live, channel: str) -> tuple[str, ...] | None:
    found = live.office.file.channels.get(channel)
    return found.limits if found else None


def _without_brackets(title: str) -> str:
    """The title as a part of a sentence: what a provider's template quotes must not look like a signature."""
    return title.translate({ord("【"): None, ord("】"): " "}).strip()


def _is_anothers(row: read.Line, reader: PersonRow | None) -> bool:
    """Whether the reader is told what somebody else owes."""
    _, rung, _, _, _, party, _ = row
    another = party.kind == "person" and (reader is None or party.person_id != reader.id)
    return rung.to_kind in SUPERVISORS or another


def _to_mention(message: MessageRow, rows: Sequence[read.Line]) -> Sequence[read.Line]:
    """Of which reminders a group is told who owes: of what is late only after the clerk's release, however the message came there."""
    if message.released_by is not None or message.lane == RELEASED:
        return rows
    return [row for row in rows if row[1].phase != "after" or row[1].scope_id is not None]


def _mentions(
    session: Session, cipher: Cipher, rows: Sequence[read.Line], *, now: datetime
) -> tuple[Mention, ...]:
    """Those who owe what a group's message speaks of, where the group is the way to them; nobody of a mere announcement."""
    parties = {row[1].scope_id or row[2].party_id for row in rows if row[1].to_kind == "assignee"}
    query = (
        select(PersonRow)
        .join(RecipientRow, RecipientRow.person_id == PersonRow.id)
        .join(RouteRow, RouteRow.recipient_id == RecipientRow.id)
        .where(
            RouteRow.party_id.in_(parties), RouteRow.to_kind == MENTION, RouteRow.valid_from <= now, RouteRow.valid_to > now
        )
        .distinct()
        .order_by(PersonRow.id)
    )  # fmt: skip
    people = session.scalars(query) if parties else ()
    return tuple(
        Mention(name=each.name, mobile=_mobile(cipher, each), wecom_id=each.wecom_id) for each in people
    )


def to_clerk(live: Live, texts: Texts, cipher: Cipher, item: Outgoing, clerk: PersonRow) -> Outgoing:
    """The same message to the clerk, under the heading of whom it would have gone to. A group's goes to him personally."""
    channel = live.office.file.reach.people[0]
    return replace(
        item, recipient_key=clerk.key, recipient_name=clerk.name, is_group=False, channel_key=channel,
        mentions=(), alone=True, limits=_limits(live, channel),
        channel_url=live.office.file.channels[channel].url, body=texts.trial(item.body, item.recipient_name, item.lang),
        mobile=_mobile(cipher, clerk), wecom_id=clerk.wecom_id, email=clerk.email, trial_for=item.recipient_name,
    )  # fmt: skip


def the_clerk(session: Session, live: Live, *, now: datetime) -> PersonRow | None:
    """Who reads everything in a trial: the first who holds the clerk's role today."""
    today = live.today(now)
    held = (
        select(PersonRow)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(
            MembershipRow.kind == "role", MembershipRow.key == live.office.file.clerk,
            MembershipRow.valid_from <= today, MembershipRow.valid_to > today,
        )
    )  # fmt: skip
    return session.scalars(held.order_by(PersonRow.id)).first()


def _mobile(cipher: Cipher, person: PersonRow | None) -> str | None:
    """None also where the secret key is lost: who has another address is told there."""
    return cipher.opened(person.mobile_enc) if person and person.mobile_enc else None
