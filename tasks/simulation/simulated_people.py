"""People for a simulation: some confirm early, some in time, some late, some never. The same seed makes the same people.

The clerk releases every draft at once, approvers agree at once, the study secretary records each gathering with a few absentees, hours
come in through the year, the keeper brings new certificates. Everything goes through the same use cases as real people's deeds.
"""

import hashlib
import heapq
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from models.schedules import ScheduleRow
from schedules.errors import Refused
from schedules.grammar import Attendance, FromRegister, LaterCredential, Quota, Schedule
from schedules.parts import evidence_of
from schedules.quota import counts_up
from tasks.duties.approve import approve
from tasks.duties.children import ChildEntry
from tasks.duties.confirm import confirm
from tasks.duties.credit import add_credit
from tasks.duties.held import HELD_ON, span_held
from tasks.gatherings.attend import Mark, record_session
from tasks.live import Live, definition
from tasks.simulation.simulated_clerk import Clerk
from tasks.simulation.simulated_counts import (
    Behaviour,
    amount_of,
    counting_days,
    enter,
    filled_in,
    office_hour,
)
from tasks.wording.texts import standard

SHARES: tuple[tuple[Behaviour, float], ...] = (
    ("early", 0.35),
    ("in-time", 0.47),
    ("late", 0.13),
    ("never", 0.05),
)
ONE_DAY = timedelta(days=1)
COURSE_TITLES = ("行政处罚法专题", "民法典学习", "执法规范化培训", "案卷评查", "旁听庭审", "网上法治课堂")
PROBLEMS = ("案卷归档不及时", "公示信息更新不及时", "执法记录仪使用不规范", "法律顾问审核留痕不全")
Open = Row[ObligationRow, OccurrenceRow, str, PartyRow]


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """Something that somebody will do."""

    at: datetime
    obligation_id: int
    course: int = 0


class MixedPeople:
    """`act` does what was decided by then and decides about what is new; see `tasks.simulation.simulate.People`."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._deeds: list[Deed] = []
        self._decided: set[int] = set()
        self._clerk = Clerk(standard())
        self.refused: list[str] = []

    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        return self._deeds[0].at if self._deeds else None

    def act(self, session: Session, live: Live, *, now: datetime) -> int:
        """Release, agree, and do what was decided to be done by `now`; how many things were done."""
        self._decide(session, live, now=now)
        done = self._clerk.act(session, live, now=now) + agree(session, live, now=now)
        while self._deeds and self._deeds[0].at <= now:
            deed = heapq.heappop(self._deeds)
            done += self._tried(session, live, deed, now=now)
        return done

    def _tried(self, session: Session, live: Live, deed: Deed, *, now: datetime) -> int:
        try:
            with session.begin_nested():
                return int(self._do(session, live, deed, now=now))
        except Refused as error:
            self.refused.append(f"{deed.at:%Y-%m-%d} {deed.obligation_id}: {error}")
            return 0

    def _decide(self, session: Session, live: Live, *, now: datetime) -> None:
        for duty, occurrence, key, party in self._undecided(session):
            self._decided.add(duty.id)
            dice = self._dice(key, occurrence.key, occurrence.subject, duty.part, party.kind, party.key)
            schedule = definition(session, occurrence.version_id)
            for deed in _deeds(dice, live, schedule, duty, occurrence, now=now):
                heapq.heappush(self._deeds, deed)

    def _undecided(self, session: Session) -> Sequence[Open]:
        is_open = select(ObligationRow.id).where(ObligationRow.state == "open")
        new = set(session.scalars(is_open)) - self._decided
        if not new:
            return []
        query = (
            select(ObligationRow, OccurrenceRow, ScheduleRow.key, PartyRow)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(ObligationRow.id.in_(new))
            .order_by(ObligationRow.id)
        )
        return session.execute(query).all()

    def _dice(self, *what: object) -> Random:
        """Chance that depends on nothing but the seed and the duty's lasting names."""
        text = "|".join(str(part) for part in (self._seed, *what))
        return Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))  # noqa: S311 - play, not secrecy

    def _do(self, session: Session, live: Live, deed: Deed, *, now: datetime) -> bool:
        """Do one thing if it is still to be done."""
        duty = session.get_one(ObligationRow, deed.obligation_id, populate_existing=True)
        if duty.state != "open":
            return False
        occurrence = session.get_one(OccurrenceRow, duty.occurrence_id)
        schedule = definition(session, occurrence.version_id)
        dice = self._dice("deed", occurrence.key, occurrence.subject, duty.part, duty.party_id, deed.course)
        today = live.today(now)
        if isinstance(schedule.done, Quota):
            with suppress(Refused):  # three courses on one day may be more than it holds
                add_credit(
                    session, live, obligation_id=duty.id, amount=amount_of(dice, schedule.done), kind="", done_on=today, by=None,
                    title=dice.choice(COURSE_TITLES), source=f"sim:{duty.id}:{deed.course}", how="sim", now=now,
                )  # fmt: skip
            return True
        if isinstance(schedule.done, FromRegister):
            enter(session, live, schedule, occurrence, duty, dice, f"sim:{duty.id}:{deed.course}", now=now)
            return True
        evidence = filled_in(live, schedule, occurrence, duty, dice, today)
        if isinstance(schedule.done, Attendance) and duty.part == "record":
            away = self._away(session, duty, dice)
            record_session(
                session, live, obligation_id=duty.id, away=away, evidence=evidence, files={}, done_on=occurrence.held_on, by=None,
                how="sim", now=now,
            )  # fmt: skip
            return True
        person = session.get_one(PartyRow, duty.party_id).person_id
        confirm(
            session, live, obligation_id=duty.id, by=person, done_on=today, evidence=evidence, files={}, note=None, how="sim", now=now,
            children=_problems(schedule, duty, live, dice, today),
        )  # fmt: skip
        return True

    def _away(self, session: Session, duty: ObligationRow, dice: Random) -> dict[int, Mark]:
        """Up to four of those expected stay away, some of them on leave."""
        expected = session.scalars(
            select(PartyRow.person_id)
            .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
            .where(
                ObligationRow.occurrence_id == duty.occurrence_id,
                ObligationRow.part == "make_up",
                ObligationRow.state == "expected",
            )
            .order_by(PartyRow.key)
        )
        known = [person for person in expected if person is not None]
        missing = dice.sample(known, min(len(known), dice.choice((0, 1, 2, 2, 3, 4))))
        return {person: dice.choice(("leave", "absent", "absent")) for person in missing}


