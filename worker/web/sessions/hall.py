"""The screen of a gathering: the code of the half minute and the figures, no names. Only in the browser that its host chose.

The address holds no secret, since the whole hall reads it; the browser's signed note does.
"""

from math import ceil

from flask import Blueprint, Response, abort, make_response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.gatherings import CheckInRow
from models.obligations import ObligationRow, OccurrenceRow
from models.queries.gatherings import check_in_of, counts, record_of
from schedules.errors import Refused
from tasks.gatherings.check_in import close_check_in, is_open, opens_at
from worker.clock import machine_now
from worker.tokens import CODE_LASTS
from worker.web.qr import code
from worker.web.sessions.hall_cookies import Note, screen
from worker.web.site import View, notice, reading, render, runtime, writing

blueprint = Blueprint("hall", __name__)
Answer = str | Response | AnyResponse


def _chosen(occurrence_id: int) -> Note:
    note = screen()
    if note is None or note.occurrence_id != occurrence_id:
        abort(404)
    return note


@blueprint.get("/live/<int:occurrence_id>")
def page(occurrence_id: int) -> Answer:
    """The code while the check-in is open; before and after it what is so."""
    _chosen(occurrence_id)
    with reading() as view:
        occurrence = view.session.get(OccurrenceRow, occurrence_id)
        if occurrence is None or occurrence.starts_at is None:
            abort(404)
        row = check_in_of(view.session, occurrence_id)
        recorded = _recorded(view, occurrence_id)
        shown = is_open(row, view.now) and not recorded
        now = machine_now()
        length = CODE_LASTS.total_seconds()
        left = length - now.timestamp() % length
        label = view.d.gettext("code for the check-in")
        drawing = code(runtime().tokens.check_in_link(occurrence_id, now), label) if shown else ""
        found = counts(view.session, occurrence_id, occurrence.held_on)
        html = render(
            view, "hall.html", heading=occurrence.title, day=view.d.full(occurrence.held_on), starts=view.d.clock(occurrence.starts_at),
            counts=found, drawing=drawing, part=round(100 * left / length, 1), left=round(left, 1),
            said=_said(view, occurrence, row, recorded=recorded), span=_span(view, row),
            late_from=view.d.clock(row.late_from) if row else "", closing=url_for("hall.close", occurrence_id=occurrence_id),
            share=_share(found.present, found.expected), leave_share=_share(found.leave, found.expected),
        )  # fmt: skip
    answer = make_response(html)
    # As a header: the same as the meta element to every browser, and no fault to a checker, since nobody operates this page.
    answer.headers["Refresh"] = str(max(1, ceil(left)))
    return answer


def _recorded(view: View, occurrence_id: int) -> bool:
    record_id = record_of(view.session, occurrence_id)
    return record_id is None or view.session.get_one(ObligationRow, record_id).state != "open"


def _share(n: int, of: int) -> float:
    return round(100 * n / of, 1) if of else 0.0


def _span(view: View, row: CheckInRow | None) -> str:
    if row is None:
        return ""
    first, last = view.d.clock(row.opened_at), view.d.clock(row.closes_at)
    return view.d._("{first}–{last}", first=first, last=last)


def _said(
    view: View, occurrence: OccurrenceRow, row: CheckInRow | None, *, recorded: bool
) -> tuple[str, str]:
    """Why there is no code: a heading and a sentence; empty while there is one."""
    if recorded:
        return view.d._("The check-in is over"), view.d._("The attendance is recorded.")
    if row is not None and not is_open(row, view.now):
        return view.d._("The check-in is over"), view.d._(
            "Whoever comes now gives the name to whoever records."
        )
    if row is None and occurrence.starts_at is not None:
        clock = view.d.clock(opens_at(occurrence.starts_at))
        return view.d._("The check-in has not begun"), view.d._(
            "It can be opened from {clock} on the page of the record; this page follows by itself.",
            clock=clock,
        )
    return "", ""


@blueprint.post("/live/<int:occurrence_id>/close")
def close(occurrence_id: int) -> Answer:
    """End the check-in from the screen."""
    note = _chosen(occurrence_id)
    try:
        with writing() as view:
            record_id = record_of(view.session, occurrence_id)
            if record_id is None:
                abort(404)
            close_check_in(
                view.session, view.live, obligation_id=record_id, by=note.person_id, how="link", now=view.now
            )
    except Refused as refused:
        with reading() as view:
            return notice(view, view.d._("It was not ended"), view.d.words(refused.what), status=422)
    return redirect(url_for("hall.page", occurrence_id=occurrence_id), 303)
