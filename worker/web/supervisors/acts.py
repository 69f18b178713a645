"""What supervisors do to a duty: each act asks for its reason on a page of its own, and is done by that page's form.

A second click does no harm: the use cases take the same again for what it is, and what has been done meanwhile is answered in words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from models.queries.duty_page import people_by_unit
from models.queries.pages import DutyRow
from schedules.errors import Refused
from schedules.words import Words, phrase
from tasks.duties.approve import WHY_CLOSED, approve, waive
from tasks.duties.duty import load
from tasks.duties.evidence import said
from tasks.duties.excuse import excuse
from tasks.duties.extend import asked_for, decide
from tasks.duties.may import NOBODY_ELSE, Act, may
from tasks.duties.new_date import grant_new_date
from tasks.duties.requests_told import tell_of_extension_decided
from tasks.duties.send_back import send_back
from tasks.duties.transfer import party_of, transfer
from tasks.duties.urge import sending, urge
from worker.web.duties.duty_view import duty
from worker.web.duties.evidence_form import parse_day
from worker.web.duties.receipt import record_facts
from worker.web.security import require_actor
from worker.web.site import Fault, View, faults_of, notice, reading, render, runtime, writing
from worker.web.supervisors.acts_offered import LABELS, duty_of, possible, urged_already
from worker.web.supervisors.supervise import row_of

blueprint = Blueprint("acts", __name__, url_prefix="/duty/<int:obligation_id>")
blueprint.before_request(require_actor)
LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a page asks for an act: the question, what follows from it, and the button."""

    heading: Words
    consequence: Words
    button: Words


ASKING: Mapping[Act, Asking] = {
    "urge": Asking(
        heading=phrase("Urge it?"), button=phrase("Urge"),
        consequence=phrase("Who owes it gets one message with your words. A duty is urged by hand once a working day."),
    ),
    "close": Asking(
        heading=phrase("Agree and close it?"), button=phrase("Agree and close"),
        consequence=phrase("It counts as done on the day that was recorded; what follows from it opens."),
    ),
    "give-back": Asking(
        heading=phrase("Give it back?"), button=phrase("Give it back"),
        consequence=phrase("It is owed again, and reminders go on. Whoever recorded it and who owes it read your reason."),
    ),
    "extend": Asking(
        heading=phrase("Grant another day?"), button=phrase("Set the day"),
        consequence=phrase("The due day moves, and who owes it is told. Reminders begin anew."),
    ),
    "excuse": Asking(
        heading=phrase("Count the absence as leave?"), button=phrase("Count as leave"),
        consequence=phrase("Nothing has to be made up for. The sheet and the figures show leave instead of absence."),
    ),
    "reassign": Asking(
        heading=phrase("Hand it over?"), button=phrase("Hand it over"),
        consequence=phrase("Deadline, records and reminders go on with the new owner, who is told at once."),
    ),
    "waive": Asking(
        heading=phrase("Waive it?"), button=phrase("Waive"),
        consequence=phrase("Nobody is reminded of it any more and no figure counts it."),
    ),
}  # fmt: skip


PLANNED = phrase("The due day is over and stays, so it remains late; the new day is noted beside it.")


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST]


