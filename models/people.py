"""Who there is: units, persons, memberships, the parties that can owe, and where a party's audiences are reached."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import CanonicalJson, UtcDateTime

FOREVER = date(9999, 12, 31)


class UnitRow(Base):
    """A section, community, team or group node. `head_id` answers for it, `leader_id` supervises it (分管领导)."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16), default="section")
    position: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    head_id: Mapped[int | None] = (
        mapped_column()
    )  # a person; without a constraint, as persons point back to units
    leader_id: Mapped[int | None] = (
        mapped_column()
    )  # a person; without a constraint, as persons point back to units


class PersonRow(Base):
    """A member of staff. The mobile number is encrypted; `mobile_hmac` finds it. Left persons stay, with `left_on`."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    post: Mapped[str] = mapped_column(String(120), default="")
    mobile_enc: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile_hmac: Mapped[str | None] = mapped_column(String(64), unique=True)
    wecom_id: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(200))
    lang: Mapped[str | None] = mapped_column(String(8))
    joined_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)


class PartyRow(Base):
    """Whatever can owe or be told: a person, a unit, a role, a group, the office itself. `unit_id` is where it is counted."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("kind", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)


class MembershipRow(Base):
    """Person belongs to role, unit (ancestors included), tag or credential kind, from a day on and until a day (exclusive)."""

    __tablename__ = "membership"
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)


class AbsenceRow(Base):
    """A person is away on the office days [from_on, until_on); `deputy_id` stands in, without one the head of the unit.

    One that ended before it began never took effect; it is kept for the trail.
    """

    __tablename__ = "absence"
    __table_args__ = (Index(None, "person_id", "until_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(12))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(400), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecipientRow(Base):
    """One address book entry: a person, or a group that a bot writes to."""

    __tablename__ = "recipient"
    __table_args__ = (UniqueConstraint("kind", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)


class RouteRow(Base):
    """Derived: which recipient on which channel an audience of a party is in [valid_from, valid_to).

    `via` is the trail shown to people where somebody stands in: "甲 → 乙（代）". Of one audience a recipient has one route at a time.
    """

    __tablename__ = "route"
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    to_kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    valid_to: Mapped[datetime] = mapped_column(UtcDateTime)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    via: Mapped[str] = mapped_column(String(200), default="")


class ChannelRow(Base):
    """A way to reach people: an Apprise URL template. `quiet_exempt` ignores quiet hours; `is_group` can carry no personal link.

    `unknown`: what becomes of a message that may or may not have arrived, `resend` or `hold`. `broken_at` set (machine time): the
    provider refused the channel itself; nothing goes out on it until a test of it succeeds.
    """

    __tablename__ = "channel"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str] = mapped_column(String(1000))
    quiet_exempt: Mapped[bool] = mapped_column(Boolean, default=False)
    is_group: Mapped[bool] = mapped_column(Boolean, default=False)
    unknown: Mapped[str] = mapped_column(String(8), default="resend")
    broken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    broken_words: Mapped[str | None] = mapped_column(String(400))


class PersonChannelRow(Base):
    """Derived: the channels that reach a person, in the order in which they are tried (rank from 0).

    `refused_at` set: the provider said that this person cannot be reached there; skipped until the address or the roster changes.
    """

    __tablename__ = "person_channel"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(Integer)
    address: Mapped[str] = mapped_column(
        String(64), default="", server_default=""
    )  # a digest, to see whether it changed
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_words: Mapped[str | None] = mapped_column(String(400))


class PreferenceRow(Base):
    """What a person asked for: the order of channels (their ids in `office.yaml`), and the time of day of what is not urgent."""

    __tablename__ = "preference"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    channels: Mapped[Any] = mapped_column(CanonicalJson, default=list)
    digest_at: Mapped[str | None] = mapped_column(String(5))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SlipRow(Base):
    """A printed slip with a QR code that binds one phone to a person, once. Machine time.

    A newer slip of the same person ends the older ones.
    """

    __tablename__ = "slip"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeviceRow(Base):
    """A phone that is remembered as a person's. `digest` is of the cookie, which is kept nowhere here. Machine time."""

    __tablename__ = "device"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    how: Mapped[str] = mapped_column(String(12))
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CredentialRow(Base):
    """A certificate with the expiry date printed on it; a later one of the same kind replaces it.

    `state`: valid, suspended, revoked, cancelled. `type`: first, renewal, temporary.
    """

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("kind", "number", "expires_on"), Index(None, "holder_id", "kind"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(64))
    holder_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)
    issuer: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(12), default="valid")
    type: Mapped[str] = mapped_column(String(12), default="first", server_default="first")
