"""An office with one weekly duty and three channels for people, whose providers answer as a test says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.messages import AttemptRow, MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow
from models.queries.wake import Wake, next_wake
from models.schedules import ScheduleRow
from tasks.delivery.auditor import speak_up
from tasks.delivery.deliver import claim, rescue
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.outgoing import Outgoing
from tasks.duties.confirm import confirm
from tasks.roster.absences import KINDS, add_absence
from tasks.roster.preferences import prefer
from tasks.roster.silences import Added, add_silence
from tasks.roster.snooze import snooze

OWN = ("study.yaml", "reviews.yaml", "enforcement.yaml", "summaries.yaml")
CHANNELS = """
channels:
  app: {url: "outbox://app-{wecom_id}", quiet: exempt}
  sms: {url: "outbox://sms-{mobile}", quiet: exempt, unknown: hold}
  mail: {url: "outbox://mail-{email}", quiet: exempt}
  group: {url: "outbox://group", quiet: exempt, group: true}
"""
DUTY = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays}
    - {before: due, by: 1 workday}
    - {after: due, by: 1 workday}
"""
Answer = Callable[[Outgoing], Result]


def said(outcome: Outcome, words: str = "", **more: Any) -> Answer:
    return lambda message: Result(
        message_id=message.message_id, attempt=message.attempt, outcome=outcome, words=words, **more
    )


