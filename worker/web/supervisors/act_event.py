"""Record an event, which starts what its schedules say: choose what happened, say what it is known by and when, fill in their fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from models.events import EventRow
from models.obligations import ObligationRow, OccurrenceRow
from models.queries.duty_page import people_by_unit
from schedules.dues import from_hour
from schedules.errors import Refused
from schedules.event_fields import asked
from schedules.grammar import Event, EventField
from schedules.instants import instant
from schedules.words import Words, phrase
from tasks.duties.evidence import BadEvidence
from tasks.duties.may import may_start
from tasks.events import Listener, listeners, record_event
from worker.web import places
from worker.web.duties.evidence_form import LABELS, Item, parse_day
from worker.web.duties.named import people_named
from worker.web.security import require_actor
from worker.web.site import Fault, View, faults_of, reading, render, runtime, said, writing

blueprint = Blueprint("act_event", __name__, url_prefix="/act/event")
blueprint.before_request(require_actor)
SHOWN = 30
WHO = ("person", "people")
Faults = list[tuple[str, Words]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An event that schedules wait for: what opens, what it is known by, whether its hour counts, its fields."""

    id: str
    title: str
    known_by: str
    hours: bool
    fields: Mapping[str, EventField]


# ── which events there are ────────────────────────────────────
def _sees_sealed() -> bool:
    return bool(g.viewer.reads("sealed"))


def kinds(view: View) -> dict[str, Kind]:
    """Every event that a schedule in force waits for. What is sealed is started by the clerk and the leader."""
    by_kind: dict[str, list[Listener]] = {}
    for each in listeners(view.session):
        when = each.schedule.when
        if isinstance(when, Event):
            by_kind.setdefault(when.event, []).append(each)
    return {
        kind: Kind(
            id=kind, title="、".join(dict.fromkeys(each.schedule.title for each in found)), known_by=_known_by(found),
            hours=any(from_hour(each.schedule) for each in found), fields=asked(each.schedule for each in found),
        )
        for kind, found in by_kind.items()
        if _sees_sealed() or not any(each.schedule.privacy == "sealed" for each in found)
    }  # fmt: skip


def _known_by(found: list[Listener]) -> str:
    when = found[0].schedule.when
    return when.key if isinstance(when, Event) else ""


@blueprint.get("")
def page() -> str:
    """Choose what happened, with what was recorded lately; or the form of one event."""
    wanted = request.args.get("kind", "")
    with reading() as view:
        found = kinds(view)
        if not wanted:
            return render(
                view, "act_events.html", here=here(), kinds=sorted(found.values(), key=lambda kind: kind.title), lately=_lately(view),
                known=set(found),
                said=view.d.gettext("Recorded. What follows from it is open now.") if request.args.get("said") == "event" else "",
            )  # fmt: skip
        if wanted not in found:
            abort(404)
        return _form(view, found[wanted])


def here() -> str:
    """Under which entry of the menu the page stands."""
    return "desk" if g.viewer.clerk else "board"


def _lately(view: View) -> list[tuple[EventRow, list[tuple[str, str, int]]]]:
    """The latest events with the address and title of what each opened, and how much of it is still open; for who sees all of them."""
    if not _sees_sealed():
        return []
    events = view.session.scalars(select(EventRow).order_by(EventRow.id.desc()).limit(SHOWN)).all()
    of = opened_by(view, [each.id for each in events])
    return [(each, of.get(each.id, [])) for each in events]


def opened_by(view: View, event_ids: Sequence[int]) -> dict[int | None, list[tuple[str, str, int]]]:
    """What each event opened: address, title, and how much of it is still open."""
    still = (
        select(func.count(ObligationRow.id))
        .where(ObligationRow.occurrence_id == OccurrenceRow.id, ObligationRow.state == "open")
        .correlate(OccurrenceRow)
        .scalar_subquery()
    )
    opened = (
        select(OccurrenceRow.event_id, OccurrenceRow.id, OccurrenceRow.title, still)
        .where(OccurrenceRow.event_id.in_(event_ids))
        .order_by(OccurrenceRow.id)
    )
    of: dict[int | None, list[tuple[str, str, int]]] = {}
    for event_id, occurrence_id, title, n in view.session.execute(opened):
        of.setdefault(event_id, []).append((places.occurrence(occurrence_id), title, n))
    return of


