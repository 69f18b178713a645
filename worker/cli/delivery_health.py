"""What `duban doctor` says of delivery: what `/healthz` counts, here with names and with what to do."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.schedules import OfficeStateRow
from tasks.delivery.auditor import Findings, examine
from tasks.delivery.broken import broken
from tasks.delivery.unreached import unreached
from worker.cli.finding import Finding
from worker.cli.language import _
from worker.clock import machine_now, office_now

MOST_NAMED = 20


def of_delivery(session: Session) -> Iterator[Finding]:
    """Channels that a provider refused, people whom no message reaches, and what is due but not out."""
    if session.scalar(select(OfficeStateRow.version_id).where(OfficeStateRow.id == 1)) is None:
        return
    now = office_now(session)
    for channel in broken(session):
        yield Finding(
            subject=_("channels"),
            level="wrong",
            what=_("'{channel}' was refused by its provider and is stopped: {words}.").format(
                channel=channel.key, words=channel.broken_words
            ),
            advice=_("Correct it, then: duban channels test {channel}").format(channel=channel.key),
        )
    if names := [each.name for each in unreached(session, now=now)]:
        more = _(", ").join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])])
        yield Finding(
            subject=_("messages"),
            level="wrong",
            what=_("Got no message: {people}.").format(people=more),
            advice=_(
                "Tell them in person and correct the roster; or, once a channel takes them again: duban channels test CHANNEL --to PERSON"
            ),
        )
    yield from _late(examine(session, now=now, machine_now=machine_now()))


def _late(found: Findings) -> Iterator[Finding]:
    ages = (found.unsent_seconds, found.unswept_seconds, found.frozen_seconds)
    late = max((age for age in ages if age is not None), default=None)
    if late is not None:
        yield Finding(
            subject=_("messages"),
            level="wrong",
            what=_("Something has been due for {n} minutes and is not sent.").format(n=max(1, late // 60)),
            advice=_("See whether beat, the workers and Redis are at work."),
        )
