"""Behind a personal link: what its owner may ask for when a duty cannot be done as it stands. Longer 延期, back 退回, to a colleague 转办.

GET and HEAD only read. A POST acts as the person named in the signed link. Until something is decided the duty stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from models.queries import handovers
from schedules.errors import Refused
from schedules.grammar import Extend
from schedules.stops import extended
from tasks.duties.duty import load, look, role_title
from tasks.duties.extend import ask, decider, rule_of
from tasks.duties.extend import withdraw as withdraw_longer
from tasks.duties.handover import hand_back, hand_over, withdraw
from tasks.duties.requests_told import tell_of_extension
from tasks.duties.transfer import check_transferable
from tasks.roster.colleagues import beside, colleague
from worker.web.deed import deed
from worker.web.duties.duty_view import duty
from worker.web.duties.evidence_form import parse_day
from worker.web.link import Reader, me_address, reader_of
from worker.web.resend import times_sent
from worker.web.site import Fault, View, faults_of, reading, render

blueprint = Blueprint("requests_own", __name__)
Answer = str | Response | AnyResponse
FIELDS = ("x-reason", "x-new_date", "x-basis", "t-to", "t-reason", "b-reason")


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as its page shows it: what it is, how it stands, the words of whoever decided, and the address that takes it back."""

    what: Markup
    state: str
    words: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Longer:
    """What may be asked for: `fixed` is the day that the rule gives, None where one is chosen; or `why_not`."""

    why_not: str = ""
    fixed: date | None = None
    needs_basis: bool = False
    by: str = ""


def asked_of(view: View, reader: Reader) -> list[Asking]:
    """Everything that was asked about the duty, the latest first; for whoever owes it only."""
    owed = reader.row.obligation
    if reader.standing != "owner":
        return []
    found = [_longer(view, reader, each) for each in handovers.extensions_of(view.session, owed.id)]
    return [_handover(view, reader, each) for each in handovers.of_duty(view.session, owed.id)] + found


def _longer(view: View, reader: Reader, each: handovers.Extension) -> Asking:
    states = {
        "asked": view.d.gettext("asked, not decided yet; the old day counts"), "granted": view.d.gettext("granted"),
        "refused": view.d.gettext("refused"), "withdrawn": view.d.gettext("taken back"),
    }  # fmt: skip
    undo = url_for("requests_own.no_longer", token=reader.token) if each.row.state == "asked" else ""
    what = view.d._(
        "Longer, until {day}. Reason: {reason}", day=view.d.full(each.row.new_due_on), reason=each.row.reason
    )
    return Asking(what, states.get(each.row.state, each.row.state), each.row.words or "", undo)


def _handover(view: View, reader: Reader, each: handovers.Handover) -> Asking:
    row, d = each.row, view.d
    what = (
        d._("Handed back. Reason: {reason}", reason=row.reason)
        if row.kind == "return"
        else d._("Handed over to {name}. Reason: {reason}", name=each.to, reason=row.reason)
    )
    waits = d.gettext("waits for the desk; it stays yours until then")
    if row.kind == "transfer" and row.taken_at is None:
        waits = d._("waits for {name}’s yes, then for the desk; it stays yours until then", name=each.to)
    states = {
        "asked": waits, "accepted": d.gettext("agreed"), "refused": d.gettext("refused"), "withdrawn": d.gettext("taken back"),
    }  # fmt: skip
    undo = (
        url_for("requests_own.take_back", token=reader.token, handover_id=row.id)
        if row.state == "asked"
        else ""
    )
    return Asking(what, states.get(row.state, row.state), row.words or "", undo)


def ask_link(reader: Reader) -> str:
    """Where its owner asks for something about an open duty."""
    may = reader.standing == "owner" and reader.row.obligation.state in ("open", "paused")
    return url_for("requests_own.page", token=reader.token) if may else ""


@blueprint.get("/c/<token>/ask")
def page(token: str) -> Answer:
    """What was asked, and the forms to ask."""
    with reading() as view:
        found = reader_of(view, token)
        if isinstance(found, Response):
            return found
        view, reader = found
        return redirect(reader.here, 303) if reader.standing != "owner" else _page(view, reader)


def _page(view: View, reader: Reader, faults: tuple[Fault, ...] = ()) -> str:
    person, owed = reader.person, reader.row.obligation
    shown = duty(view, reader.row, detailed=True)
    asked = asked_of(view, reader)
    actions = {
        name: url_for(f"requests_own.{name}", token=reader.token, sent=times_sent() + 1)
        for name in ("longer", "over", "back")
    }
    typed = {name: request.form.get(name, "")[:400] for name in FIELDS}
    return render(
        view, "ask.html", duty=shown, reader=person.name, faults=faults, asked=asked, waits=any(each.undo for each in asked),
        actions=actions, typed=typed, longer=_offer(view, reader), over_why_not=_over_why_not(view, owed.id),
        names=beside(view.session, person, today=view.today), here=reader.here, me_link=me_address(view, person), open=owed.state == "open",
    )  # fmt: skip


