"""Compose claimed messages: from the reminders that still stand to a title and a body, and where to send them."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.obligations import RungRow
from models.people import PersonRow
from models.queries import payload as read
from schedules.dues import basis_of, in_hours
from schedules.grammar import Cycle, Expiry, FromRegister, Quota, Schedule, Topics
from schedules.ladder import MAKE_UP, MILESTONE
from schedules.lights import days_late, workdays_late
from schedules.office import OfficeSpec
from schedules.parts import evidence_of, part_title
from schedules.posts import DEPUTY
from schedules.quota import full_target
from schedules.rung_series import notice_words
from tasks.delivery.addressing import addressed, the_clerk, to_clerk
from tasks.delivery.handed_on import hand_on
from tasks.delivery.links import fill
from tasks.delivery.outgoing import Outgoing
from tasks.delivery.payloads import (
    Contact,
    GroupMessage,
    Kind,
    PartyKind,
    PersonMessage,
    Phase,
    ReminderLine,
    evidence_hint,
)
from tasks.delivery.privacy import any_of, others_read, written_for_one
from tasks.duties.standing import ShownFigure, shown
from tasks.duties.whose import outside_title, subject_of, unit_of_leaders, who_owes
from tasks.live import Live, definition
from tasks.roster.parties import GROUP
from tasks.roster.people import Cipher
from tasks.wording.summary_text import over, up_to_date
from tasks.wording.texts import Texts

log = logging.getLogger(__name__)

COLOURS = ("blue", "yellow", "red")  # the gravest last
PERSONAL = frozenset({"quota", "credential"})  # what nobody can do in another's place
STAND_IN = frozenset({"assignee", DEPUTY})
PAPER = "paper"  # printed and handed over by the clerk; it lies on a desk before it is read


def compose(
    session: Session, live: Live, texts: Texts, cipher: Cipher, ids: Sequence[int], *, now: datetime
) -> list[Outgoing]:
    """Compose the messages and keep their texts in the ledger.

    A summary, and a message that the clerk released and that lost nothing since, goes out with the words that were released; a summary
    drafted before a holiday with the figures of now.
    A message that cannot be composed is left as failed, so that it holds up no other.
    """
    hand_on(session, ids, now=now)
    by_message: dict[int, list[read.Line]] = defaultdict(list)
    for row in read.lines(session, ids):
        by_message[row[0].message_id or 0].append(row)
    duties = [row[2].id for rows in by_message.values() for row in rows]
    urged = read.urged(session, duties, composing=ids)
    clerk = the_clerk(session, live, now=now) if live.trial else None
    outgoing = []
    for head in read.heads(session, ids):
        message, _, person, _, has_notice, withdrawn = head
        rows = by_message[message.id]
        try:
            if has_notice and over(session, live, message, now=now):
                message.state, message.reason, message.lease_until = "withdrawn", "nothing-left", None
                continue
            if (
                message.released_by is None
                or message.body is None
                or withdrawn
                or has_notice
                or _falls_short(session, live, head, rows)
            ):
                message.title, message.body = composed(session, live, texts, head, rows, now=now, urged=urged)
            kept, lang = _one_per_duty(rows), _language(live, person)
            item = addressed(session, live, cipher, head, kept, lang=lang, now=now)
            outgoing.append(to_clerk(live, texts, cipher, item, clerk) if clerk else item)
        except DBAPIError:
            raise
        except Exception:
            log.exception("message %d cannot be composed", message.id)
            message.state, message.reason, message.lease_until = "failed", "cannot-be-composed", None
    return outgoing


def composed(
    session: Session, live: Live, texts: Texts, head: read.Head, rows: Sequence[read.Line], *, now: datetime,
    urged: Mapping[int, int] | None = None,
) -> tuple[str, str]:  # fmt: skip
    """The title and body of a message as of now. A summary keeps the words it was drafted with, unless its figures are too old."""
    message, recipient, person, channel, has_notice, _ = head
    to_group = channel.is_group or recipient.kind == GROUP
    if has_notice and message.body is not None:
        if others_read(live, channel) and written_for_one(session, message.id):
            title, body = texts.sealed(_language(live, person)).pair
        else:
            title, body = up_to_date(session, live, texts, message, person, now=now)
        return title, fill(body, None) if to_group else body
    kept = _one_per_duty(rows)
    if urged is None:
        urged = read.urged(session, [row[2].id for row in kept], composing=[message.id])
    lines = tuple(
        with_marks(
            reminder_line(session, live, row, reader=person, urged=urged.get(row[2].id, 0), now=now),
            [other[1] for other in rows if other[2].id == row[2].id],
            live.office,
        )
        for row in kept
    )
    contact, tz = contact_of(live), live.office.tz
    payload: GroupMessage | PersonMessage
    if to_group:
        payload = GroupMessage(lines=lines, tz=tz, contact=contact, released=message.released_by is not None)
    else:
        scheme = channel.url.partition(":")[0]
        contact = Contact() if scheme == PAPER else contact  # the sheet says it once
        payload = PersonMessage(
            recipient_name=person.name if person else "", lines=lines, tz=tz, contact=contact,
            overheard=others_read(live, channel), whole=scheme == PAPER,
        )  # fmt: skip
    rendered = texts.message(payload, _language(live, person))
    return rendered.title, rendered.body


def _falls_short(session: Session, live: Live, head: read.Head, rows: Sequence[read.Line]) -> bool:
    """Whether released words may be more than the channel of now lets be said: they were for one that only the reader reads."""
    return others_read(live, head[3]) and any_of(session, rows, "case")


def _language(live: Live, person: PersonRow | None) -> str:
    return (person.lang if person else None) or live.office.file.language


def contact_of(live: Live) -> Contact:
    """Whom to ask, as it stands at the foot of every message."""
    contact = live.office.file.contact
    if contact is None:
        return Contact()
    known = next((p.name for p in live.office.people if p.id == contact.person), contact.person)
    return Contact(person=known, phone=contact.phone)


def _one_per_duty(rows: Sequence[read.Line]) -> list[read.Line]:
    """Of several reminders for one duty keep one: one's own before a group's or a supervisor's, then the latest rung."""
    best: dict[int, read.Line] = {}
    for row in rows:
        held = best.get(row[2].id)
        if held is None or _rank(row) >= _rank(held):
            best[row[2].id] = row
    return list(best.values())


