"""Tick lists: one part of an occurrence that many owe, recorded for all who are ticked, after a page that shows whom and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from models.obligations import OccurrenceRow
from models.queries.desk_search import Tickable, of_part, tickable, unit_ids
from models.queries.pages import DutyRow, by_ids
from schedules.errors import Refused
from schedules.grammar import ByPeople, EvidenceField, Schedule
from tasks.duties.confirm import confirm
from tasks.live import definition
from worker.web.asked import row_number
from worker.web.duties import evidence_form
from worker.web.duties.duty_view import fields_of, form_kind, part_name, schedule_of, title_of
from worker.web.duties.evidence_form import Form
from worker.web.paging import asked_page, beside
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, reading, render, runtime, writing

blueprint = Blueprint("tick", __name__, url_prefix="/desk/tick")
blueprint.before_request(require_clerk)
PAGE = 30
MOST = 300  # recorded at once


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A part of an occurrence as a line: how many still owe it, and whether they can be ticked or each has a page of its own."""

    occurrence_id: int
    part: str
    name: str
    due: object
    open: int
    together: bool


@blueprint.get("")
def page() -> str:
    """Every part of an open occurrence that more than one party owes."""
    at = asked_page()
    with reading() as view:
        found = tickable(view.session, limit=PAGE + 1, offset=(at - 1) * PAGE)
        return render(
            view, "tick.html", here="desk", lists=[_line(view, each) for each in found[:PAGE]],
            **beside("tick.page", at, more=len(found) > PAGE),
        )  # fmt: skip


def _line(view: View, each: Tickable) -> List:
    schedule = definition(view.session, each.version_id)
    part = part_name(view, schedule, each.part)
    name = view.d._("{title}: {part}", title=each.title, part=part) if part else each.title
    return List(
        occurrence_id=each.occurrence_id, part=each.part, name=name, due=view.d.cell(each.due_on), open=each.open,
        together=together(schedule, each.part),
    )  # fmt: skip


def together(schedule: Schedule, part: str) -> bool:
    """Whether several can be recorded at once: nothing is asked that is each one's own figure or list."""
    if form_kind(schedule, part) != "evidence" or (
        schedule.children is not None and schedule.children.from_ == part
    ):
        return False
    return not (isinstance(schedule.done, ByPeople) and schedule.done.by == "any" and part == "")


def _common(fields: Mapping[str, EvidenceField]) -> Mapping[str, EvidenceField] | None:
    """What is asked for once and kept with each record; None where each has a number of its own to give."""
    needed = {name: field for name, field in fields.items() if field.required}
    return None if any(field.kind == "number" for field in needed.values()) else needed


# ── one list ──────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Who owes the part, what is asked once of all; `fields` is None where each has to be recorded on a page of its own."""

    rows: list[DutyRow]
    first: DutyRow
    fields: Mapping[str, EvidenceField] | None


def _sheet(view: View, occurrence_id: int, part: str, unit: str) -> _Sheet | None:
    """The list, or None when nobody owes it any more. 404 for an occurrence that is not there."""
    if view.session.get(OccurrenceRow, occurrence_id) is None:
        abort(404)
    rows = of_part(view.session, occurrence_id, part, limit=MOST + 1, units=_units_below(view, unit))
    if not rows:
        return None
    fields = _common(fields_of(view, rows[0])) if together(schedule_of(view, rows[0]), part) else None
    return _Sheet(rows=rows, first=rows[0], fields=fields)


def _units_below(view: View, unit: str) -> frozenset[int] | None:
    office = view.live.office
    return unit_ids(view.session, office.units_below(unit)) if unit in office.file.units else None


@blueprint.get("/<int:occurrence_id>")
def sheet(occurrence_id: int) -> str:
    """Tick who has done it."""
    with reading() as view:
        return _page(view, occurrence_id)


def _page(
    view: View, occurrence_id: int, form: Form | None = None, *, ticked: frozenset[int] = frozenset(), faults: tuple[Fault, ...] = (),
    done: int = 0,
) -> str:  # fmt: skip
    part, unit = request.values.get("part", "")[:64], request.values.get("unit", "")[:64]
    found = _sheet(view, occurrence_id, part, unit)
    said = request.args.get("done", "")
    done = done or min(row_number(said), MOST)
    if found is None:
        return render(
            view, "tick_list.html", here="desk", found=None, done=done, occurrence_id=occurrence_id, part=part, unit=unit,
            units=_units(view), faults=faults,
        )  # fmt: skip
    groups: dict[str, list[DutyRow]] = {}
    by_unit = any(row.party.kind != "unit" for row in found.rows)
    for row in found.rows[:MOST]:
        groups.setdefault((row.unit or "") if by_unit else view.d.gettext("Units"), []).append(row)
    blank = evidence_form.blank(view, found.fields or {})
    return render(
        view, "tick_list.html", here="desk", found=found, name=_name(view, found.first), groups=list(groups.items()), done=done,
        form=form or blank, faults=faults, ticked=ticked, occurrence_id=occurrence_id, part=part, unit=unit, units=_units(view),
        more=len(found.rows) > MOST, most=MOST,
    )  # fmt: skip


