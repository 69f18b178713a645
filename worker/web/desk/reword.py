"""Change the words of a draft before its release 改文字: `/desk/words/17`. And the changes, as pages of a message show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from models.people import PersonRow
from models.queries import pages_ledger
from models.queries import words as read
from schedules.errors import Refused
from tasks.delivery.links import LINK, mask
from tasks.delivery.release import draft
from tasks.delivery.reword import reword
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing

blueprint = Blueprint("reword", __name__, url_prefix="/desk/words")
blueprint.before_request(require_clerk)
LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The words were changed: when, by whom, and what stood there before, cut where the personal link stands."""

    at: datetime
    who: str
    was: list[str]


def changes_of(session: Session, message_id: int) -> list[Change]:
    """Every change of a message's words, the latest first."""
    rows = read.of_message(session, message_id)
    ids = {_number(row.by) for row in rows}
    names = dict(session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    return [
        Change(at=row.at, who=names.get(_number(row.by), ""), was=row.was.split(LINK))
        for row in reversed(rows)
    ]


def _number(actor: str) -> int:
    number = actor.removeprefix("person:")
    return int(number) if number.isdecimal() else 0


@blueprint.get("/<int:message_id>")
def page(message_id: int) -> str:
    """The words of a draft in a form; 404 for what does not wait."""
    with reading() as view:
        return _page(view, message_id)


def _page(view: View, message_id: int, faults: Sequence[Fault] = ()) -> str:
    line = pages_ledger.message(view.session, message_id, pages_ledger.Filter())
    if line is None or line.message.state != "held":
        abort(404)
    shown = draft(view.session, view.live, runtime().texts, message_id=message_id, now=view.now)
    typed = request.form.get("body") if request.method == "POST" else None
    return render(
        view, "reword.html", here="desk", to=line.person.name if line.person else view.d.gettext("the work group"), unit=line.unit,
        shown=shown, typed=typed if typed is not None else mask(shown.body, _link(view)), link=_link(view), faults=faults,
        now_parts=shown.body.split(LINK), own_parts=shown.own.split(LINK) if shown.own else None,
        outdated_parts=shown.outdated.split(LINK) if shown.outdated else None, changes=changes_of(view.session, message_id),
        action=url_for("reword.change", message_id=message_id), has_link=LINK in shown.body,
    )  # fmt: skip


def _link(view: View) -> str:
    """What stands for the personal link in the form."""
    return f"[{view.d.gettext('personal link')}]"


@blueprint.post("/<int:message_id>")
def change(message_id: int) -> Response:
    """Keep the words for the release."""
    try:
        with writing() as view:
            typed = request.form.get("body", "").replace("\r\n", "\n")[:LONGEST]
            changed = reword(
                view.session, view.live, runtime().texts, message_id=message_id, body=typed.replace(_link(view), LINK),
                shown_digest=request.form.get("digest", "")[:64], by=g.viewer.person_id, now=view.now,
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, message_id, faults_of(view, refused)), 422)
    return redirect(url_for("desk.desk", said="reworded" if changed else "same-words"), 303)
