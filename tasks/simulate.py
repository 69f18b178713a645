"""The office in virtual time: the same open, sweep and deliver as the jobs run, on a database of its own, without processes or waiting.

What is due is done until nothing is due; then the clock steps to the next instant. It is the executable specification of the rest.
Transactions begin and end here because this engine takes the place of the jobs.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.engine import Database
from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungNameRow, RungRow
from models.people import PartyRow
from models.schedules import ScheduleRow
from schedules.grammar import Schedule
from schedules.ladder import ladder, rung_key
from schedules.office import OfficeSpec
from schedules.rung_words import label_of
from schedules.words import Gettext
from tasks import links
from tasks.apply import apply
from tasks.compose import Outgoing
from tasks.deliver import Result, claim, record
from tasks.live import Live, current, definition
from tasks.open import open_due
from tasks.people import Cipher
from tasks.sweep import sweep
from tasks.texts import Texts
from tasks.wake import next_wake

OWNER = "simulation"
MOST_ROUNDS = 1_000  # at one instant; more means that something stays due for ever


class People(Protocol):
    """What people do when they are told."""

    def act(self, session: Session, live: Live, *, now: datetime) -> int:
        """Do whatever they decided to do by `now`; how many things they did."""
        ...

    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a simulation plays: an empty migrated database, and what turns values into words."""

    db: Database
    texts: Texts
    cipher: Cipher
    gettext: Gettext


def simulate(
    stage: Stage,
    office: OfficeSpec,
    files: Mapping[str, str],
    *,
    start: datetime,
    end: datetime,
    people: People | None = None,
) -> Iterator[dict[str, object]]:
    """Put the office into force at `start` and run it until `end`, both UTC; yield a record of every message as it is sent."""
    with stage.db.writing.begin() as session:
        apply(session, office, files, by=OWNER, now=start, cipher=stage.cipher)
    now: datetime | None = start
    while now is not None and now < end:
        yield from settle(stage, people, now=now)
        now = step(stage.db, people, now=now)


def settle(stage: Stage, people: People | None, *, now: datetime) -> Iterator[dict[str, object]]:
    """Do everything that is due at `now`, and what follows from it. Raise RuntimeError if that never ends."""
    for _ in range(MOST_ROUNDS):
        with stage.db.writing.begin() as session:
            live = current(session)
            opened = open_due(session, live, now=now)
            swept = sweep(session, live, now=now)
        sent = yield from _deliver(stage, now=now)
        acted = 0
        if people is not None:
            with stage.db.writing.begin() as session:
                acted = people.act(session, current(session), now=now)
        if not (opened.obligations or swept.seen or sent or acted):
            return
    raise RuntimeError(f"something stays due at {now.isoformat()}")


def step(db: Database, people: People | None, *, now: datetime) -> datetime | None:
    """The next instant at which something is to be done, after `now`."""
    with db.reading() as session:
        wake = next_wake(session)
    instants = [
        at
        for at in (wake.open_at, wake.sweep_at, wake.send_at, people.next_at() if people else None)
        if at is not None
    ]
    return min((at for at in instants if at > now), default=None)


def _deliver(stage: Stage, *, now: datetime) -> Generator[dict[str, object], None, int]:
    """Claim what is due, record it as sent, and tell. Return how many were sent."""
    sent = 0
    while True:
        with stage.db.writing.begin() as session:
            live = current(session)
            batch = claim(session, live, stage.texts, stage.cipher, now=now, machine_now=now, owner=OWNER)
            results = [
                Result(message_id=message.message_id, attempt=message.attempt, outcome="sent")
                for message in batch
            ]
            record(session, results, now=now, machine_now=now)
            told = [_told(session, live, stage.gettext, message, now=now) for message in batch]
            more = bool(batch) or _waits(session, now=now)
        sent += len(batch)
        yield from told
        if not more:
            return sent


def _waits(session: Session, *, now: datetime) -> bool:
    """Whether something is still to be sent although a batch came out empty."""
    at = next_wake(session).send_at
    return at is not None and at <= now


def _told(
    session: Session, live: Live, gettext: Gettext, message: Outgoing, *, now: datetime
) -> dict[str, object]:
    """One message as a record: the contract's keys, of the first of its items."""
    items = _reminders(session, live, gettext, message.message_id) or _notices(session, message.message_id)
    first = items[0] if items else {"schedule": None, "key": None, "label": None}
    row = session.get_one(MessageRow, message.message_id)
    return {
        "at": now.astimezone(live.office.tz).isoformat(),
        "recipient": message.recipient_key,
        "channel": message.channel_key,
        **{name: first[name] for name in ("schedule", "key", "label")},
        "title": message.title,
        "body": links.mask(message.body, gettext("[personal link]")),
        "items": items,
        "released": row.released_by is not None,
    }


def _reminders(session: Session, live: Live, gettext: Gettext, message_id: int) -> list[dict[str, object]]:
    query = (
        select(ScheduleRow.key, OccurrenceRow, ObligationRow, PartyRow.key, RungRow, RungNameRow.key)
        .select_from(ReminderRow)
        .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
        .join(RungNameRow, RungNameRow.id == ReminderRow.name_id)
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ReminderRow.message_id == message_id, ReminderRow.withdrawn.is_(None))
        .order_by(ObligationRow.due_on, ObligationRow.id, ReminderRow.at)
    )
    return [
        {
            "schedule": schedule, "key": occurrence.key, "part": duty.part, "party": party, "to": rung.to_kind,
            "label": label(definition(session, occurrence.version_id), live.office, gettext, rung, name),
        }
        for schedule, occurrence, duty, party, rung, name in session.execute(query)
    ]  # fmt: skip


def _notices(session: Session, message_id: int) -> list[dict[str, object]]:
    """Summaries and alarms: their kind is the label, their key names the summary and its day."""
    found = session.scalars(select(NoticeRow).where(NoticeRow.message_id == message_id))
    return [
        {
            "schedule": row.key.partition("@")[0],
            "key": row.key.partition("@")[2],
            "label": row.kind,
            "part": "",
            "party": "",
            "to": "",
        }
        for row in found
    ]


def label(schedule: Schedule, office: OfficeSpec, gettext: Gettext, rung: RungRow, name: str) -> str:
    """What a stored rung is called, in words; its lasting name where the definition does not know it any more."""
    for of_children in (False, True):
        for known in ladder(schedule, office, of_children=of_children):
            if name.startswith(f"{rung_key(known, rung.anchor, office)} -> "):
                step_of = schedule.steps.get(rung.anchor)
                return label_of(known, rung.anchor, step_of.title if step_of else None).text(gettext)
    return name
