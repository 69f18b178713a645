"""Registers at the desk: this year's figures, a form to enter something and one to declare a zero, and what was entered lately."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from models.people import UnitRow
from models.queries import registers as read
from schedules.errors import Refused
from schedules.registers import HELD_ON, Register
from tasks.registers import add_entry, declare_zero, undo_entry, undo_zero
from tasks.reporting.register_overview import Overview, is_late, overview
from worker.web.asked import row_number
from worker.web.desk.register_correct import corrected_entry, filled, unit_key
from worker.web.duties import evidence_form
from worker.web.duties.evidence_form import LABELS, Form
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, faults_of, reading, render, runtime, said, writing

blueprint = Blueprint("registers", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)
SHOWN = 20
ONCE = re.compile(r"[\w-]{8,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One register as a line of the desk. `figures`: what was summed and chosen, in words."""

    key: str
    title: str
    recorded: bool
    entries: int
    figures: list[str]
    zeros: list[str]
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as a line of its register."""

    id: int
    held_on: date
    unit: str
    by: str
    facts: list[tuple[str, str]]
    late: bool
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroForm:
    """What was typed to declare a zero."""

    from_on: str
    to_on: str
    unit: str = ""


def books(view: View) -> list[Book]:
    """Every register with this year's figures."""
    found = view.live.office.registers
    return [book(view, overview(view.session, view.live, each, view.today.year)) for each in found]


def book(view: View, found: Overview) -> Book:
    """One register in words."""
    register = found.register
    figures = [
        f"{label_of(view, register, name)} {view.d.amount(amount)}" for name, amount in found.sums.items()
    ]
    figures += [
        f"{choice} {number}" for each in found.choices.values() for choice, number in each.items() if number
    ]
    return Book(
        key=register.id, title=register.title, recorded=found.recorded, entries=found.entries,
        figures=figures if found.entries else [], zeros=[span(view, each) for each in found.zeros], late=found.late,
    )  # fmt: skip


def label_of(view: View, register: Register, name: str) -> str:
    """What a field is called."""
    field = register.fields_.get(name)
    if field is None:
        return name
    return field.label or (
        name if field.kind in ("number", "text", "choice") else said(view, LABELS[field.kind])
    )


def span(view: View, zero: read.Zero) -> Markup:
    """The days a zero speaks of, and of which unit."""
    days = view.d._("{first} to {last}", first=view.d.day(zero.from_on), last=view.d.day(zero.to_on))
    return view.d._("{days}, {unit}", days=days, unit=zero.unit) if zero.unit else days


# ── one register ──────────────────────────────────────────────
def _register(view: View, key: str) -> Register:
    found = view.live.office.register_or_none(key)
    if found is None:
        abort(404)
    return found


@blueprint.route("/register/<key>", methods=["GET", "POST"])
def page(key: str) -> str | Response:
    """The register; or enter what the form brought."""
    if request.method == "GET":
        with reading() as view:
            return _page(view, _register(view, key))
    form: Form | None = None
    try:
        with writing() as view:
            register = _register(view, key)
            form = evidence_form.posted(view, register.beside_day)
            if form.faults:
                return make_response(_page(view, register, form, form.faults), 422)
            entered = add_entry(
                view.session, view.live, register=key, held_on=form.day, values=form.values(), files=form.files(view.session),
                by=g.viewer.person_id, unit=_unit(view), source=f"desk:{key}:{_once()}", how="desk", now=view.now,
            )  # fmt: skip
            if not entered.again:
                _take_corrected_back(view)
    except Refused as refused:
        return _again(key, form, refused)
    runtime().nudger.nudge()
    return redirect(url_for("registers.page", key=key, said="entered"), 303)


def _take_corrected_back(view: View) -> None:
    """An entry that this one corrects goes in the same transaction."""
    old = row_number(request.form.get("correct", ""))
    if old:
        reason = view.d.gettext("corrected")
        undo_entry(view.session, view.live, entry_id=old, by=g.viewer.person_id, reason=reason, now=view.now)


def _again(key: str, form: Form | None, refused: Refused) -> Response:
    with reading() as view:
        faults = tuple(
            replace(each, field="done_on") if each.field == HELD_ON else each
            for each in faults_of(view, refused)
        )
        return make_response(_page(view, _register(view, key), form, faults), 422)


def _once() -> str:
    """The name that makes a second click the same entry; a form without one is an entry of its own."""
    given = request.form.get("once", "")
    return given if ONCE.fullmatch(given) else secrets.token_urlsafe(16)


