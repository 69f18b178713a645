"""The record of a gathering: what it was about and who was not there; the totals are shown once before they count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from flask import make_response, redirect, request
from werkzeug.wrappers import Response

from models.queries import pages, pages_record
from models.queries.pages import DutyRow
from models.queries.pages_record import Expected
from schedules.belated import entered_late
from schedules.errors import Refused
from tasks.absences import away_on
from tasks.attend import record_session
from worker.web import evidence_form, uploads
from worker.web.duty_view import duty, fields_of
from worker.web.evidence_form import Form
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing

Mark = Literal["leave", "absent"]


@dataclass(frozen=True, slots=True)
class Ticked:
    """One expected person as shown: away is "", leave or absent."""

    id: int
    name: str
    away: str


@dataclass(frozen=True, slots=True)
class UnitList:
    """The expected people of one unit."""

    title: str
    people: list[Ticked]


def _away() -> dict[int, Mark]:
    """Who was ticked as not there; whoever is not marked as on leave is absent."""
    found: dict[int, Mark] = {}
    for value in request.form.getlist("away")[:2000]:
        if value.isdecimal():
            found[int(value)] = "leave" if request.form.get(f"w{value}") == "leave" else "absent"
    return found


def _units(people: Sequence[Expected], away: dict[int, Mark] | None) -> list[UnitList]:
    """People by unit; without ticks from a form, as it was recorded before."""

    def mark(person: Expected) -> str:
        if away is not None:
            return away.get(person.person_id, "")
        return person.mark if person.mark in ("leave", "absent") else ""

    return [
        UnitList(title or "—", [Ticked(person.person_id, person.name, mark(person)) for person in group])
        for title, group in groupby(people, key=lambda person: person.unit)
    ]


def _heading(view: View, row: DutyRow) -> str:
    held_on = row.occurrence.held_on
    return view.d._("{date}: {title}", date=view.d.full(held_on), title=row.occurrence.title)


def page(
    view: View, row: DutyRow, *, action: str, back: str, form: Form | None = None, away: dict[int, Mark] | None = None,
    faults: tuple[Fault, ...] = (),
) -> str:  # fmt: skip
    """The form; filled with the standing record when there is one."""
    people = pages_record.expected(view.session, row.occurrence.id)
    record = pages_record.record(view.session, row.obligation.id)
    recorded = ""
    if record is not None:
        at = view.d.short_instant(record.confirmation.recorded_at)
        recorded = view.d._(
            "{name} recorded it at {instant}. Recording again replaces it; whoever was wrongly marked is told nothing more.",
            name=record.by or view.d.gettext("Somebody"), instant=at,
        )  # fmt: skip
        made = record.confirmation
        if entered_late(made.done_on, view.live.today(made.recorded_at), view.live.office.calendar):
            recorded = view.d._("Entered late. {recorded}", recorded=recorded)
    proposed: list[str] = []
    if record is None and away is None:
        leave = away_on(view.session, row.occurrence.held_on)
        away = {person.person_id: "leave" for person in people if person.person_id in leave}
        proposed = [person.name for person in people if person.person_id in leave]
    starts = row.occurrence.starts_at
    sentence = view.d._("{clock}, {n} expected", clock=view.d.clock(starts), n=len(people)) if starts else ""
    return render(
        view, "session.html", duty=duty(view, row), heading=_heading(view, row), sentence=sentence, action=action, back=back,
        form=form or _as_recorded(view, row, record), units=_units(people, away), expected=len(people), faults=faults, recorded=recorded,
        proposed="、".join(proposed),
    )  # fmt: skip


def _as_recorded(view: View, row: DutyRow, record: pages_record.Record | None) -> Form:
    form = evidence_form.blank(view, fields_of(view, row))
    if record is None:
        return replace(form, done_on=row.occurrence.held_on.isoformat())
    items = []
    for item in form.evidence:
        files = [
            uploads.Upload(f.sha256, f.name, f.media_type, f.size) for f in record.files.get(item.name, ())
        ]
        kept = tuple(evidence_form.Kept(f.name, uploads.keep(runtime().tokens, f)) for f in files)
        items.append(
            replace(item, values=tuple(record.values.get(item.name, ())), uploads=tuple(files), kept=kept)
        )
    return Form(
        done_on=record.confirmation.done_on.isoformat(),
        note=record.confirmation.note or "",
        evidence=tuple(items),
    )


def post(
    obligation_id: int, *, by: int, how: Literal["link", "desk"], action: str, back: str, done: str
) -> Response:
    """`step` check: show the totals; edit: show the form again; save: record."""
    step = request.form.get("step", "check")
    form: Form | None = None
    try:
        with writing() as view:
            row = pages.duty(view.session, obligation_id)
            if row is None:
                return redirect(done, 303)
            form = evidence_form.posted(view, fields_of(view, row))
            if form.faults or step == "edit":
                shown = page(view, row, action=action, back=back, form=form, away=_away(), faults=form.faults)
                return make_response(shown, 422 if form.faults else 200)
            if step != "save":
                return make_response(_check(view, row, form, action))
            record_session(
                view.session, view.live, obligation_id=obligation_id, away=_away(), evidence=form.values(),
                files=form.files(view.session), done_on=form.day, by=by, how=how, now=view.now,
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            again = pages.duty(view.session, obligation_id)
            if again is None:
                return redirect(done, 303)
            shown = page(
                view,
                again,
                action=action,
                back=back,
                form=form,
                away=_away(),
                faults=faults_of(view, refused),
            )
            return make_response(shown, 422)
    runtime().nudger.nudge()
    return redirect(done, 303)


def _check(view: View, row: DutyRow, form: Form, action: str) -> str:
    people = pages_record.expected(view.session, row.occurrence.id)
    away = _away()
    leave = [person.name for person in people if away.get(person.person_id) == "leave"]
    absent = [person.name for person in people if away.get(person.person_id) == "absent"]
    return render(
        view, "session_check.html", heading=_heading(view, row), action=action, expected=len(people),
        present=len(people) - len(leave) - len(absent), leave=leave, absent=absent,
        facts=[(view.d.gettext("Held on"), view.d.full(form.day)), *evidence_form.facts(form.evidence)],
        hidden=list(_hidden(form, away)),
    )  # fmt: skip


def _hidden(form: Form, away: dict[int, Mark]) -> Iterator[tuple[str, str]]:
    """Everything that was typed, to be handed back unchanged."""
    yield "done_on", form.done_on
    yield "note", form.note
    for item in form.evidence:
        for value in item.values:
            yield f"e-{item.name}", value
        for file in item.kept:
            yield f"k-{item.name}", file.token
    for person_id, mark in away.items():
        yield "away", str(person_id)
        yield f"w{person_id}", mark
