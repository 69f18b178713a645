"""The board: what is late and why, what falls due this week, the units, attendance, hours, campaigns, certificates. All counted here."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for

from models.people import UnitRow
from models.queries import overdue as unit_queries
from models.queries import pages_board
from models.queries.pages_board import Card
from schedules.grammar import Expiry
from schedules.rounding import rate
from tasks.reporting.board import Board, Campaign, Chosen, Due, Gathering, board, campaigns
from tasks.reporting.overdue import Figures, Item, UnitFigures, overdue
from worker.web import downloads, places
from worker.web.duties.items import shown_item
from worker.web.security import require_viewer
from worker.web.site import View, reading, render
from worker.web.supervisors.board_pictures import quotas, strips
from worker.web.supervisors.overdue_sheet import overdue_sheet

blueprint = Blueprint("board", __name__)
blueprint.before_request(require_viewer)
MOST = 25  # late items on the page
PRINTED = 10  # of them on paper; the others are in the spreadsheet
LINES = 30  # of the week
WEEK_PRINTED = 7
CARD_DAYS = 90
NAMES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the reader chose to look at, with the choices there are."""

    chosen: Chosen
    unit: str
    schedule: str
    units: list[tuple[str, str]]
    schedules: list[tuple[str, str]]

    @property
    def on(self) -> bool:
        """Whether only a part is shown."""
        return bool(self.unit or self.schedule)


def filter_of(view: View) -> Filter:
    """Read it from the address; 404 for a unit or a schedule that is not there or not to be seen."""
    unit, schedule = request.args.get("unit", "")[:64], request.args.get("schedule", "")[:64]
    rows = [
        row for row in unit_queries.units(view.session) if row.kind != "external" and g.viewer.sees(row.id)
    ]
    schedules = [(each.id, each.title) for each in view.live.office.schedules if each.privacy != "sealed"]
    units = g.viewer.units
    if unit:
        found = next((row for row in rows if row.key == unit), None) or abort(404)
        units = below(rows, found)
    if schedule and schedule not in dict(schedules):
        abort(404)
    return Filter(
        chosen=Chosen(units=units, schedule=schedule or None), unit=unit, schedule=schedule,
        units=[(row.key, row.title) for row in rows], schedules=schedules,
    )  # fmt: skip


def below(rows: list[UnitRow], top: UnitRow) -> frozenset[int]:
    """The ids of a unit and of everything below it."""
    found, size = {top.id}, 0
    while size != len(found):
        size = len(found)
        found |= {row.id for row in rows if row.parent_id in found}
    return frozenset(found)


@blueprint.get("/", endpoint="board")
def page() -> str:
    """The whole board for the units the viewer may see."""
    with reading() as view:
        asked = filter_of(view)
        found = board(view.session, view.live, asked.chosen, now=view.now, most=MOST, lines=LINES)
        return render(
            view, "board.html", here="board", as_of=view.d.moment(view.now), asked=asked, **totals(view, found),
            scope=_scope(view), export=_export(asked),
            late=[_item(view, item) for item in found.late], late_more=found.figures.overdue - len(found.late), printed=PRINTED,
            week=week_lines(view, found), week_printed=WEEK_PRINTED, week_ends=found.week_ends, soon_empty=_next_line(view, found),
            units=[unit_line(view, unit) for unit in found.units if unit.title], strips=strips(view, asked.chosen),
            quotas=quotas(view, asked.chosen), campaigns=_campaigns(view, asked.chosen),
            show_cards=_shows_cards(view, asked), credentials=_cards(view, asked), places=places,
        )  # fmt: skip


def _scope(view: View) -> Any:
    """What the reader sees of the office, where it is not all: the own unit of a head, the units of who supervises some."""
    if g.viewer.units is None:
        return ""
    if pages_board.supervises(view.session, g.viewer.person_id):
        return view.d._("your units only")
    return view.d._("your unit only") if len(g.viewer.units) == 1 else view.d._("the units you head only")


def _export(asked: Filter) -> str:
    return url_for("board.overdue_table", unit=asked.unit or None, schedule=asked.schedule or None)


@blueprint.get("/overdue.xlsx")
def overdue_table() -> Response:
    """The table of what is late and what is due soon, as a spreadsheet."""
    with reading() as view:
        chosen = filter_of(view).chosen
        report = overdue(
            view.session, view.live, now=view.now, units=None if chosen.units is None else set(chosen.units)
        )
        items = (
            each
            for each in (*report.items, *report.coming)
            if chosen.schedule is None or each.schedule == chosen.schedule
        )
        content = overdue_sheet(items, view.d.gettext)
        name = f"{view.d.gettext('overdue')}{view.today:%Y%m%d}.xlsx"
    return downloads.attached(content, name)


