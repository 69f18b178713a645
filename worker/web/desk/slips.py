"""The desk's page of slips and phones: print a slip for whom it is to reach, see whose phone is bound, end one."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow, UnitRow
from models.queries.devices import Holder, holders, phones, slips_between
from schedules.errors import Refused
from tasks.roster.devices import REMEMBERED, end_phone, look_at, print_slips
from worker.clock import machine_now
from worker.web.asked import row_number
from worker.web.qr import code
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, reading, render, runtime, writing

blueprint = Blueprint("slips", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)
MOST = 500  # slips printed at once


@dataclass(frozen=True, slots=True)
class Printed:
    """One slip on paper."""

    name: str
    unit: str
    code: Markup


@blueprint.get("/slips")
def page() -> str:
    """Choose for whom; the bound phones below."""
    with reading() as view:
        return _page(view)


def _page(view: View, faults: tuple[Fault, ...] = ()) -> str:
    since = machine_now() - REMEMBERED
    people = holders(view.session, today=view.today, since=since)
    picked = _picked(people)
    units: dict[str, list[Holder]] = {}
    for person in people:
        units.setdefault(person.unit, []).append(person)
    return render(
        view, "slips.html", here="desk", faults=faults, units=list(units.items()), picked=picked,
        unbound=sum(not person.phones for person in people), phones=phones(view.session, today=view.today, since=since),
        said=view.d._("That phone opens nothing any more.") if request.args.get("said") == "ended" else "",
    )  # fmt: skip


def _picked(people: Collection[Holder]) -> frozenset[int]:
    """Who is ticked when the page opens: those without a phone, or one unit, as the address asks."""
    if request.args.get("pick") == "unbound":
        return frozenset(person.id for person in people if not person.phones)
    unit = row_number(request.args.get("unit", ""))
    return frozenset(person.id for person in people if unit and person.unit_id == unit)


@blueprint.post("/slips")
def issue() -> str | Response | AnyResponse:
    """Make the slips and show the sheet, which can be loaded and printed again until they are used."""
    ids = {number for one in request.form.getlist("person")[:MOST] if (number := row_number(one))}
    try:
        with writing() as view:
            made = print_slips(
                view.session, view.live, person_ids=ids, by=g.viewer.person_id, now=view.now, machine_now=machine_now()
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, (fault(view, refused),)), 422)
    return redirect(url_for("slips.sheet", first=made[0].id, last=made[-1].id), 303)


@blueprint.get("/slips/<int:first>/<int:last>")
def sheet(first: int, last: int) -> str:
    """The sheet to print and cut: every slip of that batch that still binds a phone."""
    with reading() as view:
        made = [
            slip
            for each in slips_between(view.session, first, last, limit=MOST)
            if (slip := _printed(view, each))
        ]
        if not made:
            abort(404)
        return render(view, "slips_sheet.html", here="desk", slips=made)


def _printed(view: View, slip_id: int) -> Printed | None:
    state, person = look_at(view.session, slip_id, "slip", today=view.today, machine_now=machine_now())
    if state != "fresh" or person is None:
        return None
    label = view.d.gettext("code that binds a phone")
    return Printed(person.name, _unit(view, person), code(runtime().tokens.bind_link(slip_id, "slip"), label))


def _unit(view: View, person: PersonRow) -> str:
    return view.session.get_one(UnitRow, person.unit_id).title if person.unit_id is not None else ""


@blueprint.post("/phones/<int:device_id>/end")
def end(device_id: int) -> AnyResponse:
    """Forget a phone: it was lost, or its person says so."""
    with writing() as view:
        end_phone(
            view.session, view.live, device_id=device_id, by=g.viewer.person_id, now=view.now, machine_now=machine_now()
        )  # fmt: skip
    return redirect(url_for("slips.page", said="ended"), 303)
