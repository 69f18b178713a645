"""The desk's page of schedules: pause and resume one; move or leave out a single occurrence, open or still to come."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from models.obligations import OccurrenceRow
from models.schedules import SchedulePauseRow, ScheduleRow
from schedules.errors import Refused
from schedules.grammar import Expiry, Quota, Schedule
from schedules.occurrences import slots
from schedules.words import phrase
from tasks.days.by_hand import move, skip
from tasks.duties.records import as_recorded
from tasks.open import resume_by_hand
from tasks.pausing import pause
from worker.web.duties.evidence_form import parse_day
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing

blueprint = Blueprint("timetable", __name__, url_prefix="/desk/schedules")
blueprint.before_request(require_clerk)
AHEAD = timedelta(days=400)
SHOWN = 12
ACTS = ("pause", "resume", "move", "skip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An occurrence of a schedule: `day` by the rule or as moved, None if it is left out; `why` it is not on the rule's day."""

    key: str
    day: date | None
    why: str
    open: bool


@blueprint.get("")
def page() -> str:
    """Every schedule in force, the paused ones first."""
    with reading() as view:
        query = (
            select(ScheduleRow, SchedulePauseRow)
            .outerjoin(
                SchedulePauseRow,
                (SchedulePauseRow.schedule_id == ScheduleRow.id) & SchedulePauseRow.ended_at.is_(None),
            )
            .where(ScheduleRow.removed_at.is_(None), ScheduleRow.key.in_([each.id for each in view.live.office.schedules]))
            .order_by(ScheduleRow.paused_at.is_(None), ScheduleRow.title)
        )  # fmt: skip
        found = [(row, stop) for row, stop in view.session.execute(query)]
        return render(
            view,
            "timetable.html",
            here="desk",
            rows=found,
            paused=sum(stop is not None for _, stop in found),
            said=_said(view),
        )


def _said(view: View) -> str:
    words = {
        "pause": view.d.gettext("Paused. Nothing opens and nobody is reminded; the lights are grey."),
        "resume": view.d.gettext("Resumed. Reminders go on with what is still to come."),
        "move": view.d.gettext("Moved to the new day."), "skip": view.d.gettext("It does not take place this time."),
    }  # fmt: skip
    return words.get(request.args.get("said", ""), "")


def _schedule(view: View, key: str) -> tuple[ScheduleRow, Schedule]:
    row = view.session.scalars(
        select(ScheduleRow).where(ScheduleRow.key == key, ScheduleRow.removed_at.is_(None))
    ).one_or_none()
    known = next((each for each in view.live.office.schedules if each.id == key), None)
    if row is None or known is None:
        abort(404)
    return row, known


@blueprint.get("/<key>")
def one(key: str) -> str:
    """One schedule with what is open of it and what comes next."""
    with reading() as view:
        row, known = _schedule(view, key)
        stop = view.session.scalars(
            select(SchedulePauseRow).where(
                SchedulePauseRow.schedule_id == row.id, SchedulePauseRow.ended_at.is_(None)
            )
        ).first()
        return render(
            view, "timetable_one.html", here="desk", row=row, stop=stop, coming=_coming(view, row, known), said=_said(view),
            fixed=isinstance(known.when, Expiry) or isinstance(known.done, Quota),
        )  # fmt: skip


def _coming(view: View, row: ScheduleRow, schedule: Schedule) -> list[Coming]:
    """Open occurrences, then the next ones by the rule."""
    query = (
        select(OccurrenceRow)
        .where(
            OccurrenceRow.schedule_id == row.id,
            OccurrenceRow.state == "open",
            OccurrenceRow.parent_id.is_(None),
        )
        .where(OccurrenceRow.event_id.is_(None))
        .order_by(OccurrenceRow.held_on)
        .limit(SHOWN)
    )
    found = [
        Coming(key=each.key, day=each.held_on, open=True, why=_moved(view, each.moved_from))
        for each in view.session.scalars(query)
    ]
    known = {each.key for each in found}
    office = as_recorded(view.session, view.live.office)
    for slot in slots(schedule, office, view.today, view.today + AHEAD):
        if len(found) >= SHOWN:
            break
        if slot.key not in known and slot.opens_at > view.now:
            why = view.d.words(slot.skipped) if slot.skipped else _moved(view, slot.moved_from)
            found.append(Coming(key=slot.key, day=slot.date, open=False, why=why))
    return found


def _moved(view: View, day: date | None) -> str:
    return str(view.d._("moved from {day}", day=view.d.day(day))) if day else ""


@blueprint.route("/<key>/<act>", methods=["GET", "POST"])
def act(key: str, act: str) -> str | Response:
    """Ask for the reason and the day, then do it."""
    if act not in ACTS:
        abort(404)
    which = request.values.get("of", "").strip()[:120]
    reason, day = request.form.get("reason", "").strip()[:400], request.form.get("day", "")[:10]
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            with writing() as view:
                _schedule(view, key)
                _do(view, act, key, which, reason, day)
            runtime().nudger.nudge()
            return redirect(url_for("timetable.one", key=key, said=act), 303)
        except Refused as refused:
            with reading() as view:
                faults = tuple(
                    Fault(each.text, "day" if each.field in ("to", "until") else each.field)
                    for each in faults_of(view, refused)
                )
    with reading() as view:
        row, _ = _schedule(view, key)
        html = render(
            view, "timetable_act.html", here="desk", row=row, act=act, which=which, reason=reason, day=day, faults=faults,
            action=url_for("timetable.act", key=key, act=act),
        )  # fmt: skip
        return make_response(html, 422 if faults else 200)


def _do(view: View, act: str, key: str, which: str, reason: str, day: str) -> None:
    by, now = g.viewer.actor, view.now
    match act:
        case "pause":
            until = parse_day(day)
            if day and until is None:
                raise Refused(phrase("choose the day"), field="day")
            pause(view.session, view.live, key=key, until=until, reason=reason, actor=by, now=now)
        case "resume":
            resume_by_hand(view.session, view.live, key=key, reason=reason, actor=by, now=now)
        case "move":
            to = parse_day(day)
            if to is None:
                raise Refused(phrase("choose the new day"), field="day")
            move(view.session, view.live, schedule=key, key=which, to=to, reason=reason, actor=by, now=now)
        case _:
            skip(view.session, view.live, schedule=key, key=which, reason=reason, actor=by, now=now)
