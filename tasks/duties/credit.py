"""Hours toward a quota: one entry for each course, in hundredths. Only accepted ones count, and of a capped kind only so many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import CreditRow
from models.people import PartyRow
from models.queries.duties import lock_occurrence
from schedules.errors import NotFound, Refused
from schedules.grammar import Quota
from schedules.periods import quota_period
from schedules.quota import HUNDREDTHS
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.confirm import How
from tasks.duties.duty import Duty, actor, agrees, is_clerk, load, require_actor, role_title
from tasks.duties.evidence import said, unseen
from tasks.duties.hours_asked import tell_hours_returned, tell_of_hours
from tasks.duties.reached import settle
from tasks.live import Live

MOST = 100_000  # hundredths in one entry


def add_credit(
    session: Session, live: Live, *, obligation_id: int, amount: int, kind: str, title: str, done_on: date, by: int | None,
    source: str, how: How, now: datetime, file_id: int | None = None,
) -> CreditRow:  # fmt: skip
    """Hand in `amount` hundredths. What the clerk or the approver enters for somebody else is accepted at once, the rest waits.

    The same `source` for the same duty is the same entry. Raise Refused.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    quota = _quota(duty)
    known = session.scalars(
        select(CreditRow).where(CreditRow.source == source, CreditRow.obligation_id == obligation_id)
    ).first()
    if known is not None and known.state in ("submitted", "accepted"):
        return known
    require_actor_or_approver(session, live, duty, by, now=now)
    _check(live, duty, amount, done_on, now=now)
    _check_day(session, duty, quota, amount, done_on, but=known)
    course = said(title, field="title", missing=phrase("say which course it was"), most=200)
    _check_length("kind", kind, 32)
    _check_length("source", source, 80)
    accepted = quota.approve is None or _may_agree(session, live, duty, by, now=now)
    credit = known or CreditRow(obligation_id=obligation_id, source=source)
    credit.amount, credit.kind, credit.title, credit.done_on = amount, kind, course, done_on
    credit.recorded_at, credit.by_id, credit.file_id, credit.reason = now, by, file_id, None
    credit.state = "accepted" if accepted else "submitted"
    session.add(credit)
    session.flush()
    if quota.approve is not None and not accepted:
        tell_of_hours(session, live, duty, credit, quota.approve.role, now=now)
    note(
        session,
        actor=actor(by, how),
        act="credit",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
        amount=amount,
    )
    count(session, duty, now=now)
    return credit


def require_actor_or_approver(
    session: Session, live: Live, duty: Duty, by: int | None, *, now: datetime
) -> None:
    """Raise Refused unless it is the one who owes, the clerk, or the approving role."""
    if not _may_approve(session, live, duty, by, now=now):
        require_actor(session, live, duty, by, now=now)


def approve_credit(session: Session, live: Live, *, credit_id: int, by: int | None, now: datetime) -> None:
    """Accept hours that wait; accepting twice changes nothing."""
    credit, duty = _waiting(session, live, credit_id, by, now=now)
    if credit.state == "submitted":
        credit.state = "accepted"
        note(
            session,
            actor=actor(by, "cli"),
            act="credit-accept",
            subject_kind="credit",
            subject_id=credit_id,
            at=now,
        )
        session.flush()
        count(session, duty, now=now)


