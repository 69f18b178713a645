"""A longer term (延期): asked for once, before the due day, with a reason; granted or refused by whoever the schedule names."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.events import ExtensionRow
from models.queries.duties import lock_occurrence
from schedules.dues import Due, basis_of, due_instant
from schedules.errors import Refused
from schedules.grammar import Extend
from schedules.states import Obligation
from schedules.stops import extended
from schedules.terms import is_provisional
from schedules.words import phrase
from tasks.audit import note as audit
from tasks.due import move_due
from tasks.duty import Duty, actor, agrees, load, require_actor, role_title
from tasks.evidence import said
from tasks.live import Live
from tasks.may import may

STANDING = ("asked", "granted")


def ask(
    session: Session,
    live: Live,
    *,
    obligation_id: int,
    reason: str,
    basis: str = "",
    by: int | None,
    now: datetime,
) -> ExtensionRow:
    """Ask for the longer term. It holds only once granted; without an approving role it is granted at once.

    Raise Refused for a duty that cannot be extended, after the due day, or a second time.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require_actor(session, live, duty, by, now=now)
    rule = _rule(duty)
    due_on = _due_day(live, duty, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it needs longer"))
    ground = basis.strip()[:200]
    if rule.basis == "required":
        ground = said(basis, field="basis", missing=phrase("name the rule that allows it"), most=200)
    _require_first(session, duty)
    request = ExtensionRow(
        obligation_id=obligation_id, state="asked", old_due_on=due_on,
        new_due_on=extended(due_on, rule.once, live.office.calendar), reason=words, basis=ground or None, asked_by_id=by,
        asked_at=now,
    )  # fmt: skip
    session.add(request)
    session.flush()
    _trail(session, duty, "extension-ask", by, now=now)
    if rule.approve is None:
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
    rule = _rule(duty)
    request = session.scalars(
        select(ExtensionRow).where(ExtensionRow.obligation_id == obligation_id, ExtensionRow.state == "asked")
    ).one_or_none()
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


def _grant(
    session: Session, live: Live, duty: Duty, request: ExtensionRow, *, by: int | None, now: datetime
) -> None:
    """Move the due day by the longer term, from where it stands now: a clock that stood still meanwhile has moved it too."""
    rule, calendar = _rule(duty), live.office.calendar
    was = duty.row.due_on or request.old_due_on
    day = extended(was, rule.once, calendar)
    basis, kept = basis_of(duty.schedule, duty.part), duty.row.internal_on
    due = Due(
        day,
        due_instant(day, basis, live.office),
        duty.row.provisional or is_provisional(was, day, rule.once, calendar),
        Due(kept, due_instant(kept, None, live.office)) if kept is not None else None,
    )
    request.state, request.new_due_on, request.decided_by_id, request.decided_at = "granted", day, by, now
    move_due(
        session, live, duty, due, kind="extension", reason=request.reason, basis=request.basis, asked_by=request.asked_by_id,
        approved_by=by, now=now, new_epoch=True,
    )  # fmt: skip
    _trail(session, duty, "extension-grant", by, now=now)


def _rule(duty: Duty) -> Extend:
    step = duty.schedule.steps.get(duty.part)
    if step is None or step.extend is None:
        raise Refused(phrase("its term cannot be extended"))
    return step.extend


def _due_day(live: Live, duty: Duty, *, now: datetime) -> date:
    due_on = duty.row.due_on
    if duty.row.state not in (Obligation.OPEN, Obligation.PAUSED) or due_on is None:
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    if duty.row.due_at is not None and now >= duty.row.due_at:
        raise Refused(
            phrase(
                "it had to be asked for before the due day {day} was over; the old day counts",
                day=due_on.isoformat(),
            )
        )
    return due_on


def _require_first(session: Session, duty: Duty) -> None:
    known = session.scalars(
        select(ExtensionRow).where(
            ExtensionRow.obligation_id == duty.row.id, ExtensionRow.state.in_(STANDING)
        )
    ).first()
    if known is not None and known.state == "asked":
        raise Refused(phrase("a longer term was asked for before and is not decided yet"))
    if known is not None:
        raise Refused(
            phrase(
                "its term was extended once to {day}; there is no second time",
                day=known.new_due_on.isoformat(),
            )
        )


def _require_decider(
    session: Session, live: Live, duty: Duty, rule: Extend, by: int | None, *, now: datetime
) -> None:
    role = rule.approve.role if rule.approve else None
    if by is None or role is None or agrees(session, live, role, duty.party, by, now=now):
        return
    if may(session, live, duty, "extend", by, now=now):
        return
    raise Refused(phrase("only {role} can agree to this", role=role_title(live, role)))


def _trail(session: Session, duty: Duty, act: str, by: int | None, *, now: datetime) -> None:
    audit(session, actor=actor(by, "cli"), act=act, subject_kind="obligation", subject_id=duty.row.id, at=now)