def _unit(view: View) -> int | None:
    key = request.form.get("unit", "")
    return view.session.scalars(select(UnitRow.id).where(UnitRow.key == key)).first() if key else None


def _page(
    view: View,
    register: Register,
    form: Form | None = None,
    faults: tuple[Fault, ...] = (),
    zero: ZeroForm | None = None,
) -> str:
    year = view.today.year
    found = overview(view.session, view.live, register, year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    entries = read.entries(view.session, register.id, first, last, limit=SHOWN)
    corrected = corrected_entry(view, register)
    typed = form or (
        filled(view, register, corrected) if corrected else evidence_form.blank(view, register.beside_day)
    )
    return render(
        view, "register.html", here="desk", book=book(view, found), register=register, heading=register.title, faults=faults,
        form=_labelled(view, register, typed), zero=zero or _month(view), once=_once(), units=units(view), said=_said(view),
        unit=request.form.get("unit", "") or (unit_key(view, corrected.unit) if corrected else ""),
        correct=corrected.id if corrected else 0, lines=[line(view, register, each) for each in entries],
        zeros=[(each.id, span(view, each), each.by) for each in found.zeros],
    )  # fmt: skip


def _labelled(view: View, register: Register, form: Form) -> Form:
    items = [replace(each, label=label_of(view, register, each.name)) for each in form.evidence]
    return replace(form, evidence=tuple(items))


def _month(view: View) -> ZeroForm:
    """This month so far."""
    return ZeroForm(from_on=view.today.replace(day=1).isoformat(), to_on=view.today.isoformat())


def units(view: View) -> list[tuple[str, str]]:
    """Id and title of the units that something may be entered for."""
    return [(key, unit.title) for key, unit in view.live.office.file.units.items() if unit.head]


def line(view: View, register: Register, entry: read.Entry) -> Line:
    """One entry in words."""
    facts: list[tuple[str, str]] = []
    for name in register.in_order({*entry.fields, *entry.files}):
        links = [
            view.d.link(url_for("desk.file", file_id=file.id), file.name)
            for file in entry.files.get(name, ())
        ]
        said_ = [*entry.fields.get(name, ()), *links]
        facts.append((label_of(view, register, name), Markup("、").join(said_)))
    return Line(
        id=entry.id, held_on=entry.held_on, unit=entry.unit, by=entry.by, facts=facts, late=is_late(view.live, entry), duty=entry.duty,
    )  # fmt: skip


def _said(view: View) -> str:
    words: dict[str, Any] = {
        "entered": view.d._("Entered."), "zero": view.d._("The zero is declared."), "undone": view.d._("Taken back."),
    }  # fmt: skip
    return str(words.get(request.args.get("said", ""), ""))


@blueprint.post("/register/<key>/zero")
def zero(key: str) -> Response:
    """Declare a zero."""
    typed = ZeroForm(
        from_on=request.form.get("from_on", "")[:10],
        to_on=request.form.get("to_on", "")[:10],
        unit=request.form.get("unit", "")[:64],
    )
    try:
        with writing() as view:
            register = _register(view, key)
            first, last = evidence_form.parse_day(typed.from_on), evidence_form.parse_day(typed.to_on)
            if first is None or last is None:
                name = "from_on" if first is None else "to_on"
                faults = (Fault(view.d.gettext("Choose both days."), name),)
                return make_response(_page(view, register, None, faults, typed), 422)
            declare_zero(
                view.session, view.live, register=key, from_on=first, to_on=last, by=g.viewer.person_id, unit=_unit(view),
                how="desk", now=view.now,
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(
                _page(view, _register(view, key), None, faults_of(view, refused), typed), 422
            )
    runtime().nudger.nudge()
    return redirect(url_for("registers.page", key=key, said="zero"), 303)


@blueprint.post("/register/<key>/undo")
def undo(key: str) -> Response:
    """Take an entry or a zero back."""
    kind, _, number = request.form.get("what", "").partition(":")
    identity = row_number(number)
    try:
        with writing() as view:
            reason = request.form.get("reason", "").strip()[:200] or view.d.gettext("filled in wrongly")
            by, now = g.viewer.person_id, view.now
            if kind == "zero":
                undo_zero(view.session, view.live, zero_id=identity, by=by, reason=reason, now=now)
            else:
                undo_entry(view.session, view.live, entry_id=identity, by=by, reason=reason, now=now)
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, _register(view, key), None, (fault(view, refused),)), 422)
    runtime().nudger.nudge()
    return redirect(url_for("registers.page", key=key, said="undone"), 303)
