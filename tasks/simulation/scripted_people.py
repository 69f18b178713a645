"""People for a simulation who follow a script; see `script.py`. Everything goes through the use cases of real people.

What the script does not confirm is confirmed by the others on the working day before it is due, at 10:00, or by nobody. Drafts are released
and records agreed to at once.
"""

import heapq
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.errors import Refused
from schedules.grammar import Attendance, FromRegister, LaterCredential, Quota, Schedule
from schedules.instants import instant
from schedules.words import Gettext, phrase
from tasks.duties.evidence import BadEvidence
from tasks.live import Live, definition
from tasks.roster.people import Cipher
from tasks.simulation.script import AnyDeed, Script
from tasks.simulation.scripted_deeds import Doer
from tasks.simulation.simulated_clerk import Clerk
from tasks.simulation.simulated_people import agree
from tasks.wording.texts import standard

MORNING = time(10, 0)
ONE_DAY = timedelta(days=1)


@dataclass(order=True, frozen=True, slots=True)
class Planned:
    """A duty that one of the others will confirm."""

    at: datetime
    obligation_id: int


@dataclass(frozen=True, slots=True)
class Surprise:
    """A deed that went otherwise than the script says: refused in these words, or not refused."""

    deed: AnyDeed
    words: str


@dataclass
class Scripted:
    """`act` does what the script says by then; see `tasks.simulation.simulate.People`. `surprises`: what went otherwise."""

    script: Script
    cipher: Cipher
    gettext: Gettext
    tz: tzinfo
    surprises: list[Surprise] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._deeds = sorted(self.script.deeds, key=lambda deed: deed.at)
        self._next = 0
        self._planned: list[Planned] = []
        self._decided: set[int] = set()
        self._clerk = Clerk(standard())

    @property
    def outside(self) -> int:
        """How many deeds were not done, since their instant was not reached."""
        return len(self._deeds) - self._next

    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        instants = [self._planned[0].at] if self._planned else []
        if self._next < len(self._deeds):
            instants.append(self._instant(self._deeds[self._next]))
        return min(instants, default=None)

    def _instant(self, deed: AnyDeed) -> datetime:
        return deed.at.replace(tzinfo=self.tz).astimezone(UTC)

    def act(self, session: Session, live: Live, *, now: datetime) -> int:
        """Release, agree, follow the script, and let the others do what they planned; how many things were done."""
        if self.script.others == "punctual":
            self._plan(session, live, now=now)
        count = self._clerk.act(session, live, now=now) + agree(session, live, now=now)
        while self._next < len(self._deeds) and self._instant(self._deeds[self._next]) <= now:
            deed = self._deeds[self._next]
            self._next += 1
            count += self._follow(session, live, deed, now=now)
        while self._planned and self._planned[0].at <= now:
            count += self._others(session, live, heapq.heappop(self._planned), now=now)
        return count

    def _follow(self, session: Session, live: Live, deed: AnyDeed, *, now: datetime) -> int:
        try:
            with session.begin_nested():
                self._doer(session, live, now).do(deed)
        except Refused as error:
            words = self._said(error)
            if deed.refused is None or deed.refused not in words:
                self.surprises.append(Surprise(deed, words))
            return 0
        if deed.refused is not None:
            self.surprises.append(Surprise(deed, phrase("this was not refused").text(self.gettext)))
        return 1

    def _said(self, error: Refused) -> str:
        faults = error.faults if isinstance(error, BadEvidence) else []
        return "；".join(each.text(self.gettext) for each in (error.what, *(words for _, words in faults)))

    def _doer(self, session: Session, live: Live, now: datetime) -> Doer:
        return Doer(session=session, live=live, now=now, cipher=self.cipher)

    def _plan(self, session: Session, live: Live, *, now: datetime) -> None:
        new = (
            set(session.scalars(select(ObligationRow.id).where(ObligationRow.state == "open")))
            - self._decided
        )
        if not new:
            return
        query = (
            select(ObligationRow, OccurrenceRow, ScheduleRow.key)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ObligationRow.id.in_(new))
            .order_by(ObligationRow.id)
        )
        for duty, occurrence, key in session.execute(query):
            self._decided.add(duty.id)
            schedule = definition(session, occurrence.version_id)
            mine = self.script.left_alone(key, occurrence.key, duty.part)
            if not mine and _theirs(schedule, duty.part):
                at = _when(live, schedule, duty, occurrence, now=now)
                if at is not None:
                    heapq.heappush(self._planned, Planned(at, duty.id))

    def _others(self, session: Session, live: Live, planned: Planned, *, now: datetime) -> int:
        try:
            with session.begin_nested():
                return int(self._doer(session, live, now).meet(planned.obligation_id))
        except Refused:
            return 0  # a gate that the script has not opened yet; who owes it is reminded


def _theirs(schedule: Schedule, part: str) -> bool:
    """Whether somebody can confirm it out of hand: a certificate is brought by its step, attendance by the record."""
    return not (isinstance(schedule.done, LaterCredential) and part == "")


def _when(
    live: Live, schedule: Schedule, duty: ObligationRow, occurrence: OccurrenceRow, *, now: datetime
) -> datetime | None:
    if isinstance(schedule.done, Attendance) and duty.part == "record":
        return max(now, (occurrence.starts_at or now) + timedelta(minutes=90))
    if isinstance(schedule.done, Quota):
        return _morning(live, live.today(now) + ONE_DAY, now=now)
    if isinstance(schedule.done, FromRegister) and schedule.done.declared and duty.due_on is not None:
        last = live.office.calendar.previous_workday(duty.due_on)  # a zero is declared when the time is over
        return _morning(live, last, now=now)
    if duty.due_on is None:
        return None  # no term: only when the script says so
    return _morning(live, live.office.calendar.previous_workday(duty.due_on - ONE_DAY), now=now)


def _morning(live: Live, day: date, *, now: datetime) -> datetime:
    return max(now, instant(live.office.calendar.next_workday(day), MORNING, live.office.tz))
