"""The page behind a link to one duty `/c/…`: confirm it, see what was recorded, take it back.

GET and HEAD only read. A POST needs the page's own form token, and acts as the person named in the signed link.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import Blueprint, Response, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.queries import pages, pages_record
from models.queries.pages import DutyRow
from schedules.errors import Refused
from tasks.duties.confirm import confirm
from tasks.duties.late import explain_late
from tasks.duties.undo import undo
from tasks.roster.snooze import end_snooze, snooze
from worker.web import resend
from worker.web.duties import children_form, evidence_form, hours
from worker.web.duties.duty_view import Duty, duty, fields_of, form_kind, labels, schedule_of
from worker.web.duties.evidence_form import Form
from worker.web.duties.figures import figures, nothing_to_fill
from worker.web.duties.receipt import record_facts
from worker.web.link import APPROVER, Reader, address, me_address, reader_of
from worker.web.sessions import attendance
from worker.web.sessions.host import Host
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing
from worker.web.staff import my_gathering
from worker.web.staff.ask import ask_link, asked_of
from worker.web.staff.asked import approval_page, signing
from worker.web.staff.snooze import snooze_of

blueprint = Blueprint("personal", __name__)
OPEN = ("open", "history")
EXPLAINED = "reason"
Answer = str | Response | AnyResponse
T = TypeVar("T")


# ── one duty ──────────────────────────────────────────────────
@blueprint.get("/c/<token>")
def confirm_page(token: str) -> Answer:
    """Show the duty and its form, or the receipt of what was recorded."""
    return _shown(token, _page)


def _shown(token: str, page: Callable[[View, Reader], Answer]) -> Answer:
    with reading() as view:
        found = reader_of(view, token)
        return found if isinstance(found, Response) else page(*found)


def _page(view: View, reader: Reader, form: Form | None = None, faults: tuple[Fault, ...] = ()) -> Answer:
    state, kind = (
        reader.row.obligation.state,
        form_kind(schedule_of(view, reader.row), reader.row.obligation.part),
    )
    if reader.standing == APPROVER:
        return approval_page(view, reader, faults)
    if reader.standing == "watcher":
        return _confirm_page(view, reader, None, faults)
    if kind == "hours":
        return hours.page(view, reader.row, action=reader.form_action, me_link=me_address(view, reader.person), reader=reader.person.name,
                          faults=faults, snooze=snooze_of(view, reader))  # fmt: skip
    if state in ("done", "submitted") and kind != "figures":
        return _receipt(view, reader, faults)
    if kind == "record":
        return attendance.page(view, reader.row, Host(reader.person.id, "link", reader.token), faults=faults)
    if state == "expected" and reader.standing == "owner":
        return my_gathering.page(view, reader, faults)
    if kind in ("later", "figures") or state not in OPEN:
        return _confirm_page(view, reader, None, faults)
    fields = fields_of(view, reader.row)
    return _confirm_page(
        view, reader, form or evidence_form.blank(view, fields), faults or (form.faults if form else ())
    )


def _confirm_page(view: View, reader: Reader, form: Form | None, faults: tuple[Fault, ...]) -> str:
    shown = duty(view, reader.row, detailed=True)
    return render(
        view, "confirm.html", children=children_form.again(view, reader.row, fillable=form is not None),
        duty=shown, given_back=pages_record.given_back(view.session, reader.row.obligation.id),
        form=form, faults=faults, figures=figures(view, reader.row), what_to_do=what_to_do(view, reader, shown, form),
        action=reader.form_action, reader=reader.person.name, personal=True, me_link=me_address(view, reader.person),
        can_explain=reader.standing == "owner" and shown.days_late > 0, explain_action=url_for("personal.explain", token=reader.token),
        explain_open=any(f.field in ("reason", "new_date") for f in faults), explained=request.args.get("said") == EXPLAINED,
        signing=signing(view, reader), snooze=snooze_of(view, reader), asked=asked_of(view, reader)[:2],
        ask_link=ask_link(reader),
    )  # fmt: skip


def what_to_do(view: View, reader: Reader, shown: Duty, form: Form | None) -> str:
    """The one sentence above the form."""
    if reader.standing == "watcher":
        return view.d._(
            "You are told because {who} owes it. There is nothing to fill in for you.", who=shown.owed_by
        )
    if form is None:
        return nothing_to_fill(view, reader.row)
    return instruction(view, reader.row, form)


def instruction(view: View, row: DutyRow, form: Form) -> str:
    """What the form asks for, in one sentence."""
    asked = labels(view, row)
    if row.obligation.part == "make_up":
        return view.d._("When you have made it up, enter the day and press “Mark as done”.")
    if asked:
        return view.d._(
            "Fill in: {fields}. Then press “Mark as done”.",
            fields="、".join(asked) if view.lang == "zh_CN" else ", ".join(asked),
        )
    return view.d._("Is it done? Check the day and press “Mark as done”.")


@blueprint.post("/c/<token>")
def act(token: str) -> Answer:
    """Take the confirmation, the session record or the hours of this link's person."""
    with reading() as view:
        found = reader_of(view, token)
        if isinstance(found, Response):
            return found
        view, reader = found
        if reader.standing != "owner":
            return _page(view, reader)
        kind = form_kind(schedule_of(view, reader.row), reader.row.obligation.part)
    if kind == "hours":
        return hours.post(
            reader.row.obligation.id, by=reader.person.id, how="link", done=reader.here,
            again=lambda view, form, faults: hours.page(
                view, reader.row, action=reader.form_action, me_link=me_address(view, reader.person), reader=reader.person.name,
                form=form, faults=faults,
            ),
        )  # fmt: skip
    if kind == "record" and reader.row.obligation.state == "open":
        host = Host(reader.person.id, "link", token)
        return attendance.post(host, reader.row.obligation.id, done=reader.here)
    return _confirm(token)


