"""The running system through a span of days: beat, workers and Redis as processes, the office clock stepping, people who follow a script.

What was told is read from the ledger in the shape that `duban simulate --json` prints, and beside it what a provider on loopback took.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import TAKEN, MessageRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import ChannelRow, PartyRow, RecipientRow
from models.schedules import ScheduleRow
from schedules.words import Gettext
from tasks.apply import apply
from tasks.delivery import links
from tasks.live import current
from tasks.simulation.scripted_people import Scripted, Surprise
from tasks.simulation.simulate import items_of
from worker import clock
from worker.bootstrap import Runtime
from worker.cli.demo import supervised
from worker.cli.loading import load_office
from worker.cli.play import Play
from worker.cli.running import prepare_tables
from worker.cli.script_file import load_script
from worker.settings import Settings
from worker.tables import as_texts

SECONDS = 240.0  # after which a run that hangs is stopped


Duty = tuple[
    str, str, str, str, str, str | None, str | None
]  # schedule, key, part, party, state, due on, done on


@dataclass(frozen=True)
class Run:
    """What the ledger holds of messages that were sent, in order, and how many it holds that were not; what became of duties."""

    told: list[dict[str, Any]]
    unsent: Mapping[str, int]
    surprises: list[Surprise]
    duties: set[Duty]


def really_run(environ: Mapping[str, str], script: Path, first: date, last: date) -> tuple[Runtime, Run]:
    """Play the days [first, last] by the script in the office that `environ` names. The caller closes the runtime."""
    settings = Settings.load(environ)
    prepare_tables(settings)
    run = Runtime(settings)
    office, files = load_office(settings.office)
    start, end = (
        datetime.combine(day, time(), tzinfo=office.tz).astimezone(UTC)
        for day in (first, last + timedelta(days=1))
    )
    people = Scripted(load_script(script), run.cipher, run.gettext, office.tz)
    with run.db.writing.begin() as session:
        apply(session, office, as_texts(files), by="demo", now=start, cipher=run.cipher)
        clock.step(session, start)
    stop = threading.Event()
    alarm = threading.Timer(SECONDS, stop.set)
    alarm.start()
    try:
        with supervised(run, verbose=False, stop=stop):
            Play(run, office, stop, pace=0.0, people=people).until(end)
        assert not stop.is_set(), "the running system hangs"
    finally:
        alarm.cancel()
    with run.db.reading() as session:
        return run, Run(
            _told(session, run.gettext), _unsent(session, end), people.surprises, _duties(session)
        )


def _told(session: Session, gettext: Gettext) -> list[dict[str, Any]]:
    live = current(session)
    query = (
        select(MessageRow, RecipientRow.key, ChannelRow.key)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .where(MessageRow.state.in_(TAKEN))
        .order_by(MessageRow.sent_at, MessageRow.id)
    )
    rows = session.execute(query).all()
    items = items_of(session, live, gettext, [message.id for message, _recipient, _channel in rows])
    return [
        {
            "at": message.sent_at.astimezone(live.office.tz).isoformat() if message.sent_at else None, "recipient": recipient,
            "channel": channel, "title": message.title, "body": links.mask(message.body or "", gettext("[personal link]")),
            "items": items.get(message.id, []), "released": message.released_by is not None,
        }
        for message, recipient, channel in rows
    ]  # fmt: skip


def _unsent(session: Session, end: datetime) -> Mapping[str, int]:
    """What should have gone out before `end` and did not, by state."""
    query = select(MessageRow.state).where(
        MessageRow.state.not_in((*TAKEN, "withdrawn")), MessageRow.send_at < end
    )
    states = session.scalars(query).all()
    return {state: states.count(state) for state in states}


def _duties(session: Session) -> set[Duty]:
    """Every duty as it stands, but those of people who came to a gathering or are only expected, and what was over before."""
    query = (
        select(ScheduleRow.key, OccurrenceRow.key, ObligationRow, PartyRow.key)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ObligationRow.state.not_in(("expected", "history")))
    )
    return {
        (schedule, key, duty.part, party, duty.state, _iso(duty.due_on), _iso(duty.done_on))
        for schedule, key, duty, party in session.execute(query)
        if duty.closed_why != "present"
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
