"""The course of a simulation: what opened, fell due and was closed on a day, and what is still open at the end. Reads only.

People who came to a gathering owe nothing of it: what a gathering merely expects is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from models.schedules import ScheduleRow
from schedules.instants import MIDNIGHT, instant
from schedules.parts import part_title
from schedules.states import Obligation
from tasks.live import Live, definition

Kind = Literal["opened", "due", "closed", "left"]
# Never owed: expected at a gathering, there, or left behind by what was before the office began.
_OWED = and_(
    ObligationRow.state.not_in((Obligation.EXPECTED, Obligation.HISTORY)),
    func.coalesce(ObligationRow.closed_why, "") != "present",
)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of one duty on an office-local day. `title`: of the occurrence, with the step's where it has one.

    `kind`: opened, due (it fell due that day), closed (whatever way: see `state`), left (still open when the simulation ended).
    `day`: on which; of what is left the last one. `state` is as it was at the end of the day.
    """

    kind: Kind
    day: date
    schedule: str
    key: str
    title: str
    part: str
    party: str
    who: str
    state: str
    due_on: date | None
    done_on: date | None

    @property
    def late(self) -> bool:
        """Whether it was done after its due day, by the fact date; or is still open after it."""
        if self.due_on is None:
            return False
        if self.state == Obligation.DONE:
            return self.done_on is not None and self.done_on > self.due_on
        return self.kind == "left" and self.state == Obligation.OPEN and self.due_on <= self.day

    def data(self) -> dict[str, object]:
        """As programs read it."""
        return {
            "kind": self.kind, "on": self.day.isoformat(), "schedule": self.schedule, "key": self.key, "title": self.title,
            "part": self.part, "party": self.party, "state": self.state, "due_on": _iso(self.due_on),
            "done_on": _iso(self.done_on), "late": self.late,
        }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def steps_of(session: Session, live: Live, first: date, last: date) -> list[Step]:
    """What opened, fell due and was closed in the days [first, last], in that order for each day."""
    begin, end = (instant(day, MIDNIGHT, live.office.tz) for day in (first, last + ONE_DAY))
    duty = ObligationRow
    opened = and_(duty.opened_at >= begin, duty.opened_at < end)
    due = and_(duty.due_on >= first, duty.due_on <= last, duty.state.not_in(("withdrawn", "cancelled")))
    closed = and_(duty.closed_at >= begin, duty.closed_at < end)
    found: list[Step] = []
    for row, occurrence, schedule, party in _rows(session, or_(opened, due, closed)):
        title = titled(session, row, occurrence)
        for kind, day in (
            ("opened", _day(row.opened_at, live)),
            ("due", row.due_on if row.state not in ("withdrawn", "cancelled") else None),
            ("closed", _day(row.closed_at, live)),
        ):
            if day is not None and first <= day <= last:
                found.append(_step(kind, day, schedule, title, row, occurrence, party))  # type: ignore[arg-type]
    return sorted(found, key=lambda each: (each.day, KINDS.index(each.kind)))


KINDS: tuple[Kind, ...] = ("opened", "due", "closed", "left")


def left_open(session: Session, last: date) -> list[Step]:
    """What is still owed when the last day is over."""
    still = ObligationRow.state.in_((Obligation.OPEN, Obligation.PAUSED, Obligation.SUBMITTED))
    return [
        _step("left", last, schedule, titled(session, row, occurrence), row, occurrence, party)
        for row, occurrence, schedule, party in _rows(session, still)
    ]


Owed = tuple[ObligationRow, OccurrenceRow, str, PartyRow]


def _rows(session: Session, which: ColumnElement[bool]) -> Iterable[Owed]:
    query = (
        select(ObligationRow, OccurrenceRow, ScheduleRow.key, PartyRow)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(which, _OWED)
        .order_by(ObligationRow.id)
        .execution_options(yield_per=1000)
    )
    yield from session.execute(query)


def titled(session: Session, row: ObligationRow, occurrence: OccurrenceRow) -> str:
    """What the occurrence is called, with the step where the duty is one."""
    step = part_title(definition(session, occurrence.version_id), row.part)
    return f"{occurrence.title}：{step}" if step else occurrence.title


def _day(at: datetime | None, live: Live) -> date | None:
    return live.today(at) if at is not None else None


def _step(
    kind: Kind, day: date, schedule: str, title: str, row: ObligationRow, occurrence: OccurrenceRow, party: PartyRow
) -> Step:  # fmt: skip
    return Step(
        kind=kind, day=day, schedule=schedule, key=occurrence.key, title=title, part=row.part, party=party.key, who=party.title,
        state=row.state, due_on=row.due_on, done_on=row.done_on,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many duties opened, were done in time, done late, ended otherwise, are open and of these overdue."""

    opened: int = 0
    in_time: int = 0
    late: int = 0
    otherwise: int = 0
    open: int = 0
    overdue: int = 0


def tally(steps: Sequence[Step]) -> Tally:
    """Count steps of any days."""
    closed = [each for each in steps if each.kind == "closed"]
    done = [each for each in closed if each.state == Obligation.DONE]
    late = sum(each.late for each in done)
    left = [each for each in steps if each.kind == "left"]
    return Tally(
        opened=sum(each.kind == "opened" for each in steps), in_time=len(done) - late, late=late,
        otherwise=len(closed) - len(done), open=len(left), overdue=sum(each.late for each in left),
    )  # fmt: skip