def agree(session: Session, live: Live, *, now: datetime) -> int:
    """Agree to every record that waits for it; how many those were."""
    waiting = session.scalars(
        select(ObligationRow.id).where(ObligationRow.state == "submitted").order_by(ObligationRow.id)
    ).all()
    for obligation_id in waiting:
        approve(session, live, obligation_id=obligation_id, by=None, now=now)
    return len(waiting)


def _deeds(
    dice: Random,
    live: Live,
    schedule: Schedule,
    duty: ObligationRow,
    occurrence: OccurrenceRow,
    *,
    now: datetime,
) -> list[Deed]:
    """What somebody will do about a duty."""
    if isinstance(schedule.done, LaterCredential) and duty.part == "":
        return []  # closed by the new certificate, which the keeper brings
    behaviour = dice.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
    if counts_up(schedule.done):
        days = counting_days(dice, live, schedule, occurrence, behaviour, now=now)
        return [
            Deed(office_hour(dice, live, day, now=now), duty.id, number) for number, day in enumerate(days)
        ]
    if behaviour == "never" or (isinstance(schedule.done, LaterCredential) and duty.part == ""):
        return []  # a certificate is renewed by whoever hands in the new one
    if duty.part == "record" and occurrence.starts_at is not None:
        day = live.today(occurrence.starts_at) + ONE_DAY * {"early": 0, "in-time": 0, "late": 4}[behaviour]
        if behaviour != "late":
            return [
                Deed(max(now, occurrence.starts_at + timedelta(minutes=dice.randrange(70, 150))), duty.id)
            ]
        return [Deed(office_hour(dice, live, day, now=now), duty.id)]
    held = span_held(live, schedule, occurrence) if HELD_ON in evidence_of(schedule, duty.part) else None
    begin = max(live.today(now), held[0]) if held else live.today(now)
    due = duty.due_on or begin + 10 * ONE_DAY
    span = max(0, (due - begin).days)
    offset = {
        "early": dice.randrange(span // 2 + 1),
        "in-time": span - dice.randrange(span // 4 + 1),
        "late": span + dice.randrange(1, 13),
    }[behaviour]
    return [Deed(office_hour(dice, live, begin + ONE_DAY * offset, now=now), duty.id)]


def _problems(
    schedule: Schedule, duty: ObligationRow, live: Live, dice: Random, today: date
) -> list[ChildEntry]:
    """The problems that a meeting found, with owners and dates."""
    if schedule.children is None or schedule.children.from_ != duty.part:
        return []
    owners = [key for key, unit in live.office.file.units.items() if unit.head and unit.kind == "section"]
    return [
        ChildEntry(
            title=title, owner=dice.choice(owners), due_on=today + timedelta(days=dice.randrange(15, 45))
        )
        for title in dice.sample(PROBLEMS, dice.randrange(1, 4))
    ]
