"""Draft overdue summaries: one message to each head and each leader, about the units under them, held until the clerk releases it.

A summary is never empty: where nothing is overdue it says so, and what comes next. The text is written when it is drafted, since
that is what the clerk sees and releases; it holds the place of the link. A newer draft takes the place of one still waiting.
"""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import PersonRow, RecipientRow
from models.queries import summaries as queries
from schedules.grammar import Summary
from schedules.instants import instant
from schedules.office import OfficeSpec
from schedules.states import Message, move_message
from schedules.summaries import Draft, drafts, next_draft
from tasks.live import Live
from tasks.overdue import OverdueReport, overdue
from tasks.payloads import SUPERVISORS, Contact, SummaryMessage
from tasks.texts import Texts, standard

__all__ = ["Draft", "digest", "draft_summary", "drafts_between", "next_draft"]

LANE = "summary"
KIND = "summary"
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
    """Write a message for each head and leader named by `summary.to`; return how many. Safe to run again for the same draft."""
    report = overdue(session, live, now=now)
    spoken = texts or standard()
    key = f"{summary.id}@{draft.key}"
    have = set(
        session.scalars(select(NoticeRow.recipient_id).where(NoticeRow.kind == KIND, NoticeRow.key == key))
    )
    told = {
        target: units
        for target, units in _told(session, live, summary, report, now=now).items()
        if target[0] not in have
    }
    _supersede(session, [recipient for recipient, _ in told])
    readers = _readers(session, [recipient for recipient, _ in told])
    state = Message.HELD if summary.release == "clerk" and not live.trial else Message.QUEUED
    for (recipient_id, channel_id), units in told.items():
        reader = readers[recipient_id]
        part = report.under(units)
        rendered = spoken.message(
            SummaryMessage(
                report=part, recipient_name=reader.name, tz=live.office.tz, answer_by=_answer_by(live, draft),
                released_by=_contact(live).person if summary.release == "clerk" else "", contact=_contact(live),
            ),
            reader.lang or live.office.file.language,
        )  # fmt: skip
        message = MessageRow(
            recipient_id=recipient_id, channel_id=channel_id, lane=LANE, state=state, send_at=draft.send_at, merged_at=now,
            title=rendered.title, body=rendered.body,
        )  # fmt: skip
        session.add(message)
        session.flush()
        data = {
            "as_of": report.as_of.isoformat(),
            "digest": digest(rendered.body),
            "units": [unit.key for unit in part.units],
        }
        session.add(
            NoticeRow(kind=KIND, key=key, recipient_id=recipient_id, message_id=message.id, data=data)
        )
    session.flush()
    return len(told)


def digest(body: str) -> str:
    """What a clerk saw and releases. The as-of moment stands in the title alone, so that the same state gives the same digest."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", body).splitlines())
    return hashlib.sha256("\n".join(line for line in lines if line).encode()).hexdigest()


def _told(
    session: Session, live: Live, summary: Summary, report: OverdueReport, *, now: datetime
) -> Mapping[tuple[int, int], set[int]]:
    """The unit ids that each recipient (with channel) is told about.

    Heads see their own unit and those below it, 分管领导 the units whose leader they are, 主要领导 and roles all.
    """
    below = _below(
        {unit.unit_id: unit.parent_id for unit in report.units if unit.unit_id is not None},
        queries.parents(session),
    )
    everything = set(below)
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    posts = [to for to in summary.to if to in SUPERVISORS]
    for unit_id, to_kind, recipient_id, channel_id in queries.supervisors(session, posts, now=now):
        seen = {
            "unit-head": below.get(unit_id, set()),
            "deputy-leader": {unit_id} & everything,
            "leader": everything,
        }
        found[(recipient_id, channel_id)] |= seen[to_kind]
    roles = [to.removeprefix("role:") for to in summary.to if to not in SUPERVISORS]
    for recipient_id, channel_id in queries.role_holders(session, roles, now=now):
        found[(recipient_id, channel_id)] |= everything
    return {target: units for target, units in sorted(found.items()) if units}


def _below(shown: Mapping[int, int | None], parents: Mapping[int, int | None]) -> dict[int, set[int]]:
    """For each shown unit the shown units at or below it."""
    below: dict[int, set[int]] = {unit: set() for unit in shown}
    for unit in shown:
        above: int | None = unit
        while above is not None:
            below.setdefault(above, set()).add(unit)
            above = parents.get(above)
    return {unit: inside for unit, inside in below.items() if unit in shown}


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


def _answer_by(live: Live, draft: Draft) -> datetime:
    """The end of the office's day on which the summary goes out."""
    return instant(draft.send_at.astimezone(live.office.tz).date(), live.office.file.day_ends, live.office.tz)


def _contact(live: Live) -> Contact:
    contact = live.office.file.contact
    if contact is None:
        return Contact()
    known = next(
        (person.name for person in live.office.people if person.id == contact.person), contact.person
    )
    return Contact(person=known, phone=contact.phone)
