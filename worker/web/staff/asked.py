"""Behind a personal link: what a message asks for that is not the duty itself. A signature 签收, or an approval 审核.

GET and HEAD only read. A POST acts as the person named in the signed link.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.queries import pages_record
from schedules.errors import Refused
from tasks.duties.acknowledge import acknowledge, signatures, waits_for_signature
from tasks.duties.approve import approve, give_back
from worker.web import downloads
from worker.web.deed import deed
from worker.web.duties.duty_view import duty
from worker.web.duties.receipt import record_facts
from worker.web.link import APPROVER, Reader, me_address, reader_of
from worker.web.site import Fault, View, faults_of, reading, render

blueprint = Blueprint("asked", __name__)
Answer = str | Response | AnyResponse


@dataclass(frozen=True, slots=True)
class Signing:
    """The signature as the duty's page shows it: the address that takes it, if this reader is asked, and who has signed."""

    action: str
    signed: str


def signing(view: View, reader: Reader) -> Signing:
    """What the page of a duty says about signatures."""
    row = reader.row.obligation
    asked = waits_for_signature(view.session, row, reader.person.id, now=view.now)
    names = [
        view.d._("{name} at {instant}", name=each.name, instant=view.d.short_instant(each.at))
        for each in signatures(view.session, row)
    ]
    return Signing(url_for("asked.sign", token=reader.token) if asked else "", "、".join(names))


@blueprint.post("/c/<token>/acknowledge")
def sign(token: str) -> Answer:
    """Sign for it; signing twice changes nothing."""

    def act(view: View, reader: Reader) -> None:
        acknowledge(
            view.session, view.live, obligation_id=reader.row.obligation.id, person_id=reader.person.id, by=reader.person.id,
            how="link", now=view.now,
        )  # fmt: skip

    return _change(token, act)


@blueprint.post("/c/<token>/verdict")
def verdict(token: str) -> Answer:
    """Agree, with a reason if there is one to keep, or give it back with a reason."""

    def act(view: View, reader: Reader) -> None:
        if reader.standing != APPROVER:
            return
        row, by = reader.row.obligation.id, reader.person.id
        reason = request.form.get("reason", "").strip()[:200]
        if request.form.get("verdict") == "approve":
            approve(view.session, view.live, obligation_id=row, by=by, words=reason, now=view.now)
        else:
            give_back(view.session, view.live, obligation_id=row, by=by, reason=reason, now=view.now)

    return _change(token, act)


def _change(token: str, act: Callable[[View, Reader], None]) -> Answer:
    """Act in one transaction and go back to the page; what a rule refuses is said there."""

    def again(view: View, reader: Reader, refused: Refused) -> str | AnyResponse:
        if reader.standing != APPROVER:
            return redirect(reader.here, 303)
        return approval_page(view, reader, faults_of(view, refused))

    return deed(lambda view: reader_of(view, token), act, again, lambda reader: reader.here)


def approval_page(view: View, reader: Reader, faults: tuple[Fault, ...] = ()) -> str:
    """What was handed in, with two buttons."""
    shown = duty(view, reader.row, detailed=True)
    record = pages_record.record(view.session, reader.row.obligation.id)
    files = [
        view.d.link(url_for("asked.file", token=reader.token, file_id=file.id), file.name)
        for each in (record.files.values() if record else ())
        for file in each
    ]
    return render(
        view, "approve.html", duty=shown, facts=record_facts(view, reader.row), files=files, faults=faults,
        action=url_for("asked.verdict", token=reader.token), me_link=me_address(view, reader.person),
        reader=reader.person.name,
    )  # fmt: skip


@blueprint.get("/c/<token>/file/<int:file_id>")
def file(token: str, file_id: int) -> Answer:
    """A file of what was handed in, to be saved and never shown inside a page; for who approves it."""
    with reading() as view:
        found = reader_of(view, token)
        if isinstance(found, Response):
            return found
        view, reader = found
        record = pages_record.record(view.session, reader.row.obligation.id)
        files = {row.id: row for each in (record.files.values() if record else ()) for row in each}
        return downloads.stored(files.get(file_id) if reader.standing == APPROVER else None)
