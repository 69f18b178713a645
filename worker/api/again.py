"""A request that is sent again under the same idempotency key: it gets the same answer, and its effect happens once.

After draft-ietf-httpapi-idempotency-key-header: the answer is kept in the transaction of its effect, so that there is never one
without the other. What a rule refused is kept too; what was not understood, not allowed or too much is not, and may be sent anew.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.access import ApiAnswerRow
from schedules.words import phrase
from worker.api.problems import Problem

KEPT = timedelta(days=7)  # machine time; a client that still asks after that asks anew
REPLAYED = "Idempotent-Replayed"
AGAIN_SECONDS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client is told."""

    status: int
    body: dict[str, Any]
    replayed: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Says whether it is the answer to an earlier request."""
        return {REPLAYED: "true"} if self.replayed else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A request under a key: `fingerprint` is of its method, address and body."""

    client_id: int
    key: str
    fingerprint: str


def fingerprint(method: str, path: str, body: str) -> str:
    """A digest by which two requests are the same."""
    return hashlib.sha256("\n".join((method, path, body)).encode()).hexdigest()


def once(session: Session, attempt: Attempt, act: Callable[[], Answer], *, machine_now: datetime) -> Answer:
    """The kept answer, or `act` and keep its answer. Raise Problem if the key belongs to another request, or one is still at work."""
    _take_turn(session, attempt)
    known = session.get(ApiAnswerRow, (attempt.client_id, attempt.key), populate_existing=True)
    if known is not None and machine_now - known.at <= KEPT:
        if known.request != attempt.fingerprint:
            raise Problem(
                "key-reused", phrase("An earlier request had this key; use a new one for each request.")
            )
        return Answer(status=known.status, body=known.body, replayed=True)
    session.execute(
        delete(ApiAnswerRow).where(
            ApiAnswerRow.client_id == attempt.client_id, ApiAnswerRow.at < machine_now - KEPT
        )
    )
    answer = act()
    session.add(
        ApiAnswerRow(
            client_id=attempt.client_id, key=attempt.key, request=attempt.fingerprint, status=answer.status, body=answer.body,
            at=machine_now,
        )
    )  # fmt: skip
    session.flush()
    return answer


def _take_turn(session: Session, attempt: Attempt) -> None:
    """Be the only one at work on this key until the transaction ends.

    SQLite has one writer at a time anyhow. PostgreSQL has many: a lock that is not in the tables, as there is no row yet.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    number = int.from_bytes(
        hashlib.sha256(f"{attempt.client_id} {attempt.key}".encode()).digest()[:8], signed=True
    )
    if not session.scalar(select(func.pg_try_advisory_xact_lock(number))):
        raise Problem(
            "in-progress", phrase("The first request with this key is not answered yet; ask again in a second."),
            headers={"Retry-After": str(AGAIN_SECONDS)},
        )  # fmt: skip