def _confirm(token: str) -> Answer:
    """Confirm in one transaction; a duty that is met already is answered with its receipt."""
    form: Form | None = None
    try:
        with writing() as view:
            found = reader_of(view, token)
            if isinstance(found, Response):
                return found
            view, reader = found
            if reader.row.obligation.state not in OPEN:
                return _met_already(view, reader)
            form = evidence_form.posted(view, fields_of(view, reader.row))
            children, wrong = children_form.entries(view, children_form.posted())
            form = evidence_form.with_faults(form, wrong)
            if form.faults:
                return make_response(_page(view, reader, form), 422)
            confirm(
                view.session, view.live, obligation_id=reader.row.obligation.id, by=reader.person.id, done_on=form.day,
                evidence=form.values(), files=form.files(view.session), note=form.note or None, how="link", now=view.now, children=children,
            )  # fmt: skip
    except Refused as refused:
        return _refused(token, refused, form)
    runtime().nudger.nudge()
    return redirect(reader.here, 303)


def _met_already(view: View, reader: Reader) -> Answer:
    """The receipt; what was typed stands under it where somebody else was first."""
    record = pages_record.record(view.session, reader.row.obligation.id)
    if record is not None and record.confirmation.by_id == reader.person.id:
        return redirect(reader.here, 303)
    g.typed = resend.shown_only()
    return make_response(_page(view, reader), 409)


def _refused(token: str, refused: Refused, form: Form | None) -> Answer:
    """The page again, with what a rule refused and everything that was typed."""

    def page(view: View, reader: Reader) -> Answer:
        found = faults_of(view, refused)
        again = evidence_form.with_faults(form, found) if form else None
        return make_response(_page(view, reader, again, () if form else found), 422)

    return _shown(token, page)


# ── receipt, undo, reason ─────────────────────────────────────
def _receipt(view: View, reader: Reader, faults: tuple[Fault, ...]) -> str:
    owed, shown = reader.row.obligation, duty(view, reader.row)
    if owed.state == "submitted":
        heading = view.d._("Handed in")
        sentence = view.d._(
            "{title} waits for approval. You will not be reminded again unless it is given back.",
            title=shown.name,
        )
    else:
        heading = view.d._("It is done")
        sentence = view.d._(
            "{title}: {outcome}. You will not be reminded again.", title=shown.name, outcome=shown.outcome
        )
    others = [
        duty(view, row, link=address(view, row.obligation.id, reader.person.id))
        for row in pages.of_person(view.session, reader.person.id, now=view.now)
        if row.obligation.state == "open"
    ]
    return render(
        view, "receipt.html", heading=heading, sentence=sentence, facts=record_facts(view, reader.row), others=others, faults=faults,
        undo_action=url_for("personal.take_back", token=reader.token), me_link=me_address(view, reader.person), back="",
    )  # fmt: skip


def _change(token: str, act: Callable[[View, Reader], object], *, said: str = "") -> Answer:
    """Run a change of the owner in one transaction and show the page again."""
    try:
        with writing() as view:
            found = reader_of(view, token)
            if isinstance(found, Response):
                return found
            view, reader = found
            if reader.standing == "owner":
                act(view, reader)
    except Refused as refused:
        return _refused(token, refused, None)
    runtime().nudger.nudge()
    return redirect(url_for("personal.confirm_page", token=token, said=said or None), 303)


@blueprint.post("/c/<token>/undo")
def take_back(token: str) -> Answer:
    """Undo the record; the ladder goes on from where it stands."""

    def change(view: View, reader: Reader) -> None:
        reason = request.form.get("reason", "").strip()[:200] or view.d.gettext("filled in wrongly")
        if reader.row.obligation.state in ("done", "submitted"):
            undo(
                view.session,
                view.live,
                obligation_id=reader.row.obligation.id,
                by=reader.person.id,
                reason=reason,
                now=view.now,
            )

    return _change(token, change)


@blueprint.post("/c/<token>/reason")
def explain(token: str) -> Answer:
    """Record why it is late and the new date."""

    def change(view: View, reader: Reader) -> None:
        new_date: date | None = evidence_form.parse_day(request.form.get("new_date", ""))
        explain_late(
            view.session, obligation_id=reader.row.obligation.id, reason=request.form.get("reason", "").strip()[:400],
            new_date=new_date, by=reader.person.id, now=view.now,
        )  # fmt: skip

    return _change(token, change, said=EXPLAINED)


# ── later ─────────────────────────────────────────────────────
@blueprint.post("/c/<token>/later")
def later(token: str) -> Answer:
    """Leave this reader alone with the duty for some working days."""

    def change(view: View, reader: Reader) -> None:
        days = request.form.get("days", "")
        snooze(
            view.session, view.live, obligation_id=reader.row.obligation.id, person_id=reader.person.id,
            days=int(days) if days.isascii() and days.isdecimal() and len(days) < 3 else 0, now=view.now,
        )  # fmt: skip

    return _change(token, change)


@blueprint.post("/c/<token>/later/end")
def no_later(token: str) -> Answer:
    """Remind this reader as usual again."""

    def change(view: View, reader: Reader) -> None:
        end_snooze(
            view.session, view.live, obligation_id=reader.row.obligation.id, person_id=reader.person.id, now=view.now
        )  # fmt: skip

    return _change(token, change)
