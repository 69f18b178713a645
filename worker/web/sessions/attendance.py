"""The record of a gathering: what it was about and who was not there; the totals are shown once before they count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from flask import make_response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from models.queries import pages, pages_record
from models.queries.pages import DutyRow
from schedules.belated import entered_late
from schedules.errors import Refused
from tasks.gatherings.attend import record_session
from tasks.gatherings.check_in import hold
from tasks.gatherings.leave import note_leave
from worker.web.asked import row_number
from worker.web.desk.import_columns import Columns
from worker.web.duties import evidence_form, uploads
from worker.web.duties.duty_view import duty, fields_of
from worker.web.duties.evidence_form import Form
from worker.web.sessions import ticks
from worker.web.sessions.gathering_view import beside
from worker.web.sessions.host import Host
from worker.web.sessions.ticks import Ticks
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing

REASON = 200


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table that was read: the sentence about it, who does not stand in it, and its refused rows as JSON.

    `key`: under which it is kept while its columns or its sheet are chosen.
    """

    sentence: str = ""
    unlisted: str = ""
    refused: Sequence[tuple[int, str]] = ()
    rows: str = ""
    key: str = ""
    columns: Columns = field(default_factory=Columns)
    sheets: Sequence[str] = ()
    sheet: str = ""


def _heading(view: View, row: DutyRow) -> str:
    """The day never breaks in the middle: titles begin with a weekday, too."""
    day = Markup('<span class="nb">{}</span>').format(view.d.full(row.occurrence.held_on))
    return view.d._("{date}: {title}", date=day, title=row.occurrence.title)


def page(
    view: View, row: DutyRow, host: Host, *, form: Form | None = None, marks: Ticks | None = None, faults: tuple[Fault, ...] = (),
    reasons: dict[int, str] | None = None, loaded: Loaded | None = None,
) -> str:  # fmt: skip
    """The form; filled with the standing record when there is one, else with who arrived and who is on leave."""
    people = pages_record.expected(view.session, row.occurrence.id)
    record = pages_record.record(view.session, row.obligation.id)
    proposal = ticks.proposed(view, row, people, recorded=record is not None)
    starts = row.occurrence.starts_at
    sentence = view.d._("{clock}, {n} expected", clock=view.d.clock(starts), n=len(people)) if starts else ""
    fresh = marks is None and record is None
    return render(
        view, "session.html", here="desk", duty=duty(view, row), heading=_heading(view, row), sentence=sentence, action=host.form_action,
        host=host, form=form or _as_recorded(view, row, record), expected=len(people), faults=faults, recorded=_recorded(view, record),
        units=ticks.units(view, row, people, proposal.ticks if marks is None else marks), beside=beside(view, row, host),
        proposed="、".join(proposal.on_leave) if fresh else "", scanned=proposal.scanned if fresh else 0,
        reasons=sorted((reasons if reasons is not None else {}).items()), loaded=loaded or Loaded(),
    )  # fmt: skip


def _recorded(view: View, record: pages_record.Record | None) -> str:
    if record is None:
        return ""
    made = record.confirmation
    recorded = view.d._(
        "{name} recorded it at {instant}. Recording again replaces it; whoever was wrongly marked is told nothing more.",
        name=record.by or view.d.gettext("Somebody"), instant=view.d.short_instant(made.recorded_at),
    )  # fmt: skip
    if entered_late(made.done_on, view.live.today(made.recorded_at), view.live.office.calendar):
        return view.d._("Entered late. {recorded}", recorded=recorded)
    return recorded


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


def post(host: Host, obligation_id: int, *, done: str) -> Response:
    """`step` check: show the totals; edit: show the form again; save: record."""
    step = request.form.get("step", "check")
    form: Form | None = None
    marks, reasons = ticks.posted(), _reasons()
    try:
        with writing() as view:
            row = pages.duty(view.session, obligation_id)
            if row is None:
                return redirect(done, 303)
            form = evidence_form.posted(view, fields_of(view, row))
            if form.faults or step == "edit":
                shown = page(view, row, host, form=form, marks=marks, faults=form.faults, reasons=reasons)
                return make_response(shown, 422 if form.faults else 200)
            hold(view.session, obligation_id)
            over = ticks.overruled(view, row, marks)
            if step != "save" or set(over) != _seen():
                return make_response(_check(view, row, host, form, marks, over, reasons))
            _save(view, row, host, form, marks, reasons)
    except Refused as refused:
        with reading() as view:
            again = pages.duty(view.session, obligation_id)
            if again is None:
                return redirect(done, 303)
            found = faults_of(view, refused)
            shown = page(view, again, host, form=form, marks=marks, faults=found, reasons=reasons)
            return make_response(shown, 422)
    runtime().nudger.nudge()
    return redirect(done, 303)


def _save(view: View, row: DutyRow, host: Host, form: Form, marks: Ticks, reasons: dict[int, str]) -> None:
    record_session(
        view.session, view.live, obligation_id=row.obligation.id, away=ticks.away(marks), evidence=form.values(),
        files=form.files(view.session), done_on=form.day, by=host.person_id, how=host.how, now=view.now, late=ticks.late(marks),
        remark=form.note,
    )  # fmt: skip
    on_leave = {person: why for person, why in reasons.items() if marks.get(person) == "leave"}
    note_leave(
        view.session, occurrence_id=row.occurrence.id, reasons=on_leave, by=host.person_id, how=host.how, now=view.now
    )  # fmt: skip


def _seen() -> set[int]:
    """Those who checked in and are not counted, as the check page has shown them."""
    return {number for one in request.form.getlist("over")[: ticks.MOST] if (number := row_number(one))}


def _reasons() -> dict[int, str]:
    """Why people are on leave, as a table gave it."""
    return {
        person: why
        for person in ticks.posted()
        if (why := request.form.get(f"r{person}", "").strip()[:REASON])
    }


def _check(
    view: View,
    row: DutyRow,
    host: Host,
    form: Form,
    marks: Ticks,
    over: dict[int, str],
    reasons: dict[int, str],
) -> str:
    people = pages_record.expected(view.session, row.occurrence.id)

    def named(mark: str) -> list[str]:
        return [person.name for person in people if marks.get(person.person_id) == mark]

    leave, absent = named("leave"), named("absent")
    return render(
        view, "session_check.html", heading=_heading(view, row), action=host.form_action, expected=len(people),
        present=len(people) - len(leave) - len(absent), leave=leave, absent=absent, late=named("late"), over=list(over.values()),
        facts=[(view.d.gettext("Held on"), view.d.full(form.day)), *evidence_form.facts(form.evidence)],
        hidden=[*_hidden(form, marks, reasons), *(("over", str(person)) for person in over)],
    )  # fmt: skip


def _hidden(form: Form, marks: Ticks, reasons: dict[int, str]) -> Iterator[tuple[str, str]]:
    """Everything that was typed, to be handed back unchanged."""
    yield "done_on", form.done_on
    yield "note", form.note
    for item in form.evidence:
        for value in item.values:
            yield f"e-{item.name}", value
        for file in item.kept:
            yield f"k-{item.name}", file.token
    for person_id, mark in marks.items():
        yield "away", str(person_id)
        yield f"w{person_id}", mark
    for person_id, why in reasons.items():
        yield f"r{person_id}", why
