"""What only the clerk does about a duty: why it is late, a longer term asked for, another day for all of it, a clock that stands still.

Each act has a page of its own that asks for the reason. What supervisors do too, to hand over, to waive, to give back, is done on their
pages (`worker.web.supervisors.acts`); the page of the duty offers both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from models.obligations import OccurrenceRow
from models.queries import pages
from models.queries.pages import DutyRow
from models.schedules import ScheduleRow
from schedules.errors import Refused
from schedules.grammar import Expiry, Schedule
from schedules.words import Words, phrase
from tasks.days.by_hand import move, skip
from tasks.duties.extend import ask
from tasks.duties.late import explain_late
from tasks.duties.stop_clock import resume, stop
from worker.web.duties.duty_view import duty, schedule_of
from worker.web.duties.evidence_form import parse_day
from worker.web.duties.named import person_named
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, said, writing

blueprint = Blueprint("desk_acts", __name__, url_prefix="/desk/act")
blueprint.before_request(require_clerk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a form brought, as text."""

    reason: str
    basis: str
    on: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act. `fields` are what its form asks for besides the reason; `wide`: it concerns everybody who owes the occurrence."""

    key: str
    title: Words
    says: Words
    button: Words
    fields: tuple[str, ...]
    fits: Callable[[DutyRow, Schedule], bool]
    do: Callable[[View, DutyRow, Given], None]


def _day(text: str, field: str, what: Words) -> date:
    found = parse_day(text)
    if found is None:
        raise Refused(what, field=field)
    return found


def _extend(view: View, row: DutyRow, given: Given) -> None:
    ask(view.session, view.live, obligation_id=row.obligation.id, reason=given.reason, basis=given.basis, by=g.viewer.person_id,
        now=view.now)  # fmt: skip


def _late(view: View, row: DutyRow, given: Given) -> None:
    explain_late(view.session, obligation_id=row.obligation.id, reason=given.reason, new_date=parse_day(given.on),
                 by=g.viewer.person_id, now=view.now)  # fmt: skip


def _move(view: View, row: DutyRow, given: Given) -> None:
    to = _day(given.on, "on", phrase("choose the new day"))
    move(view.session, view.live, schedule=row.schedule, key=row.occurrence.key, to=to, reason=given.reason,
         actor=g.viewer.actor, now=view.now)  # fmt: skip


def _skip(view: View, row: DutyRow, given: Given) -> None:
    skip(view.session, view.live, schedule=row.schedule, key=row.occurrence.key, reason=given.reason, actor=g.viewer.actor,
         now=view.now)  # fmt: skip


def _stop(view: View, row: DutyRow, given: Given) -> None:
    on = _day(given.on, "on", phrase("choose the day from which it does not count"))
    stop(view.session, view.live, _locked(view, row), reason=given.reason, on=on, basis=given.basis,
         approved_by=person_named(view, given.by, "by"), by=g.viewer.person_id, now=view.now)  # fmt: skip


def _resume(view: View, row: DutyRow, given: Given) -> None:
    on = _day(given.on, "on", phrase("choose the first day that counts again"))
    resume(view.session, view.live, _locked(view, row), on=on, by=g.viewer.person_id, now=view.now)


def _locked(view: View, row: DutyRow) -> OccurrenceRow:
    return view.session.get_one(
        OccurrenceRow, row.occurrence.id, with_for_update=True, populate_existing=True
    )


def _owed(row: DutyRow) -> bool:
    return row.obligation.state in ("open", "submitted")


def _extendable(schedule: Schedule, part: str) -> bool:
    step = schedule.steps.get(part)
    return step is not None and step.extend is not None


def _whole(row: DutyRow, schedule: Schedule) -> bool:
    """Whether the occurrence comes by a rule, so that one of it can be moved or left out."""
    by_rule = row.occurrence.event_id is None and row.occurrence.parent_id is None
    return _owed(row) and by_rule and not isinstance(schedule.when, Expiry)


ACTS = {
    act.key: act
    for act in (
        Act(
            key="late", title=phrase("Say why it is late"), button=phrase("Keep the reason"), fields=("on?",), do=_late,
            says=phrase("The reason and the new day stand beside it in summaries. The deadline stays what it is."),
            fits=lambda row, _: _owed(row),
        ),
        Act(
            key="extend", title=phrase("Ask for the longer term"), button=phrase("Ask for the longer term"), fields=("basis?",), do=_extend,
            says=phrase("Asked for once, before the due day. It counts once whoever may grant it has granted it."),
            fits=lambda row, schedule: _owed(row) and _extendable(schedule, row.obligation.part),
        ),
        Act(
            key="move", title=phrase("Move it to another day"), button=phrase("Move"), fields=("on",), do=_move,
            says=phrase("The whole occurrence moves, for everybody who owes it, with its reminders. The day by the rule is kept."),
            fits=_whole,
        ),
        Act(
            key="skip", title=phrase("Leave it out this time"), button=phrase("Leave it out for everybody"), fields=(), do=_skip,
            says=phrase("The whole occurrence does not take place; what is open of it is cancelled, for everybody who owes it."),
            fits=_whole,
        ),
        Act(
            key="stop", title=phrase("Stop the clock"), button=phrase("Stop the clock"), fields=("why", "on", "basis?", "by?"), do=_stop,
            says=phrase("What lies between stopping and resuming does not count toward the term."),
            fits=lambda row, schedule: row.obligation.state == "open" and schedule.pause is not None
            and row.obligation.part in schedule.pause.stops,
        ),
        Act(
            key="resume", title=phrase("Let the clock run again"), button=phrase("Resume"), fields=("no reason", "on"), do=_resume,
            says=phrase("The due days move by what did not count."), fits=lambda row, _: row.obligation.state == "paused",
        ),
    )
}  # fmt: skip


def _row(view: View, obligation_id: int) -> DutyRow:
    row = pages.duty(view.session, obligation_id)
    if row is None:
        abort(404)
    return row


def offered(view: View, row: DutyRow) -> list[tuple[str, str, str]]:
    """Address, title and consequence of each act that fits the duty as it stands; for the clerk."""
    schedule = schedule_of(view, row)
    removed = view.session.get_one(ScheduleRow, row.occurrence.schedule_id).removed_at is not None
    return [
        (url_for("desk_acts.act", obligation_id=row.obligation.id, key=act.key), said(view, act.title), said(view, act.says))
        for act in ACTS.values()
        if act.fits(row, schedule) and not (removed and act.key in ("move", "skip"))
    ]  # fmt: skip


@blueprint.route("/<int:obligation_id>/<key>", methods=["GET", "POST"])
def act(obligation_id: int, key: str) -> str | Response:
    """Ask for the reason, then do it; what a rule refuses is said at its field, and what was typed stays."""
    known = ACTS.get(key)
    if known is None:
        abort(404)
    given = Given(
        **{name: request.form.get(name, "").strip()[:400] for name in ("reason", "basis", "on", "by")}
    )
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            with writing() as view:
                known.do(view, _row(view, obligation_id), given)
            runtime().nudger.nudge()
            return redirect(url_for("supervise.duty", obligation_id=obligation_id, said=known.key), 303)
        except Refused as refused:
            with reading() as view:
                faults = faults_of(view, refused)
    with reading() as view:
        row = _row(view, obligation_id)
        pause = schedule_of(view, row).pause
        html = render(
            view, "desk_act.html", here="desk", duty=duty(view, row), heading=said(view, known.title), says=said(view, known.says),
            button=said(view, known.button), fields=known.fields, given=given, faults=faults, reasons=list(pause.allow) if pause else [],
            action=url_for("desk_acts.act", obligation_id=obligation_id, key=key), day=given.on or _first_day(view, key),
        )  # fmt: skip
        return make_response(html, 422 if faults else 200)


def _first_day(view: View, key: str) -> str:
    """The day that stands in the form at first: today where a clock stops or runs again."""
    return view.today.isoformat() if key in ("stop", "resume") else ""