def _page(
    view: View,
    row: DutyRow,
    act: Act,
    *,
    faults: tuple[Fault, ...] = (),
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page that asks; what was typed stays."""
    asking, shown = ASKING[act], duty(view, row, detailed=True)
    held = duty_of(view, row)
    allowed = may(view.session, view.live, held, act, g.viewer.person_id, now=view.now)
    if not allowed:
        return notice(
            view, view.d._("That is not yours to do"), view.d.words(NOBODY_ELSE[act]), status=403,
            link=url_for("supervise.duty", obligation_id=row.obligation.id), link_text=view.d.gettext("Back to the duty"),
        )  # fmt: skip
    page = render(
        view, "act.html", here="board", duty=shown, act=act, heading=view.d.words(asking.heading),
        consequence=view.d.words(PLANNED if act == "extend" and _is_over(view, row) else asking.consequence),
        button=view.d.words(asking.button),
        faults=faults, typed=typed or {}, action=url_for(f"acts.{act.replace('-', '_')}", obligation_id=row.obligation.id),
        back=url_for("supervise.duty", obligation_id=row.obligation.id), label=view.d.words(LABELS[act]),
        can=possible(view, held, act),
        urged=urged_already(view, row, g.viewer) if act == "urge" else "",
        facts=record_facts(view, row) if act in ("close", "give-back") else (),
        **_extras(view, row, act),
    )  # fmt: skip
    return make_response(page, 422 if faults else 200)


def _extras(view: View, row: DutyRow, act: Act) -> dict[str, object]:
    """What only one of the pages shows."""
    match act:
        case "urge":
            later = sending(view.live, view.now)
            breaks = view.live.office.file.urgent == "break" and later > view.now
            return {"quiet_until": later if later > view.now else None, "can_break": breaks}
        case "reassign":
            return {"units": _units(view)}
        case "extend":
            return {"over": _is_over(view, row), "request": asked_for(view.session, row.obligation.id)}
        case _:
            return {}


def _is_over(view: View, row: DutyRow) -> bool:
    return row.obligation.due_on is not None and row.obligation.due_on < view.today


def _units(view: View) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Units with their people, as far as this reader may hand over to them: (key, title, [(person, name)])."""
    found = people_by_unit(view.session, g.viewer.units, today=view.today)
    return [(unit.key, unit.title, people) for unit, people in found]


def _act(
    obligation_id: int, act: Act, do: Callable[[View], str], typed: Callable[[], Mapping[str, str]] = dict
) -> Response:
    """Ask on GET; on POST do it in one transaction and go back to the duty with what was done. A refusal keeps what was typed."""
    if request.method == "GET":
        with reading() as view:
            return _page(view, row_of(view, obligation_id), act)
    try:
        with writing() as view:
            row_of(view, obligation_id)
            outcome = do(view)
    except Refused as refused:
        with reading() as view:
            row = row_of(view, obligation_id)
            given = {"reason": _reason(), **typed()}
            return _page(view, row, act, faults=faults_of(view, refused), typed=given)
    runtime().nudger.nudge()
    return redirect(url_for("supervise.duty", obligation_id=obligation_id, said=outcome), 303)


def _reasoned(use_case: Callable[..., None], obligation_id: int, outcome: str) -> Callable[[View], str]:
    """An act that takes nothing but a reason."""

    def do(view: View) -> str:
        use_case(
            view.session, view.live, obligation_id=obligation_id, by=g.viewer.person_id, reason=_reason(), now=view.now
        )  # fmt: skip
        return outcome

    return do


@blueprint.route("/urge", methods=["GET", "POST"], endpoint="urge")
def urge_page(obligation_id: int) -> Response:
    """Urge who owes it."""
    flags = {name: request.form.get(name, "") for name in ("at_once", "copy_head")}

    def do(view: View) -> str:
        at_once = bool(flags["at_once"])
        (done,) = urge(
            view.session, view.live, obligation_ids=[obligation_id], by=g.viewer.person_id, words=_reason(), at_once=at_once,
            copy_head=bool(flags["copy_head"]), now=view.now,
        )  # fmt: skip
        if done.state == "refused" and done.refused is not None:
            raise Refused(done.refused)
        if done.state == "again":
            return "again"
        return "urged-later" if sending(view.live, view.now, at_once=at_once) > view.now else "urged"

    return _act(obligation_id, "urge", do, lambda: flags)


@blueprint.route("/close", methods=["GET", "POST"], endpoint="close")
def close_page(obligation_id: int) -> Response:
    """Agree that it is done 销号."""

    def do(view: View) -> str:
        words = said(_reason(), field="reason", missing=WHY_CLOSED)
        approve(
            view.session, view.live, obligation_id=obligation_id, by=g.viewer.person_id, words=words, now=view.now
        )  # fmt: skip
        return "closed"

    return _act(obligation_id, "close", do)


@blueprint.route("/give-back", methods=["GET", "POST"], endpoint="give_back")
def give_back_page(obligation_id: int) -> Response:
    """Give back what was done or handed in 退回."""
    return _act(obligation_id, "give-back", _reasoned(send_back, obligation_id, "given-back"))


@blueprint.route("/extend", methods=["GET", "POST"], endpoint="extend")
def extend_page(obligation_id: int) -> Response:
    """Grant another day, or decide about the longer term that was asked for."""
    typed = request.form.get("day", "").strip()[:10]

    def do(view: View) -> str:
        verdict = request.form.get("verdict", "")
        if verdict in ("grant", "refuse"):
            row = decide(
                view.session, view.live, obligation_id=obligation_id, grant=verdict == "grant", words=_reason(),
                by=g.viewer.person_id, now=view.now,
            )  # fmt: skip
            tell_of_extension_decided(
                view.session, view.live, load(view.session, obligation_id), row, now=view.now
            )
            return row.state
        return grant_new_date(
            view.session, view.live, obligation_id=obligation_id, day=_day(typed), reason=_reason(), by=g.viewer.person_id,
            now=view.now,
        )  # fmt: skip

    return _act(obligation_id, "extend", do, lambda: {"day": typed})


def _day(text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise Refused(phrase("choose the new day"), field="day")
    return day


@blueprint.route("/excuse", methods=["GET", "POST"], endpoint="excuse")
def excuse_page(obligation_id: int) -> Response:
    """Count an absence as leave 请假."""
    return _act(obligation_id, "excuse", _reasoned(excuse, obligation_id, "excused"))


@blueprint.route("/reassign", methods=["GET", "POST"], endpoint="reassign")
def reassign_page(obligation_id: int) -> Response:
    """Hand it over to another person or unit 转办."""
    target = request.form.get("to", "").strip()[:64]

    def do(view: View) -> str:
        if not target:
            raise Refused(phrase("choose who takes it over"), field="to")
        transfer(
            view.session, view.live, obligation_id=obligation_id, to_party=party_of(view.session, view.live, target),
            by=g.viewer.person_id, reason=_reason(), now=view.now,
        )  # fmt: skip
        return "handed-over"

    return _act(obligation_id, "reassign", do, lambda: {"to": target})


@blueprint.route("/waive", methods=["GET", "POST"], endpoint="waive")
def waive_page(obligation_id: int) -> Response:
    """Excuse somebody from it for good 豁免."""
    return _act(obligation_id, "waive", _reasoned(waive, obligation_id, "waived"))
