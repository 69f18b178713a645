"""The page of an occurrence: its days, who owes what and how it stands, the record of a gathering, the chain, what was found, files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response, abort, g, request

from models.obligations import ObligationRow, OccurrenceRow
from models.queries import drill as read
from models.queries import pages, pages_record
from models.queries.drill import PartState, within
from models.queries.pages import DutyRow
from schedules.grammar import Schedule
from schedules.lights import days_late, workdays_late
from schedules.words import phrase
from tasks.live import definition
from worker.web import downloads, places
from worker.web.duties.duty_view import part_name
from worker.web.duties.receipt import record_facts
from worker.web.site import View, reading, render
from worker.web.supervisors import event_correct, packages
from worker.web.supervisors.drill_rows import EACH, Line, found, hidden, lines, pages_of
from worker.web.supervisors.drill_schedule import title_of
from worker.web.workbook import workbook

ORDER = (ObligationRow.state != "open", ObligationRow.due_on, ObligationRow.id)
MOST_FILES, MOST_CHILDREN, MOST_ROWS = 100, 100, 20_000
COLUMNS = (
    phrase("Who"), phrase("Unit"), phrase("Part"), phrase("Due"), phrase("Done on"), phrase("State"), phrase("Days late"),
    phrase("Reason"), phrase("Light"),
)  # fmt: skip
STATES: Mapping[str, tuple[str, ...]] = {
    "open": ("open", "submitted", "paused", "expected", "history"), "done": ("done",), "waived": ("waived",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step of a chain. `style` is a class of the picture: done is plain, is-now, is-late, is-next."""

    title: str
    style: str
    day: date | None
    words: str


def occurrence(occurrence_id: int) -> str:
    """An occurrence, if anything of it is owed in the viewer's units."""
    with reading() as view:
        row, spec = _seen(view, occurrence_id)
        units = g.viewer.units
        states = read.owed_states(view.session, row.id, units=units)
        show = request.args.get("show", "")
        show = show if show in STATES else ""
        wanted = STATES.get(show, tuple(each for group in STATES.values() for each in group))
        total = sum(n for (_, state, _), n in states.items() if state in wanted)
        paging = pages_of(total, "drill.occurrence", occurrence_id=row.id)
        by_event = row.event_id is not None or row.parent_id is not None
        return render(
            view, "drill_occurrence.html", here="board", title=title_of(view, row.title, row.subject, by_event=by_event), row=row,
            as_of=view.d.moment(view.now), schedule_link=places.schedule(_key(view, row)), schedule_title=spec.title,
            parent=_parent(view, row), chain=_chain(view, row, spec), tally=_tally(view, states), tabs=_tabs(view, states, row), show=show,
            owed=lines(view, _owed(view, row, wanted, limit=EACH, offset=paging.offset)), paging=paging, record=_record(view, row, states),
            children=_children(view, row), files=_files(view, row, spec), table=places.occurrence_table(row.id),
            package=packages.of_occurrence(view, row.id), event_link=event_correct.address(view, row.event_id),
        )  # fmt: skip


def _seen(view: View, occurrence_id: int) -> tuple[OccurrenceRow, Schedule]:
    row = found(view.session.get(OccurrenceRow, occurrence_id))
    spec = definition(view.session, row.version_id)
    if hidden(spec):
        abort(404)
    if g.viewer.units is not None and not read.owed_states(view.session, row.id, units=g.viewer.units):
        abort(404)
    return row, spec


def _key(view: View, row: OccurrenceRow) -> str:
    return found(read.schedule_key(view.session, row.schedule_id))


def _owed(
    view: View, row: OccurrenceRow, states: tuple[str, ...], *, limit: int, offset: int
) -> list[DutyRow]:
    where = (ObligationRow.occurrence_id == row.id, ObligationRow.state.in_(states), within(g.viewer.units))
    return pages.listed(view.session, *where, order_by=ORDER, limit=limit, offset=offset)


def _parent(view: View, row: OccurrenceRow) -> tuple[str, str] | None:
    """The occurrence in which this was found; it may be one that the viewer does not see."""
    above = read.parent(view.session, row.parent_id) if row.parent_id else None
    if above is None or hidden(definition(view.session, above.version_id)):
        return None
    seen = g.viewer.units is None or bool(read.owed_states(view.session, above.id, units=g.viewer.units))
    return (places.occurrence(above.id) if seen else "", above.title)


# ── the chain ─────────────────────────────────────────────────
def _chain(view: View, row: OccurrenceRow, spec: Schedule) -> list[Link]:
    """The steps in order; none for what has no steps."""
    if not spec.steps:
        return []
    states = read.part_states(view.session, row.id)
    return [_link(view, row, step.title, states.get(key)) for key, step in spec.steps.items()]


def _link(view: View, row: OccurrenceRow, title: str, state: PartState | None) -> Link:
    d = view.d
    if state is None or not (state.done or state.open):
        words = d.gettext("to come") if row.state == "open" else d.gettext("not needed")
        return Link(title=title, style="is-next", day=None, words=words)
    if not state.open:
        return Link(
            title=title, style="", day=state.done_on, words=_of(view, state) if state.number > 1 else ""
        )
    late = days_late(state.due_on, view.today) if state.due_on else 0
    if late:
        workdays = workdays_late(state.due_on, view.today, view.live.office.calendar) if state.due_on else 0
        words = d._("{late} ({workdays})", late=d.late(late), workdays=d.workdays(workdays))
        return Link(title=title, style="is-late", day=state.due_on, words=words)
    left = d.left(state.due_on) if state.due_on else ""
    return Link(
        title=title, style="is-now", day=state.due_on, words=_of(view, state) if state.number > 1 else left
    )


