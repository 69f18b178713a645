"""A phone scans the code on the screen: `/s/…`. The code names the gathering; who it is follows from the phone alone.

GET only reads. The button records the arrival once; the page hands back a ticket for this very phone, since the code changes.
"""

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.obligations import OccurrenceRow
from models.queries.gatherings import arrival, leave_of
from tasks.gatherings.check_in import Admission, admission, arrive
from tasks.roster.absences import away_on
from worker.clock import machine_now
from worker.tokens import BadToken
from worker.web import own
from worker.web.phone import Known, known, who_page
from worker.web.sessions.hall_cookies import Note, checked_in, fits, mark, seat, take_seat, ticket
from worker.web.site import View, notice, reading, render, runtime, writing

blueprint = Blueprint("scan", __name__)
Answer = str | Response | AnyResponse
STATUS = {
    Admission.STRANGER: 403, Admission.SECOND: 403, Admission.NOT_OPEN: 409, Admission.CLOSED: 410, Admission.RECORDED: 410
}  # fmt: skip


@blueprint.get("/s", defaults={"token": own.MINE})
@blueprint.get("/s/<token>")
def page(token: str) -> Answer:
    """What the code asks: the one button, or why there is none. `/s`: for a phone that has scanned and was bound meanwhile."""
    with reading() as view:
        occurrence_id = _scanned(token)
        if occurrence_id is None:
            return _expired(view)
        phone = known(view)
        if phone is None:
            answer = who_page(view, scanned=True)
            take_seat(answer, occurrence_id)
            return answer
        return _page(view.for_reader(phone.person), phone, occurrence_id)


def _scanned(token: str) -> int | None:
    """The gathering of a code that is shown now, or of the scan that this phone made just before it was bound."""
    if token == own.MINE:
        note = seat()
        return note.occurrence_id if note is not None else None
    try:
        return runtime().tokens.read_check_in(token, machine_now())
    except BadToken:
        return None


def _page(view: View, phone: Known, occurrence_id: int) -> Answer:
    occurrence = view.session.get(OccurrenceRow, occurrence_id)
    if occurrence is None:
        return _expired(view)
    person = phone.person
    found, row = admission(
        view.session,
        occurrence_id=occurrence_id,
        person_id=person.id,
        earlier=checked_in(occurrence_id),
        now=view.now,
    )
    if found is Admission.ARRIVED:
        return redirect(url_for("scan.arrived", occurrence_id=occurrence_id), 303)
    if found is not Admission.OPEN or row is None:
        return _not_in(view, found)
    asked = leave_of(view.session, occurrence_id, person.id)
    away = (asked is not None and asked.state == "granted") or person.id in away_on(
        view.session, occurrence.held_on
    )
    html = render(
        view, "scan.html", name=person.name, title=occurrence.title, day=view.d.full(occurrence.held_on), away=away,
        late_from=view.d.clock(row.late_from) if view.now >= row.late_from else "", ticket=ticket(occurrence_id, phone.device.id),
        action=request.path,
    )  # fmt: skip
    return make_response(html)


@blueprint.post("/s", defaults={"token": own.MINE})
@blueprint.post("/s/<token>")
def come(token: str) -> Answer:
    """Record the arrival of whose phone this is."""
    with writing() as view:
        phone = known(view)
        if phone is None:
            return who_page(view, scanned=True)
        occurrence_id = fits(request.form.get("ticket", ""), phone.device.id)
        view = view.for_reader(phone.person)
        if occurrence_id is None:
            return _expired(view)
        found = arrive(
            view.session, occurrence_id=occurrence_id, person_id=phone.person.id, device_id=phone.device.id,
            earlier=checked_in(occurrence_id), now=view.now,
        )  # fmt: skip
        if found not in (Admission.OPEN, Admission.ARRIVED):
            return _not_in(view, found)
    answer = redirect(url_for("scan.arrived", occurrence_id=occurrence_id), 303)
    mark(answer, Note(occurrence_id, phone.person.id))
    return answer


@blueprint.get("/arrived/<int:occurrence_id>")
def arrived(occurrence_id: int) -> Answer:
    """That this phone's person is in, since when, and that nothing more is to be done."""
    with reading() as view:
        phone = known(view)
        if phone is None:
            return who_page(view)
        view = view.for_reader(phone.person)
        occurrence = view.session.get(OccurrenceRow, occurrence_id)
        row = arrival(view.session, occurrence_id, phone.person.id)
        if occurrence is None or row is None:
            return notice(
                view, view.d._("You are not checked in"), view.d._("Scan the code on the screen."), status=404
            )
        html = render(
            view, "arrived.html", name=phone.person.name, title=occurrence.title, day=view.d.full(occurrence.held_on),
            clock=view.d.clock(row.at), late=row.late, me_link=url_for("mine.me_page", token=own.MINE),
        )  # fmt: skip
        return make_response(html)


def _expired(view: View) -> Response:
    """The same for a code that has changed and for one that never was."""
    return notice(
        view, view.d._("This code is over"),
        view.d._("It changes every 30 seconds. Scan the one that is on the screen now; a photo of it does not work."), status=410,
    )  # fmt: skip


def _not_in(view: View, found: Admission) -> Response:
    """Why somebody is not let in, and what to do."""
    d = view.d
    words = {
        Admission.STRANGER: (
            d._("You are not on the list"),
            d._("Only those who are expected check in here. You are welcome as a guest; whoever records can tell you more."),
        ),
        Admission.SECOND: (
            d._("This phone has checked somebody else in"),
            d._("One phone checks in one person. Sign the sheet, or tell whoever records; the attempt is noted."),
        ),
        Admission.NOT_OPEN: (d._("The check-in has not begun"), d._("Scan the code once it stands on the screen.")),
        Admission.CLOSED: (
            d._("The check-in is over"), d._("You are not checked in. Tell whoever records that you are here; it can be entered for you."),
        ),
        Admission.RECORDED: (
            d._("The attendance is recorded already"), d._("Tell whoever records that you were here; it can be corrected."),
        ),
    }  # fmt: skip
    heading, sentence = words[found]
    return notice(view, heading, sentence, status=STATUS[found])
