"""What other systems record about duties: that one is done, and who was missing from a gathering."""

from datetime import date
from typing import Literal

from models.queries import listing
from schedules.errors import NotFound, Refused
from schedules.words import phrase
from tasks.duties.children import ChildEntry
from tasks.duties.confirm import confirm
from tasks.gatherings.attend import Mark, record_session
from tasks.roster.absences import proposed_leave
from worker.api.again import Answer
from worker.api.files import rows_of
from worker.api.operation import Call, told
from worker.api.shapes_write import Attendance, AttendanceRecorded, Confirmation, Confirmed


def confirmation(call: Call) -> Answer:
    """Record that a duty is done: 201, or 200 if it was recorded before. Raise NotFound, Refused."""
    given: Confirmation = call.body
    obligation_id = call.path["id"]
    done = confirm(
        call.session, call.live, obligation_id=obligation_id, by=None, done_on=_day(call, given.done_on), evidence=given.evidence,
        files=rows_of(call.session, given.files), note=given.note or None, how=call.client, now=call.now,
        children=[ChildEntry(title=each.title, owner=each.owner, due_on=each.due_on) for each in given.children],
    )  # fmt: skip
    state: Literal["done", "submitted"] = "done" if done.state == "done" else "submitted"
    found = Confirmed(
        id=obligation_id, state=state, done_on=done.done_on, on_time=done.on_time, again=done.again
    )
    return told(200 if done.again else 201, found)


def attendance(call: Call) -> Answer:
    """Record who was missing; recording again corrects. Raise NotFound for a gathering that there is not, Refused."""
    given: Attendance = call.body
    schedule, key = call.path["schedule"], call.path["key"]
    found = listing.record_duties(call.session, schedule, key)
    if not found:
        raise NotFound(phrase("there is no gathering '{schedule}' {key}", schedule=schedule, key=key))
    if len(found) > 1:
        raise Refused(phrase("several records are owed for this gathering; record it at the desk"))
    named = (*given.absent, *given.leave, *given.present)
    if len(set(named)) < len(named):
        raise Refused(phrase("the same person stands here twice"), field="absent")
    excused = proposed_leave(call.session, found[0], except_for=named)
    marks: dict[str, Mark] = {
        **dict.fromkeys((*given.leave, *excused), "leave"),
        **dict.fromkeys(given.absent, "absent"),
    }
    counted = record_session(
        call.session, call.live, obligation_id=found[0], away=_away(call, given, marks), evidence=given.evidence,
        files=rows_of(call.session, given.files), done_on=_day(call, given.done_on), by=None, how=call.client, now=call.now,
    )  # fmt: skip
    shape = AttendanceRecorded(
        schedule=schedule, key=key, expected=counted.expected, present=counted.present, leave=counted.leave, absent=counted.absent,
        leave_on_record=list(excused),
    )  # fmt: skip
    return told(200, shape)


def _away(call: Call, given: Attendance, marks: dict[str, Mark]) -> dict[int, Mark]:
    """The marks by the number of the person's row. Raise Refused for somebody who is not in the roster."""
    ids = listing.people_ids(call.session, [*marks, *given.present])
    for field in ("absent", "leave", "present"):
        for index, key in enumerate(getattr(given, field)):
            if key not in ids:
                raise Refused(
                    phrase("there is no person '{person}' in the roster", person=key),
                    field=f"{field}/{index}",
                )
    return {ids[key]: mark for key, mark in marks.items()}


def _day(call: Call, given: date | None) -> date:
    return given or call.live.today(call.now)
