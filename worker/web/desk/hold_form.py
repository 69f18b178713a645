"""Leave out a message that waits at the desk: the reason is asked for first and goes to the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from schedules.errors import Refused
from schedules.words import Words
from tasks.delivery.release import hold_back
from worker.web.site import Fault, View, faults_of, reading, render, said, writing

REASON = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whom the message is for, and what it says."""

    to: str
    parts: Sequence[object]


def hold_form(
    message_id: int, *, find: Callable[[View], Waiting | None], question: Words, button: Words, then: str
) -> Response | AnyResponse:
    """On GET the question; on POST hold the message back and go on to the address `then`. 404 for what `find` does not know."""
    faults: tuple[Fault, ...] = ()
    reason = request.form.get("reason", "").strip()[:REASON]
    if request.method == "POST":
        try:
            with writing() as view:
                hold_back(
                    view.session, message_id=message_id, by=g.viewer.person_id, reason=reason, now=view.now
                )
            return redirect(then, 303)
        except Refused as refused:
            with reading() as view:
                faults = faults_of(view, refused)
    with reading() as view:
        found = find(view) or abort(404)
        html = render(
            view, "hold.html", here="desk", heading=said(view, question), sentence=view.d._("To {who}", who=found.to), parts=found.parts,
            reason=reason, faults=faults, action=url_for(str(request.endpoint), message_id=message_id), button=said(view, button),
        )  # fmt: skip
        return make_response(html, 422 if faults else 200)