# ── figures, items ────────────────────────────────────────────
def totals(view: View, found: Board) -> dict[str, Any]:
    """What the large figures at the head of a page are made from."""
    before = found.year_before
    return {
        "report": found.figures, "worst": found.worst, "soon_total": found.figures.soon, "today_total": found.due_today,
        "year_before": view.d.rate(Figures(due=before.due, done=before.on_time).on_time_rate) if before else "",
    }  # fmt: skip


def _item(view: View, item: Item) -> dict[str, Any]:
    return shown_item(view, item, link=places.duty(item.id) if item.id else "")


def unit_line(view: View, unit: UnitFigures) -> dict[str, Any]:
    """A unit with its figures."""
    figures = unit.figures
    light = "red" if figures.overdue else ("yellow" if figures.soon else "green")
    coming = {"due_on": unit.next.due_on, "title": view.d.words(unit.next.name)} if unit.next else None
    return {"title": unit.title, "link": places.unit(unit.key), "light": light, "due": figures.due, "done": figures.done,
            "overdue": figures.overdue, "on_time_rate": figures.on_time_rate, "next": coming}  # fmt: skip


def _next_line(view: View, found: Board) -> str:
    """What comes next where nothing is due this week."""
    if found.next is None:
        return view.d._("Nothing is open.")
    return view.d._(
        "Next: {title}, {due}.", title=view.d.words(found.next.name), due=view.d.near(found.next.due_on)
    )


# ── the week ──────────────────────────────────────────────────
def week_lines(view: View, found: Board, *, gatherings: bool = True) -> list[dict[str, Any]]:
    """Gatherings and what is due, by their days."""
    held = [_gathering(view, each) for each in found.gatherings] if gatherings else []
    return sorted([*held, *(_due(view, each) for each in found.week)], key=lambda line: line["on"])


def _gathering(view: View, each: Gathering) -> dict[str, Any]:
    why = view.d._("moved from {day}", day=view.d.day(each.moved_from)) if each.moved_from else ""
    hour = view.d.clock(each.at) if each.at else ""
    return {"on": each.on, "light": "green", "title": each.title, "link": places.schedule(each.schedule), "why": why, "who": "",
            "hour": hour, "due_at": None, "provisional": False}  # fmt: skip


def _due(view: View, each: Due) -> dict[str, Any]:
    item, d = each.item, view.d
    link = places.occurrence(each.occurrence_id) if each.number > 1 else places.duty(item.id)
    why = d._("waits for {who}; not counted", who=each.waits_for) if each.waits_for else ""
    return {"on": item.due_on, "light": each.light, "title": d.words(item.name), "link": link if item.id else "", "why": why,
            "who": _who(view, each), "hour": "", "due_at": item.due_at, "provisional": item.provisional}  # fmt: skip


def _who(view: View, each: Due) -> str:
    if each.number == 1 or not each.who:
        if each.number > 1 and each.item.owes == "unit":
            return view.d.ngettext("1 unit", "{n} units", each.number)
        if each.number > 1:
            return view.d.ngettext("1 person", "{n} people", each.number)
        return " ".join(dict.fromkeys(part for part in (each.item.unit, each.item.person) if part)) or "—"
    return "、".join(one.title for one in each.who)


# ── campaigns, certificates ───────────────────────────────────
def _campaigns(view: View, chosen: Chosen) -> list[dict[str, Any]]:
    return [_campaign(view, each) for each in campaigns(view.session, view.live, chosen)]


def _campaign(view: View, each: Campaign) -> dict[str, Any]:
    title = view.d._("{title}: items found, closed", title=each.title) if each.children else each.title
    return {"title": title, "link": places.schedule(each.schedule), "done": each.done, "total": each.total,
            "rate": rate(each.done, each.total) or 0.0}  # fmt: skip


def _shows_cards(view: View, asked: Filter) -> bool:
    """Whether certificates belong to what is shown: always, unless one schedule is that is not about any."""
    if not asked.schedule:
        return True
    return any(
        each.id == asked.schedule and isinstance(each.when, Expiry) for each in view.live.office.schedules
    )


def _cards(view: View, asked: Filter) -> list[dict[str, Any]]:
    until: date = view.today + timedelta(days=CARD_DAYS)
    found = pages_board.credentials(view.session, until=until, today=view.today, units=asked.chosen.units)
    return [card_line(view, card) for card in found]


def card_line(view: View, card: Card) -> dict[str, Any]:
    """A certificate that expires soon, or has."""
    days = (card.expires_on - view.today).days
    pending = card.quiet_until is not None and card.quiet_until > view.today and days >= 0
    light = "red" if days < 0 else ("grey" if pending else "yellow")
    if days < 0:
        state = view.d.gettext("expired: no casework")
    elif pending:
        state = view.d.gettext("renewal filed, waits for the issuer")
    else:
        state = view.d.gettext("to be renewed")
    return {"holder": card.holder, "link": places.person(card.key), "unit": card.unit, "expires_on": card.expires_on, "days": days,
            "light": light, "state": state}  # fmt: skip