@dataclass(repr=False)
class Post:
    """The office, and what its providers say: by channel, else yes."""

    world: Any
    local: Any
    says: dict[str, Answer] = field(default_factory=dict)
    wire: list[tuple[datetime, Outgoing]] = field(default_factory=list)

    def begin(
        self,
        at: str = "2026-11-23 08:00",
        *,
        reach: str = "{people: [app, sms, mail], group: group}",
        duty: str = DUTY,
        office: Mapping[str, str] | None = None,
    ) -> None:
        for name in OWN:
            self.world.files.pop(name, None)
        text = self.world.files["office.yaml"]
        start, end = text.index("\nchannels:\n"), text.index("\n# ── 亮灯")
        text = text[:start] + CHANNELS + f"reach: {reach}\n" + text[end:]
        for old, new in (office or {}).items():
            assert old in text
            text = text.replace(old, new)
        self.world.files["office.yaml"] = text
        self.world.files["own.yaml"] = duty
        self.world.apply(self.local(at))
        # The alarm about next year is none of a test's business.
        self.at(f"{at[:10]} 15:00")
        self.wire.clear()

    def again(self, *, duty: str, at: str = "2026-11-23 08:00") -> None:
        """Begin anew in the same database, for the examples of a property."""
        if self.world.files.get("own.yaml") != duty:
            self.begin(at, duty=duty)
        self.world.begin(at)
        self.wire.clear()

    def day(self, at: datetime) -> date:
        """The office's day of an instant."""
        return at.astimezone(ZoneInfo("Asia/Shanghai")).date()

    def at(self, text: str) -> list[Outgoing]:
        """What goes over the wire at a moment, one for each sending; what is retried at once included."""
        now = self.local(text)
        self.world.open(now)
        self.world.sweep(now + timedelta(milliseconds=1))
        return self.deliver(now + timedelta(milliseconds=2))

    def deliver(self, now: datetime) -> list[Outgoing]:
        before = len(self.wire)

        def answer(message: Outgoing) -> Result:
            self.wire.append((now, message))
            return self.says.get(message.channel_key, said(Outcome.SENT))(message)

        self.world.deliver(now, answer)
        return [message for _, message in self.wire[before:] if "放假安排" not in message.title]

    def away(self, person: str, from_on: str, until_on: str, *, deputy: str) -> None:
        """Somebody is on leave and a deputy stands in."""
        with self.world.writing() as (session, live):
            ids = dict(session.execute(select(PersonRow.key, PersonRow.id)).all())
            add_absence(
                session, live, person_id=ids[person], from_on=date.fromisoformat(from_on), until_on=date.fromisoformat(until_on),
                kind=next(iter(KINDS)), deputy_id=ids[deputy], by=None, now=self.local(f"{from_on} 08:00"),
            )  # fmt: skip

    def person(self, key: str) -> int:
        with self.world.db.reading() as session:
            return int(session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one())

    def duty(self, person: str, schedule: str = "report") -> int:
        """The latest duty of a person, by the party's own key."""
        with self.world.db.reading() as session:
            query = (
                select(ObligationRow.id)
                .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
                .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                .join(PartyRow, PartyRow.id == ObligationRow.party_id)
                .where(ScheduleRow.key == schedule, PartyRow.key == person)
                .order_by(ObligationRow.id.desc())
            )
            return int(session.scalars(query.limit(1)).one())

    def wish(self, person: str, at: str, *, clock: str | None = None, channels: Sequence[str] = ()) -> None:
        """A person says how to be reminded."""
        identity = self.person(person)
        with self.world.writing() as (session, live):
            prefer(
                session, live, person_id=identity, channels=channels, at=time.fromisoformat(clock) if clock else None, by=identity,
                now=self.local(at),
            )  # fmt: skip

    def silence(
        self,
        at: str,
        until: str,
        *,
        schedule: str | None = None,
        person: str | None = None,
        by: str | None = None,
    ) -> Added:
        with self.world.writing() as (session, live):
            return add_silence(
                session, live, schedule=schedule, person_id=self.person(person) if person else None, until=date.fromisoformat(until),
                reason="系统迁移", by=self.person(by) if by else None, now=self.local(at), how="cli:test",
            )  # fmt: skip

    def snooze(self, person: str, at: str, days: int, *, duty: int | None = None) -> date:
        with self.world.writing() as (session, live):
            return snooze(
                session, live, obligation_id=duty or self.duty(person), person_id=self.person(person), days=days, now=self.local(at)
            )  # fmt: skip

    def confirm(self, person: str, at: str, *, duty: int | None = None) -> None:
        with self.world.writing() as (session, live):
            confirm(
                session, live, obligation_id=duty or self.duty(person), by=self.person(person), done_on=self.local(at).date(),
                evidence={}, files={}, note=None, how="link", now=self.local(at),
            )  # fmt: skip

    def audit(self, text: str) -> int:
        """What the auditor has to say at a moment; how many messages it wrote."""
        with self.world.writing() as (session, live):
            return speak_up(session, live, now=self.local(text))

    def claim(self, now: datetime) -> list[str]:
        """Claim what is due and leave it there, as a sender that dies does; the channels it was on."""
        with self.world.writing() as (session, live):
            batch = claim(
                session, live, self.world.texts, self.world.cipher, now=now, machine_now=now, owner="dead"
            )
        return [message.channel_key for message in batch]

    def wake(self) -> Wake:
        """What beat would wake for."""
        with self.world.db.reading() as session:
            return next_wake(session)

    def rescue(self, now: datetime) -> int:
        with self.world.writing() as (session, _):
            return rescue(session, now=now, machine_now=now)

    def messages(self, person: str) -> list[tuple[str, str, str | None]]:
        """(state, channel, reason) of a person's messages, the oldest first."""
        query = (
            select(MessageRow.state, ChannelRow.key, MessageRow.reason)
            .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(RecipientRow.key == person)
            .order_by(MessageRow.id)
        )
        with self.world.db.reading() as session:
            return [tuple(row) for row in session.execute(query)]

    def attempts(self) -> list[tuple[str, str]]:
        """(channel, outcome) of every attempt."""
        query = (
            select(ChannelRow.key, AttemptRow.outcome)
            .join(ChannelRow, ChannelRow.id == AttemptRow.channel_id)
            .join(MessageRow, MessageRow.id == AttemptRow.message_id)
            .where(MessageRow.lane != "calendar-alarm")
            .order_by(AttemptRow.ended_at, AttemptRow.message_id, AttemptRow.no)
        )
        with self.world.db.reading() as session:
            return [tuple(row) for row in session.execute(query)]

    def notices(self, kind: str) -> list[str]:
        """Who was told a notice of this kind."""
        query = (
            select(PersonRow.key)
            .join(RecipientRow, RecipientRow.person_id == PersonRow.id)
            .join(NoticeRow, NoticeRow.recipient_id == RecipientRow.id)
            .where(NoticeRow.kind == kind)
            .order_by(PersonRow.key)
        )
        with self.world.db.reading() as session:
            return list(session.scalars(query))

    def reminders(self) -> list[str | None]:
        """Why each reminder was withdrawn, None for those that stand."""
        with self.world.db.reading() as session:
            return list(session.scalars(select(ReminderRow.withdrawn).order_by(ReminderRow.at)))
