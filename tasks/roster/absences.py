"""Absences 请假、出差: who is away from when until when, and who stands in. Routes follow at once and change back by themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from models.gatherings import LeaveRequestRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import AbsenceRow, PartyRow, PersonRow
from models.queries.routes import hold_routes
from schedules.dates_text import said_day
from schedules.errors import NotFound, Refused
from schedules.ladder import MAKE_UP
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.delivery.routes import refresh_routes
from tasks.duties.duty import actor, is_clerk
from tasks.duties.evidence import REASON_LENGTH, unseen
from tasks.live import Live
from tasks.roster.people import with_records

Kind = Literal["leave", "sick", "trip", "training", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """One absence as it is listed; the last day is the one before `until`."""

    id: int
    person: str
    name: str
    from_on: date
    until_on: date
    kind: str
    deputy: str | None
    deputy_name: str | None
    note: str

    @property
    def last_on(self) -> date:
        """The last day away."""
        return self.until_on - timedelta(days=1)


def add_absence(
    session: Session, live: Live, *, person_id: int, from_on: date, until_on: date, kind: str, deputy_id: int | None,
    remark: str = "", by: int | None, now: datetime,
) -> int:  # fmt: skip
    """Record that a person is away on the office days [from_on, until_on). Return its id.

    Raise Refused for a span that is empty or overlaps another of the same person, for a deputy who is nobody else, has left, or
    would lead back to the person, for a past day of one's own, and for anybody but the person and the clerk.
    """
    _require_hand(session, live, person_id, by, now=now)
    if by == person_id and from_on < live.today(now):
        raise Refused(phrase("what is past cannot be changed"), field="from")
    _check_span(from_on, until_on)
    if kind not in KINDS:
        raise Refused(
            phrase("'{kind}' is no kind of absence; allowed: {known}", kind=kind, known=", ".join(KINDS)),
            field="kind",
        )
    if len(remark) > REASON_LENGTH or unseen(remark):
        raise Refused(phrase("at most {n} characters", n=REASON_LENGTH), field="note")
    _check_here(session, person_id, until=from_on, field="person")
    hold_routes(session)  # what others enter at this moment is seen below
    _check_overlap(session, person_id, from_on, until_on, today=live.today(now))
    if deputy_id is not None:
        _check_here(session, deputy_id, until=until_on, field="deputy")
        _check_circle(session, person_id, deputy_id, from_on, until_on)
    row = AbsenceRow(
        person_id=person_id, from_on=from_on, until_on=until_on, kind=kind, deputy_id=deputy_id, note=remark.strip(), recorded_at=now
    )  # fmt: skip
    session.add(row)
    session.flush()
    _follow(session, live, row, "absence", by, now=now)
    return row.id


def end_absence(
    session: Session, live: Live, *, absence_id: int, until_on: date, by: int | None, now: datetime
) -> None:
    """The person is back on `until_on`: the absence ends before that day, or never begins. Raise Refused if it is over already."""
    hold_routes(session)
    row = session.get(AbsenceRow, absence_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(phrase("there is no absence {id}", id=absence_id))
    _require_hand(session, live, row.person_id, by, now=now)
    if until_on >= row.until_on:
        raise Refused(
            phrase(
                "this absence ends on {day} already; it can only end earlier",
                day=said_day(row.until_on - timedelta(days=1), today=live.today(now)),
            ),
            field="until",
        )
    if until_on < live.today(now) and row.from_on < live.today(now):
        raise Refused(phrase("what is past cannot be changed"), field="until")
    row.until_on = max(until_on, row.from_on)
    _follow(session, live, row, "absence-end", by, now=now)


def absences(session: Session, *, since: date, person_id: int | None = None) -> list[Away]:
    """Absences that are not over before `since`, the earliest first; one that never began is left out."""
    deputy = aliased(PersonRow)
    query = (
        select(AbsenceRow, PersonRow.key, PersonRow.name, deputy.key, deputy.name)
        .join(PersonRow, PersonRow.id == AbsenceRow.person_id)
        .outerjoin(deputy, deputy.id == AbsenceRow.deputy_id)
        .where(AbsenceRow.until_on > since, AbsenceRow.until_on > AbsenceRow.from_on)
        .order_by(AbsenceRow.from_on, AbsenceRow.id)
    )
    if person_id is not None:
        query = query.where(AbsenceRow.person_id == person_id)
    return [
        Away(id=row.id, person=key, name=name, from_on=row.from_on, until_on=row.until_on, kind=row.kind, deputy=deputy_key,
             deputy_name=deputy_name, note=row.note)
        for row, key, name, deputy_key, deputy_name in session.execute(query)
    ]  # fmt: skip


def away_on(session: Session, day: date) -> frozenset[int]:
    """The ids of those who are away on a day."""
    return frozenset(
        session.scalars(
            select(AbsenceRow.person_id).where(AbsenceRow.from_on <= day, AbsenceRow.until_on > day)
        )
    )


def proposed_leave(session: Session, record_id: int, *, except_for: Collection[str]) -> dict[str, str]:
    """Who is expected at the gathering of a record and is away on its day or was granted leave: names by key, without those named."""
    expected = aliased(ObligationRow)
    away = exists().where(
        AbsenceRow.person_id == PersonRow.id, AbsenceRow.from_on <= OccurrenceRow.held_on, AbsenceRow.until_on > OccurrenceRow.held_on
    )  # fmt: skip
    granted = exists().where(
        LeaveRequestRow.person_id == PersonRow.id, LeaveRequestRow.occurrence_id == OccurrenceRow.id, LeaveRequestRow.state == "granted"
    )  # fmt: skip
    query = (
        select(PersonRow.key, PersonRow.name)
        .join_from(ObligationRow, OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(expected, (expected.occurrence_id == OccurrenceRow.id) & (expected.part == MAKE_UP))
        .join(PartyRow, PartyRow.id == expected.party_id)
        .join(PersonRow, PersonRow.id == PartyRow.person_id)
        .where(ObligationRow.id == record_id, or_(away, granted), PersonRow.key.not_in(list(except_for)))
        .where(expected.state.in_(("expected", "open", "done", "waived")))
        .order_by(PersonRow.id)
    )  # fmt: skip
    return dict(session.execute(query).all())


def _require_hand(session: Session, live: Live, person_id: int, by: int | None, *, now: datetime) -> None:
    """One's own absence, or the clerk's hand."""
    if by != person_id and not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk records absences"))


def _check_span(from_on: date, until_on: date) -> None:
    if until_on <= from_on:
        raise Refused(
            phrase(
                "an absence from {first} cannot end on {last}",
                first=said_day(from_on),
                last=said_day(until_on),
            ),
            field="until",
        )
    if until_on - from_on > LONGEST:
        raise Refused(
            phrase("an absence lasts at most three years; who stays away longer has left"), field="until"
        )


def _check_here(session: Session, person_id: int, *, until: date, field: str) -> None:
    person = session.get(PersonRow, person_id)
    if person is None:
        raise NotFound(phrase("there is no person {id}", id=person_id))
    if person.left_on is not None and person.left_on < until:
        raise Refused(
            phrase("{name} leaves on {day}", name=person.name, day=said_day(person.left_on)), field=field
        )


def _check_overlap(session: Session, person_id: int, from_on: date, until_on: date, *, today: date) -> None:
    other = session.scalars(
        select(AbsenceRow).where(
            AbsenceRow.person_id == person_id, AbsenceRow.from_on < until_on, AbsenceRow.until_on > from_on,
            AbsenceRow.until_on > AbsenceRow.from_on,
        )
    ).first()  # fmt: skip
    if other is not None:
        raise Refused(
            phrase(
                "there is an absence from {first} to {last} already; end that one first",
                first=said_day(other.from_on, today=today), last=said_day(other.until_on - timedelta(days=1), today=today),
            )
        )  # fmt: skip


def _check_circle(session: Session, person_id: int, deputy_id: int, from_on: date, until_on: date) -> None:
    """Follow the deputies of the time: nobody may stand in for somebody who stands in for him."""
    away = list(
        session.scalars(
            select(AbsenceRow).where(AbsenceRow.from_on < until_on, AbsenceRow.until_on > from_on)
        )
    )
    if person_id == deputy_id:
        raise Refused(phrase("nobody stands in for himself"), field="deputy")
    asked: list[tuple[int, date, date, tuple[int, ...]]] = [
        (deputy_id, from_on, until_on, (person_id, deputy_id))
    ]
    while asked:
        at, since, until, chain = asked.pop()
        for row in away:
            first, last = max(since, row.from_on), min(until, row.until_on)
            if row.person_id != at or row.deputy_id is None or first >= last:
                continue
            if row.deputy_id in chain:
                raise Refused(_circle(session, (*chain, row.deputy_id), first, last), field="deputy")
            asked.append((row.deputy_id, first, last, (*chain, row.deputy_id)))


def _circle(session: Session, chain: Sequence[int], first: date, last: date) -> Words:
    names = dict(session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(chain))).all())
    return phrase(
        "from {first} until {last} they would stand in for each other in a circle: {chain}",
        first=first, last=last, chain=" → ".join(names[each] for each in chain),
    )  # fmt: skip


def _follow(
    session: Session, live: Live, row: AbsenceRow, act: str, by: int | None, *, now: datetime
) -> None:
    note(
        session, actor=actor(by, "cli"), act=act, subject_kind="person", subject_id=row.person_id, at=now, absence=row.id,
        first=row.from_on.isoformat(), until=row.until_on.isoformat(), deputy=row.deputy_id,
    )  # fmt: skip
    session.flush()
    refresh_routes(session, with_records(session, live.office), now=now)
