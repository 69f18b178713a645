"""The desk's page that ends the trial, after a page that says what follows."""

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response

from tasks.go_live import go_live
from worker.web.security import require_clerk
from worker.web.site import reading, render, runtime, writing

blueprint = Blueprint("golive", __name__, url_prefix="/desk/go-live")
blueprint.before_request(require_clerk)


@blueprint.get("")
def page() -> str:
    """What ending the trial means."""
    with reading() as view:
        return render(
            view, "golive.html", here="desk", running=view.live.trial, people=len(view.live.office.people)
        )


@blueprint.post("")
def end() -> Response:
    """End it."""
    with writing() as view:
        go_live(view.session, by=g.viewer.actor, now=view.now)
    runtime().nudger.nudge()
    return redirect(url_for("desk.desk", said="live"), 303)