def _units(view: View) -> list[tuple[str, str]]:
    return [(key, unit.title) for key, unit in view.live.office.file.units.items()]


def _name(view: View, row: DutyRow) -> str:
    part = part_name(view, schedule_of(view, row), row.obligation.part)
    title = title_of(view, row)
    return view.d._("{title}: {part}", title=title, part=part) if part else title


def _ticked() -> frozenset[int]:
    found = [number for one in request.form.getlist("duty") if (number := row_number(one))]
    return frozenset(found[: MOST + 1])


@blueprint.post("/<int:occurrence_id>")
def check(occurrence_id: int) -> Response:
    """Show whom and which day; once that is agreed to, record it."""
    ticked = _ticked()
    with reading() as view:
        found = _sheet(view, occurrence_id, request.form.get("part", "")[:64], "")
        if found is None or found.fields is None:
            return make_response(_page(view, occurrence_id), 409)
        form = evidence_form.posted(view, found.fields)
        faults = form.faults
        if not ticked:
            faults = (*faults, Fault(view.d.gettext("Tick who has done it.")))
        if len(ticked) > MOST:
            faults = (*faults, Fault(view.d._("At most {n} at once; choose a unit.", n=MOST)))
        if faults:
            return make_response(_page(view, occurrence_id, form, ticked=ticked, faults=faults), 422)
        if request.form.get("sure") != "yes":
            return make_response(_checked(view, occurrence_id, found, form, ticked))
    return _record(occurrence_id, form, ticked)


def _checked(view: View, occurrence_id: int, found: _Sheet, form: Form, ticked: frozenset[int]) -> str:
    rows = _of_list(by_ids(view.session, sorted(ticked)), occurrence_id, found.first.obligation.part)
    facts = [(view.d.gettext("Done on"), view.d.full(form.day)), *evidence_form.facts(form.evidence)]
    if form.note:
        facts.append((view.d.gettext("Remark"), form.note))
    return render(
        view, "tick_check.html", here="desk", name=_name(view, found.first), names=[row.party.title for row in rows], facts=facts,
        form=form, rows=rows, occurrence_id=occurrence_id, part=found.first.obligation.part, unit=request.form.get("unit", "")[:64],
    )  # fmt: skip


def _of_list(rows: Sequence[DutyRow], occurrence_id: int, part: str) -> list[DutyRow]:
    """Only what belongs to the list that was shown."""
    return [row for row in rows if row.occurrence.id == occurrence_id and row.obligation.part == part]


def _record(occurrence_id: int, form: Form, ticked: frozenset[int]) -> Response:
    """Record each in one transaction; who is refused is named with the reason and stays ticked."""
    refused: dict[int, Fault] = {}
    done = 0
    with writing() as view:
        rows = _of_list(
            by_ids(view.session, sorted(ticked)), occurrence_id, request.form.get("part", "")[:64]
        )
        files = form.files(view.session)
        for row in rows:
            try:
                with view.session.begin_nested():
                    confirm(
                        view.session, view.live, obligation_id=row.obligation.id, by=g.viewer.person_id, done_on=form.day,
                        evidence=form.values(), files=files, note=form.note or None, how="desk", now=view.now,
                    )  # fmt: skip
                done += 1
            except Refused as error:
                what = fault(view, error)
                text = view.d._("{name}: {what}", name=row.party.title, what=what.text)
                refused[row.obligation.id] = replace(what, text=str(text), field=None)
    runtime().nudger.nudge()
    if refused:
        with reading() as view:
            page = _page(
                view,
                occurrence_id,
                form,
                ticked=frozenset(refused),
                faults=tuple(refused.values()),
                done=done,
            )
            return make_response(page, 422)
    part, unit = request.form.get("part", "")[:64], request.form.get("unit", "")[:64]
    return redirect(url_for("tick.sheet", occurrence_id=occurrence_id, part=part, unit=unit, done=done), 303)


@blueprint.post("/<int:occurrence_id>/back")
def back_to(occurrence_id: int) -> Response:
    """The list once more, with every tick and every word as it was."""
    with reading() as view:
        found = _sheet(view, occurrence_id, request.form.get("part", "")[:64], "")
        form = (
            evidence_form.posted(view, found.fields)
            if found is not None and found.fields is not None
            else None
        )
        return make_response(_page(view, occurrence_id, form, ticked=_ticked()))
