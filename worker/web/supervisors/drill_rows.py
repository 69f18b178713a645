"""Duties as lines of the pages behind the board: what is shown of one is decided here, once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import TypeVar

from flask import abort, g, request, url_for

from models.obligations import ObligationRow
from models.queries import drill as read
from models.queries.pages import DutyRow
from schedules.belated import entered_late
from schedules.grammar import Schedule
from schedules.lights import days_late, workdays_late
from tasks.duties.whose import outside_title
from tasks.wording.naming import HIDDEN, Named, duty_name
from worker.web import places
from worker.web.duties.duty_view import colour, part_name, schedule_of
from worker.web.paging import asked_page
from worker.web.site import View

T = TypeVar("T")
EACH = 50  # lines of a page
ASKED = ("open", "submitted")
KEPT = (
    "show",
)  # of an address, on the way to another page of its list; any other name could mean something to `url_for`


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One duty. `link` leads to its own page, `desk` to where the clerk acts on it; both are empty for what is sealed."""

    name: str
    part: str
    who: str
    who_link: str
    unit: str
    light: str
    state: str
    due_on: date | None
    due_at: datetime | None
    provisional: bool
    days_late: int
    workdays_late: int
    done_on: date | None
    why: str
    link: str
    occurrence: str
    desk: str


def hidden(schedule: Schedule) -> bool:
    """Whether this reader may only know that there is something: see `Viewer.reads`."""
    return not g.viewer.reads(schedule.privacy)


def lines(view: View, rows: Sequence[DutyRow]) -> list[Line]:
    """Describe these duties; what the records say is read at once for all of them."""
    recorded = read.recorded(
        view.session, [row.obligation.id for row in rows if row.obligation.state == "done"]
    )
    return [_line(view, row, recorded.get(row.obligation.id)) for row in rows]


def _line(view: View, row: DutyRow, recorded_at: datetime | None) -> Line:
    owed, schedule = row.obligation, schedule_of(view, row)
    asked, sealed = owed.state in ASKED, hidden(schedule)
    person = row.party.kind == "person" and not sealed
    return Line(
        name=view.d.words(HIDDEN) if sealed else name_of(view, row, schedule), part=_part(view, owed, schedule),
        who="" if sealed else _who(row), who_link=places.person(row.party.key) if person else "",
        unit=row.unit if row.unit and row.unit != row.party.title else "", light=colour(view, row),
        state=outcome(view, owed, recorded_at), due_on=owed.due_on, due_at=owed.due_at, provisional=owed.provisional,
        days_late=days_late(owed.due_on, view.today) if asked and owed.due_on else 0,
        workdays_late=workdays_late(owed.due_on, view.today, view.live.office.calendar) if asked and owed.due_on else 0,
        done_on=owed.done_on, why="" if sealed else _why(view, row), link="" if sealed else places.duty(owed.id),
        occurrence="" if sealed else places.occurrence(row.occurrence.id), desk=_desk(row),
    )  # fmt: skip


def name_of(view: View, row: DutyRow, schedule: Schedule) -> str:
    """What a duty is called in a list of several matters."""
    step = schedule.steps.get(row.obligation.part)
    named = Named(
        title=row.occurrence.title, held_on=row.occurrence.held_on, part=row.obligation.part, event_id=row.occurrence.event_id,
        subject=row.occurrence.subject, holder=row.holder,
    )  # fmt: skip
    return view.d.words(duty_name(named, step.title if step else None))


def _part(view: View, owed: ObligationRow, schedule: Schedule) -> str:
    """Whoever was there, or is still expected, has nothing to make up."""
    if owed.part == "make_up" and owed.mark != "absent":
        return view.d.gettext("attend")
    return part_name(view, schedule, owed.part)


def _who(row: DutyRow) -> str:
    return f"{row.party.title} {row.head}" if row.party.kind == "unit" and row.head else row.party.title


def _why(view: View, row: DutyRow) -> str:
    """Why it is not done, what it waits for, or how it was moved."""
    owed, d = row.obligation, view.d
    if owed.state == "paused":
        return d.gettext("its clock stands still")
    if owed.state == "submitted":
        return d.gettext("handed in, waits for approval")
    if owed.state != "open":
        return ""
    if row.paused:
        return d.gettext("the schedule is paused")
    if owed.waits_for:
        return d._("waits for {who}; not counted", who=outside_title(view.live, owed.waits_for))
    why = owed.late_reason or ""
    if owed.new_date:
        return d._(
            "{reason}; planned for {day}",
            reason=why or d.gettext("no reason given"),
            day=d.day(owed.new_date),
        )
    return why


def outcome(view: View, owed: ObligationRow, recorded_at: datetime | None = None) -> str:
    """The state in words: present, on time, so many days late; and whether it was entered afterwards 补录."""
    if owed.state != "done":
        return view.d.gettext("on leave") if owed.mark == "leave" else view.d.state(owed.state)
    if owed.part == "make_up" and owed.mark == "present":
        return view.d.gettext("present")
    late = (owed.done_on - owed.due_on).days if owed.done_on and owed.due_on else 0
    words = view.d.ngettext("1 day late", "{n} days late", late) if late > 0 else view.d.gettext("on time")
    if owed.part == "make_up":
        words = view.d._("made up, {outcome}", outcome=words)
    if (
        recorded_at
        and owed.done_on
        and entered_late(owed.done_on, view.live.today(recorded_at), view.live.office.calendar)
    ):
        return view.d._("{outcome}, entered late", outcome=words)
    return words


def _desk(row: DutyRow) -> str:
    """Where the clerk acts on it; nobody else has that page."""
    return url_for("duty.page", obligation_id=row.obligation.id) if g.viewer.clerk else ""


# ── pages of a list ───────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where a long list stands: page `no` of `last`, counted from 1; `offset` rows come before it."""

    no: int
    last: int
    total: int
    newer: str
    older: str

    @property
    def offset(self) -> int:
        """How many rows stand on the pages before."""
        return (self.no - 1) * EACH


def pages_of(total: int, address: str, **given: str | int | None) -> Pages:
    """Read the page from the address; one beyond the end is the last. `address`: the endpoint; `given`: what else it needs."""
    last = max(1, ceil(total / EACH))
    no = asked_page(last)
    kept = {name: value for name, value in request.args.items() if name in KEPT} | given

    def at(page: int) -> str:
        return url_for(address, **kept, page=page, _anchor="list") if 1 <= page <= last else ""  # type: ignore[arg-type]

    return Pages(no=no, last=last, total=total, newer=at(no - 1), older=at(no + 1))


def found(value: T | None) -> T:
    """What was looked for; 404 if it is not there."""
    return abort(404) if value is None else value
