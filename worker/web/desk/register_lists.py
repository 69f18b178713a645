"""The entries of a register by period and unit, a page at a time; also as a workbook."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from models.people import UnitRow
from models.queries import registers as read
from schedules.registers import Register
from tasks.reporting.register_overview import is_late
from worker.web import downloads
from worker.web.desk import registers
from worker.web.duties.evidence_form import parse_day
from worker.web.paging import asked_page, beside
from worker.web.security import require_clerk
from worker.web.site import View, reading, render
from worker.web.workbook import workbook

blueprint = Blueprint("register_lists", __name__, url_prefix="/desk/register")
blueprint.before_request(require_clerk)
PAGE, MOST = 30, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The period, both days included, and the unit by its id in the office's files; empty: all."""

    first: date
    last: date
    unit: str


def _asked(view: View) -> Asked:
    year = view.today.year
    first = parse_day(request.args.get("from", "")) or date(year, 1, 1)
    last = parse_day(request.args.get("to", "")) or date(year, 12, 31)
    return Asked(first=first, last=last, unit=request.args.get("unit", "")[:64])


def _register(view: View, key: str) -> Register:
    found = view.live.office.register_or_none(key)
    if found is None:
        abort(404)
    return found


def _entries(
    view: View, register: Register, asked: Asked, *, limit: int, offset: int = 0
) -> list[read.Entry]:
    unit_id = _unit(view, asked)
    if asked.unit and unit_id is None:
        return []
    return read.entries(
        view.session, register.id, asked.first, asked.last, limit=limit, unit_id=unit_id, offset=offset
    )


def _zeros(view: View, register: Register, asked: Asked) -> list[read.Zero]:
    unit_id = _unit(view, asked)
    if asked.unit and unit_id is None:
        return []
    return read.declared(view.session, register.id, asked.first, asked.last, unit_id=unit_id)


def _unit(view: View, asked: Asked) -> int | None:
    return view.session.scalar(select(UnitRow.id).where(UnitRow.key == asked.unit)) if asked.unit else None


@blueprint.get("/<key>/list")
def page(key: str) -> str:
    """A page of entries."""
    at = asked_page()
    with reading() as view:
        register, asked = _register(view, key), _asked(view)
        found = _entries(view, register, asked, limit=PAGE + 1, offset=(at - 1) * PAGE)
        names = register.in_order(register.fields_)
        query: dict[str, Any] = {
            "from": asked.first.isoformat(),
            "to": asked.last.isoformat(),
            "unit": asked.unit,
        }
        return render(
            view, "register_list.html", here="desk", register=register, asked=asked,
            lines=[registers.line(view, register, each) for each in found[:PAGE]],
            units=registers.units(view), heads=[registers.label_of(view, register, name) for name in names],
            zeros=[(registers.span(view, each), each.by) for each in _zeros(view, register, asked)],
            table=url_for("register_lists.table", key=key, **query),
            **beside("register_lists.page", at, more=len(found) > PAGE, key=key, **query),
        )  # fmt: skip


@blueprint.get("/<key>/list.xlsx")
def table(key: str) -> Response:
    """The entries of the period as a workbook, the declared zeros below them."""
    with reading() as view:
        register, asked = _register(view, key), _asked(view)
        d, names = view.d, register.in_order(register.fields_)
        heading = [
            d.gettext("Day"), d.gettext("Unit"), *(registers.label_of(view, register, name) for name in names),
            d.gettext("Recorded by"), d.gettext("Recorded"), d.gettext("Mark"),
        ]  # fmt: skip
        rows = [_row(view, register, names, each) for each in _entries(view, register, asked, limit=MOST)]
        rows += [
            [each.from_on.isoformat(), each.unit, *[d.gettext("zero declared")] + [""] * (len(names) - 1), each.by,
             _moment(view, each.at), str(d._("until {day}", day=each.to_on.isoformat()))]
            for each in _zeros(view, register, asked)
        ]  # fmt: skip
        data = workbook(register.title, heading, rows, widths=[12, 14, *[24] * len(names), 10, 18, 12])
        return downloads.attached(data, f"{register.title}{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.xlsx")


def _row(view: View, register: Register, names: list[str], entry: read.Entry) -> list[str]:
    values = [
        "、".join([*entry.fields.get(name, ()), *(file.name for file in entry.files.get(name, ()))]) for name in names
    ]  # fmt: skip
    mark = view.d.gettext("entered late") if is_late(view.live, entry) else ""
    return [entry.held_on.isoformat(), entry.unit, *values, entry.by, _moment(view, entry.recorded_at), mark]


def _moment(view: View, at: datetime) -> str:
    return f"{at.astimezone(view.d.tz):%Y-%m-%d %H:%M}"
