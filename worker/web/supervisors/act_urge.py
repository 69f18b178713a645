"""Urge several late duties at once: tick them, read who will get what, send one message to each person."""

from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from models.queries import pages
from models.queries.duties import told_of
from models.queries.pages import DutyRow
from schedules.errors import Refused
from tasks.delivery.tell import reached
from tasks.duties.may import may
from tasks.duties.urge import Urged, sending, urge
from tasks.reporting.overdue import overdue
from worker.web.asked import row_number
from worker.web.duties.duty_view import Duty, duty
from worker.web.security import require_actor
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing
from worker.web.supervisors.acts_offered import duty_of, possible, seen, urged_already

blueprint = Blueprint("act_urge", __name__, url_prefix="/act/urge")
blueprint.before_request(require_actor)
MOST = 200  # duties urged at once
LOOKED_AT = 5 * MOST  # of the longest late, to find them; what is urged makes room for what comes after


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who would get one message, and the duties it would speak of."""

    name: str
    duties: list[Duty]


def _ticked() -> list[int]:
    given = request.values.getlist("duty")[:MOST]
    return [number for each in given if (number := row_number(each))]


def _rows(view: View, ids: list[int]) -> list[DutyRow]:
    """Those of these duties that this reader sees, the longest late first."""
    rows = [row for row in pages.by_ids(view.session, ids) if seen(view, row, g.viewer)]
    return sorted(
        rows,
        key=lambda row: (row.obligation.due_on is None, row.obligation.due_on, row.obligation.id),
    )


def _urgeable(view: View, row: DutyRow) -> bool:
    held = duty_of(view, row)
    return possible(view, held, "urge") and may(
        view.session, view.live, held, "urge", g.viewer.person_id, now=view.now
    )


@blueprint.get("")
def page() -> str | Response:
    """What is late, with ticks; with something ticked, who would get what."""
    ids = _ticked()
    with reading() as view:
        return make_response(_check(view, ids) if ids else _choose(view))


def _choose(view: View) -> str:
    units = None if g.viewer.units is None else set(g.viewer.units)
    report = overdue(view.session, view.live, now=view.now, units=units)
    ids = [item.id for item in report.items if item.id][:LOOKED_AT]
    late = _rows(view, ids)
    rows = islice((row for row in late if _urgeable(view, row)), MOST)
    return render(
        view,
        "act_urge.html",
        here="board",
        faults=(),
        duties=[duty(view, row, detailed=True) for row in rows],
        urged=sum(bool(urged_already(view, row, g.viewer)) for row in late),
    )


def _check(view: View, ids: list[int], *, faults: tuple[Fault, ...] = (), reason: str = "") -> str:
    rows = _rows(view, ids)
    fit = [row for row in rows if _urgeable(view, row)]
    later = sending(view.live, view.now)
    return render(
        view, "act_urge_check.html", here="board", faults=faults, reason=reason, readers=_readers(view, fit),
        left_out=[duty(view, row) for row in rows if row not in fit], ids=[row.obligation.id for row in fit],
        quiet_until=later if later > view.now else None,
        can_break=view.live.office.file.urgent == "break" and later > view.now,
    )  # fmt: skip


def _readers(view: View, rows: list[DutyRow]) -> list[Reader]:
    """Who would be written to, in the order of the duties; nobody is named twice."""
    found: dict[int, Reader] = {}
    for row in rows:
        people = told_of(view.session, row.party.id, now=view.now)
        for recipient, _channel, person in reached(view.session, people, now=view.now):
            found.setdefault(recipient, Reader(name=person.name, duties=[])).duties.append(duty(view, row))
    return list(found.values())


@blueprint.post("")
def send() -> Response:
    """Send them; what could not be urged is named with the reason."""
    ids, reason = _ticked(), request.form.get("reason", "").strip()[:200]
    try:
        with writing() as view:
            mine = [row.obligation.id for row in _rows(view, ids)]
            if not mine:
                return redirect(url_for("act_urge.page"), 303)
            done = urge(
                view.session, view.live, obligation_ids=mine, by=g.viewer.person_id, words=reason,
                at_once=bool(request.form.get("at_once")), copy_head=bool(request.form.get("copy_head")), now=view.now,
            )  # fmt: skip
            page = _sent(view, done)
    except Refused as refused:
        with reading() as view:
            return make_response(_check(view, ids, faults=faults_of(view, refused), reason=reason), 422)
    runtime().nudger.nudge()
    return make_response(page)


def _sent(view: View, done: list[Urged]) -> str:
    not_sent = [
        (view.d.words(each.name), view.d.refusal(each.refused)) for each in done if each.refused is not None
    ]
    sent = [each for each in done if each.state == "urged"]
    return render(
        view, "act_urged.html", here="board", sent=[view.d.words(each.name) for each in sent], not_sent=not_sent,
        later=next((each.sent_from for each in sent if each.sent_from and each.sent_from > view.now), None),
    )  # fmt: skip
