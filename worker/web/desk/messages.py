"""What the desk does about one message: send it again, or keep it back until it is released."""

from collections.abc import Callable

from flask import Blueprint, g, make_response, redirect, url_for
from werkzeug.wrappers import Response

from schedules.errors import Refused
from tasks.delivery.resend import keep_back, send_again
from worker.web.security import require_clerk
from worker.web.site import View, fault, reading, runtime, writing
from worker.web.supervisors.outbox import message_page

blueprint = Blueprint("messages", __name__, url_prefix="/desk/message")
blueprint.before_request(require_clerk)


@blueprint.post("/<int:message_id>/again")
def again(message_id: int) -> Response:
    """Queue a message at once that failed or may have been lost."""
    return _do(
        message_id,
        "again",
        lambda view: send_again(view.session, message_id=message_id, by=g.viewer.actor, now=view.now),
    )


@blueprint.post("/<int:message_id>/keep")
def keep(message_id: int) -> Response:
    """Hold a message that waits to be sent."""
    return _do(
        message_id,
        "kept",
        lambda view: keep_back(view.session, message_id=message_id, by=g.viewer.actor, now=view.now),
    )


def _do(message_id: int, said: str, act: Callable[[View], object]) -> Response:
    try:
        with writing() as view:
            act(view)
    except Refused as refused:
        with reading() as view:
            return make_response(message_page(view, message_id, (fault(view, refused),)), 409)
    runtime().nudger.nudge()
    return redirect(url_for("outbox.message", message_id=message_id, said=said), 303)