# ── one event ─────────────────────────────────────────────────
def _form(view: View, kind: Kind, faults: tuple[Fault, ...] = ()) -> str:
    typed = request.form if request.method == "POST" else {"on": view.today.isoformat()}
    return render(
        view, "act_event.html", here=here(), kind=kind, faults=faults, typed=typed,
        fields=[shown_field(view, name, field, given(name)) for name, field in kind.fields.items()], people=people_to_choose(view),
    )  # fmt: skip


def people_to_choose(view: View) -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """Id and name of everybody under the reader, by unit."""
    return [
        (unit.title, people)
        for unit, people in people_by_unit(view.session, g.viewer.units, today=view.today)
    ]


def shown_field(view: View, name: str, field: EventField, values: Sequence[str]) -> Item:
    """One field as shown. A unit, a person and a yes-no are chosen; several people are typed by name."""
    kind, d, hint = str(field.kind), view.d, ""
    options: tuple[tuple[str, str], ...] = tuple((each, each) for each in field.options)
    if kind == "yes-no":
        options = (("yes", d.gettext("yes")), ("no", d.gettext("no")))
    elif kind == "unit":
        found = people_by_unit(view.session, g.viewer.units, today=view.today)
        options = tuple((unit.key, unit.title) for unit, _ in found)
    elif kind in WHO and (field.many or kind == "people"):
        kind, hint = "text", d.gettext("Full names or ids of the roster, with 、 between them.")
    label = field.label or (
        said(view, LABELS[kind]) if field.kind in LABELS else d.gettext("Who is in charge")
    )
    return Item(
        name=name, label=label, kind=kind, required=field.required, many=field.many, options=options, hint=hint,
        values=tuple(values),
    )  # fmt: skip


def given(name: str) -> list[str]:
    """What was typed or chosen for a field."""
    return [value.strip()[:2000] for value in request.form.getlist(f"e-{name}") if value.strip()]


@blueprint.post("")
def start() -> Response:
    """Record it; what follows from it opens at once. Every fault is said at its field; the same event again changes nothing."""
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
    """Record the event; return where to go on: what it opened, or the list."""
    values, faults = values_of(view, kind.fields)
    day, key = parse_day(request.form.get("on", "")), request.form.get("key", "").strip()[:200]
    if not key:
        faults.append(("key", phrase("say what it is known by")))
    if day is None:
        faults.append(("on", phrase("choose the day on which it happened")))
    faults += missing(view, kind)
    if faults or day is None:
        raise BadEvidence(faults)
    if not may_start(view.session, view.live, kind.fields, values, g.viewer.person_id, now=view.now):
        raise Refused(
            phrase("everybody whom it names has to be of your units; the clerk can start any other")
        )
    done = record_event(
        view.session, view.live, kind=kind.id, key=key, on=day, at=_at(view, day), given=values, by=g.viewer.person_id,
        note=request.form.get("note", "").strip()[:2000] or None, now=view.now,
    )  # fmt: skip
    return (
        places.occurrence(done.occurrences[0])
        if done.occurrences
        else url_for("act_event.page", said="event")
    )


def missing(view: View, kind: Kind) -> Faults:
    """Each field that has to be filled in and is not."""
    return [
        (name, phrase("'{label}' is missing", label=shown_field(view, name, field, ()).label))
        for name, field in kind.fields.items()
        if field.required and not given(name)
    ]


def values_of(view: View, fields: Mapping[str, EventField]) -> tuple[dict[str, Sequence[str]], Faults]:
    """The values by field, names of people as their ids; and what names nobody."""
    found: dict[str, Sequence[str]] = {}
    faults: Faults = []
    for name, field in fields.items():
        values: Sequence[str] = given(name)
        if field.kind in WHO:
            values, wrong = people_named(view, values, name)
            faults += wrong
        if values:
            found[name] = values
    return found, faults


def _at(view: View, day: date) -> datetime | None:
    text = request.form.get("at", "").strip()
    if not text:
        return None
    try:
        clock = time.fromisoformat(text[:5])
    except ValueError as error:
        raise Refused(phrase("write the time of day as 09:30"), field="at") from error
    return instant(day, clock, view.live.office.tz)
