"""The answers to what a person is asked on the own page: take a colleague's duty over, grant a longer term."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from schedules.errors import NotFound, Refused
from tasks.duties.duty import load
from tasks.duties.extend import decide
from tasks.duties.handover import answer
from tasks.duties.requests_told import tell_of_extension_decided
from worker.web.deed import deed, person_of
from worker.web.site import View, faults_of
from worker.web.staff.mine import own_page
from worker.web.staff.questions import may_grant

blueprint = Blueprint("takeover", __name__)
Answer = str | Response | AnyResponse


def _act(token: str, act: Callable[[View, PersonRow], None]) -> Answer:
    def again(view: View, person: PersonRow, refused: Refused) -> str:
        if isinstance(refused, NotFound):
            raise refused
        return own_page(view, person, token, faults_of(view, refused))

    return deed(person_of(token), act, again, lambda _: url_for("mine.me_page", token=token, said="answered"))


@blueprint.post("/me/<token>/take/<int:handover_id>")
def take(token: str, handover_id: int) -> Answer:
    """Take a colleague's duty over, or not."""

    def act(view: View, person: PersonRow) -> None:
        answer(
            view.session, view.live, handover_id=handover_id, yes=request.form.get("verdict") == "approve",
            words=request.form.get("reason", "").strip()[:200], by=person.id, now=view.now,
        )  # fmt: skip

    return _act(token, act)


@blueprint.post("/me/<token>/extension/<int:obligation_id>")
def extension(token: str, obligation_id: int) -> Answer:
    """Grant a longer term or refuse it; 404 for who has nothing to do with it."""

    def act(view: View, person: PersonRow) -> None:
        if not may_grant(view, load(view.session, obligation_id), person.id):
            abort(404)
        given = decide(
            view.session, view.live, obligation_id=obligation_id, grant=request.form.get("verdict") == "approve",
            words=request.form.get("reason", "").strip()[:200], by=person.id, now=view.now,
        )  # fmt: skip
        tell_of_extension_decided(
            view.session, view.live, load(view.session, obligation_id), given, now=view.now
        )

    return _act(token, act)
