"""Urge by hand 催办: a message to who owes a duty, through the ledger, within the hours of the office, once a working day for a duty.

What is urged together reaches each person as one message. It counts as urged once a provider took it (`models.queries.urged`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.handovers import UrgeRow
from models.messages import MessageRow, NoticeRow
from models.obligations import ObligationRow
from models.people import ChannelRow, PersonRow, RecipientRow, UnitRow
from models.queries.duties import lock_occurrence, told_of
from models.queries.urged import COPY, URGE
from models.schedules import ScheduleRow
from models.ways import URGED_NOW
from schedules.dates_text import day_text, said_day
from schedules.errors import Refused
from schedules.lights import days_late, workdays_late
from schedules.quiet import next_sending
from schedules.states import Message, Obligation
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.delivery.tell import SAID, Saying, reached, tell_of_duty
from tasks.duties.duty import Duty, actor, load
from tasks.duties.evidence import said
from tasks.duties.may import require
from tasks.live import Live
from tasks.wording.texts import standard

OUTSIDE = ("body", "group")
ONCE = phrase("it was urged today already; a duty is urged once a working day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged:
    """What became of one duty: `sent_from` is the instant from which its message may go out, or `refused` says why there is none."""

    obligation_id: int
    name: Words
    state: Literal["urged", "again", "refused"]
    sent_from: datetime | None = None
    refused: Words | None = None
    told: int = 0


def urge(
    session: Session, live: Live, *, obligation_ids: Collection[int], by: int | None, words: str, at_once: bool = False,
    copy_head: bool = False, now: datetime,
) -> list[Urged]:  # fmt: skip
    """Urge these duties; `words` is the reason, which whoever owes reads. What cannot be urged is answered, not raised.

    `at_once`: also in quiet hours, where the office lets urgent messages break them. `copy_head`: the head of the unit reads it too.
    The same person urging again on the same working day changes nothing ("again"). Raise Refused without a reason.
    """
    reason = said(words, field="reason", missing=phrase("say in a few words why it is urged"))
    how = _How(reason=reason, by=by, at_once=at_once, copy_head=copy_head, now=now)
    # What is due first is written last: the newest words stand at the head of a message that several share.
    done = [_urge(session, live, each, how) for each in _by_urgency(session, obligation_ids)]
    if any(each.state == "urged" for each in done):
        _retitle(session, live)
    return list(reversed(done))


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    reason: str
    by: int | None
    at_once: bool
    copy_head: bool
    now: datetime


def _by_urgency(session: Session, obligation_ids: Collection[int]) -> Sequence[int]:
    rows = select(ObligationRow.id).where(ObligationRow.id.in_(obligation_ids))
    return session.scalars(
        rows.order_by(ObligationRow.due_on.is_(None).desc(), ObligationRow.due_on.desc(), ObligationRow.id)
    ).all()


def _urge(session: Session, live: Live, obligation_id: int, how: _How) -> Urged:
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    last = _last(session, duty)
    if last is not None and _working_day(live, last.at) == _working_day(live, how.now):
        same = last.by == actor(how.by, "cli")
        return Urged(
            obligation_id=obligation_id, name=duty.name, state="again" if same else "refused", refused=ONCE
        )
    try:
        require(session, live, duty, "urge", how.by, now=how.now)
        check_urgeable(session, live, duty, now=how.now)
        told = _tell(session, live, duty, (last.seq if last else 0) + 1, how)
    except Refused as refused:
        return Urged(obligation_id=obligation_id, name=duty.name, state="refused", refused=refused.what)
    return Urged(
        obligation_id=obligation_id, name=duty.name, state="urged", sent_from=sending(live, how.now, at_once=how.at_once), told=told
    )  # fmt: skip


def sending(live: Live, now: datetime, *, at_once: bool = False) -> datetime:
    """The instant from which such a message goes out on a channel that keeps quiet hours."""
    return now if at_once and live.office.file.urgent == "break" else next_sending(now, live.office)


def check_urgeable(session: Session, live: Live, duty: Duty, *, now: datetime) -> None:
    """Raise Refused for what nobody is to be asked for: closed, stopped, paused, not ours, or others are at work on it."""
    row = duty.row
    if row.state != Obligation.OPEN:
        raise Refused(phrase("only what is open is urged"))
    if row.waits_for is not None or _outside(session, duty):
        raise Refused(phrase("somebody outside the office has to act; that is asked for, not urged"))
    if session.get_one(ScheduleRow, duty.occurrence.schedule_id).paused_at is not None:
        raise Refused(phrase("its schedule is paused; nobody is asked until it is resumed"))
    today = live.today(now)
    late = row.due_on is not None and row.due_on < today
    if row.quiet_until is not None and row.quiet_until > today and not late:
        raise Refused(
            phrase(
                "others are at work on it; nobody is asked before {day}",
                day=said_day(row.quiet_until, today=today),
            )
        )


def urged_today(session: Session, live: Live, duty: Duty, *, now: datetime) -> bool:
    """Whether it was urged by hand already on this working day."""
    last = _last(session, duty)
    return last is not None and _working_day(live, last.at) == _working_day(live, now)


def _outside(session: Session, duty: Duty) -> bool:
    unit = session.get(UnitRow, duty.party.unit_id) if duty.party.unit_id is not None else None
    return duty.party.kind in OUTSIDE or (unit is not None and unit.kind == "external")


def _last(session: Session, duty: Duty) -> UrgeRow | None:
    rows = select(UrgeRow).where(UrgeRow.obligation_id == duty.row.id).order_by(UrgeRow.seq.desc())
    return session.scalars(rows.limit(1)).first()


def _working_day(live: Live, at: datetime) -> date:
    """The day on which what is written then is sent: that of Saturday is Monday."""
    return live.today(next_sending(at, live.office))


def _tell(session: Session, live: Live, duty: Duty, seq: int, how: _How) -> int:
    people = told_of(session, duty.row.party_id, now=how.now)
    if not reached(session, people, now=how.now):
        raise Refused(phrase("no channel reaches {party}; please tell them yourself", party=duty.party.title))
    key, lane = f"{duty.row.id}@{seq}", URGED_NOW if how.at_once else URGE
    who = _name(session, live, how.by)

    def written(kind: str, whom: Collection[int], full: Saying, public: Saying) -> int:
        return tell_of_duty(
            session, live, privacy=duty.schedule.privacy, kind=kind, key=key, people=whom, full=full, public=public, now=how.now,
            lane=lane if kind == URGE else kind,
        )  # fmt: skip

    told = written(URGE, people, *_sayings(live, duty, who, how))
    head = _head(session, duty) if how.copy_head else None
    if head is not None and head not in people:
        written(COPY, [head], *_copies(duty, who, how))
    session.add(
        UrgeRow(
            obligation_id=duty.row.id, seq=seq, by=actor(how.by, "cli"), at=how.now, words=how.reason,
            message_id=session.scalar(
                select(func.min(NoticeRow.message_id)).where(NoticeRow.kind == URGE, NoticeRow.key == key)
            ),
        )
    )  # fmt: skip
    note(
        session, actor=actor(how.by, "cli"), act="urge", subject_kind="obligation", subject_id=duty.row.id, at=how.now, seq=seq,
        told=told, at_once=how.at_once,
    )  # fmt: skip
    session.flush()
    return told


def _name(session: Session, live: Live, by: int | None) -> str:
    return session.get_one(PersonRow, by).name if by is not None else live.office.file.title


def _head(session: Session, duty: Duty) -> int | None:
    return session.scalar(select(UnitRow.head_id).where(UnitRow.id == duty.party.unit_id))


def _sayings(live: Live, duty: Duty, who: str, how: _How) -> tuple[Saying, Saying]:
    def full(lang: str) -> list[Words]:
        return [
            phrase("{who} urges: {what}. {reason}", who=who, what=_what(live, duty, duty.name, lang, how.now), reason=how.reason)
        ]  # fmt: skip

    def public(lang: str) -> list[Words]:
        return [
            phrase("{who} urges: {what}.", who=who, what=_what(live, duty, duty.public_name, lang, how.now))
        ]

    return (
        Saying(phrase("Urged: {title}", title=duty.name), full),
        Saying(phrase("Urged: {title}", title=duty.public_name), public),
    )


def _copies(duty: Duty, who: str, how: _How) -> tuple[Saying, Saying]:
    def saying(name: Words, *, words: bool) -> Saying:
        line = (
            phrase("For your information: {who} urged {party} about {title}. {reason}", who=who, party=duty.party.title, title=name,
                   reason=how.reason)
            if words
            else phrase("For your information: {who} urged somebody of your unit about {title}.", who=who, title=name)
        )  # fmt: skip
        return Saying(phrase("Urged in your unit: {title}", title=name), lambda _lang: [line])

    return saying(duty.name, words=True), saying(duty.public_name, words=False)


def _what(live: Live, duty: Duty, name: Words, lang: str, now: datetime) -> Words:
    """The duty with its day, and by how much it is late."""
    due, today = duty.row.due_on, live.today(now)
    if due is None:
        return name
    day = day_text(due, lang, today=today)
    if due >= today:
        return phrase("{title}, due by {day}", title=name, day=day)
    return phrase(
        "{title}, was due on {day}, late by days: {n}, working days: {workdays}", title=name, day=day, n=days_late(due, today),
        workdays=workdays_late(due, today, live.office.calendar),
    )  # fmt: skip


def _retitle(session: Session, live: Live) -> None:
    """A message that waits and urges several duties says so in its title."""
    count = func.count(NoticeRow.key)
    query = (
        select(MessageRow, PersonRow.lang, count)
        .join(NoticeRow, (NoticeRow.message_id == MessageRow.id) & (NoticeRow.kind == URGE))
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(MessageRow.state.in_((Message.QUEUED, Message.RETRY)), MessageRow.lane.in_((URGE, URGED_NOW)))
        .where(ChannelRow.is_group.is_(False))
        .group_by(MessageRow.id, PersonRow.lang)
        .having(count > 1)
    )
    for message, lang, n in session.execute(query).all():
        say = standard().gettext(lang or live.office.file.language)
        message.title = phrase("Urged: {n} duties", n=n).text(say)
    session.flush()


def leave_out_done(session: Session, message_ids: Sequence[int]) -> None:
    """Take out of messages about to be sent what urges a duty that is no longer open; one that has nothing left is not sent."""
    rows = session.scalars(
        select(NoticeRow).where(NoticeRow.message_id.in_(message_ids), NoticeRow.kind.in_((URGE, COPY)))
    ).all()
    if not rows:
        return
    duties = {row: int(row.key.partition("@")[0]) for row in rows}
    open_ones = set(
        session.scalars(
            select(ObligationRow.id).where(
                ObligationRow.id.in_(set(duties.values())), ObligationRow.state == Obligation.OPEN
            )
        )
    )
    gone = [row for row, duty in duties.items() if duty not in open_ones]
    query = select(MessageRow).where(MessageRow.id.in_({row.message_id for row in gone}))
    messages = {
        message.id: message
        for message in session.scalars(query.execution_options(populate_existing=True)).all()
    }
    for row in gone:
        message = messages[row.message_id]
        message.body = (message.body or "").replace(f"{row.data.get(SAID, '')}\n", "", 1)
        session.delete(row)
    session.flush()
