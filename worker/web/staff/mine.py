"""The page behind a personal link to everything `/me/…`: what this person has to do, and what waits for this person's yes.

GET and HEAD only read. A POST needs the page's own form token, and acts as the person named in the signed link.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.obligations import CreditRow, FileRow
from models.people import PersonRow, UnitRow
from models.queries import own, pages
from models.queries.devices import own_phones
from models.queries.pages import DutyRow
from schedules.errors import Refused
from tasks.duties.credit import approve_credit, return_credit
from tasks.duties.duty import agrees
from tasks.roster.devices import REMEMBERED, end_phone
from worker.clock import machine_now
from worker.web import downloads
from worker.web.duties import hours
from worker.web.duties.duty_view import approver_of, duty, form_kind, schedule_of
from worker.web.link import address, open_link
from worker.web.own import MINE
from worker.web.phone import forget, known
from worker.web.site import Fault, View, faults_of, notice, reading, render, runtime, writing
from worker.web.staff import my_gathering
from worker.web.staff.away import own_lines, standing_in
from worker.web.staff.certificates import certificates
from worker.web.staff.history import line
from worker.web.staff.prefer import wish_of
from worker.web.staff.questions import questions
from worker.web.supervisors.overseen import units_address

blueprint = Blueprint("mine", __name__)
Answer = str | Response | AnyResponse


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that waits for the reader's yes: a page to open, or hours to decide on here (`action`)."""

    id: int
    title: str
    who: str
    facts: tuple[tuple[str, str], ...] = ()
    link: str = ""
    action: str = ""


@blueprint.get("/me", defaults={"token": MINE})
@blueprint.get("/me/<token>")
def me_page(token: str) -> Answer:
    """Everything this person has to do, the most urgent first; what waits for a yes; hours; what was done lately."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        _, person = opened
        return own_page(view.for_reader(person), person, token)


@blueprint.post("/me/<token>/hours/<int:credit_id>")
def hours_verdict(token: str, credit_id: int) -> Answer:
    """Count hours that somebody handed in, or give them back with a reason."""
    try:
        with writing() as view:
            opened = open_link(view, token, one_duty=False)
            if isinstance(opened, Response):
                return opened
            by = opened[1].id
            if request.form.get("verdict") == "approve":
                approve_credit(view.session, view.live, credit_id=credit_id, by=by, now=view.now)
            else:
                reason = request.form.get("reason", "").strip()[:200]
                return_credit(
                    view.session, view.live, credit_id=credit_id, by=by, reason=reason, now=view.now
                )
    except Refused as refused:
        with reading() as view:
            opened = open_link(view, token, one_duty=False)
            if isinstance(opened, Response):
                return opened
            view = view.for_reader(opened[1])
            return make_response(own_page(view, opened[1], token, faults_of(view, refused)), 422)
    runtime().nudger.nudge()
    return redirect(url_for("mine.me_page", token=token), 303)


def own_page(view: View, person: PersonRow, token: str, faults: tuple[Fault, ...] = ()) -> str:
    """The page of a person, with what was wrong with the form that was handed in there."""
    rows = pages.of_person(view.session, person.id, now=view.now)
    quotas = [row for row in rows if form_kind(schedule_of(view, row), row.obligation.part) == "hours"]
    todo = [
        duty(view, row, link=address(view, row.obligation.id, person.id)) for row in rows if row not in quotas
    ]
    late = sum(1 for one in todo if one.days_late > 0)
    unit = view.session.get_one(UnitRow, person.unit_id).title if person.unit_id is not None else ""
    if not todo:
        heading = view.d._("My duties")
    elif late:
        heading = view.d.ngettext(
            "You have 1 duty, {late} overdue", "You have {n} duties, {late} overdue", len(todo), late=late
        )
    else:
        heading = view.d.ngettext("You have 1 duty", "You have {n} duties", len(todo))
    return render(
        view, "me.html", reader=person.name, unit=unit, heading=heading, duties=todo, faults=faults,
        asked=[*_duties_asked(view, person), *_hours_asked(view, person, token)],
        quotas=[hours.summary(view, row, link=address(view, row.obligation.id, person.id)) for row in quotas],
        said=_said(view), wish=wish_of(view, person, token), phones=_phones(view, person, token),
        recent=[line(view, past, person) for past in own.lately(view.session, person.id)], units_link=units_address(view, person),
        done_link=url_for("history.done", token=token), away=[*own_lines(view, person, token), *standing_in(view, person)],
        away_link=url_for("away.page", token=token), certificates=certificates(view, person),
        questions=questions(view, person, token), calendar_link=url_for("feed.page", token=token),
        gatherings=my_gathering.coming(view, person),
    )  # fmt: skip


def _said(view: View) -> str:
    """What has just happened, after a redirect."""
    words = {
        "bound": view.d._(
            "This phone is remembered. Keep this page among your bookmarks: no password is needed."
        ),
        "ended": view.d._("That phone opens nothing any more."),
        "preferred": view.d._("Noted. You are reminded that way from now on."),
        "answered": view.d._("Noted. Whoever asked is told."),
        "away": view.d._("Noted. Whoever stands in is told."),
        "back": view.d._("Noted. You are asked yourself again from today."),
    }
    return words.get(request.args.get("said", ""), "")


def _phones(view: View, person: PersonRow, token: str) -> list[dict[str, object]]:
    """The phones that open this page; the one that asks is marked."""
    here = known(view)
    return [
        {"bound_at": row.bound_at, "seen_at": row.seen_at, "this": here is not None and here.device.id == row.id,
         "action": url_for("mine.end_own_phone", token=token, device_id=row.id)}
        for row in own_phones(view.session, person.id, since=machine_now() - REMEMBERED)
    ]  # fmt: skip


@blueprint.post("/me/<token>/phone/<int:device_id>/end")
def end_own_phone(token: str, device_id: int) -> Answer:
    """Forget one of the reader's phones; the one that asks is sent away with a page that says how to come back."""
    with writing() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        person, here = opened[1], known(view)
        own = {row.id for row in own_phones(view.session, person.id, since=machine_now() - REMEMBERED)}
        if device_id not in own:
            abort(404)
        end_phone(
            view.session,
            view.live,
            device_id=device_id,
            by=person.id,
            now=view.now,
            machine_now=machine_now(),
        )
        view = view.for_reader(person)
        if here is None or here.device.id != device_id:
            return redirect(url_for("mine.me_page", token=token, said="ended"), 303)
        answer = notice(
            view, view.d._("This phone is forgotten"),
            view.d._("It opens nothing any more. To use it again, ask the contact below for a new slip."),
        )  # fmt: skip
        forget(answer)
        return answer


