"""The ledger: claim with a lease and a counted attempt, look again, compose; later record what the provider said.

Two short transactions with the sending between them. What a crash can repeat is only what was on the wire.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.messages import AttemptRow, MessageRow
from models.people import ChannelRow
from models.queries import ledger
from schedules.quiet import next_sending
from tasks.compose import compose
from tasks.live import Live
from tasks.outcomes import Outcome, Result
from tasks.outgoing import Outgoing
from tasks.people import Cipher
from tasks.texts import Texts

MOST_ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))


def claim(
    session: Session,
    live: Live,
    texts: Texts,
    cipher: Cipher,
    *,
    now: datetime,
    machine_now: datetime,
    owner: str,
    limit: int = 16,
) -> list[Outgoing]:
    """Claim up to `limit` due messages and return those still worth sending, composed as of `now`."""
    ids = ledger.claim(session, now=now, machine_now=machine_now, owner=owner, limit=limit)
    if not ids:
        return []
    standing = ledger.look_again(
        session, ids, now=now, later=next_sending(now, live.office), today=live.today(now)
    )
    return compose(session, live, texts, cipher, standing, now=now)


def record(session: Session, results: Sequence[Result], *, now: datetime, machine_now: datetime) -> int:
    """Write results, each fenced by its attempt. Return how many still were ours; the others had been taken over."""
    ours = 0
    attempts: list[dict[str, object]] = []
    for result in results:
        state, retry_at = _verdict(session, result, now=now)
        if state == "retry" and (twin := ledger.open_twin(session, result.message_id)) is not None:
            ledger.absorb(session, result.message_id, into=twin)
            ours += 1
        else:
            ours += session.execute(
                ledger.RECORD,
                {
                    "state": state,
                    "reason": result.words[:400] if state != "sent" else None,
                    "retry_at": retry_at,
                    "sent_at": now if state == "sent" else None,
                    "message_id": result.message_id,
                    "attempt": result.attempt,
                },
            ).rowcount  # type: ignore[attr-defined]
        attempts.append(
            {
                "message_id": result.message_id,
                "no": result.attempt,
                "ended_at": machine_now,
                "outcome": result.outcome,
                "words": result.words[:400],
            }
        )
    if attempts:
        session.execute(insert(AttemptRow), attempts)
    return ours  # fmt: skip


def _verdict(session: Session, result: Result, *, now: datetime) -> tuple[str, datetime | None]:
    """The state that follows from an outcome, and when to try again."""
    if result.outcome in (Outcome.SENT, Outcome.UNVERIFIED):
        return result.outcome, None
    if result.outcome in (Outcome.CHANNEL, Outcome.PERSON, Outcome.CONTENT):
        return "failed", None
    if result.outcome is Outcome.UNKNOWN and _policy(session, result.message_id) == "hold":
        return "unknown", None
    if result.attempt >= MOST_ATTEMPTS:
        return "unknown" if result.outcome is Outcome.UNKNOWN else "failed", None
    wait = BACK_OFF[min(result.attempt, len(BACK_OFF)) - 1]
    if result.retry_after is not None:
        wait = max(wait, timedelta(seconds=result.retry_after))
    return "retry", now + wait


def rescue(session: Session, *, now: datetime, machine_now: datetime) -> int:
    """Take back messages whose sender died or froze: sent again, or left as unknown where the channel says `hold`."""
    lapsed = ledger.lapse(session, machine_now=machine_now)
    for message_id in lapsed:
        message = session.get_one(MessageRow, message_id, populate_existing=True)
        if _policy(session, message_id) == "hold" or message.attempt >= MOST_ATTEMPTS:
            continue
        twin = ledger.open_twin(session, message_id)
        if twin is not None:
            ledger.absorb(session, message_id, into=twin)
        else:
            message.state, message.send_at = "retry", now
        session.flush()
    return len(lapsed)


def _policy(session: Session, message_id: int) -> str | None:
    return session.scalar(
        select(ChannelRow.unknown)
        .join(MessageRow, MessageRow.channel_id == ChannelRow.id)
        .where(MessageRow.id == message_id)
    )
