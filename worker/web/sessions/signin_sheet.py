"""The sign-in sheet 签到表 of a gathering: A4 pages to sign, filled in once it is recorded; as a workbook; and the table to fill in."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.gatherings import ArrivalRow
from models.queries import gatherings, pages_record
from models.queries.pages import DutyRow
from models.queries.pages_record import Expected, Record
from tasks.gatherings.attendance_table import Member, cast_state, filled_in
from worker.web.duties.duty_view import fields_of
from worker.web.sessions import ticks
from worker.web.sessions.host import Host
from worker.web.site import View, render
from worker.web.workbook import workbook

ROWS = 31  # of a column; an A4 page has two


@dataclass(frozen=True, slots=True)
class Line:
    """One person: the number on the sheet, and what stands where the signature goes."""

    no: int
    name: str
    unit: str
    signed: str


@dataclass(frozen=True, slots=True)
class Totals:
    """应到, 实到, 请假, 缺席, of those present 迟到; empty before it is recorded."""

    expected: int
    present: str = ""
    leave: str = ""
    absent: str = ""
    late: str = ""
    recorder: str = ""


def page(view: View, row: DutyRow, host: Host) -> str:
    """The sheet, as many pages as it needs; the heading stands on each."""
    record = pages_record.record(view.session, row.obligation.id)
    people = pages_record.expected(view.session, row.occurrence.id)
    lines = _lines(view, row, people, recorded=record is not None)
    sheets = [_pairs(lines[at : at + 2 * ROWS]) for at in range(0, max(len(lines), 1), 2 * ROWS)]
    return render(
        view, "signin_sheet.html", here="desk", host=host, title=row.occurrence.title, when=view.d.moment(row.occurrence.starts_at)
        if row.occurrence.starts_at else view.d.full(row.occurrence.held_on), topic=_topic(view, row, record), sheets=sheets,
        totals=_totals(view, row, people, record), recorded=record is not None,
    )  # fmt: skip


def _pairs(lines: Sequence[Line]) -> list[tuple[Line, Line | None]]:
    """The rows of one page: the left column is full before the right one begins."""
    left, right = lines[:ROWS], lines[ROWS:]
    return [(one, right[at] if at < len(right) else None) for at, one in enumerate(left)]


def _lines(view: View, row: DutyRow, people: Sequence[Expected], *, recorded: bool) -> list[Line]:
    there = gatherings.arrivals(view.session, row.occurrence.id) if recorded else {}
    reasons = {
        each.row.person_id: each.row.reason
        for each in (gatherings.leaves(view.session, row.occurrence.id) if recorded else ())
        if each.row.state == "granted"
    }
    return [
        Line(
            no, person.name, person.unit,
            _signed(view, person, there.get(person.person_id), reasons.get(person.person_id, "")) if recorded else "",
        )
        for no, person in enumerate(people, start=1)
    ]  # fmt: skip


def _signed(view: View, person: Expected, arrived: ArrivalRow | None, reason: str) -> str:
    """What was recorded, in few words."""
    if person.mark == "leave":
        return view.d._("on leave: {reason}", reason=reason) if reason else view.d.gettext("on leave")
    if person.mark == "absent":
        if person.made_up_on is None:
            return view.d.gettext("absent")
        return view.d._("absent, made up on {day}", day=view.d.day(person.made_up_on))
    clock = view.d.clock(arrived.at) if arrived is not None and arrived.how == "scan" else ""
    word = view.d.gettext("came late") if arrived is not None and arrived.late else view.d.gettext("present")
    return f"{word} {clock}".strip() if person.mark == "present" else ""


def _topic(view: View, row: DutyRow, record: Record | None) -> str:
    """What it was about: the first text of the record."""
    if record is None:
        return ""
    first = next((name for name, field in fields_of(view, row).items() if field.kind == "text"), "")
    return "、".join(record.values.get(first, ()))


def _totals(view: View, row: DutyRow, people: Sequence[Expected], record: Record | None) -> Totals:
    if record is None:
        return Totals(len(people))
    there = gatherings.arrivals(view.session, row.occurrence.id)

    def number(mark: str) -> str:
        return str(sum(person.mark == mark for person in people))

    late = sum(
        person.mark == "present" and there[person.person_id].late
        for person in people
        if person.person_id in there
    )
    return Totals(
        len(people), number("present"), number("leave"), number("absent"), str(late or ""), record.by or ""
    )


def workbook_of(view: View, row: DutyRow) -> tuple[str, bytes]:
    """The sheet as a workbook: its name and bytes."""
    recorded = pages_record.record(view.session, row.obligation.id) is not None
    people = pages_record.expected(view.session, row.occurrence.id)
    heading = [
        view.d.gettext("Serial no."), view.d.gettext("Name"), view.d.gettext("Unit"), view.d.gettext("Signature"),
    ]  # fmt: skip
    rows = [
        (str(line.no), line.name, line.unit, line.signed)
        for line in _lines(view, row, people, recorded=recorded)
    ]
    data = workbook(
        view.d._("Sign-in sheet {day}", day=row.occurrence.held_on.isoformat()),
        heading,
        rows,
        widths=(6, 12, 20, 40),
    )
    return f"sign-in-{row.occurrence.held_on:%Y%m%d}.xlsx", data


def table(view: View, row: DutyRow) -> tuple[str, bytes]:
    """The table to fill in and take over, with the states known so far: its name and bytes."""
    people = pages_record.expected(view.session, row.occurrence.id)
    recorded = pages_record.record(view.session, row.obligation.id) is not None
    marks = ticks.proposed(view, row, people, recorded=recorded).ticks
    reasons = {
        each.row.person_id: each.row.reason
        for each in gatherings.leaves(view.session, row.occurrence.id)
        if each.row.state == "granted"
    }
    heading, rows = filled_in(
        [
            (
                Member(each.person_id, each.key, each.name), each.unit, cast_state(marks.get(each.person_id, "")),
                reasons.get(each.person_id, "") if marks.get(each.person_id) == "leave" else "",
            )
            for each in people
        ]
    )  # fmt: skip
    data = workbook(
        view.d._("Attendance {day}", day=row.occurrence.held_on.isoformat()),
        heading,
        rows,
        widths=(14, 12, 20, 10, 40),
    )
    return f"attendance-{row.occurrence.held_on:%Y%m%d}.xlsx", data
