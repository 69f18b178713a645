"""What was or will be said: messages (the ledger), the reminders and notices they carry, and every attempt to send."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import CanonicalJson, Shortened, UtcDateTime

OPEN = text("state IN ('queued', 'retry')")
# The provider took it, by its own words or without an objection: whoever owes was asked.
TAKEN = ("sent", "accepted?")
HELD = text("state = 'held'")
SENDING = text("state = 'sending'")
TROUBLE = text("state IN ('failed', 'unknown')")


class MessageRow(Base):
    """What goes to one recipient on one channel. While it waits, everything new for the same recipient, channel and lane joins it.

    `channel_id` is where it is tried now; a refusal moves it to the recipient's next one. `tried_since` (office time): the first
    try on that channel. `body` holds a place-holder instead of the personal link; `send_at` is office time, `lease_until` machine time.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "uq_message_open",
            "recipient_id",
            "channel_id",
            "lane",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(
            "uq_message_held",
            "recipient_id",
            "channel_id",
            "lane",
            unique=True,
            sqlite_where=HELD,
            postgresql_where=HELD,
        ),
        Index("ix_message_send", "send_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_message_lease", "lease_until", sqlite_where=SENDING, postgresql_where=SENDING),
        Index("ix_message_recipient", "recipient_id", "id"),
        Index("ix_message_trouble", "state", "send_at", sqlite_where=TROUBLE, postgresql_where=TROUBLE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    lane: Mapped[str] = mapped_column(String(16), default="normal")
    state: Mapped[str] = mapped_column(String(12))
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempt: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Shortened(400))
    title: Mapped[str | None] = mapped_column(Shortened(200))
    body: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class MessageWordsRow(Base):
    """The clerk changed the words of a draft: who, when (office time), the body before and after. The last one counts.

    `basis`: the digest of what would have gone out of itself; where that changes, the changed words do not fit any more.
    """

    __tablename__ = "message_words"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    basis: Mapped[str] = mapped_column(String(64))
    was: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class ReminderRow(Base):
    """One rung reached by one obligation for one recipient: the row that may exist only once. No surrogate key.

    `via`: for whom the recipient stood in, as the route said then.
    """

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_message", "message_id"), {"sqlite_with_rowid": False})
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    name_id: Mapped[int] = mapped_column(ForeignKey("rung_name.id"), primary_key=True)
    recipient_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    timeline_id: Mapped[int] = mapped_column(Integer)
    no: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    withdrawn: Mapped[str | None] = mapped_column(String(12))
    via: Mapped[str | None] = mapped_column(String(200))


class NoticeRow(Base):
    """A message that is not a rung: a summary, an alarm. `data` is what its text is made from."""

    __tablename__ = "notice"
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    data: Mapped[Any] = mapped_column(CanonicalJson, default=dict)


class AttemptRow(Base):
    """One try to send: on which channel, what the provider answered by code and words, secrets masked. Machine time.

    `outcome`: a value of `tasks.delivery.outcomes.Outcome`.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "channel_id", "ended_at"),)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    channel_id: Mapped[int | None] = mapped_column(
        Integer
    )  # a channel; no constraint, which would copy a long table
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40), default="", server_default="")
    words: Mapped[str] = mapped_column(String(400), default="")


class SilenceRow(Base):
    """Reminders that are not sent for a while, until `until_on` (the first day on which they are again): who, why, and whose.

    `kind`: silence (the clerk's: a schedule, a person's reminders, or both) or snooze (a person's own, of one duty). `person_id`
    NULL: everybody's. `by` is an actor as in the audit. One that was ended early keeps its row, with `ended_at`.
    """

    __tablename__ = "silence"
    __table_args__ = (Index(None, "until_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(64))