def return_credit(
    session: Session, live: Live, *, credit_id: int, by: int | None, reason: str, now: datetime
) -> None:
    """Give hours back with a reason; accepted ones stop counting."""
    credit, duty = _waiting(session, live, credit_id, by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it is given back"))
    credit.state, credit.reason = "returned", words
    tell_hours_returned(session, live, duty, credit, words, now=now)
    note(
        session,
        actor=actor(by, "cli"),
        act="credit-return",
        subject_kind="credit",
        subject_id=credit_id,
        at=now,
    )
    session.flush()
    count(session, duty, now=now)


def _waiting(
    session: Session, live: Live, credit_id: int, by: int | None, *, now: datetime
) -> tuple[CreditRow, Duty]:
    credit = session.get(CreditRow, credit_id)
    if credit is None:
        raise NotFound(phrase("there are no such hours to decide on"))
    lock_occurrence(session, credit.obligation_id)
    duty = load(session, credit.obligation_id)
    session.refresh(credit)  # as it is now that nobody else can decide on it
    if credit.state not in ("submitted", "accepted"):
        raise NotFound(phrase("there are no such hours to decide on"))
    if credit.state == "submitted" and _is_own(session, duty, by):
        raise Refused(phrase("nobody agrees to what he handed in for himself"))
    if not _may_approve(session, live, duty, by, now=now):
        role = _approver(duty) or live.office.file.clerk
        raise Refused(phrase("only {role} can agree to this", role=role_title(live, role)))
    return credit, duty


def _quota(duty: Duty) -> Quota:
    if not isinstance(duty.schedule.done, Quota):
        raise Refused(phrase("this duty does not count hours"))
    return duty.schedule.done


def _approver(duty: Duty) -> str | None:
    approve = _quota(duty).approve
    return approve.role if approve else None


def _may_approve(session: Session, live: Live, duty: Duty, by: int | None, *, now: datetime) -> bool:
    role = _approver(duty)
    return is_clerk(session, live, by, on=live.today(now)) or (
        role is not None and by is not None and agrees(session, live, role, duty.party, by, now=now)
    )


def _may_agree(session: Session, live: Live, duty: Duty, by: int | None, *, now: datetime) -> bool:
    """Whether an entry needs nobody else's yes: whoever agrees made it, and not for himself."""
    return _may_approve(session, live, duty, by, now=now) and not _is_own(session, duty, by)


def _is_own(session: Session, duty: Duty, by: int | None) -> bool:
    party = session.get_one(PartyRow, duty.row.party_id)
    return by is not None and party.person_id == by


def _check_length(field: str, value: str, most: int) -> None:
    if len(value) > most or unseen(value):
        raise Refused(phrase("at most {n} characters", n=most), field=field)


def _check(live: Live, duty: Duty, amount: int, done_on: date, *, now: datetime) -> None:
    if duty.row.state not in (Obligation.OPEN, Obligation.DONE, Obligation.HISTORY):
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    if not 0 < amount <= MOST:
        raise Refused(phrase("hours must be more than 0"), field="amount")
    if done_on > live.today(now):
        raise Refused(phrase("the day it was done cannot lie in the future"), field="done_on")
    period = quota_period(duty.schedule, duty.occurrence.held_on)
    if not period.first <= done_on <= period.last:
        raise Refused(phrase("the course was not in {year}", year=period.key), field="done_on")


def _check_day(
    session: Session, duty: Duty, quota: Quota, amount: int, done_on: date, *, but: CreditRow | None
) -> None:
    """Raise Refused if the hours of that day would be more than a day holds; entries that were taken back do not count."""
    if quota.sum != "hours":
        return
    there = select(func.coalesce(func.sum(CreditRow.amount), 0)).where(
        CreditRow.obligation_id == duty.row.id, CreditRow.done_on == done_on,
        CreditRow.state.in_(("submitted", "accepted")), CreditRow.id != (but.id if but else 0),
    )  # fmt: skip
    if (session.scalar(there) or 0) + amount > quota.per_day * HUNDREDTHS:
        raise Refused(
            phrase("at most {n} hours of one day; a longer course is entered day by day", n=quota.per_day),
            field="amount",
        )


def capped(quota: Quota, credits_: list[tuple[str, int]]) -> int:
    """The sum of (kind, hundredths), each capped kind up to its cap."""
    sums: Mapping[str, int] = _sums(credits_)
    return sum(
        min(total, quota.cap[kind] * HUNDREDTHS) if kind in quota.cap else total
        for kind, total in sums.items()
    )


def _sums(credits_: list[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for kind, amount in credits_:
        sums[kind] += amount
    return sums


def count(session: Session, duty: Duty, *, now: datetime) -> None:
    """Sum up anew; what is reached is done on the day of the course that reached it, what falls short again is open again."""
    quota = _quota(duty)
    accepted = session.scalars(
        select(CreditRow)
        .where(CreditRow.obligation_id == duty.row.id, CreditRow.state == "accepted")
        .order_by(CreditRow.done_on, CreditRow.id)
    ).all()
    target = duty.row.target or 0
    duty.row.progress = capped(quota, [(credit.kind, credit.amount) for credit in accepted])
    reached = duty.row.progress >= target
    settle(
        session,
        duty,
        reached=reached,
        done_on=_reached_on(quota, accepted, target) if reached else None,
        now=now,
    )


def _reached_on(quota: Quota, accepted: Sequence[CreditRow], target: int) -> date | None:
    """The day of the course that reached the figure, in the order of the facts; None where nothing was asked for."""
    taken: list[tuple[str, int]] = []
    for credit in accepted:
        taken.append((credit.kind, credit.amount))
        if capped(quota, taken) >= target:
            return credit.done_on
    return None
