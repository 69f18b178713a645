"""The page of a schedule: its definition in words and as the clerk wrote it, its occurrences with what became of them, what comes."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import Response, abort, g
from sqlalchemy.orm import Session

from models.queries import drill as read
from models.queries.drill import Occurred
from models.schedules import OfficeVersionRow, ScheduleRow
from schedules.grammar import Event, Schedule
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.words import phrase
from tasks.duties.records import as_recorded, overrides
from tasks.live import Live, definition
from worker.web import downloads, places
from worker.web.site import View, reading, render
from worker.web.supervisors import packages, schedule_words
from worker.web.supervisors.drill_rows import EACH, found, hidden, pages_of
from worker.web.workbook import workbook

COMING = 5
AHEAD = timedelta(days=370)
MOST_ROWS = 5000
COLUMNS = (
    phrase("Title"), phrase("Day"), phrase("Due"), phrase("Counted"), phrase("Done"), phrase("Done late"), phrase("Overdue"),
    phrase("State"),
)  # fmt: skip
STATES = {"open": phrase("going on"), "closed": phrase("closed"), "cancelled": phrase("cancelled")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One occurrence in the list."""

    title: str
    link: str
    day: date
    due_on: date | None
    moved_from: date | None
    provisional: bool
    light: str
    state: str
    counted: int
    done: int
    done_late: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One that has not opened yet."""

    title: str
    day: date
    at: datetime | None
    opens_at: datetime
    moved_from: date | None
    provisional: bool


def schedule(key: str) -> str:
    """A schedule, if the viewer sees anything of it."""
    with reading() as view:
        row, spec = _seen(view, key)
        units = g.viewer.units
        paging = pages_of(read.number(view.session, row.id, units=units), "drill.schedule", key=key)
        path, text = _written(view, row, key)
        return render(
            view, "drill_schedule.html", here="board", schedule=row, as_of=view.d.moment(view.now), facts=schedule_words.facts(view, spec),
            steps=schedule_words.steps(view, spec), reminders=schedule_words.reminders(view, spec), path=path, text=text,
            paused=row.paused_at is not None, paused_until=row.paused_until, removed=row.removed_at is not None,
            by_event=isinstance(spec.when, Event), rows=_rows(view, row, limit=EACH, offset=paging.offset), paging=paging,
            coming=_coming(view, spec, row), export=places.board_of(schedule=key), places=places, year=view.today.year,
            package=packages.of_year(view, view.today.year, key),
        )  # fmt: skip


def _seen(view: View, key: str) -> tuple[ScheduleRow, Schedule]:
    """The schedule and how it is defined now; 404 where nothing of it is owed in the viewer's units, or it is sealed."""
    row = found(read.schedule(view.session, key))
    version = found(row.live_version_id)
    if row.kind == "summary" or key not in _known(view.live, row):
        abort(404)
    spec = next((each for each in view.live.office.schedules if each.id == key), None) or definition(
        view.session, version
    )
    if hidden(spec) or (
        g.viewer.units is not None and not read.is_owed_in(view.session, row.id, g.viewer.units)
    ):
        abort(404)
    return row, spec


def _known(live: Live, row: ScheduleRow) -> set[str]:
    """Schedules that are defined by a clerk; what the system keeps for itself has no page."""
    return {each.id for each in live.office.schedules} | ({row.key} if row.removed_at is not None else set())


def _written(view: View, row: ScheduleRow, key: str) -> tuple[str, str]:
    version = view.session.get(OfficeVersionRow, view.live.version_id)
    return (
        schedule_words.written(version.files, key)
        if version is not None and row.removed_at is None
        else ("", "")
    )


def _rows(view: View, row: ScheduleRow, *, limit: int, offset: int) -> list[Row]:
    got = read.occurrences(
        view.session, row.id, today=view.today, units=g.viewer.units, limit=limit, offset=offset
    )
    return [_row(view, each) for each in got]


def _row(view: View, each: Occurred) -> Row:
    one, open_ = each.occurrence, each.occurrence.state == "open"
    light = "red" if each.late else ("grey" if open_ and one.provisional else "green")
    return Row(
        title=title_of(view, one.title, one.subject, by_event=one.event_id is not None or one.parent_id is not None),
        link=places.occurrence(one.id), day=one.held_on, due_on=one.due_on, moved_from=one.moved_from,
        provisional=one.provisional and open_, light=light, state=view.d.words(STATES[one.state]), counted=each.counted, done=each.done,
        done_late=each.done_late, late=each.late,
    )  # fmt: skip


def title_of(view: View, title: str, subject: str | None, *, by_event: bool) -> str:
    """The title of an occurrence; what an event started with what it is known by."""
    return view.d._("{title} ({subject})", title=title, subject=subject) if by_event and subject else title


def _coming(view: View, spec: Schedule, row: ScheduleRow) -> list[Coming]:
    """The next ones by the rules and by what was decided by hand."""
    if row.paused_at is not None or row.removed_at is not None or isinstance(spec.when, Event):
        return []
    office = _office(view.session, view.live, row)
    got = [
        Coming(title=slot.title or spec.title, day=slot.date or view.live.today(slot.opens_at), at=slot.starts_at, opens_at=slot.opens_at,
               moved_from=slot.moved_from, provisional=slot.provisional)
        for slot in slots(spec, office, view.today, view.today + AHEAD)
        if slot.skipped is None and slot.opens_at > view.now
    ]  # fmt: skip
    return sorted(got, key=lambda each: each.opens_at)[:COMING]


def _office(session: Session, live: Live, row: ScheduleRow) -> OfficeSpec:
    """Certificates and completions are read only where the schedule hangs on them."""
    if row.kind == "duty":
        return replace(live.office, overrides=overrides(session))
    return as_recorded(session, live.office)


def schedule_table(key: str) -> Response:
    """Its occurrences as a spreadsheet."""
    with reading() as view:
        row, _spec = _seen(view, key)
        d = view.d
        heading = [d.words(each) for each in COLUMNS]
        rows = [
            (one.title, d.dated(one.day), d.dated(one.due_on) if one.due_on else "", str(one.counted), str(one.done), str(one.done_late),
             str(one.late), one.state)
            for one in _rows(view, row, limit=MOST_ROWS, offset=0)
        ]  # fmt: skip
        content = workbook(row.title, heading, rows, widths=(40, 16, 16, 10, 10, 10, 10, 12))
        name = f"{row.title}{view.today:%Y%m%d}.xlsx"
    return downloads.attached(content, name)
