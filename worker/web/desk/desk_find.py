"""Find a duty of somebody else by words, unit, schedule and state, a page at a time."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, request

from models.queries.desk_search import STATES, Sought, search, unit_ids
from schedules.words import phrase
from worker.web.duties.duty_view import duty
from worker.web.paging import asked_page, beside
from worker.web.security import require_clerk
from worker.web.site import View, reading, render, said

blueprint = Blueprint("finding", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)
PAGE = 40
LATELY = timedelta(days=90)
WORDS = {
    "open": phrase("to do"), "overdue": phrase("overdue"), "soon": phrase("due soon"), "submitted": phrase("waits for approval"),
    "paused": phrase("stands still"), "done": phrase("done lately"), "waived": phrase("waived"), "history": phrase("before the start"),
}  # fmt: skip


@blueprint.get("/find")
def find() -> str:
    """Duties by name, unit, schedule or state; without anything asked for, the overdue ones."""
    asked = {name: request.args.get(name, "").strip()[:64] for name in ("q", "unit", "schedule", "state")}
    page = asked_page()
    with reading() as view:
        sought = _sought(view, asked)
        rows = search(view.session, sought, today=view.today, limit=PAGE + 1, offset=(page - 1) * PAGE)
        query: dict[str, Any] = {name: value for name, value in asked.items() if value}
        return render(
            view, "find.html", here="desk", asked=asked, duties=[duty(view, row) for row in rows[:PAGE]], state=sought.state,
            states=[(key, said(view, words)) for key, words in WORDS.items()], units=_units(view), schedules=_schedules(view),
            **beside("finding.find", page, more=len(rows) > PAGE, **query),
        )  # fmt: skip


def _sought(view: View, asked: dict[str, str]) -> Sought:
    state = (
        asked["state"]
        if asked["state"] in STATES
        else "open"
        if asked["q"] or asked["unit"] or asked["schedule"]
        else "overdue"
    )
    unit = asked["unit"]
    known = unit in view.live.office.file.units
    return Sought(
        words=asked["q"], schedule=asked["schedule"], state=state, done_since=view.today - LATELY,
        units=unit_ids(view.session, view.live.office.units_below(unit)) if known else (() if unit else None),
    )  # fmt: skip


def _units(view: View) -> list[tuple[str, str]]:
    return [(key, unit.title) for key, unit in view.live.office.file.units.items()]


def _schedules(view: View) -> list[tuple[str, str]]:
    return [(each.id, each.title) for each in view.live.office.schedules]
