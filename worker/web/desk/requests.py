"""The desk's page of requests: longer terms, duties handed back, transfers that a colleague agreed to. Each is decided with words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, g, make_response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from models.queries import handovers
from models.queries.pages import DutyRow
from schedules.errors import NotFound, Refused
from schedules.words import phrase
from tasks.duties.duty import Duty, load, look, role_title
from tasks.duties.extend import decide as decide_extension
from tasks.duties.extend import decider, rule_of
from tasks.duties.handover import Verdict, decide
from tasks.duties.requests_told import tell_of_extension_decided
from tasks.duties.transfer import party_of
from tasks.roster.colleagues import colleague
from worker.web import places
from worker.web.duties.duty_view import duty
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing
from worker.web.staff.questions import may_grant

blueprint = Blueprint("requests", __name__, url_prefix="/desk/requests")
blueprint.before_request(require_clerk)
VERDICTS: Mapping[str, Verdict] = {
    "agree": "agree",
    "transfer": "transfer",
    "waive": "waive",
    "refuse": "refuse",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as the desk sees it. `waits` says for whom it waits, where the desk cannot decide yet or at all."""

    id: str
    kind: str
    title: str
    link: str
    who: str
    due: Markup
    what: Markup
    reason: str
    at: Markup
    waits: str = ""
    action: str = ""


@blueprint.get("")
def page() -> str:
    """Everything that was asked for and is not decided."""
    with reading() as view:
        return _page(view)


def _page(view: View, faults: tuple[Fault, ...] = (), at: str = "") -> str:
    extensions = [_extension(view, each) for each in handovers.extensions_asked(view.session)]
    found = [*(_handover(view, each) for each in handovers.asked(view.session)), *extensions]
    found.sort(key=lambda each: bool(each.waits))
    typed = {name: request.form.get(name, "")[:400] for name in ("to", "words")}
    said = view.d._("Decided. Whoever asked is told.") if request.args.get("said") == "decided" else ""
    return render(
        view, "requests.html", here="desk", requests=found, faults=faults, at=at, typed=typed, said=said
    )


def _handover(view: View, each: handovers.Handover) -> Asked:
    row, shown, d = each.row, duty(view, each.duty), view.d
    waits = ""
    if row.kind == "transfer" and row.taken_at is None:
        waits = d._("waits for {name}’s yes", name=each.to)
    what = (
        d._("{name} hands it back", name=each.asker)
        if row.kind == "return"
        else d._("{name} hands it over to {to}", name=each.asker, to=each.to)
    )
    return Asked(
        id=f"h{row.id}", kind=row.kind, title=shown.name, link=places.duty(row.obligation_id), who=shown.who, due=_due(view, each.duty),
        what=what, reason=row.reason, at=d.short_instant(row.asked_at), waits=waits,
        action=url_for("requests.handover", handover_id=row.id),
    )  # fmt: skip


def _extension(view: View, each: handovers.Extension) -> Asked:
    row, shown, d = each.row, duty(view, each.duty), view.d
    found = look(view.session, row.obligation_id)
    waits = ""
    if not may_grant(view, found, g.viewer.person_id):
        waits = d._("waits for {who}", who=_decides(view, found))
    return Asked(
        id=f"x{row.id}", kind="extension", title=shown.name, link=places.duty(row.obligation_id), who=shown.who,
        due=_due(view, each.duty),
        what=d._("{name} asks for longer, until {day}", name=each.asker or d.gettext("Somebody"), day=d.full(row.new_due_on)),
        reason=f"{row.reason}（{row.basis}）" if row.basis else row.reason, at=d.short_instant(row.asked_at), waits=waits,
        action=url_for("requests.extension", obligation_id=row.obligation_id),
    )  # fmt: skip


def _decides(view: View, found: Duty) -> str:
    try:
        return role_title(view.live, decider(view.live, rule_of(found)))
    except Refused:
        return view.d.gettext("nobody: the schedule was changed")


def _due(view: View, row: DutyRow) -> Markup:
    owed = row.obligation
    return view.d.due(owed.due_on, owed.due_at) if owed.due_on else Markup("—")


@blueprint.post("/<int:handover_id>")
def handover(handover_id: int) -> Response:
    """Decide on a return or a transfer."""
    try:
        with writing() as view:
            _decide(view, handover_id)
    except NotFound:
        raise
    except Refused as refused:
        return _again(refused, f"h{handover_id}")
    return _decided()


def _decide(view: View, handover_id: int) -> None:
    verdict = VERDICTS.get(request.form.get("verdict", ""))
    if verdict is None:
        raise Refused(phrase("choose what is to be done"))
    to = _party(view, request.form.get("to", "").strip()) if verdict == "transfer" else None
    decide(
        view.session, view.live, handover_id=handover_id, verdict=verdict, to_party=to, words=request.form.get("words", "").strip()[:400],
        by=g.viewer.person_id, now=view.now,
    )  # fmt: skip


def _party(view: View, typed: str) -> int:
    """The party of a unit's title or id, else of a colleague's name or number."""
    name = "".join(typed.split())[:64]
    if name and view.live.office.has_unit(name):
        return party_of(view.session, view.live, name)
    return party_of(view.session, view.live, colleague(view.session, typed, field="to", today=view.today).key)


@blueprint.post("/extension/<int:obligation_id>")
def extension(obligation_id: int) -> Response:
    """Grant a longer term or refuse it."""
    try:
        with writing() as view:
            given = decide_extension(
                view.session, view.live, obligation_id=obligation_id, grant=request.form.get("verdict") == "agree",
                words=request.form.get("words", "").strip()[:400], by=g.viewer.person_id, now=view.now,
            )  # fmt: skip
            tell_of_extension_decided(
                view.session, view.live, load(view.session, obligation_id), given, now=view.now
            )
    except Refused as refused:
        with reading() as view:
            waiting = (each.row for each in handovers.extensions_asked(view.session))
            at = next((f"x{row.id}" for row in waiting if row.obligation_id == obligation_id), "")
        return _again(refused, at)
    return _decided()


def _again(refused: Refused, at: str) -> Response:
    """The page with what a rule refused, the words still in the form of that request."""
    with reading() as view:
        return make_response(_page(view, faults_of(view, refused), at), 422)


def _decided() -> Response:
    runtime().nudger.nudge()
    return redirect(url_for("requests.page", said="decided"), 303)