def _duties_asked(view: View, person: PersonRow) -> list[Asked]:
    """What was handed in for the reader to agree to; each has its page."""
    return [
        Asked(
            row.obligation.id,
            duty(view, row).name,
            row.party.title,
            link=address(view, row.obligation.id, person.id),
        )
        for row in pages.submitted(view.session)
        if _may_agree(view, row, person)
    ]


def _hours_asked(view: View, person: PersonRow, token: str) -> list[Asked]:
    """Hours of others for the reader to agree to."""
    return [
        Asked(
            credit.id, duty(view, row).name, row.party.title, facts=_hour_facts(view, credit, token),
            action=url_for("mine.hours_verdict", token=token, credit_id=credit.id),
        )
        for credit, row in _credits_asked(view, person)
    ]  # fmt: skip


def _hour_facts(view: View, credit: CreditRow, token: str) -> tuple[tuple[str, str], ...]:
    """What was handed in, with the proof to open."""
    if credit.file_id is None:
        return hours.facts(view, credit)
    where = url_for("mine.proof", token=token, credit_id=credit.id)
    return (*hours.facts(view, credit), (view.d.gettext("Proof"), view.d.link(where, view.d.gettext("open"))))


@blueprint.get("/me/<token>/hours/<int:credit_id>/file")
def proof(token: str, credit_id: int) -> Answer:
    """The proof of hours, to be saved and never shown inside a page; for who may agree to them."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        asked = {credit.id: credit for credit, _ in _credits_asked(view, opened[1])}
        return downloads.stored(
            view.session.get(FileRow, asked[credit_id].file_id) if credit_id in asked else None
        )


def _credits_asked(view: View, person: PersonRow) -> list[tuple[CreditRow, DutyRow]]:
    return [
        (credit, row)
        for credit, row in pages.submitted_credits(view.session)
        if row.party.person_id != person.id and _may_agree(view, row, person)
    ]


def _may_agree(view: View, row: DutyRow, person: PersonRow) -> bool:
    role = approver_of(schedule_of(view, row), row.obligation.part)
    return role is not None and agrees(view.session, view.live, role, row.party, person.id, now=view.now)
