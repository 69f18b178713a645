"""The ledger: claim with a lease and a counted attempt, look again, compose; later record what the provider said.

Two short transactions with the sending between them. What a crash can repeat is only what was on the wire.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.queries import ledger
from models.types import UtcDateTime
from schedules.quiet import next_sending
from schedules.states import Message
from tasks.delivery.bundle import bundled
from tasks.delivery.compose import compose
from tasks.delivery.divert import keep_quiet, leave_broken, leave_given_up, put_on_paper
from tasks.delivery.fallback import after_refusal, may_be_sent_again
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.outgoing import Outgoing
from tasks.duties.urge import leave_out_done
from tasks.live import Live
from tasks.roster.people import Cipher
from tasks.wording.texts import Texts

__all__ = ["Result", "claim", "record", "rescue"]

FINAL = (Outcome.SENT, Outcome.UNVERIFIED)
LAPSED = "lease-lapsed"
# What a message may be when its answer comes: its lease may have lapsed meanwhile.
UNSETTLED = (Message.SENDING, Message.UNKNOWN, Message.RETRY)
# The channel is the one on which the message stood while it was tried, so this comes before anything moves it. An answer that comes
# after its lease was taken for lost stands instead of that.
NOTE_ATTEMPT = text(
    """
    INSERT INTO attempt (message_id, no, channel_id, ended_at, outcome, code, words)
    SELECT id, :attempt, channel_id, :ended_at, :outcome, :code, :words FROM message WHERE id = :message_id
    ON CONFLICT (message_id, no) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome, code = excluded.code,
      words = excluded.words
    """
).bindparams(bindparam("ended_at", type_=UtcDateTime()))


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
    """Claim up to `limit` due messages and return those still worth sending, composed as of `now`; one for each reader and channel."""
    keep_quiet(session, live, now=now)
    given_up = leave_given_up(session, live, now=now)
    leave_broken(session, live, now=now)
    wireless = {*given_up, *put_on_paper(session, live)}
    ids = ledger.claim(session, now=now, machine_now=machine_now, owner=owner, limit=limit, but=wireless)
    if not ids:
        return []
    leave_out_done(session, ids)
    standing = ledger.look_again(
        session, ids, now=now, later=next_sending(now, live.office), today=live.today(now)
    )
    return bundled(compose(session, live, texts, cipher, standing, now=now))


def record(session: Session, results: Sequence[Result], *, now: datetime, machine_now: datetime) -> int:
    """Write results, each fenced by its attempt. Return how many still were ours; the others had been taken over."""
    tried = [each for each in results if each.outcome is not Outcome.LATER]
    if tried:
        session.execute(NOTE_ATTEMPT, [_attempt(each, machine_now) for each in tried])
    ours = _finish(session, [each for each in results if each.outcome in FINAL], now=now)
    for result in results:
        if result.outcome not in FINAL and (message := _still_ours(session, result)) is not None:
            after_refusal(session, message, result, now=now, machine_now=machine_now)
            ours += 1
    return ours


def _attempt(result: Result, ended_at: datetime) -> dict[str, object]:
    return {
        "message_id": result.message_id, "attempt": result.attempt, "ended_at": ended_at, "outcome": str(result.outcome),
        "code": result.code[:40], "words": result.words[:400],
    }  # fmt: skip


def _finish(session: Session, results: Sequence[Result], *, now: datetime) -> int:
    """The fast way of what went well: one statement for all."""
    if not results:
        return 0
    values = [
        {
            "state": str(each.outcome), "reason": None, "retry_at": None, "sent_at": now, "message_id": each.message_id,
            "attempt": each.attempt,
        }
        for each in results
    ]  # fmt: skip
    return session.execute(ledger.RECORD, values).rowcount  # type: ignore[attr-defined, no-any-return]


def _still_ours(session: Session, result: Result) -> MessageRow | None:
    """The message, locked, unless somebody else has taken it over since, or it was kept back or joined to another."""
    message = session.get(MessageRow, result.message_id, with_for_update=True, populate_existing=True)
    if message is None or message.attempt != result.attempt or message.state not in UNSETTLED:
        return None
    return message


def rescue(session: Session, *, now: datetime, machine_now: datetime) -> int:
    """Take back messages whose sender died or froze: sent again, or left as unknown where the channel says `hold`."""
    lapsed = ledger.lapse(session, machine_now=machine_now)
    for message_id in lapsed:
        message = session.get_one(MessageRow, message_id, populate_existing=True)
        died = Result(message_id=message_id, attempt=message.attempt, outcome=Outcome.UNKNOWN, words=LAPSED)
        session.execute(NOTE_ATTEMPT, _attempt(died, machine_now))
        if not may_be_sent_again(session, message):
            continue
        twin = ledger.open_twin(session, message_id)
        if twin is not None:
            ledger.absorb(session, message_id, into=twin, send_at=now)
        else:
            message.state, message.send_at = "retry", now
        session.flush()
    return len(lapsed)
