"""Where a duty stands: why nothing, or nothing yet, is said about it on a day. A code and a sentence; None where its ladder speaks."""

from datetime import date

from models.obligations import ObligationRow
from models.queries import explained as read
from models.queries import pages_record
from models.schedules import ScheduleRow
from schedules.dates_text import said_day
from schedules.words import Words, phrase
from tasks.duties.trail import trail
from tasks.duties.whose import outside_title
from tasks.explain.asked import Asked
from tasks.pausing import pause_of

Reason = tuple[str, Words]
CLOSED = ("done", "waived", "withdrawn", "cancelled")
ENDED = {
    "left": phrase("no longer one of those who owe it"),
    "target": phrase("the row of the campaign's table is gone"),
    "transferred": phrase("handed over to somebody else"),
    "renewed": phrase("a later certificate is on record"),
    "removed": phrase("the schedule was removed from the office's files"),
    "calendar": phrase("the calendar moved it away"),
    "undone": phrase("the record it rested on was taken back"),
    "skip": phrase("it does not take place this time"),
    "quorum": phrase("enough others have done it"),
    "other": phrase("somebody else has done it for all"),
}


def closed_before(asked: Asked, duty: read.DutyRead) -> Reason | None:
    """Why a duty was over before the day began."""
    row = duty.row
    if row.state not in CLOSED or row.closed_at is None or row.closed_at >= asked.until:
        return None
    return closed(asked, duty)


def closed(asked: Asked, duty: read.DutyRead) -> Reason:
    """How a duty that is over came to its end: when and by whom."""
    row = duty.row
    at = asked.moment(row.closed_at) if row.closed_at else "—"
    if row.state == "done":
        return "done", _done(asked, row, at)
    if row.state == "waived":
        who, why = _who_waived(asked, duty)
        ended = ENDED.get(row.closed_why or "")
        if ended is not None:
            return "waived", phrase("Nobody is reminded of it any more: {why} ({at}).", why=ended, at=at)
        return "waived", phrase(
            "It was waived {at} by {who}: {why}", at=at, who=who, why=why or row.late_reason or "—"
        )
    ended = ENDED.get(row.closed_why or "")
    if row.state == "withdrawn":
        if row.closed_why == "left":
            return "not-in-audience", phrase(
                "Since {at} not one of those who owe it (moved, left, or lost the role).", at=at
            )
        return "withdrawn", phrase(
            "It was taken from this person {at}: {why}.", at=at, why=ended or row.closed_why or "—"
        )
    return "cancelled", phrase("It was cancelled {at}: {why}.", at=at, why=ended or row.closed_why or "—")


def _done(asked: Asked, row: ObligationRow, at: Words | str) -> Words:
    record = pages_record.record(asked.session, row.id)
    day = said_day(row.done_on, today=asked.today) if row.done_on else "—"
    if record is not None and record.by is not None:
        recorded = asked.moment(record.confirmation.recorded_at)
        return phrase(
            "It is done: {who} recorded it {at}, done on {day}.", who=record.by, at=recorded, day=day
        )
    return phrase("It is done: recorded {at}, done on {day}.", at=at, day=day)


def _who_waived(asked: Asked, duty: read.DutyRead) -> tuple[Words | str, str]:
    steps = trail(asked.session, obligation_ids=[duty.row.id], occurrence_id=duty.occurrence.id)
    own = [step for step in steps if step.obligation_id == duty.row.id]
    return (own[-1].who, own[-1].reason) if own else ("—", "")


def silent(asked: Asked, duty: read.DutyRead) -> Reason | None:
    """Why a duty that is not over is silent on the day."""
    row = duty.row
    if row.opened_at >= asked.until:
        return "not-opened", phrase(
            "It opens {at}; nobody is told of it before.", at=asked.moment(row.opened_at)
        )
    match row.state:
        case "submitted":
            return "submitted", phrase(
                "It was recorded and waits for approval; who owes it is not reminded meanwhile."
            )
        case "paused":
            return "clock-stopped", phrase(
                "Its clock stands still for a reason that the rules allow; nobody is reminded meanwhile."
            )
        case "history":
            return "history", phrase(
                "It was due before the office began with duban ({day}); it is only listed, to be checked, and nobody is reminded.",
                day=said_day(asked.live.start_on, today=asked.today),
            )
        case "expected":
            held = asked.day(duty.occurrence.held_on)
            return "expected", phrase(
                "Expected at the gathering of {day}; who came is not reminded, who was absent is, once attendance is recorded.",
                day=held,
            )
        case _:
            return paused(asked, duty.schedule) or _others_at_work(asked, row)


def paused(asked: Asked, schedule: ScheduleRow) -> Reason | None:
    """The pause of a schedule that runs now."""
    if schedule.paused_at is None or schedule.paused_at >= asked.until:
        return None
    pause = pause_of(asked.session, schedule.id)
    since, why = asked.moment(schedule.paused_at), pause.reason if pause else "—"
    if schedule.paused_until is None:
        return "paused", phrase(
            "The schedule is paused since {at} until it is resumed: {why}", at=since, why=why
        )
    until = asked.day(schedule.paused_until)
    return "paused", phrase(
        "The schedule is paused since {at}, {until} is the first day that counts again: {why}",
        at=since,
        until=until,
        why=why,
    )


def _others_at_work(asked: Asked, row: ObligationRow) -> Reason | None:
    if row.quiet_until is not None and row.quiet_until > asked.on and not _is_due(row, asked.on):
        return "others-at-work", phrase(
            "Others are at work on it; nobody is reminded before {day}.", day=asked.day(row.quiet_until)
        )
    if row.waits_for and row.next_at is None:
        outside = outside_title(asked.live, row.waits_for)
        return "waits-for-others", phrase("It waits for {outside}; our side is not urged.", outside=outside)
    return None


def _is_due(row: ObligationRow, on: date) -> bool:
    return row.due_on is not None and row.due_on <= on


def silence(asked: Asked, duty: read.DutyRead, person_id: int) -> Reason | None:
    """A silence by the clerk, or the person's own wish to be reminded later, that covers the day."""
    at = min(asked.now, asked.until) if asked.on <= asked.today else asked.now
    found = read.silence_over(
        asked.session, person_id=person_id, schedule_id=duty.schedule.id, obligation_id=duty.row.id, on=asked.on, at=at
    )  # fmt: skip
    if found is None:
        return None
    until = asked.day(found.until_on)
    if found.kind == "snooze":
        if duty.schedule.obligatory or _is_due(duty.row, asked.on):
            return None
        return "snoozed", phrase(
            "The person asked to be reminded later; reminders go out again from {until}.", until=until
        )
    return "silenced", phrase(
        "The clerk silenced it; reminders go out again from {until}. Reason: {why}",
        until=until,
        why=found.reason,
    )
