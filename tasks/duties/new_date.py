"""Another day for a duty, by whoever may grant one. Before the due day it moves; afterwards the day stays and the new one is a plan.

A term that the law sets grows only by the extension its schedule allows (`tasks.duties.extend`):
terms of the law are never moved by hand here.
"""

from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from models.queries.duties import lock_occurrence, told_of
from schedules.dates_text import day_text, said_day
from schedules.errors import Refused
from schedules.states import Obligation
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.duties.decided import tell_planned
from tasks.duties.due import due_by, move_due
from tasks.duties.duty import Duty, actor, load
from tasks.duties.evidence import said
from tasks.duties.extend import asked_for, check_own_day, law_of
from tasks.duties.may import require
from tasks.live import Live

Became = Literal["moved", "planned", "same"]


def grant_new_date(
    session: Session, live: Live, *, obligation_id: int, day: date, reason: str, by: int | None, now: datetime
) -> Became:
    """Set another day and tell who owes it. "planned": the due day is over and stays, `day` is when it will be done instead.

    Raise Refused for what is closed or has no day, a term of the law before its day, a day that is not later, or without a reason.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require(session, live, duty, "extend", by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it gets another day"))
    was = check_movable(session, live, duty, now=now)
    today = live.today(now)
    if day < today:
        raise Refused(phrase("the new date cannot lie in the past"), field="day")
    if was < today:
        return _plan(session, live, duty, day, words, by=by, now=now)
    if day == was:
        return "same"
    if day < was:
        raise Refused(
            phrase("it is due {day}; another day has to be later", day=said_day(was, today=today)),
            field="day",
        )
    due = due_by(live, duty, day, provisional=duty.row.provisional)
    move_due(session, live, duty, due, kind="manual", reason=words, approved_by=by, now=now, new_epoch=True)
    _tell(session, live, duty, was, words, now=now)
    return "moved"


def check_movable(session: Session, live: Live, duty: Duty, *, now: datetime) -> date:
    """The due day that may be moved, or that is over. Raise Refused where no other day can be set."""
    row = duty.row
    if row.state not in (Obligation.OPEN, Obligation.PAUSED) or row.due_on is None:
        raise Refused(phrase("this duty is closed; its date cannot be moved"))
    if asked_for(session, row.id) is not None:
        raise Refused(phrase("a longer term was asked for; decide about that first"))
    if row.due_on < live.today(now):  # it stays; what is noted beside it is a plan
        return row.due_on
    check_own_day(duty.schedule, duty.part)
    basis = law_of(duty)
    if basis is not None:
        raise Refused(
            phrase("its term is set by {basis}; only the extension that its schedule allows makes it longer", basis=basis.text)
        )  # fmt: skip
    return row.due_on


def _plan(
    session: Session, live: Live, duty: Duty, day: date, reason: str, *, by: int | None, now: datetime
) -> Became:
    if (duty.row.new_date, duty.row.late_reason) == (day, reason):
        return "same"
    duty.row.new_date, duty.row.late_reason = day, reason
    note(
        session, actor=actor(by, "cli"), act="plan-date", subject_kind="obligation", subject_id=duty.row.id, at=now,
        day=day.isoformat(),
    )  # fmt: skip
    session.flush()
    tell_planned(session, live, duty, day, reason, but=(by,), now=now)
    return "planned"


def _tell(session: Session, live: Live, duty: Duty, was: date, reason: str, *, now: datetime) -> None:
    def line(name: Words, lang: str, words: str) -> Words:
        today = live.today(now)
        days = {
            "title": name,
            "new": day_text(duty.row.due_on or was, lang, today=today),
            "old": day_text(was, lang, today=today),
        }
        if words:
            return phrase("{title} is due by {new} instead of {old}. Reason: {reason}.", **days, reason=words)
        return phrase("{title} is due by {new} instead of {old}.", **days)

    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind="new-date", key=f"{duty.row.id}@{duty.row.epoch}",
        people=told_of(session, duty.row.party_id, now=now), now=now,
        full=Saying(phrase("Another day: {title}", title=duty.name), lambda lang: [line(duty.name, lang, reason)]),
        public=Saying(
            phrase("Another day: {title}", title=duty.public_name), lambda lang: [line(duty.public_name, lang, "")]
        ),
    )  # fmt: skip