def _offer(view: View, reader: Reader) -> Longer:
    """Whether a longer term may be asked for, and how much."""
    found, owed = look(view.session, reader.row.obligation.id), reader.row.obligation
    try:
        rule: Extend | None = rule_of(found)
    except Refused as refused:
        return Longer(why_not=view.d.refusal(refused.what))
    if owed.due_on is None or (owed.due_at is not None and view.now >= owed.due_at):
        return Longer(
            why_not=view.d.gettext(
                "It had to be asked for before the deadline. Say why it is late on the page of the duty."
            )
        )
    by = role_title(view.live, decider(view.live, rule))
    if rule is None:
        return Longer(by=by)
    fixed = extended(owed.due_on, rule.once, view.live.office.calendar)
    return Longer(fixed=fixed, needs_basis=rule.basis == "required", by=by)


def _over_why_not(view: View, obligation_id: int) -> str:
    try:
        check_transferable(look(view.session, obligation_id))
    except Refused as refused:
        return view.d.refusal(refused.what)
    return ""


# ── acts ──────────────────────────────────────────────────────
def _act(token: str, prefix: str, act: Callable[[View, Reader], object]) -> Answer:
    """Ask in one transaction, and show the page again; what a rule refuses stands at its form, with everything typed."""

    def of_owner(view: View, reader: Reader) -> None:
        if reader.standing == "owner":
            act(view, reader)

    def again(view: View, reader: Reader, refused: Refused) -> str:
        faults = tuple(
            Fault(each.text, f"{prefix}-{each.field}" if each.field else None)
            for each in faults_of(view, refused)
        )
        return _page(view, reader, faults)

    return deed(
        lambda view: reader_of(view, token),
        of_owner,
        again,
        lambda _: url_for("requests_own.page", token=token),
    )


@blueprint.post("/c/<token>/ask/longer")
def longer(token: str) -> Answer:
    """Ask for a longer term; whoever decides is told."""

    def act(view: View, reader: Reader) -> None:
        given = ask(
            view.session, view.live, obligation_id=reader.row.obligation.id, reason=request.form.get("x-reason", "").strip()[:400],
            basis=request.form.get("x-basis", "")[:200], new_due_on=parse_day(request.form.get("x-new_date", "").strip()),
            by=reader.person.id, now=view.now,
        )  # fmt: skip
        if given.state == "asked":
            found = load(view.session, given.obligation_id)
            tell_of_extension(view.session, view.live, found, given, asker=reader.person, now=view.now)

    return _act(token, "x", act)


@blueprint.post("/c/<token>/ask/longer/undo")
def no_longer(token: str) -> Answer:
    """Take the request for a longer term back."""

    def act(view: View, reader: Reader) -> None:
        withdraw_longer(
            view.session, view.live, obligation_id=reader.row.obligation.id, by=reader.person.id, now=view.now
        )

    return _act(token, "", act)


@blueprint.post("/c/<token>/ask/over")
def over(token: str) -> Answer:
    """Ask a colleague to take it over, and then the desk."""

    def act(view: View, reader: Reader) -> None:
        to: PersonRow = colleague(
            view.session, request.form.get("t-to", "").strip(), field="to", today=view.today
        )
        hand_over(
            view.session, view.live, obligation_id=reader.row.obligation.id, to=to, reason=request.form.get("t-reason", "").strip()[:400],
            by=reader.person.id, now=view.now,
        )  # fmt: skip

    return _act(token, "t", act)


@blueprint.post("/c/<token>/ask/back")
def back(token: str) -> Answer:
    """Ask the desk to take it back."""

    def act(view: View, reader: Reader) -> None:
        hand_back(
            view.session, view.live, obligation_id=reader.row.obligation.id, reason=request.form.get("b-reason", "").strip()[:400],
            by=reader.person.id, now=view.now,
        )  # fmt: skip

    return _act(token, "b", act)


@blueprint.post("/c/<token>/ask/<int:handover_id>/undo")
def take_back(token: str, handover_id: int) -> Answer:
    """Take a request back; nothing happens if it is about another duty."""

    def act(view: View, reader: Reader) -> None:
        if any(
            each.row.id == handover_id for each in handovers.of_duty(view.session, reader.row.obligation.id)
        ):
            withdraw(view.session, view.live, handover_id=handover_id, by=reader.person.id, now=view.now)

    return _act(token, "", act)
