"""Stop the clock of a chain's steps (中止) and let it run again: what lies between does not count toward their terms."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.events import ClockStopRow
from models.obligations import DueChangeRow, ObligationRow, OccurrenceRow
from models.people import PartyRow
from schedules.chain import begins, term_of
from schedules.dates_text import said_day
from schedules.dues import Due, basis_of, due_instant
from schedules.errors import Refused
from schedules.grammar import Pause, Schedule
from schedules.problems import nearest
from schedules.states import Obligation, move_obligation
from schedules.stops import longer_by
from schedules.terms import Term, is_provisional, last_day
from schedules.words import phrase
from tasks.audit import note as audit
from tasks.duties.due import move_due
from tasks.duties.duty import Duty, actor, agrees, load, role_title, silence
from tasks.duties.evidence import said
from tasks.duties.following import open_parts
from tasks.duties.known import known
from tasks.live import Live, definition
from tasks.wording.texts import standard

NATURAL = Term(0, "days")


def stop(
    session: Session, live: Live, occurrence: OccurrenceRow, *, reason: str, on: date, by: int | None, now: datetime,
    basis: str = "", approved_by: int | None = None, note: str = "",
) -> int:  # fmt: skip
    """Stop the clock from a day on; return how many duties stand still.

    Raise Refused for a reason that the schedule does not allow, a missing basis or approval, a future day, or if nothing runs.
    """
    schedule = definition(session, occurrence.version_id)
    pause = _allowed(schedule, reason)
    basis_words = _basis(pause, basis)
    _require_approval(session, live, occurrence, pause, by, approved_by, now=now)
    if not occurrence.held_on <= on <= live.today(now):
        raise Refused(
            phrase(
                "the clock stops between {first} and today",
                first=said_day(occurrence.held_on, today=live.today(now)),
            ),
            field="on",
        )
    running = [
        row
        for row in open_parts(session, occurrence)
        if row.part in pause.stops and row.state == Obligation.OPEN
    ]
    if not running:
        raise Refused(phrase("no clock runs here that could be stopped"))
    facts, calendar = known(session, occurrence, schedule), live.office.calendar
    for row in running:
        first = _runs_since(session, row, begins(schedule, row.part, facts, calendar) or occurrence.held_on)
        if on < first:
            raise Refused(
                phrase(
                    "the clock stops between {first} and today", first=said_day(first, today=live.today(now))
                ),
                field="on",
            )
        if row.due_on is not None and on > row.due_on:
            raise Refused(
                phrase(
                    "its term ended on {day}; it cannot be stopped any more",
                    day=said_day(row.due_on, today=live.today(now)),
                ),
                field="on",
            )
        session.add(
            ClockStopRow(
                obligation_id=row.id, from_on=on, until_on=None, reason=reason, basis=basis_words, note=note or None, by_id=by,
                approved_by_id=approved_by, at=now,
            )
        )  # fmt: skip
        row.state = move_obligation(row.state, Obligation.PAUSED)
        silence(row)
    _trail(session, occurrence, "stop-clock", by, now=now, reason=reason, on=on)
    return len(running)


def _runs_since(session: Session, row: ObligationRow, begun: date) -> date:
    """The first day on which the clock of a duty may be stopped: it began, and no earlier stop covers the day."""
    last = session.scalar(
        select(func.max(ClockStopRow.until_on)).where(
            ClockStopRow.obligation_id == row.id, ClockStopRow.at >= row.opened_at
        )
    )
    return max(begun, last) if last else begun


def resume(
    session: Session, live: Live, occurrence: OccurrenceRow, *, on: date, by: int | None, now: datetime
) -> list[tuple[ObligationRow, int]]:
    """Let the clock run again: `on` is the first day that counts. Return each duty with the days by which its term grew.

    Raise Refused if nothing stands still, or for a day before the stop or in the future.
    """
    schedule = definition(session, occurrence.version_id)
    standing = list(_standing(session, occurrence))
    if not standing:
        raise Refused(phrase("no clock stands still here"))
    for _, kept in standing:
        if not kept.from_on <= on <= live.today(now):
            raise Refused(
                phrase(
                    "the clock runs again between {first} and today",
                    first=said_day(kept.from_on, today=live.today(now)),
                ),
                field="on",
            )
    grown: list[tuple[ObligationRow, int]] = []
    for row, kept in standing:
        kept.until_on = on
        row.state = move_obligation(row.state, Obligation.OPEN)
        session.flush()
        grown.append((row, _move(session, live, schedule, row, kept, on, by=by, now=now)))
    _trail(session, occurrence, "resume-clock", by, now=now, on=on)
    return grown


def _move(
    session: Session, live: Live, schedule: Schedule, row: ObligationRow, kept: ClockStopRow, on: date, *, by: int | None,
    now: datetime,
) -> int:  # fmt: skip
    """Move the due day by what did not count; return the stopped days, natural or working as the term counts."""
    step = schedule.steps[row.part]
    term = term_of(step) or NATURAL
    if row.due_on is None:
        return 0
    duty = load(session, row.id)
    days, day = longer_by(
        _before_roll(session, live, duty, term), kept.from_on, on, term, live.office.calendar
    )
    internal = None
    if row.internal_on is not None:
        _, earlier = longer_by(row.internal_on, kept.from_on, on, step.internal or term, live.office.calendar)
        internal = Due(earlier, due_instant(earlier, None, live.office))
    provisional = row.provisional or is_provisional(row.due_on, day, term, live.office.calendar)
    due = Due(day, due_instant(day, basis_of(schedule, row.part), live.office), provisional, internal)
    reason = phrase("{reason}: {n} days did not count", reason=kept.reason, n=days)
    words = reason.text(standard().gettext(live.office.file.language))
    move_due(
        session, live, duty, due, kind="resume", reason=words, basis=kept.basis, asked_by=by, approved_by=kept.approved_by_id,
        now=now, new_epoch=True,
    )  # fmt: skip
    return days


def _before_roll(session: Session, live: Live, duty: Duty, term: Term) -> date:
    """The last day of a term with what did not count before, as it was before it rolled to a working day; only the end rolls.

    A day that somebody granted is taken as it stands.
    """
    stands = duty.row.due_on or duty.occurrence.held_on
    start = begins(
        duty.schedule, duty.part, known(session, duty.occurrence, duty.schedule), live.office.calendar
    )
    granted = select(DueChangeRow.obligation_id).where(
        DueChangeRow.obligation_id == duty.row.id, DueChangeRow.at >= duty.row.opened_at,
        DueChangeRow.kind.not_in(("calendar", "resume")),
    )  # fmt: skip
    if term.roll == "none" or start is None or session.scalars(granted).first() is not None:
        return stands
    earlier = select(ClockStopRow).where(
        ClockStopRow.obligation_id == duty.row.id, ClockStopRow.at >= duty.row.opened_at, ClockStopRow.until_on.is_not(None)
    )  # fmt: skip
    unrolled = replace(term, roll="none")
    day = last_day(start, unrolled, live.office.calendar)
    for stop_ in session.scalars(earlier.order_by(ClockStopRow.from_on)).all()[:-1]:
        _, day = longer_by(
            day, stop_.from_on, stop_.until_on or stop_.from_on, unrolled, live.office.calendar
        )
    return day


def stopped_days(session: Session, obligation_id: int, *, today: date) -> int:
    """The natural days for which the clock of a duty has stood still so far."""
    stops = session.scalars(select(ClockStopRow).where(ClockStopRow.obligation_id == obligation_id))
    return sum(((each.until_on or today) - each.from_on) // timedelta(days=1) for each in stops)


def _standing(session: Session, occurrence: OccurrenceRow) -> Iterator[tuple[ObligationRow, ClockStopRow]]:
    for row in open_parts(session, occurrence):
        if row.state == Obligation.PAUSED:
            kept = session.scalars(
                select(ClockStopRow).where(
                    ClockStopRow.obligation_id == row.id, ClockStopRow.until_on.is_(None)
                )
            ).one_or_none()
            if kept is not None:
                yield row, kept


def _allowed(schedule: Schedule, reason: str) -> Pause:
    pause = schedule.pause
    if pause is None:
        raise Refused(phrase("'{title}' has no reason for which its clock stops", title=schedule.title))
    if reason not in pause.allow:
        raise Refused(
            phrase(
                "'{reason}' does not stop the clock; allowed: {allowed}",
                reason=reason,
                allowed=nearest(reason, pause.allow) or "—",
            ),
            field="reason",
        )
    return pause


def _basis(pause: Pause, basis: str) -> str | None:
    if pause.basis == "required":
        return said(basis, field="basis", missing=phrase("name the rule that allows it"), most=200)
    return basis.strip()[:200] or None


def _require_approval(
    session: Session, live: Live, occurrence: OccurrenceRow, pause: Pause, by: int | None, approved_by: int | None, *,
    now: datetime,
) -> None:  # fmt: skip
    """Raise Refused unless the approving role agreed: its holder records it, or is named as the one who agreed."""
    if pause.approve is None:
        return
    role = pause.approve.role
    person = by if approved_by is None else approved_by
    stopped = (row for row in open_parts(session, occurrence) if row.part in pause.stops)
    party = next((session.get_one(PartyRow, row.party_id) for row in stopped), None)
    if party is None:
        raise Refused(phrase("no clock runs here that could be stopped"))
    if person is not None and agrees(session, live, role, party, person, now=now):
        return
    title = role_title(live, role)
    what = (
        phrase("only {role} can agree to this", role=title)
        if person
        else phrase("{role} has to agree; say who did", role=title)
    )
    raise Refused(what, field="approved_by")


def _trail(
    session: Session,
    occurrence: OccurrenceRow,
    act: str,
    by: int | None,
    *,
    now: datetime,
    on: date,
    **more: str,
) -> None:
    audit(
        session, actor=actor(by, "cli"), act=act, subject_kind="occurrence", subject_id=occurrence.id, at=now, on=on.isoformat(), **more
    )  # fmt: skip
