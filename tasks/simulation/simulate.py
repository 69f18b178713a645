"""The office in virtual time: the same open, sweep and deliver as the jobs run, on a database of its own, without processes or waiting.

What is due is done until nothing is due; then the clock steps to the next instant. It is the executable specification of the rest.
Transactions begin and end here because this engine takes the place of the jobs.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.engine import Database
from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungNameRow, RungRow
from models.people import PartyRow
from models.queries.ledger import waiting
from models.schedules import ScheduleRow
from schedules.approval import LABEL
from schedules.grammar import Schedule
from schedules.ladder import ladder, rung_key
from schedules.office import OfficeSpec
from schedules.rung_series import decorated, read_back
from schedules.rung_words import label_of
from schedules.words import Gettext
from tasks.apply import apply
from tasks.delivery import links
from tasks.delivery.deliver import claim, record
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.outgoing import Outgoing
from tasks.live import Live, current, definition
from tasks.open import open_due
from tasks.roster.people import Cipher
from tasks.simulation.simulated_clerk import Clerk
from tasks.sweep import sweep
from tasks.wake import Wake, next_wake
from tasks.wording.texts import Texts

OWNER = "simulation"
ONE_DAY = timedelta(days=1)
BATCH = 200  # messages a transaction
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
    over: Callable[[Session, Live, date, date], None] | None = None,
) -> Iterator[dict[str, object]]:
    """Put the office into force at `start` and run it until `end`, both UTC; yield a record of every message as it is sent.

    Without `people` the clerk releases every draft at once and nobody does anything. `over` is called when the days [first, last]
    are over, with a session for reading, before the first message of a later day.
    """
    people = people or Clerk(stage.texts)
    with stage.db.writing.begin() as session:
        apply(session, office, files, by=OWNER, now=start, cipher=stage.cipher)
    now = start
    while now < end:
        wake = yield from settle(stage, people, now=now)
        instants = (wake.office, people.next_at(), end)
        following = min(at for at in instants if at is not None and at > now)
        day, ahead = (at.astimezone(office.tz).date() for at in (now, following))
        if over is not None and ahead > day:
            with stage.db.reading() as session:
                over(session, current(session), day, ahead - ONE_DAY)
        now = following


def settle(stage: Stage, people: People, *, now: datetime) -> Generator[dict[str, object], None, Wake]:
    """Do everything that is due at `now`, and what follows from it. Return what is due next.

    What is due is told before people act, as where processes run: who does his part at 10:00 was asked at 10:00. Raise RuntimeError if
    that never ends.
    """
    for _ in range(MOST_ROUNDS):
        with stage.db.writing.begin() as session:
            wake = next_wake(session)
            live = current(session)
            if wake.office is not None and wake.office <= now:
                open_due(session, live, now=now)
                sweep(session, live, now=now)
            elif not people.act(session, live, now=now):
                return wake
            sending = waiting(session, now=now) > 0
        if sending:
            yield from _deliver(stage, now=now)
    raise RuntimeError(f"something stays due at {now.isoformat()}")


def _deliver(stage: Stage, *, now: datetime) -> Iterator[dict[str, object]]:
    """Claim what is due, record it as sent, and tell, until nothing is due."""
    more = True
    while more:
        with stage.db.writing.begin() as session:
            live = current(session)
            claimed = claim(
                session, live, stage.texts, stage.cipher, now=now, machine_now=now, owner=OWNER, limit=BATCH
            )  # fmt: skip
            batch = [each for message in claimed for each in message.members]
            joined = {each.message_id for message in claimed for each in message.rest}
            results = [
                Result(message_id=message.message_id, attempt=message.attempt, outcome=Outcome.SENT)
                for message in batch
            ]
            record(session, results, now=now, machine_now=now)
            told = _told(session, live, stage.gettext, batch, joined, now=now)
            more = waiting(session, now=now) > 0
        yield from told


def _told(
    session: Session,
    live: Live,
    gettext: Gettext,
    batch: Sequence[Outgoing],
    joined: Collection[int],
    *,
    now: datetime,
) -> list[dict[str, object]]:
    """Each message as a record: the contract's keys, of the first of its items. `joined`: it goes out in one with another."""
    ids = [message.message_id for message in batch]
    items = items_of(session, live, gettext, ids)
    released = set(
        session.scalars(
            select(MessageRow.id).where(MessageRow.id.in_(ids), MessageRow.released_by.is_not(None))
        )
    )
    told: list[dict[str, object]] = []
    for message in batch:
        own = items.get(message.message_id, [])
        first = own[0] if own else {"schedule": None, "key": None, "label": None}
        told.append(
            {
                "at": now.astimezone(live.office.tz).isoformat(),
                "recipient": message.recipient_key,
                "channel": message.channel_key,
                **{name: first[name] for name in ("schedule", "key", "label")},
                "title": message.title,
                "body": links.mask(message.body, gettext("[personal link]")),
                "items": own,
                "released": message.message_id in released,
                "joined": message.message_id in joined,
            }
        )
    return told


Items = dict[int, list[dict[str, object]]]  # by message


def items_of(session: Session, live: Live, gettext: Gettext, ids: Sequence[int]) -> Items:
    """What each message speaks of: the rungs reached, or the summary or alarm that it is."""
    return _reminders(session, live, gettext, ids) | _notices(session, ids)


def _reminders(session: Session, live: Live, gettext: Gettext, ids: Sequence[int]) -> Items:
    query = (
        select(
            ReminderRow.message_id, ScheduleRow.key, OccurrenceRow, ObligationRow, PartyRow.key, RungRow, RungNameRow.key
        )
        .select_from(ReminderRow)
        .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
        .join(RungNameRow, RungNameRow.id == ReminderRow.name_id)
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ReminderRow.message_id.in_(ids), ReminderRow.withdrawn.is_(None))
        .order_by(ObligationRow.due_on, ObligationRow.id, ReminderRow.at)
    )  # fmt: skip
    found: Items = defaultdict(list)
    for message_id, schedule, occurrence, duty, party, rung, name in session.execute(query):
        found[message_id or 0].append(
            {
                "schedule": schedule, "key": occurrence.key, "part": duty.part, "party": party, "to": rung.to_kind,
                "label": label(definition(session, occurrence.version_id), live.office, gettext, rung, name),
            }
        )  # fmt: skip
    return found


def _notices(session: Session, ids: Sequence[int]) -> Items:
    """Summaries and alarms: their kind is the label, their key names the summary and its day."""
    found: Items = defaultdict(list)
    for row in session.scalars(select(NoticeRow).where(NoticeRow.message_id.in_(ids))):
        schedule, _, key = row.key.partition("@")
        found[row.message_id or 0].append(
            {"schedule": schedule, "key": key, "part": "", "party": "", "to": "", "label": row.kind}
        )
    return found


def label(schedule: Schedule, office: OfficeSpec, gettext: Gettext, rung: RungRow, name: str) -> str:
    """What a stored rung is called, in words; its lasting name where the definition does not know it any more."""
    if rung.phase == "approve":
        return LABEL.text(gettext)
    for of_children in (False, True):
        for known in ladder(schedule, office, of_children=of_children):
            found = read_back(name, rung_key(known, rung.anchor, office))
            if found is not None:
                step_of = schedule.steps.get(rung.anchor)
                plain = label_of(known, rung.anchor, step_of.title if step_of else None)
                return decorated(plain, known, office, count=found[0], climbs=found[1]).text(gettext)
    return name
