"""Other systems of the office that use the API: each has a key of its own, a list of what it may do, and perhaps a last day.

The key is shown once, when it is made; here rests its SHA-256. It is long and random, so that a plain digest is safe. Trails name
a client `api:KEY`.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import ApiClientRow
from schedules.dates_text import said_day
from schedules.errors import NotFound, Refused
from schedules.problems import nearest
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import Client
from tasks.duties.evidence import unseen

# What a client may do, one word for each kind of thing.
Scope = Literal[
    "attendance:write", "confirmations:write", "credentials:write", "events:write", "files:write", "messages:read", "obligations:read",
    "overdue:read",
]  # fmt: skip
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "duban_"  # tells people, and scanners of source code, what a leaked key is for
BYTES = 32
LONGEST = 128  # characters of a key worth looking at
SEEN_EVERY = timedelta(hours=1)
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Issued:
    """A client and its key, which nobody can read again."""

    client: ApiClientRow
    secret: str


def add_client(
    session: Session, *, key: str, title: str, scopes: Sequence[str], until: date | None, by: str, today: date, now: datetime,
    machine_now: datetime,
) -> Issued:  # fmt: skip
    """Let a system in. `until` is its last office day. Raise Refused for a name that is taken or none, and for unknown scopes."""
    if not _KEY.fullmatch(key):
        raise Refused(
            phrase("'{key}' cannot name a client: small letters, digits and -, at most 40", key=key[:40]), field="key"
        )  # fmt: skip
    words = title.strip() or key
    if unseen(words) or len(words) > 120:
        raise Refused(phrase("at most {n} characters", n=120), field="title")
    if until is not None and until < today:
        raise Refused(
            phrase("its last day {day} is over already", day=said_day(until, today=today)), field="until"
        )
    if session.scalar(select(ApiClientRow.id).where(ApiClientRow.key == key)) is not None:
        raise Refused(
            phrase("there is a client '{key}' already; give it a new key with rotate", key=key), field="key"
        )
    secret = _secret()
    row = ApiClientRow(
        key=key, title=words, digest=digest(secret), scopes=known_scopes(scopes), until_on=until, created_at=machine_now,
        created_by=by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    note(
        session, actor=by, act="api-client", subject_kind="api-client", subject_id=row.id, at=now, scopes=row.scopes,
        until=until.isoformat() if until else None,
    )  # fmt: skip
    return Issued(row, secret)


def known_scopes(scopes: Sequence[str]) -> list[str]:
    """The scopes, sorted, each once. Raise Refused for none, or one that there is not."""
    for scope in scopes:
        if scope not in SCOPES:
            what = phrase(
                "there is no scope '{scope}'; allowed: {allowed}",
                scope=scope[:40],
                allowed=nearest(scope, SCOPES),
            )
            raise Refused(what, field="scope")
    if not scopes:
        raise Refused(
            phrase("say what it may do; allowed: {allowed}", allowed=", ".join(SCOPES)), field="scope"
        )
    return sorted(set(scopes))


def rotate_client(session: Session, *, key: str, by: str, now: datetime) -> Issued:
    """Give a client a new key; the old one ends at once. Raise NotFound, or Refused if the client has ended."""
    row = _running(session, key)
    secret = _secret()
    row.digest = digest(secret)
    note(session, actor=by, act="api-rotate", subject_kind="api-client", subject_id=row.id, at=now)
    session.flush()
    return Issued(row, secret)


def end_client(session: Session, *, key: str, by: str, now: datetime, machine_now: datetime) -> ApiClientRow:
    """Shut a client out at once. Raise NotFound, or Refused if it has ended."""
    row = _running(session, key)
    row.ended_at, row.ended_by = machine_now, by
    note(session, actor=by, act="api-end", subject_kind="api-client", subject_id=row.id, at=now)
    session.flush()
    return row


def _running(session: Session, key: str) -> ApiClientRow:
    row = session.scalars(select(ApiClientRow).where(ApiClientRow.key == key).with_for_update()).one_or_none()
    if row is None:
        known = tuple(session.scalars(select(ApiClientRow.key).order_by(ApiClientRow.key)))
        raise NotFound(
            phrase(
                "there is no client '{key}'; allowed: {allowed}",
                key=key[:40],
                allowed=nearest(key, known) or "—",
            )
        )
    if row.ended_at is not None:
        raise Refused(phrase("the client '{key}' has ended; add one under another name", key=key))
    return row


def clients(session: Session) -> list[ApiClientRow]:
    """Every client there is or was, by name."""
    return list(session.scalars(select(ApiClientRow).order_by(ApiClientRow.key)))


def client_of(session: Session, secret: str, *, today: date) -> ApiClientRow | None:
    """The client whose key this is, if it still counts on that office day."""
    if not secret.isascii() or len(secret) > LONGEST:
        return None
    wanted = digest(secret)
    row = session.scalars(select(ApiClientRow).where(ApiClientRow.digest == wanted)).one_or_none()
    if row is None or not hmac.compare_digest(row.digest, wanted):
        return None
    over = row.ended_at is not None or (row.until_on is not None and row.until_on < today)
    return None if over else row


def unseen_lately(row: ApiClientRow, *, machine_now: datetime) -> bool:
    """Whether it is time to note that a client was here; once an hour is enough to tell which ones nobody uses."""
    return row.seen_at is None or machine_now - row.seen_at > SEEN_EVERY


def mark_seen(session: Session, client_id: int, *, machine_now: datetime) -> None:
    """Note that a client was here."""
    session.get_one(ApiClientRow, client_id).seen_at = machine_now


def name_of(row: ApiClientRow) -> Client:
    """How trails name a client."""
    return Client(f"api:{row.key}")


def digest(secret: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _secret() -> str:
    return PREFIX + secrets.token_urlsafe(BYTES)
