"""Start a chain by an event: choose what happened, say what it is known by and when, fill in the fields that its schedules ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from models.obligations import OccurrenceRow
from models.queries.duty_page import people_by_unit
from schedules.dues import from_hour
from schedules.errors import Refused
from schedules.event_fields import asked, unanswered
from schedules.grammar import Event, EventField
from schedules.instants import instant
from schedules.words import phrase
from tasks.duties.evidence import BadEvidence
from tasks.duties.may import may_start
from tasks.events import Listener, listeners, record_event
from worker.web import places
from worker.web.duties.evidence_form import LABELS, parse_day
from worker.web.security import require_actor
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing

blueprint = Blueprint("act_event", __name__, url_prefix="/act/event")
blueprint.before_request(require_actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An event that schedules wait for: what opens, what it is known by, whether its hour counts, its fields."""

    id: str
    title: str
    known_by: str
    hours: bool
    fields: Mapping[str, EventField]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field as the form shows it; options are (value, text)."""

    name: str
    label: str
    kind: str
    required: bool
    many: bool
    options: tuple[tuple[str, str], ...]
    values: tuple[str, ...]


def kinds(view: View) -> dict[str, Kind]:
    """Every event that a schedule in force waits for. What is sealed is started by the clerk and the leader."""
    by_kind: dict[str, list[Listener]] = {}
    for each in listeners(view.session):
        when = each.schedule.when
        if isinstance(when, Event):
            by_kind.setdefault(when.event, []).append(each)
    closed = g.viewer.kind not in ("clerk", "leader")
    return {
        kind: Kind(
            id=kind, title="、".join(each.schedule.title for each in found), known_by=_known_by(found),
            hours=any(from_hour(each.schedule) for each in found), fields=asked(each.schedule for each in found),
        )
        for kind, found in by_kind.items()
        if not (closed and any(each.schedule.privacy == "sealed" for each in found))
    }  # fmt: skip


def _known_by(found: list[Listener]) -> str:
    when = found[0].schedule.when
    return when.key if isinstance(when, Event) else ""


@blueprint.get("")
def page() -> Response:
    """Choose what happened; or the form of one event."""
    wanted = request.args.get("kind", "")
    with reading() as view:
        found = kinds(view)
        if not wanted:
            return make_response(
                render(view, "act_events.html", here="board", kinds=sorted(found.values(), key=lambda k: k.title))
            )  # fmt: skip
        if wanted not in found:
            abort(404)
        return make_response(_form(view, found[wanted]))


def _form(view: View, kind: Kind, faults: tuple[Fault, ...] = ()) -> str:
    typed = request.form if request.method == "POST" else {"on": view.today.isoformat()}
    return render(
        view, "act_event.html", here="board", kind=kind, faults=faults, typed=typed,
        fields=[_field(view, name, field) for name, field in kind.fields.items()],
        people=[(unit.title, people) for unit, people in people_by_unit(view.session, g.viewer.units, today=view.today)],
    )  # fmt: skip


def _field(view: View, name: str, field: EventField) -> Field:
    options: tuple[tuple[str, str], ...] = tuple((each, each) for each in field.options)
    if field.kind == "yes-no":
        options = (("yes", view.d.gettext("yes")), ("no", view.d.gettext("no")))
    if field.kind == "unit":
        found = people_by_unit(view.session, g.viewer.units, today=view.today)
        options = tuple((unit.key, unit.title) for unit, _ in found)
    known = LABELS.get(field.kind)
    return Field(
        name=name, label=field.label or (view.d.words(known) if known else name), kind=field.kind, required=field.required,
        many=field.many or field.kind == "people", options=options, values=tuple(request.form.getlist(f"e-{name}")),
    )  # fmt: skip


@blueprint.post("")
def start() -> Response:
    """Record it; what follows from it opens at once. The same event again changes nothing."""
    wanted = request.form.get("kind", "")[:64]
    try:
        with writing() as view:
            found = kinds(view)
            if wanted not in found:
                abort(404)
            opened = _record(view, found[wanted])
    except Refused as refused:
        with reading() as view:
            faults = faults_of(view, refused)
            return make_response(_form(view, kinds(view)[wanted], faults), 422)
    runtime().nudger.nudge()
    return redirect(opened, 303)


def _record(view: View, kind: Kind) -> str:
    """Record the event; return where to go on: the occurrence it opened, if this reader sees it."""
    given = {
        name: [value.strip()[:2000] for value in request.form.getlist(f"e-{name}") if value.strip()]
        for name in kind.fields
    }
    day, key = parse_day(request.form.get("on", "")), request.form.get("key", "").strip()
    if not key:
        raise Refused(phrase("say what it is known by"), field="key")
    if day is None:
        raise Refused(phrase("choose the day on which it happened"), field="on")
    if faults := list(unanswered(kind.fields, given)):
        raise BadEvidence(faults)
    if not may_start(view.session, view.live, kind.fields, given, g.viewer.person_id, now=view.now):
        raise Refused(
            phrase("everybody whom it names has to be of your units; the clerk can start any other")
        )
    done = record_event(
        view.session, view.live, kind=kind.id, key=key, on=day, at=_at(view, day), given=given, by=g.viewer.person_id,
        note=request.form.get("note", "").strip()[:400] or None, now=view.now,
    )  # fmt: skip
    first = view.session.get(OccurrenceRow, done.occurrences[0]) if done.occurrences else None
    return places.occurrence(first.id) if first is not None else url_for("act_event.page")


def _at(view: View, day: date) -> datetime | None:
    text = request.form.get("at", "").strip()
    if not text:
        return None
    try:
        clock = time.fromisoformat(text[:5])
    except ValueError as error:
        raise Refused(phrase("write the time of day as 09:30"), field="at") from error
    return instant(day, clock, view.live.office.tz)
