"""An event that was recorded: its fields, what followed, and the form that corrects it. Its day stays: every term counts from it."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from models.events import EventRow
from models.obligations import OccurrenceRow
from models.people import PersonRow
from schedules.errors import Refused
from schedules.event_fields import complete
from schedules.words import Words, phrase
from tasks.amend import amend_event
from tasks.duties.evidence import BadEvidence
from tasks.duties.may import may_start
from tasks.duties.trail import trail
from worker.web.security import require_actor
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing
from worker.web.supervisors.act_event import (
    WHO,
    Kind,
    given,
    here,
    kinds,
    missing,
    opened_by,
    people_to_choose,
    shown_field,
    values_of,
)

blueprint = Blueprint("event_correct", __name__, url_prefix="/act/event/<int:event_id>")
blueprint.before_request(require_actor)
SAID: Mapping[str, Words] = {
    "corrected": phrase("Corrected. What belongs to it now is open, what does not is cancelled."),
    "same": phrase("Nothing was changed."),
}


def address(view: View, event_id: int | None) -> str:
    """Where this reader corrects an event; empty for none, and for whom it is not to correct."""
    if event_id is None or not g.viewer.acts or _mine(view, event_id) is None:
        return ""
    return url_for("event_correct.page", event_id=event_id)


def _mine(view: View, event_id: int) -> tuple[EventRow, Kind] | None:
    """The event with what its schedules ask for, if the reader might have recorded it."""
    row = view.session.get(EventRow, event_id)
    kind = kinds(view).get(row.kind) if row is not None else None
    if row is None or kind is None:
        return None
    fits = may_start(view.session, view.live, kind.fields, row.fields, g.viewer.person_id, now=view.now)
    return (row, kind) if fits else None


def _found(view: View, event_id: int) -> tuple[EventRow, Kind]:
    found = _mine(view, event_id)
    if found is None:
        abort(404)
    return found


@blueprint.get("")
def page(event_id: int) -> str:
    """The event as it is recorded; 404 for whoever may not correct it."""
    with reading() as view:
        return _page(view, *_found(view, event_id))


def _page(view: View, row: EventRow, kind: Kind, faults: tuple[Fault, ...] = ()) -> str:
    typed = request.method == "POST"
    fields = [
        shown_field(view, name, field, given(name) if typed else _as_typed(view, row, name, kind))
        for name, field in kind.fields.items()
    ]
    told = SAID.get(request.args.get("said", ""))
    return render(
        view, "event_correct.html", here=here(), event=row, kind=kind, fields=fields, people=people_to_choose(view), faults=faults,
        reason=request.form.get("reason", "")[:200], said=view.d.words(told) if told else "", digest=_digest(row),
        recorded=_recorded(view, row, kind), opened=opened_by(view, [row.id]).get(row.id, []), steps=_steps(view, row),
    )  # fmt: skip


def _as_typed(view: View, row: EventRow, name: str, kind: Kind) -> Sequence[str]:
    """The values of a field as somebody would fill them in: several people by name, or by id where two have the name."""
    values: Sequence[str] = row.fields.get(name, ())
    field = kind.fields[name]
    if field.kind not in WHO or not (field.many or field.kind == "people"):
        return values
    present = select(PersonRow.key, PersonRow.name).where(
        (PersonRow.left_on.is_(None)) | (PersonRow.left_on > view.today)
    )
    wanted = select(PersonRow.name).where(PersonRow.key.in_(values))
    names = dict(view.session.execute(present.where(PersonRow.name.in_(wanted))).all())
    alone = list(names.values())
    return ["、".join(names[key] if key in names and alone.count(names[key]) == 1 else key for key in values)]


def _recorded(view: View, row: EventRow, kind: Kind) -> list[tuple[str, str]]:
    """Label and value of every field as it is recorded, in words."""
    keys = [
        key for name, field in kind.fields.items() if field.kind in WHO for key in row.fields.get(name, ())
    ]
    names = dict(
        view.session.execute(select(PersonRow.key, PersonRow.name).where(PersonRow.key.in_(keys))).all()
    )
    units = view.live.office.file.units
    answers = {"yes": view.d.gettext("yes"), "no": view.d.gettext("no")}
    found = []
    for name, field in kind.fields.items():
        values = row.fields.get(name, ())
        if field.kind in WHO:
            values = [names.get(key, key) for key in values]
        elif field.kind == "unit":
            values = [units[key].title if key in units else key for key in values]
        elif field.kind == "yes-no":
            values = [answers.get(key, key) for key in values]
        found.append((shown_field(view, name, field, ()).label, "、".join(values) or "—"))
    return found


def _steps(view: View, row: EventRow) -> list[tuple[object, str, str, str]]:
    """Who did what to the event, the latest first."""
    first = view.session.scalars(select(OccurrenceRow.id).where(OccurrenceRow.event_id == row.id)).first()
    if first is None:
        return []
    done = trail(view.session, obligation_ids=(), occurrence_id=first)
    return [
        (view.d.short_instant(each.at), view.d.words(each.who), view.d.words(each.what), each.reason)
        for each in reversed(done)
    ]


def _digest(row: EventRow) -> str:
    """Tells whether somebody corrected it since the form was shown."""
    return sha256(json.dumps(row.fields, sort_keys=True).encode()).hexdigest()[:16]


@blueprint.post("")
def correct(event_id: int) -> Response:
    """Correct it with a reason; what follows from it is put right at once."""
    try:
        with writing() as view:
            said = _correct(view, event_id)
    except Refused as refused:
        with reading() as view:
            row, kind = _found(view, event_id)
            return make_response(_page(view, row, kind, faults_of(view, refused)), 422)
    runtime().nudger.nudge()
    return redirect(url_for("event_correct.page", event_id=event_id, said=said), 303)


def _correct(view: View, event_id: int) -> str:
    row, kind = _found(view, event_id)
    if request.form.get("digest") != _digest(row):
        raise Refused(
            phrase(
                "somebody has corrected it meanwhile; above stands how it is recorded now; check it and hand it in again"
            )
        )
    values, faults = values_of(view, kind.fields)
    faults += missing(view, kind)
    reason = request.form.get("reason", "").strip()[:200]
    if not reason:
        faults.append(("reason", phrase("say in a few words why it is changed")))
    if faults:
        raise BadEvidence(faults)
    # What the form left empty is taken away, too.
    every = {name: values.get(name, ()) for name in kind.fields}
    if complete(kind.fields, every, view.live.office) == row.fields:
        return "same"
    if not may_start(view.session, view.live, kind.fields, every, g.viewer.person_id, now=view.now):
        raise Refused(
            phrase("everybody whom it names has to be of your units; the clerk can start any other")
        )
    amend_event(
        view.session,
        view.live,
        kind=row.kind,
        key=row.key,
        given=every,
        reason=reason,
        by=g.viewer.person_id,
        now=view.now,
    )
    return "corrected"
