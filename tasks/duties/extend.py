"""A longer term (延期): asked for before the due day, with a reason; granted or refused by whoever may.

Where the schedule has a rule for it, the rule says how much longer, once, and who grants it. A day that the office set itself may be
extended without one: whoever asks names the new day, the desk decides. A day that the law sets, or that is printed on a certificate,
and the end of a year in which hours are counted may not.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.events import ExtensionRow
from models.queries.duties import lock_occurrence
from schedules.dates_text import said_day
from schedules.dues import basis_of
from schedules.errors import Refused
from schedules.grammar import Basis, Expiry, Extend, Quota, Schedule
from schedules.states import Obligation
from schedules.stops import extended
from schedules.terms import is_provisional
from schedules.words import phrase
from tasks.audit import note as audit
from tasks.duties.due import due_by, move_due
from tasks.duties.duty import Duty, actor, agrees, load, require_actor, role_title
from tasks.duties.evidence import said
from tasks.duties.may import may
from tasks.live import Live

STANDING = ("asked", "granted")
ON_CERTIFICATE = phrase("the day is printed on the certificate; correct the certificates instead")
LONGEST = timedelta(days=366)


def ask(
    session: Session,
    live: Live,
    *,
    obligation_id: int,
    reason: str,
    basis: str = "",
    new_due_on: date | None = None,
    by: int | None,
    now: datetime,
) -> ExtensionRow:
    """Ask for the longer term. It holds only once granted; by a rule without an approving role it is granted at once.

    `new_due_on` only where no rule says how much longer. Raise Refused for a duty that cannot be extended, after the due day, or
    by a rule a second time.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require_actor(session, live, duty, by, now=now)
    rule = rule_of(duty)
    due_on = _due_day(live, duty, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it needs longer"))
    ground = basis.strip()[:200]
    if rule is not None and rule.basis == "required":
        ground = said(basis, field="basis", missing=phrase("name the rule that allows it"), most=200)
    _require_first(session, duty, once=rule is not None)
    day = extended(due_on, rule.once, live.office.calendar) if rule else _chosen(due_on, new_due_on)
    request = ExtensionRow(
        obligation_id=obligation_id, state="asked", old_due_on=due_on, new_due_on=day, reason=words, basis=ground or None,
        asked_by_id=by, asked_at=now,
    )  # fmt: skip
    session.add(request)
    session.flush()
    _trail(session, duty, "extension-ask", by, now=now)
    if rule is not None and rule.approve is None:
        _grant(session, live, duty, request, by=by, now=now)
    return request


def decide(
    session: Session,
    live: Live,
    *,
    obligation_id: int,
    grant: bool,
    words: str = "",
    by: int | None,
    now: datetime,
) -> ExtensionRow:
    """Grant or refuse what was asked for; a refusal says why. Raise Refused if nothing waits, or for whoever may not decide."""
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    rule = rule_of(duty)
    request = asked_for(session, obligation_id)
    if request is None:
        raise Refused(phrase("nobody has asked for a longer term here"))
    _require_decider(session, live, duty, rule, by, now=now)
    if not grant:
        request.words = said(words, field="reason", missing=phrase("say in a few words why it is refused"))
        request.state, request.decided_by_id, request.decided_at = "refused", by, now
        _trail(session, duty, "extension-refuse", by, now=now)
        return request
    if duty.row.state not in (Obligation.OPEN, Obligation.PAUSED):
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    request.words = words.strip()[:400] or None
    _grant(session, live, duty, request, by=by, now=now)
    return request


def withdraw(session: Session, live: Live, *, obligation_id: int, by: int | None, now: datetime) -> None:
    """Take the request back. Raise Refused once it is decided, and for whoever has nothing to do with the duty."""
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require_actor(session, live, duty, by, now=now)
    request = asked_for(session, obligation_id)
    if request is None:
        raise Refused(phrase("this was decided or taken back already"))
    request.state, request.decided_by_id, request.decided_at = "withdrawn", by, now
    session.flush()
    _trail(session, duty, "extension-withdraw", by, now=now)


def _grant(
    session: Session, live: Live, duty: Duty, request: ExtensionRow, *, by: int | None, now: datetime
) -> None:
    """Move the due day by the longer term, from where it stands now: a clock that stood still meanwhile has moved it too."""
    rule, calendar = rule_of(duty), live.office.calendar
    was = duty.row.due_on or request.old_due_on
    day = extended(was, rule.once, calendar) if rule else request.new_due_on
    provisional = duty.row.provisional or is_provisional(was, day, rule.once, calendar) if rule else False
    due = due_by(live, duty, day, provisional=provisional)
    request.state, request.new_due_on, request.decided_by_id, request.decided_at = "granted", day, by, now
    move_due(
        session, live, duty, due, kind="extension", reason=request.reason, basis=request.basis, asked_by=request.asked_by_id,
        approved_by=by, now=now, new_epoch=True,
    )  # fmt: skip
    _trail(session, duty, "extension-grant", by, now=now)


def rule_of(duty: Duty) -> Extend | None:
    """The schedule's rule; None where the office may extend its own day. Raise Refused where nobody may."""
    step = duty.schedule.steps.get(duty.part)
    if step is not None and step.extend is not None:
        return step.extend
    check_own_day(duty.schedule, duty.part)
    if law_of(duty) is not None:
        raise Refused(phrase("its term cannot be extended"))
    return None


def check_own_day(schedule: Schedule, part: str = "") -> None:
    """Raise Refused where the day is not the office's to set: it is printed on a certificate, or ends a year of hours."""
    if part == "" and isinstance(schedule.when, Expiry):
        raise Refused(ON_CERTIFICATE)
    if part == "" and isinstance(schedule.done, Quota):
        raise Refused(phrase("hours are counted by the year; its end cannot be moved"))


def law_of(duty: Duty) -> Basis | None:
    """The law that sets the term, which grows only by the rule of its schedule."""
    basis = basis_of(duty.schedule, duty.part)
    return basis if basis is not None and basis.kind == "law" else None


def asked_for(session: Session, obligation_id: int) -> ExtensionRow | None:
    """The longer term that was asked for and waits for a decision; there is one at most."""
    query = select(ExtensionRow).where(
        ExtensionRow.obligation_id == obligation_id, ExtensionRow.state == "asked"
    )
    return session.scalars(query).one_or_none()


def _chosen(due_on: date, new_due_on: date | None) -> date:
    """The day that was asked for."""
    if new_due_on is None or new_due_on <= due_on:
        raise Refused(phrase("choose a day after {day}", day=due_on), field="new_date")
    if new_due_on - due_on > LONGEST:
        raise Refused(phrase("at most one year longer"), field="new_date")
    return new_due_on


def decider(live: Live, rule: Extend | None) -> str:
    """The role that decides."""
    return rule.approve.role if rule and rule.approve else live.office.file.clerk


def _due_day(live: Live, duty: Duty, *, now: datetime) -> date:
    due_on = duty.row.due_on
    if duty.row.state not in (Obligation.OPEN, Obligation.PAUSED) or due_on is None:
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    if duty.row.due_at is not None and now >= duty.row.due_at:
        raise Refused(
            phrase(
                "it had to be asked for before the due day {day} was over; the old day counts",
                day=said_day(due_on, today=live.today(now)),
            )
        )
    return due_on


def _require_first(session: Session, duty: Duty, *, once: bool) -> None:
    standing = STANDING if once else STANDING[:1]
    known = session.scalars(
        select(ExtensionRow).where(
            ExtensionRow.obligation_id == duty.row.id, ExtensionRow.state.in_(standing)
        )
    ).first()
    if known is not None and known.state == "asked":
        raise Refused(phrase("a longer term was asked for before and is not decided yet"))
    if known is not None:
        raise Refused(
            phrase(
                "its term was extended once to {day}; there is no second time",
                day=said_day(known.new_due_on),
            )
        )


def _require_decider(
    session: Session, live: Live, duty: Duty, rule: Extend | None, by: int | None, *, now: datetime
) -> None:
    role = decider(live, rule)
    if by is None or agrees(session, live, role, duty.party, by, now=now):
        return
    if may(session, live, duty, "extend", by, now=now):
        return
    raise Refused(phrase("only {role} can agree to this", role=role_title(live, role)))


def _trail(session: Session, duty: Duty, act: str, by: int | None, *, now: datetime) -> None:
    audit(session, actor=actor(by, "cli"), act=act, subject_kind="obligation", subject_id=duty.row.id, at=now)
