"""Who else may come in: inspectors with an end date, links that are used once, calendar feeds, and the programs that use the API."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import CanonicalJson, UtcDateTime


class InspectorRow(Base):
    """Somebody from outside who may read everything until `until_on` (the last office day), and change nothing.

    `body` is the authority that sends them. Trails name them `inspector:ID`. Machine time.
    """

    __tablename__ = "inspector"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(120), default="")
    until_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(64))


class SpentLinkRow(Base):
    """A link that works once and has been used. `digest` is of what makes it its own; rows older than it lives may go. Machine time."""

    __tablename__ = "spent_link"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FeedRow(Base):
    """An address from which a calendar program fetches a person's duties until it is ended. A newer one ends the older. Machine time."""

    __tablename__ = "feed"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiClientRow(Base):
    """Another system of the office. `digest` is of its key, which is kept nowhere here; `scopes` a sorted list of texts. Machine time.

    Trails name it `api:KEY`.
    """

    __tablename__ = "api_client"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[Any] = mapped_column(CanonicalJson, default=list)
    until_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(64))


class ApiAnswerRow(Base):
    """What a client was answered to a request with an idempotency key: asked again, it gets the same. Machine time.

    `request` is a digest of method, path and body: another request under the same key is refused.
    """

    __tablename__ = "api_answer"
    client_id: Mapped[int] = mapped_column(ForeignKey("api_client.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[Any] = mapped_column(CanonicalJson)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