def _of(view: View, state: PartState) -> str:
    return view.d._("{done} of {n} done", done=state.done, n=state.number)


# ── counts, the record, children, files ───────────────────────
def _tally(view: View, states: Mapping[tuple[str, str, str | None], int]) -> str:
    """How many owe it and how many of them are done; who was present owes nothing."""
    counted = {key: n for key, n in states.items() if key[1] not in (*read.OUT, "waived", "expected")}
    done = sum(n for (_, state, _), n in counted.items() if state == "done")
    return view.d._("{done} of {n} done", done=done, n=sum(counted.values()))


def _tabs(
    view: View, states: Mapping[tuple[str, str, str | None], int], row: OccurrenceRow
) -> list[tuple[str, str, str, int]]:
    """The lists that there are: name, words, address, how many."""
    d = view.d
    words = {
        "open": d.gettext("still to be done"),
        "done": d.gettext("done"),
        "waived": d.gettext("waived or on leave"),
    }
    numbers = {
        name: sum(n for (_, state, _), n in states.items() if state in group)
        for name, group in STATES.items()
    }
    everything = ("", d.gettext("all"), places.occurrence(row.id), sum(numbers.values()))
    return [
        everything,
        *((name, words[name], places.occurrence(row.id, show=name), n) for name, n in numbers.items() if n),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A gathering: counts of the viewer's units; what was recorded of the whole, once it is."""

    expected: int
    present: int
    leave: int
    absent: int
    recorded: bool
    facts: list[tuple[str, str]]
    away: list[tuple[str, str]]


def _record(
    view: View, row: OccurrenceRow, states: Mapping[tuple[str, str, str | None], int]
) -> Record | None:
    marks = {mark: sum(n for (part, state, found_), n in states.items() if part == "make_up" and found_ == mark and state not in read.OUT)
             for mark in ("present", "leave", "absent", None)}  # fmt: skip
    if not any(marks.values()):
        return None
    kept = pages.listed(
        view.session, ObligationRow.occurrence_id == row.id, ObligationRow.part == "record", ObligationRow.state.not_in(read.OUT),
        order_by=(ObligationRow.id,), limit=1,
    )  # fmt: skip
    whole = g.viewer.units is None
    people = [
        one for one in pages_record.expected(view.session, row.id) if whole or one.unit_id in g.viewer.units
    ]
    away = [(mark, "、".join(one.name for one in people if one.mark == mark)) for mark in ("leave", "absent")]
    titles = {"leave": view.d.gettext("On leave"), "absent": view.d.gettext("Absent")}
    skipped = {view.d.gettext("Present"), *titles.values()}
    if not whole:  # people of other units stand in them, and why they were not there
        skipped |= {view.d.gettext(each) for each in ("Came late", "Made up", "Remark")}
    return Record(
        expected=sum(marks.values()), present=marks["present"], leave=marks["leave"], absent=marks["absent"],
        recorded=bool(kept) and kept[0].obligation.state == "done",
        facts=[fact for fact in record_facts(view, kept[0]) if fact[0] not in skipped] if kept else [],
        away=[(titles[mark], names) for mark, names in away if names],
    )  # fmt: skip


def _children(view: View, row: OccurrenceRow) -> list[tuple[str, str, date | None, str]]:
    """What was found: title, address, due day, light."""
    got = read.children(view.session, row.id, units=g.viewer.units, limit=MOST_CHILDREN)
    return [(one.title, places.occurrence(one.id), one.due_on, _child_light(view, one)) for one in got]


def _child_light(view: View, one: OccurrenceRow) -> str:
    if one.state != "open":
        return "green"
    return "red" if one.due_on and one.due_on < view.today else "yellow"


def _files(view: View, row: OccurrenceRow, spec: Schedule) -> list[tuple[str, str, str, str]]:
    """Evidence: address, name, of which part, by whom."""
    got = read.files(view.session, row.id, units=g.viewer.units, limit=MOST_FILES)
    return [
        (places.file(one.file.id), one.file.name, part_name(view, spec, one.part) or spec.title, one.who)
        for one in got
    ]


def occurrence_table(occurrence_id: int) -> Response:
    """Who owes what of it, as a spreadsheet."""
    with reading() as view:
        row, _spec = _seen(view, occurrence_id)
        d = view.d
        wanted = tuple(each for group in STATES.values() for each in group)
        heading = [d.words(each) for each in COLUMNS]
        owed = lines(view, _owed(view, row, wanted, limit=MOST_ROWS, offset=0))
        content = workbook(
            row.title,
            heading,
            [_cells(view, each) for each in owed],
            widths=(14, 16, 20, 16, 16, 16, 10, 36, 8),
        )
        name = f"{row.title}{row.held_on:%Y%m%d}.xlsx"
    return downloads.attached(content, name)


def _cells(view: View, each: Line) -> tuple[str, ...]:
    d = view.d
    days = (str(d.dated(day)) if day else "" for day in (each.due_on, each.done_on))
    late = str(each.days_late) if each.days_late else ""
    return (each.who, each.unit, each.part, *days, each.state, late, each.why, d.light_word(each.light))
