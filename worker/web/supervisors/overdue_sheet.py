"""The table of what is late and what is due soon as supervisors know it, for a page, a spreadsheet, or the annex of a summary.

Columns: 事项、主办、责任人、时限、逾期天数、催办次数、原因、新时限、灯 (OFFICE-VOICE 16, 18). This module loads the library for
spreadsheets; a process that starts without one loads it by `importlib.import_module`.
"""

from collections.abc import Iterable, Sequence

from tasks.reporting.overdue import Item, overdue
from worker.web.site import View
from worker.web.workbook import XLSX, workbook

__all__ = ["WIDTHS", "XLSX", "heading", "line", "overdue_sheet", "sheet"]

WIDTHS = (44, 16, 14, 16, 18, 8, 36, 14, 8)


def heading(view: View) -> Sequence[str]:
    """The names of the columns in the reader's language."""
    d = view.d
    return (
        d.gettext("Duty"), d.gettext("Unit"), d.gettext("Responsible"), d.gettext("Due"), d.gettext("Days late"), d.gettext("Urged"),
        d.gettext("Reason"), d.gettext("New date"), d.gettext("Light"),
    )  # fmt: skip


def line(view: View, item: Item) -> Sequence[str]:
    """One item as texts: natural days late with the working days in brackets, the light as a word."""
    d = view.d
    late = (
        d._("{n} ({workdays})", n=item.days_late, workdays=d.workdays(item.workdays_late))
        if item.days_late
        else ""
    )
    due = d._("{day} (provisional)", day=d.dated(item.due_on)) if item.provisional else d.dated(item.due_on)
    return (
        d.words(item.name), item.unit, item.person, str(due), str(late), str(item.urged), item.reason or "",
        str(d.dated(item.new_date)) if item.new_date else "", d.light_word(item.light),
    )  # fmt: skip


def sheet(view: View, items: Iterable[Item]) -> bytes:
    """These items as a workbook."""
    title = view.d._("Overdue on {day}", day=view.d.dated(view.today))
    return workbook(str(title), heading(view), (line(view, item) for item in items), widths=WIDTHS)


def overdue_sheet(view: View, *, units: frozenset[int] | None, schedule: str | None) -> bytes:
    """Everything late and soon due of these units (None: all) and this schedule (None: all), the longest late first."""
    report = overdue(view.session, view.live, now=view.now, units=None if units is None else set(units))
    return sheet(
        view, (item for item in (*report.items, *report.coming) if schedule in (None, item.schedule))
    )
