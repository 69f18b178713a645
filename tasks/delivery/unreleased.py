"""Drafts that nobody released 核发: after one working day the clerk is reminded, at most once a day. No draft is quoted, only counted."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.people import ChannelRow, PersonRow, RecipientRow
from models.queries.pages_ledger import is_draft
from models.queries.summaries import role_holders
from schedules.dates_text import day_text
from schedules.instants import instant
from schedules.words import phrase
from tasks.delivery.links import LINK
from tasks.delivery.notices import Said, To, readers, write_notices
from tasks.delivery.payloads import Rendered, plain
from tasks.live import Live
from tasks.wording.texts import standard

KIND = "unreleased"  # its lane too: what still waits gives way to the newer one
LONGEST = timedelta(days=60)  # a working day is never further away than this


def remind_of_drafts(session: Session, live: Live, *, now: datetime) -> int:
    """Write to every clerk how many drafts have waited for a working day, and since when the oldest does; return how many were told.

    Runs as often as it likes: one notice for each office day, and none on a rest day.
    """
    today = live.today(now)
    if not live.office.calendar.is_workday(today):
        return 0
    waiting = [(since, who) for since, who in _drafts(session, now=now) if _overdue(live, since, now=now)]
    if not waiting:
        return 0
    since, who = waiting[0]
    told = {To(*each): None for each in role_holders(session, [live.office.file.clerk], now=now)}
    people = readers(session, told)
    said = {
        to: Said(
            _text(live, people[to.recipient_id], len(waiting), since, who, now=now), {"drafts": len(waiting)}
        )
        for to in told
    }
    return write_notices(session, live, said, kind=KIND, key=today.isoformat(), lane=KIND, now=now)


def _drafts(session: Session, *, now: datetime) -> list[tuple[datetime, str]]:
    """When each draft was to go out, and to whom, the oldest first. A group has no name."""
    query = (
        select(MessageRow.send_at, PersonRow.name)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(is_draft(), MessageRow.send_at <= now)
        .order_by(MessageRow.send_at, MessageRow.id)
    )
    return [(send_at, name or "") for send_at, name in session.execute(query)]


def _overdue(live: Live, since: datetime, *, now: datetime) -> bool:
    """Whether a working day has passed: the same time of the next working day is there."""
    if now - since > LONGEST:
        return True
    local = since.astimezone(live.office.tz)
    due = live.office.calendar.add_workdays(local.date(), 1)
    return now >= instant(due, local.time(), live.office.tz)


def _text(live: Live, reader: PersonRow, many: int, since: datetime, who: str, *, now: datetime) -> Rendered:
    lang = reader.lang or live.office.file.language
    say, plural = standard().gettext(lang), standard().ngettext(lang)
    day = day_text(live.today(since), lang, today=live.today(now))
    oldest = (
        phrase("The oldest is for {who} and has waited since {day}.", who=plain(who), day=day)
        if who
        else phrase("The oldest is for the work group and has waited since {day}.", day=day)
    )
    lines = (
        oldest,
        phrase("Nothing of it goes out before you release it or say why not."),
        phrase("Open the desk: {link}", link=LINK),
    )
    title = plural("1 message waits for your release", "{n} messages wait for your release", many).format(
        n=many
    )
    return Rendered(title=title, body="\n".join(line.text(say) for line in lines))
