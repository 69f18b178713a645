"""The play of `duban demo`: steps the office clock, lets simulated people act, and tells about each month."""

import threading
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.messages import TAKEN, MessageRow
from models.obligations import ConfirmationRow, CreditRow, ObligationRow
from schedules.office import OfficeSpec
from tasks.live import Live, current
from tasks.simulation.simulate import People
from tasks.simulation.simulated_people import MixedPeople
from tasks.wake import next_wake
from worker import clock
from worker.bootstrap import Runtime
from worker.cli.language import _
from worker.cli.terminal import Refuse, say

POLL_SECONDS = 0.01
NUDGE_EVERY = 50  # polls; a nudge may get lost with Redis
STUCK_SECONDS = 120.0


class Nobody:
    """People who do nothing, so that all is left to whoever watches."""

    def act(self, session: Session, live: Live, *, now: datetime) -> int:
        """Do nothing."""
        return 0

    def next_at(self) -> datetime | None:
        """Never."""
        return None


class Play:
    """Steps the office clock, lets people act, and tells about each month.

    `pace`: seconds that the whole is to take at least, so that one can watch. `people`: who acts; without them people of all kinds.
    """

    def __init__(
        self,
        run: Runtime,
        office: OfficeSpec,
        stop: threading.Event,
        *,
        pace: float,
        people: People | None = None,
    ) -> None:
        self._run = run
        self._office = office
        self._stop = stop
        self._pace = pace
        self._people: People = people or MixedPeople()
        self._monthly = people is None  # a line for each month
        self._told = (0, 0)

    def until(self, end: datetime) -> None:
        """Play until the office clock reaches `end`, or until stopped."""
        began = clock.monotonic()
        with self._run.db.reading() as session:
            start = now = clock.office_now(session)
        while not self._stop.is_set():
            self._settle()
            following = self._next(now)
            if following is None or following >= end:
                self._tell(now, began)
                return
            if following.astimezone(self._office.tz).month != now.astimezone(self._office.tz).month:
                self._tell(now, began)
            now = following
            self._stop.wait(
                max(0.0, began + self._pace * ((now - start) / (end - start)) - clock.monotonic())
            )
            with self._run.db.writing.begin() as session:
                clock.step(session, now)
            self._run.nudger.nudge()

    def stand_at(self, at: datetime) -> None:
        """Step on to exactly this instant and wait until all that is due by then was done."""
        with self._run.db.writing.begin() as session:
            clock.step(session, at)
        self._run.nudger.nudge()
        self._settle()

    def _settle(self) -> None:
        """Wait until nothing is due or on the wire and nobody does anything more at this instant."""
        while not self._stop.is_set():
            self._wait_until_idle()
            with self._run.db.writing.begin() as session:
                acted = self._people.act(session, current(session), now=clock.office_now(session))
            if not acted:
                return
            self._run.nudger.nudge()

    def _wait_until_idle(self) -> None:
        end = clock.monotonic() + STUCK_SECONDS
        polls = 0
        while not self._stop.is_set():
            with self._run.db.reading() as session:
                if _idle(session):
                    return
            polls += 1
            if polls % NUDGE_EVERY == 0:
                self._run.nudger.nudge()
            if clock.monotonic() > end:
                raise Refuse(_("nothing moves any more; see {folder}").format(folder=self._run.settings.logs))
            self._stop.wait(POLL_SECONDS)

    def _next(self, now: datetime) -> datetime | None:
        with self._run.db.reading() as session:
            office = next_wake(session).office
        return min(
            (at for at in (office, self._people.next_at()) if at is not None and at > now), default=None
        )

    def _tell(self, now: datetime, began: float) -> None:
        """One line about the month that ends."""
        if not self._monthly:
            return
        with self._run.db.reading() as session:
            sent, done, overdue, waiting = _figures(session, now.astimezone(self._office.tz).date())
        before, self._told = self._told, (sent, done)
        say(
            _("{month}: {sent} messages, {done} recorded; open {waiting}, overdue {overdue} ({seconds} s)").format(
                month=f"{now.astimezone(self._office.tz):%Y-%m}", sent=sent - before[0], done=done - before[1], waiting=waiting,
                overdue=overdue, seconds=round(clock.monotonic() - began),
            )
        )  # fmt: skip


def _idle(session: Session) -> bool:
    """Whether nothing is due at the office's instant and nothing is being sent."""
    wake = next_wake(session)
    now = clock.office_now(session)
    due = wake.office is not None and wake.office <= now
    return not due and wake.lease_at is None


def _figures(session: Session, today: date) -> tuple[int, int, int, int]:
    """Messages sent, deeds recorded, duties overdue, duties open."""
    is_open = ObligationRow.state == "open"

    def count(query: object) -> int:
        return int(session.scalar(query) or 0)  # type: ignore[call-overload]

    sent = count(select(func.count()).select_from(MessageRow).where(MessageRow.state.in_(TAKEN)))
    recorded = count(select(func.count()).select_from(ConfirmationRow)) + count(
        select(func.count()).select_from(CreditRow)
    )
    overdue = count(
        select(func.count()).select_from(ObligationRow).where(is_open, ObligationRow.due_on < today)
    )
    waiting = count(select(func.count()).select_from(ObligationRow).where(is_open))
    return sent, recorded, overdue, waiting
