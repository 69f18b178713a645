"""A summary on demand from the desk: choose the reader, read it exactly as it will be sent, send it."""

from flask import Blueprint, Response, g, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from schedules.errors import Refused
from schedules.words import phrase
from tasks.delivery.links import LINK
from tasks.reporting.summary_now import Prepared, draft_now, prepare, readers
from worker.web.desk.desk import back
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, reading, render, runtime, writing

blueprint = Blueprint("summary", __name__, url_prefix="/desk/summary")
blueprint.before_request(require_clerk)
MOST_UNITS = 50


@blueprint.get("")
def page() -> str | Response:
    """The form; with a reader in the address, the summary as it would be sent now. Nothing is written."""
    with reading() as view:
        return _page(view, request.args.get("for", ""), request.args.getlist("unit"))


def _page(view: View, key: str, units: list[str], faults: tuple[Fault, ...] = ()) -> str | Response:
    known = readers(view.session, view.live, now=view.now)
    person = next((row for row, _ in known if row.key == key), None)
    ready: Prepared | None = None
    nothing = ""
    if key and person is None:
        faults = (
            *faults,
            fault(view, Refused(phrase("choose one of those who supervise units"), field="for")),
        )
    if person is not None:
        try:
            ready = _prepared(view, person, units)
        except Refused as refused:
            if refused.field:
                faults = (*faults, fault(view, refused))
            else:
                nothing = view.d.words(refused.what)
    mine = _units_of(view, person, units)
    page = render(
        view, "summary.html", here="desk", faults=faults, chosen=key, units=mine, title=ready.found.text.title if ready else "",
        readers=[{"key": row.key, "name": row.name, "post": row.post, "count": count} for row, count in known],
        parts=ready.found.text.body.split(LINK) if ready else None, digest=ready.digest if ready else "",
        reader=person.name if person else "", picked=units[:MOST_UNITS], nothing=nothing,
    )  # fmt: skip
    return make_response(page, 422) if faults else page


def _prepared(view: View, person: PersonRow, units: list[str]) -> Prepared:
    return prepare(
        view.session, view.live, runtime().texts, person_id=person.id, units=units[:MOST_UNITS], now=view.now
    )


def _units_of(view: View, person: PersonRow | None, picked: list[str]) -> list[dict[str, object]]:
    """The units under a reader that the summary can be narrowed to; none where there is only one."""
    if person is None:
        return []
    try:
        report = _prepared(view, person, []).report
    except Refused:
        return []
    found: list[dict[str, object]] = [
        {"key": unit.key, "title": unit.title, "picked": unit.key in picked}
        for unit in report.units
        if unit.key
    ]
    return found if len(found) > 1 else []


@blueprint.post("")
def send() -> str | Response | AnyResponse:
    """Send what was shown; what has changed since is shown again first."""
    key, units = request.form.get("for", "")[:64], request.form.getlist("unit")[:MOST_UNITS]
    try:
        with writing() as view:
            person = next(
                (row for row, _ in readers(view.session, view.live, now=view.now) if row.key == key), None
            )
            if person is None:
                raise Refused(phrase("choose one of those who supervise units"), field="for")
            draft_now(
                view.session, view.live, runtime().texts, person_id=person.id, units=units, by=g.viewer.person_id, now=view.now,
                shown_digest=request.form.get("digest", "")[:64], release=True, how="desk",
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, key, units, (fault(view, refused),)), 409)
    runtime().nudger.nudge()
    return back("released")
