"""The page of a unit: figures, what is late and open, people, attendance, hours, certificates."""

from datetime import date, timedelta
from typing import Any

from flask import abort, g

from models.obligations import ObligationRow
from models.people import PartyRow, PersonRow, UnitRow
from models.queries import drill as read
from models.queries import overdue as unit_queries
from models.queries import pages, pages_board
from models.queries.overdue import OPEN
from models.queries.pausing import running
from schedules.grammar import Quota
from tasks.reporting.board import Board, Chosen, board
from worker.web import places
from worker.web.site import View, reading, render
from worker.web.supervisors.board import CARD_DAYS, below, card_line, totals, unit_line, week_lines
from worker.web.supervisors.board_pictures import quotas, strips
from worker.web.supervisors.drill_rows import EACH, found, lines, pages_of

MOST = 50  # late and open duties on the page
AHEAD = timedelta(days=400)


def unit(key: str) -> str:
    """A unit and everything below it, if the viewer sees it."""
    with reading() as view:
        return _page(view, found(read.unit(view.session, key)))


def _page(view: View, row: UnitRow) -> str:
    if not g.viewer.sees(row.id):
        abort(404)
    every = list(unit_queries.units(view.session))
    ids = below([each for each in every if g.viewer.sees(each.id)], row)
    chosen = Chosen(units=ids)
    state = board(
        view.session, view.live, chosen, now=view.now, most=MOST, lines=MOST, until=view.today + AHEAD
    )
    late = pages.listed(
        view.session, PartyRow.unit_id.in_(ids), OPEN, running(), ObligationRow.due_on < view.today, ObligationRow.waits_for.is_(None),
        order_by=(ObligationRow.due_on, ObligationRow.id), limit=MOST,
    )  # fmt: skip
    total = read.size(view.session, sorted(ids), today=view.today)
    paging = pages_of(total, "drill.unit", key=row.key)
    return render(
        view, "drill_unit.html", here="board", unit=row, as_of=view.d.moment(view.now), crumbs=_crumbs(every, row), head=_head(view, row),
        light=_light(state), size=total, **totals(view, state), late=lines(view, late), late_more=state.figures.overdue - len(late),
        week=week_lines(view, state, gatherings=False), parts=_parts(view, state, row), people=_people(view, ids, paging.offset),
        paging=paging, strips=strips(view, chosen), quotas=quotas(view, chosen), credentials=_cards(view, ids), places=places,
        export=places.board_of(unit=row.key),
    )  # fmt: skip


def _light(state: Board) -> str:
    return "red" if state.figures.overdue else ("yellow" if state.figures.soon else "green")


def _crumbs(every: list[UnitRow], row: UnitRow) -> list[tuple[str, str]]:
    """The units above, the highest first; only those that the viewer sees."""
    by_id = {each.id: each for each in every}
    chain: list[tuple[str, str]] = []
    above = by_id.get(row.parent_id or 0)
    while above is not None and g.viewer.sees(above.id):
        chain.insert(0, (places.unit(above.key), above.title))
        above = by_id.get(above.parent_id or 0)
    return chain


def _head(view: View, row: UnitRow) -> list[str]:
    """Who answers for it and who supervises it, in words."""
    d = view.d
    who = {each: view.session.get(PersonRow, each) for each in (row.head_id, row.leader_id) if each}
    head, leader = who.get(row.head_id or 0), who.get(row.leader_id or 0)
    return [
        *([str(d._("head: {name}", name=head.name))] if head else []),
        *([str(d._("supervised by {name}", name=leader.name))] if leader else []),
    ]


def _parts(view: View, state: Board, row: UnitRow) -> list[dict[str, Any]]:
    """The units below."""
    return [unit_line(view, each) for each in state.units if each.title and each.unit_id != row.id]


def _people(view: View, ids: frozenset[int], offset: int) -> list[dict[str, Any]]:
    people = read.members(view.session, sorted(ids), today=view.today, limit=EACH, offset=offset)
    cards = read.certificates(view.session, [one.id for one in people])
    keys = [
        each.id
        for each in view.live.office.schedules
        if isinstance(each.done, Quota) and each.done.sum == "hours"
    ]
    hours = (
        {one.key: one for one in pages_board.quotas(view.session, keys, today=view.today, units=ids)}
        if keys
        else {}
    )
    return [
        {
            "name": one.name, "link": places.person(one.key), "post": one.post, "unit": one.unit, "open": one.open, "late": one.late,
            "hours": hours.get(one.key), "card": next(iter(cards.get(one.id, ())), None),
        }
        for one in people
    ]  # fmt: skip


def _cards(view: View, ids: frozenset[int]) -> list[dict[str, Any]]:
    until: date = view.today + timedelta(days=CARD_DAYS)
    return [
        card_line(view, card)
        for card in pages_board.credentials(view.session, until=until, today=view.today, units=ids)
    ]
