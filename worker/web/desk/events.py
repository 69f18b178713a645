"""The desk's page of events: which kinds there are, a form for one made of the fields its schedules ask for, what was recorded lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from models.events import EventRow
from models.obligations import ObligationRow, OccurrenceRow
from schedules.dues import from_hour
from schedules.errors import NotFound, Refused
from schedules.event_fields import asked
from schedules.grammar import Event, EventField
from schedules.instants import instant
from schedules.words import Words, phrase
from tasks.duties.evidence import BadEvidence
from tasks.events import Listener, listeners, listening, record_event
from worker.web.duties.evidence_form import LABELS, Item, parse_day
from worker.web.duties.named import person_named
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, said, writing

blueprint = Blueprint("events", __name__, url_prefix="/desk/event")
blueprint.before_request(require_clerk)
SHOWN = 30
WHO = ("person", "people")
SPLIT = str.maketrans(dict.fromkeys(",，;；\n", "、"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was typed."""

    key: str
    on: str
    at: str
    note: str
    items: tuple[Item, ...]


# ── which events there are ────────────────────────────────────
@blueprint.get("")
def page() -> str:
    """The kinds, and what was recorded lately."""
    with reading() as view:
        kinds: dict[str, list[Listener]] = {}
        for each in listeners(view.session):
            if isinstance(each.schedule.when, Event):
                kinds.setdefault(each.schedule.when.event, []).append(each)
        return render(
            view, "events.html", here="desk", recorded=_lately(view),
            kinds=[(kind, _title(found), [each.schedule.title for each in found]) for kind, found in kinds.items()],
            said=view.d.gettext("Recorded. What follows from it is open now.") if request.args.get("said") == "event" else "",
        )  # fmt: skip


def _title(found: Sequence[Listener]) -> str:
    return "、".join(dict.fromkeys(each.schedule.title for each in found))


def _lately(view: View) -> list[tuple[EventRow, str, int]]:
    """The latest events, with what they opened and how much of it is still open."""
    still = (
        select(func.count(ObligationRow.id))
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .where(OccurrenceRow.event_id == EventRow.id, ObligationRow.state == "open")
        .correlate(EventRow)
        .scalar_subquery()
    )
    title = (
        select(func.min(OccurrenceRow.title))
        .where(OccurrenceRow.event_id == EventRow.id)
        .correlate(EventRow)
        .scalar_subquery()
    )
    query = select(EventRow, title, still).order_by(EventRow.id.desc()).limit(SHOWN)
    return [(row, name or row.kind, n) for row, name, n in view.session.execute(query)]


# ── one event ─────────────────────────────────────────────────
@blueprint.route("/<kind>", methods=["GET", "POST"])
def record(kind: str) -> str | Response:
    """The form; or record what it brought. Every fault is said at its field, and what was typed stays."""
    if request.method == "GET":
        with reading() as view:
            found = _found(view, kind)
            return _page(view, kind, found, _form(view, asked(each.schedule for each in found)))
    faults: tuple[Fault, ...] = ()
    try:
        with writing() as view:
            _record(view, kind, _found(view, kind))
    except Refused as refused:
        with reading() as view:
            found = _found(view, kind)
            form = _form(view, asked(each.schedule for each in found))
            faults = tuple(_named_field(each) for each in faults_of(view, refused))
            return make_response(_page(view, kind, found, form, faults), 422)
    runtime().nudger.nudge()
    return redirect(url_for("events.page", said="event"), 303)


def _found(view: View, kind: str) -> list[Listener]:
    try:
        return listening(view.session, kind)
    except NotFound:
        abort(404)


def _named_field(fault: Fault) -> Fault:
    """The fixed fields of the form are called so; the others by the names that the schedules give them."""
    return replace(fault, field=None) if fault.field == "" else fault


def _page(
    view: View, kind: str, found: Sequence[Listener], form: Form, faults: tuple[Fault, ...] = ()
) -> str:
    when = found[0].schedule.when
    return render(
        view, "event.html", here="desk", heading=_title(found), kind=kind, form=form, faults=faults,
        key_label=when.key if isinstance(when, Event) else kind, timed=any(from_hour(each.schedule) for each in found),
        action=url_for("events.record", kind=kind),
    )  # fmt: skip


def _form(view: View, fields: Mapping[str, EventField]) -> Form:
    return Form(
        key=request.form.get("key", "").strip()[:200], on=request.form.get("on", view.today.isoformat())[:10],
        at=request.form.get("at", "")[:5], note=request.form.get("note", "").strip()[:2000],
        items=tuple(_item(view, name, field) for name, field in fields.items()),
    )  # fmt: skip


def _item(view: View, name: str, field: EventField) -> Item:
    """One field as shown. A person is typed by name; a unit and a yes-no are chosen."""
    kind, hint = str(field.kind), ""
    options: tuple[tuple[str, str], ...] = tuple((option, option) for option in field.options)
    label = field.label or (
        said(view, LABELS[kind]) if kind in LABELS else view.d.gettext("Who is in charge")
    )
    match kind:
        case "yes-no":
            options = (("yes", view.d.gettext("yes")), ("no", view.d.gettext("no")))
        case "unit":
            kind = "choice"
            options = tuple((key, unit.title) for key, unit in view.live.office.file.units.items())
        case "person":
            kind, hint = "text", view.d.gettext("Full name or id of the roster.")
        case "people":
            kind, hint = "text", view.d.gettext("Full names or ids of the roster, with 、 between them.")
        case _:
            pass
    typed = tuple(value.strip()[:2000] for value in request.form.getlist(f"e-{name}") if value.strip())
    return Item(
        name=name,
        label=label,
        kind=kind,
        required=field.required,
        many=field.many,
        options=options,
        values=typed,
        hint=hint,
    )


def _record(view: View, kind: str, found: Sequence[Listener]) -> None:
    fields = asked(each.schedule for each in found)
    form = _form(view, fields)
    given, faults = _given(view, fields, form)
    on = parse_day(form.on)
    if not form.key:
        faults.append(("key", phrase("say what it is known by")))
    if on is None:
        faults.append(("on", phrase("choose the day on which it happened")))
    faults += [
        (item.name, phrase("'{label}' is missing", label=item.label))
        for item in form.items
        if item.required and not item.values
    ]
    if faults or on is None:
        raise BadEvidence(faults)
    record_event(
        view.session, view.live, kind=kind, key=form.key, on=on, at=_at(view, on, form.at), given=given, by=g.viewer.person_id,
        note=form.note or None, now=view.now,
    )  # fmt: skip


def _given(
    view: View, fields: Mapping[str, EventField], form: Form
) -> tuple[dict[str, list[str]], list[tuple[str, Words]]]:
    """The values by field, names of people as their ids; and what names nobody."""
    given: dict[str, list[str]] = {}
    faults: list[tuple[str, Words]] = []
    keys = {person.name: person.id for person in view.live.office.people}
    for item in form.items:
        values = list(item.values)
        if fields[item.name].kind in WHO:
            names = [
                part.strip()
                for value in values
                for part in value.translate(SPLIT).split("、")
                if part.strip()
            ]
            values = []
            for name in names:
                try:
                    person_named(view, name, item.name)
                except Refused as refused:
                    faults.append((item.name, phrase("{name}: {what}", name=name, what=refused.what)))
                values.append(name if view.live.office.has_person(name) else keys.get(name, name))
        if values:
            given[item.name] = values
    return given, faults


def _at(view: View, on: date, text: str) -> datetime | None:
    try:
        return instant(on, time.fromisoformat(text), view.live.office.tz) if text else None
    except ValueError:
        return None
