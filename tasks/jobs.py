"""The Celery functions, and nothing else: transaction in, use case, ask for what follows. No argument ever names a person or a time.

All may vanish with the broker or run twice: the database says what is due, beat asks again.
"""

import logging

from celery import shared_task
from sqlalchemy.orm import Session

from models.queries.ledger import LEASE, waiting
from schedules.errors import NotFound
from tasks.delivery import deliver as ledger
from tasks.delivery.auditor import examine, speak_up
from tasks.job_names import AUDIT, CLAIM, DELIVER, OPEN, RESCUE, SWEEP, deliverers
from tasks.live import Live
from tasks.live import current as live_office
from tasks.open import open_due
from tasks.runtime import Runtime, current
from tasks.sweep import sweep as sweep_chunk

log = logging.getLogger(__name__)

BUDGET_SECONDS = 20.0  # of one deliver job; then it asks for another, so that no job keeps a thread
BREATH_SECONDS = 0.01  # between two chunks, so that a confirmation gets its turn on SQLite
SLOW_SECONDS = 10.0  # a batch that took longer makes the next ones smaller


@shared_task(name=OPEN, ignore_result=True)
def open_occurrences() -> None:
    """Open what begins; its first rungs may be due at once."""
    run = current()
    with run.db.writing.begin() as session:
        run.seen(session, "sweep")
        live = applied(session)
        opened = open_due(session, live, now=run.office_now(session)) if live else None
    if opened and opened.obligations:
        log.info("opened %d occurrences, %d obligations", opened.occurrences, opened.obligations)
    run.ask(SWEEP)


@shared_task(name=SWEEP, ignore_result=True)
def sweep() -> None:
    """Turn what is due into messages, chunk by chunk, and ask for as many deliverers as there is work."""
    run = current()
    while True:
        with run.db.writing.begin() as session:
            run.seen(session, "sweep")
            live = applied(session)
            if live is None:
                return
            now = run.office_now(session)
            swept = sweep_chunk(session, live, now=now)
            left = waiting(session, now=now)
        if swept.reminders:
            log.info("swept %d obligations: %d reminders", swept.seen, swept.reminders)
        if not swept.full or run.stopping:
            break
        run.pause(BREATH_SECONDS)
    run.ask(DELIVER, times=deliverers(left))


@shared_task(name=RESCUE, ignore_result=True)
def rescue() -> None:
    """Take back what a dead or frozen sender left behind."""
    run = current()
    with run.db.writing.begin() as session:
        run.seen(session, "sweep")
        count = ledger.rescue(session, now=run.office_now(session), machine_now=run.machine_now())
    if count:
        log.warning("took back %d messages whose sender died or froze", count)
        run.ask(DELIVER, times=deliverers(count))


@shared_task(name=AUDIT, ignore_result=True)
def audit() -> None:
    """Look whether delivery does what it promises; an outside monitor hears of it only while all is well."""
    run = current()
    with run.db.writing.begin() as session:
        run.seen(session, "sweep")
        live = applied(session)
        if live is None:
            return
        now = run.office_now(session)
        told = speak_up(session, live, now=now)
        found = examine(session, now=now, machine_now=run.machine_now())
    if told:
        run.ask(DELIVER)
    if found.well:
        run.beat_heart()
    else:
        log.warning("delivery: %s", found)


@shared_task(name=DELIVER, ignore_result=True)
def deliver() -> None:
    """Claim, send, record, until nothing is due or the time of one job is over."""
    run = current()
    end = run.monotonic() + BUDGET_SECONDS
    limit = CLAIM
    more = True
    while more and not run.stopping:
        if run.monotonic() > end:
            run.ask(DELIVER)
            return
        began = run.monotonic()
        more = deliver_batch(run, limit)
        if run.monotonic() - began > SLOW_SECONDS:
            limit = max(1, limit // 4)  # what cannot be sent within its lease must not be claimed


def deliver_batch(run: Runtime, limit: int) -> bool:
    """Claim and deliver one batch; whether there may be more for this job.

    A batch may come out empty because nothing in it was worth sending any more; then there is more while less waits than before. What
    waits and cannot be claimed (all sending is stopped, others hold it) is no work: beat asks again.
    """
    with run.db.writing.begin() as session:
        run.seen(session, "deliver")
        live = applied(session)
        if live is None:
            return False
        now, machine_now = run.office_now(session), run.machine_now()
        before = waiting(session, now=now)
        batch = ledger.claim(
            session,
            live,
            run.texts,
            run.cipher,
            now=now,
            machine_now=machine_now,
            owner=run.owner,
            limit=limit,
        )
        more = bool(batch) or 0 < waiting(session, now=now) < before
    if batch:
        run.deliver(batch, now=now, lease_until=machine_now + LEASE)
    return more


def applied(session: Session) -> Live | None:
    """The office in force; None before the first `duban apply`."""
    try:
        return live_office(session)
    except NotFound:
        return None
