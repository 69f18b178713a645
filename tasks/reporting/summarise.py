"""Draft overdue summaries: one message to each head and each leader, about the units under them, held until the clerk releases it.

Who has nothing late and nothing soon due is told so only by the first summary of a quarter, and that needs nobody's release. The
text is written when it is drafted, since that is what the clerk sees and releases; it holds the place of the link. A newer draft takes
the place of one still waiting. What goes out longer after than over a weekend gets the figures of that moment (`summary_text`).
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
from tasks.delivery.payloads import Rendered
from tasks.delivery.privacy import PRIVATE, others_read
from tasks.live import Live
from tasks.reporting.overdue import OverdueReport, overdue
from tasks.reporting.ranking import month_before, ranking
from tasks.roster.supervision import told
from tasks.wording.summary_text import KIND, RANK, is_empty, names_cases, ranked, written
from tasks.wording.texts import Texts, standard

__all__ = ["Draft", "digest", "draft_summary", "drafts_between", "next_draft"]

# Each begins with the kind, by which such a message stays alone.
LANE, RANKS, NOW = KIND, f"{KIND} rank", f"{KIND} now"
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
    lane = RANKS if summary.rank else LANE
    supersede(session, [recipient for (recipient, _), _ in supervisors], lane=lane)
    readers = _readers(session, [recipient for (recipient, _), _ in supervisors])
    even_empty = summary.rank is None and is_first_of_quarter(summary, draft, live.office)
    count = 0
    for (recipient_id, channel_id), units in supervisors:
        target = Target(recipient_id, channel_id, readers[recipient_id])
        if summary.rank:
            found = _ranked(session, live, spoken, summary, draft, target, units, now=now)
        else:
            found = _overdue(
                session, live, spoken, summary, draft, target, report.under(units), even_empty=even_empty
            )
        if found is not None:
            put(session, live, found, target, key=key, lane=lane, send_at=draft.send_at, now=now)
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class Target:
    """To whom a summary goes, on which channel."""

    recipient_id: int
    channel_id: int
    reader: PersonRow


@dataclass(frozen=True, slots=True)
class Written:
    """A summary's text and what is kept with it; `waits`: until the clerk releases it."""

    text: Rendered
    waits: bool
    data: dict[str, object]


def _overdue(
    session: Session, live: Live, texts: Texts, summary: Summary, draft: Draft, target: Target, part: OverdueReport, *, even_empty: bool
) -> Written | None:  # fmt: skip
    empty = is_empty(part)
    if empty and not even_empty:
        return None
    waits = summary.release == "clerk" and not empty
    return about_overdue(session, live, texts, part, target, send_at=draft.send_at, waits=waits)


def about_overdue(
    session: Session, live: Live, texts: Texts, part: OverdueReport, target: Target, *, send_at: datetime, waits: bool
) -> Written:  # fmt: skip
    """What is overdue and soon due in the units of a reader."""
    heard = others_read(live, session.get_one(ChannelRow, target.channel_id))
    text = written(live, texts, part, target.reader, send_at=send_at, released=waits, overheard=heard)
    data = {
        "as_of": part.as_of.isoformat(), "digest": digest(text.body), "units": [unit.key for unit in part.units], "release": waits,
        "empty": is_empty(part), PRIVATE: not heard and names_cases(part),
    }  # fmt: skip
    return Written(text, waits, data)


def _ranked(
    session: Session, live: Live, texts: Texts, summary: Summary, draft: Draft, target: Target, units: set[int], *, now: datetime
) -> Written | None:  # fmt: skip
    """The ranking of a reader's units by the month before it is sent; none where there are not two to compare."""
    month = month_before(draft.send_at.astimezone(live.office.tz).date())
    found = ranking(session, live, month=month, units=units, now=now)
    if found.empty:
        return None
    waits = summary.release == "clerk"
    text = ranked(live, texts, found, target.reader, released=waits)
    data = {
        "as_of": found.as_of.isoformat(), "digest": digest(text.body), "units": [each.key for each in found.ranked], "release": waits,
        RANK: found.first.isoformat(),
    }  # fmt: skip
    return Written(text, waits, data)


def put(
    session: Session, live: Live, found: Written, target: Target, *, key: str, lane: str, send_at: datetime, now: datetime
) -> MessageRow:  # fmt: skip
    """Write a summary into the ledger: held until the clerk releases it, or queued."""
    message = MessageRow(
        recipient_id=target.recipient_id, channel_id=target.channel_id, lane=lane, send_at=send_at, merged_at=now,
        title=found.text.title, body=found.text.body, state=Message.HELD if found.waits and not live.trial else Message.QUEUED,
    )  # fmt: skip
    session.add(message)
    session.flush()
    notice = NoticeRow(
        kind=KIND, key=key, recipient_id=target.recipient_id, message_id=message.id, data=found.data
    )
    session.add(notice)
    session.flush()
    return message


def digest(body: str) -> str:
    """What a clerk saw and releases. The as-of moment stands in the title alone, so that the same state gives the same digest."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", body).splitlines())
    return hashlib.sha256("\n".join(line for line in lines if line).encode()).hexdigest()


def supersede(session: Session, recipients: Iterable[int], *, lane: str = LANE) -> None:
    """Withdraw older summaries of a kind to these recipients that were not sent yet; their place is unique."""
    waiting = (
        select(MessageRow)
        .where(
            MessageRow.lane == lane,
            MessageRow.state.in_((Message.HELD, Message.QUEUED, Message.RETRY)),
            MessageRow.recipient_id.in_(list(recipients)),
        )
        .order_by(MessageRow.id)
        .with_for_update()  # one that is being sent at this moment is none of them any more
    )
    for message in session.scalars(waiting.execution_options(populate_existing=True)):
        message.state, message.reason = move_message(message.state, Message.WITHDRAWN), SUPERSEDED
    session.flush()


def _readers(session: Session, recipients: Iterable[int]) -> dict[int, PersonRow]:
    statement = (
        select(RecipientRow.id, PersonRow)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(RecipientRow.id.in_(list(recipients)))
    )
    return dict(session.execute(statement).all())
