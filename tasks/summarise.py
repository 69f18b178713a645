"""Draft overdue summaries: one message to each head and each leader, about the units under them, held until the clerk releases it.

Who has nothing late and nothing soon due is told so only by the first summary of a quarter, and that needs nobody's release. The
text is written when it is drafted, since that is what the clerk sees and releases; it holds the place of the link. A newer draft takes
the place of one still waiting. What goes out longer after than over a weekend gets the figures of that moment (`summary_text`).
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, PersonRow, RecipientRow
from schedules.grammar import Summary
from schedules.instants import instant
from schedules.office import OfficeSpec
from schedules.states import Message, move_message
from schedules.summaries import Draft, drafts, is_first_of_quarter, next_draft
from tasks.live import Live
from tasks.overdue import overdue
from tasks.privacy import PRIVATE, others_read
from tasks.summary_text import KIND, is_empty, names_cases, written
from tasks.supervision import told
from tasks.texts import Texts, standard

__all__ = ["Draft", "digest", "draft_summary", "drafts_between", "next_draft"]

LANE = "summary"
SUPERSEDED = "superseded"


def drafts_between(
    summary: Summary, office: OfficeSpec, *, after: datetime | None, until: datetime
) -> tuple[Draft, ...]:
    """What is to be drafted in (after, until]: at most the latest, as each draft takes the place of the one before.

    Without `after` the summary is new, and what lies behind is not made up for.
    """
    if after is None:
        return ()
    return tuple(
        _on_a_workday(draft, office) for draft in drafts(summary, office, after=after, until=until)[-1:]
    )


def _on_a_workday(draft: Draft, office: OfficeSpec) -> Draft:
    """A sending day that is a rest day gives way to the next working day, at the same time of day."""
    local = draft.send_at.astimezone(office.tz)
    return replace(
        draft, send_at=instant(office.calendar.next_workday(local.date()), local.time(), office.tz)
    )


def draft_summary(
    session: Session, live: Live, summary: Summary, draft: Draft, *, now: datetime, texts: Texts | None = None
) -> int:
    """Write a message for each head and leader named by `summary.to`, or who stands in on the day it goes out; return how many.

    Safe to run again for the same draft.
    """
    report = overdue(session, live, now=now)
    spoken = texts or standard()
    key = f"{summary.id}@{draft.key}"
    have = set(
        session.scalars(select(NoticeRow.recipient_id).where(NoticeRow.kind == KIND, NoticeRow.key == key))
    )
    supervisors = [
        target
        for target in told(session, summary.to, report, now=draft.send_at).items()
        if target[0][0] not in have
    ]
    _supersede(session, [recipient for (recipient, _), _ in supervisors])
    even_empty = is_first_of_quarter(summary, draft, live.office)
    parts = {target: report.under(units) for target, units in supervisors}
    readable = {target: part for target, part in parts.items() if even_empty or not is_empty(part)}
    readers = _readers(session, [recipient for recipient, _ in readable])
    for (recipient_id, channel_id), part in readable.items():
        by_clerk = summary.release == "clerk" and not is_empty(part)
        heard = others_read(live, session.get_one(ChannelRow, channel_id))
        text = written(
            live,
            spoken,
            part,
            readers[recipient_id],
            send_at=draft.send_at,
            released=by_clerk,
            overheard=heard,
        )
        message = MessageRow(
            recipient_id=recipient_id, channel_id=channel_id, lane=LANE, send_at=draft.send_at, merged_at=now, title=text.title,
            body=text.body, state=Message.HELD if by_clerk and not live.trial else Message.QUEUED,
        )  # fmt: skip
        session.add(message)
        session.flush()
        data = {
            "as_of": report.as_of.isoformat(), "digest": digest(text.body), "units": [unit.key for unit in part.units],
            "release": by_clerk, "empty": is_empty(part), PRIVATE: not heard and names_cases(part),
        }  # fmt: skip
        session.add(
            NoticeRow(kind=KIND, key=key, recipient_id=recipient_id, message_id=message.id, data=data)
        )
    session.flush()
    return len(readable)


def digest(body: str) -> str:
    """What a clerk saw and releases. The as-of moment stands in the title alone, so that the same state gives the same digest."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", body).splitlines())
    return hashlib.sha256("\n".join(line for line in lines if line).encode()).hexdigest()


def _supersede(session: Session, recipients: Iterable[int]) -> None:
    """Withdraw older summaries to these recipients that were not sent yet; their place is unique."""
    waiting = select(MessageRow).where(
        MessageRow.lane == LANE,
        MessageRow.state.in_((Message.HELD, Message.QUEUED, Message.RETRY)),
        MessageRow.recipient_id.in_(list(recipients)),
    )
    for message in session.scalars(waiting):
        message.state, message.reason = move_message(message.state, Message.WITHDRAWN), SUPERSEDED
    session.flush()


def _readers(session: Session, recipients: Iterable[int]) -> dict[int, PersonRow]:
    statement = (
        select(RecipientRow.id, PersonRow)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(RecipientRow.id.in_(list(recipients)))
    )
    return dict(session.execute(statement).all())