def _rank(row: read.Line) -> tuple[bool, bool, datetime]:
    """A rung of `scope_id` speaks to another party than the one that owes: a role, or the whole group."""
    return row[1].to_kind == "assignee", row[1].scope_id is None, row[0].at


def reminder_line(
    session: Session, live: Live, row: read.Line, *, reader: PersonRow | None, urged: int, now: datetime
) -> ReminderLine:
    """One reminder as values: dates counted, nothing left to compute in a template."""
    reminder, rung, duty, occurrence, schedule_key, party, unit_title = row
    schedule = definition(session, occurrence.version_id)
    kind = kind_of(schedule, duty.part)
    today = live.today(now)
    due = duty.due_on or today
    return ReminderLine(
        schedule_key=schedule_key, schedule_kind=kind, occurrence_key=occurrence.key,
        title=occurrence.title, public_title=schedule.title, part=duty.part, part_title=part_title(schedule, duty.part),
        phase=cast("Phase", rung.phase),
        anchor=rung.anchor, anchor_on=rung.anchor_on if rung.phase != "open" else None, due_on=duty.due_on, due_at=duty.due_at, today=today,
        days_left=max(0, (due - today).days), days_late=days_late(due, today),
        workdays_late=workdays_late(due, today, live.office.calendar),
        party_kind=cast("PartyKind", party.kind), party_title=who_owes(live, party, unit_title, reader),
        unit_title=unit_title or "", to_kind=rung.to_kind,
        as_list=rung.as_list, progress=duty.progress, target=duty.target, threshold=rung.threshold,
        figures=_figures(session, live, row, schedule), counted_in=schedule.done.sum if isinstance(schedule.done, Quota) else "hours",
        cycle=schedule.when.cycle if isinstance(schedule.when, Cycle) else "calendar-year",
        basis=basis_text(schedule, duty.part), provisional=duty.provisional, text=rung.text or "",
        subject=subject_of(session, schedule, duty.part, occurrence.subject), starts_at=occurrence.starts_at, privacy=schedule.privacy,
        evidence_hint=evidence_hint(evidence_of(schedule, duty.part)), urged=urged,
        late_reason=duty.late_reason or "", new_date=duty.new_date, waits_for=outside_title(live, duty.waits_for),
        of_leaders=unit_title is not None and unit_title == unit_of_leaders(live),
        own=rung.phase != "approve" and (
            party.kind != "person" or reader is None or party.person_id == reader.id
            or (bool(reminder.via) and rung.to_kind in STAND_IN and kind not in PERSONAL and duty.part != MAKE_UP)
        ),
        stands_for=(reminder.via or "").partition(" → ")[0],
        over=in_hours(schedule, duty.part) and duty.due_at is not None and now > duty.due_at,
    )  # fmt: skip


def _figures(session: Session, live: Live, row: read.Line, schedule: Schedule) -> tuple[ShownFigure, ...]:
    """Several figures as they stand, for a milestone those that it asks for."""
    if not isinstance(schedule.done, FromRegister | Topics) or row[2].part:
        return ()
    by = row[1].anchor_on if row[1].anchor.startswith(MILESTONE) else None
    return shown(session, live, schedule, row[3], row[5], by=by)


def with_marks(line: ReminderLine, rungs: Sequence[RungRow], office: OfficeSpec) -> ReminderLine:
    """The line with what any of the rungs that it stands for asks: the gravest colour, a signature, or that nobody gave one."""
    colours = [rung.notice for rung in rungs if rung.notice in COLOURS]
    gravest = max(colours, key=COLOURS.index, default=None)
    return replace(
        line,
        notice=notice_words(gravest, office) if gravest else "",
        sign=any(rung.asks_id is not None for rung in rungs),
        unsigned=any(rung.unless_id is not None for rung in rungs),
    )


def kind_of(schedule: Schedule, part: str) -> Kind:
    """Which family of texts a part belongs to."""
    if part == "child":
        return "child"
    if schedule.done_through_attendance:
        return "session"
    if isinstance(schedule.when, Expiry):
        return "credential"
    if isinstance(schedule.done, Quota):
        return "quota"
    if isinstance(schedule.done, FromRegister | Topics):
        return "declared" if full_target(schedule.done) is None else "figures"
    return "steps" if schedule.steps else "duty"


def basis_text(schedule: Schedule, part: str) -> str:
    """The article or rule that sets the term of a part, in words."""
    basis = basis_of(schedule, part)
    return basis.text if basis else ""
