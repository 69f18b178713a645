"""Messages that wait for the clerk (核发): what is shown is what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow
from models.queries import ledger, silences, words
from models.queries import payload as read
from models.ways import RELEASED
from schedules.errors import NotFound, Refused
from schedules.states import Message, move_message
from schedules.words import phrase
from tasks.audit import note
from tasks.delivery.compose import composed
from tasks.delivery.paper import is_paper
from tasks.duties.duty import actor, is_clerk
from tasks.duties.evidence import said
from tasks.live import Live, current
from tasks.reporting.summarise import SUPERSEDED, digest
from tasks.wording.texts import Texts, standard


@dataclass(frozen=True, slots=True)
class Shown:
    """A held message exactly as it would be sent now, and the digest that a release must name.

    `own`: the words that it would have of itself, where the clerk changed them. `outdated`: changed words that do not fit any more,
    since what the message is about has changed.
    """

    title: str
    body: str
    digest: str
    own: str | None = None
    outdated: str | None = None


def draft(session: Session, live: Live, texts: Texts, *, message_id: int, now: datetime) -> Shown:
    """The text of a held message as of now; what is done meanwhile or silenced is left out. Raise NotFound."""
    head = next(iter(read.heads(session, [message_id])), None)
    if head is None or head[0].state != Message.HELD:
        raise NotFound(phrase("this message does not wait for release"))
    silent = silences.covered(session, [message_id], today=live.today(now))
    rows: Sequence[read.Line] = [
        row
        for row in read.lines(session, [message_id])
        if row[2].state == "open" and read.key_of(row) not in silent
    ]
    title, body = composed(session, live, texts, head, rows, now=now)
    return _worded(session, Shown(title, body, digest(body)), message_id, written=head[4])


def _worded(session: Session, shown: Shown, message_id: int, *, written: bool) -> Shown:
    """The same with the words of the clerk. A notice (`written`) carries its words itself; everything else is composed from its duties."""
    changes = words.of_message(session, message_id)
    if not changes:
        return shown
    last = changes[-1]
    own = changes[0].was if written else shown.body
    fits = shown.body == last.body if written else shown.digest == last.basis
    if not fits:
        return replace(shown, outdated=last.body)
    return Shown(shown.title, last.body, digest(last.body), own=own if own != last.body else None)


def release(
    session: Session,
    live: Live,
    *,
    message_id: int,
    by: int | None,
    shown_digest: str,
    now: datetime,
    texts: Texts | None = None,
) -> None:
    """Release what was shown. Raise Refused if the text has changed since, so that nobody releases what he has not read.

    Only the desk may. If another message already waits for the same person, its reminders go with that one; a summary takes
    the place of an older summary. What a group may read now goes by itself, since what else waits for the group was not released.
    """
    require_clerk(session, live, by, now=now)
    message = held(session, message_id)
    if is_paper(session.get_one(ChannelRow, message.channel_id).url):
        raise Refused(phrase("this message is printed and handed over; nothing is to be released"))
    shown = draft(session, live, texts or standard(), message_id=message_id, now=now)
    if shown.digest != shown_digest:
        raise Refused(phrase("the message has changed meanwhile; please read it again"))
    message.title, message.body, message.released_by = shown.title, shown.body, by
    message.send_at = max(message.send_at, now)
    note(
        session, actor=actor(by, "cli"), act="release", subject_kind="message", subject_id=message_id, at=now
    )
    by_itself = not has_notice(session, message_id)
    # What the clerk wrote is joined with nothing: it would be written anew.
    alone = f"words {message_id}"[:16] if by_itself and shown.own is not None else None
    if by_itself and session.get_one(ChannelRow, message.channel_id).is_group:
        message.lane = RELEASED
    message.lane = alone or message.lane
    twin = ledger.open_twin(session, message_id)
    if twin is not None and by_itself:
        session.flush()
        ledger.absorb(session, message_id, into=twin, send_at=message.send_at)
        session.expire(message)
        return
    if twin is not None:
        older = session.get_one(MessageRow, twin, with_for_update=True, populate_existing=True)
        older.state, older.reason = move_message(older.state, Message.WITHDRAWN), SUPERSEDED
        session.flush()
    if by_itself and alone is None:
        message.lane = RELEASED
    message.state = move_message(message.state, Message.QUEUED)


def hold_back(session: Session, *, message_id: int, by: int | None, reason: str, now: datetime) -> None:
    """Do not send it, with a reason."""
    require_clerk(session, current(session), by, now=now)
    message = held(session, message_id)
    why = said(reason, field="reason", missing=phrase("say in a few words why it is not sent"))
    message.state, message.reason = move_message(message.state, Message.WITHDRAWN), why
    note(
        session,
        actor=actor(by, "cli"),
        act="hold-back",
        subject_kind="message",
        subject_id=message_id,
        at=now,
    )


def require_clerk(session: Session, live: Live, by: int | None, *, now: datetime) -> None:
    """Raise Refused for anybody but the desk."""
    if not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk releases messages or holds them back"))


def has_notice(session: Session, message_id: int) -> bool:
    """Whether it is a summary or an alarm, whose words were written when it was drafted."""
    return (
        session.scalars(select(NoticeRow.message_id).where(NoticeRow.message_id == message_id)).first()
        is not None
    )


def held(session: Session, message_id: int) -> MessageRow:
    """A message that waits, locked. Raise NotFound."""
    message = session.get(MessageRow, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.state != Message.HELD:
        raise NotFound(phrase("this message does not wait for release"))
    return message
