"""The long form of a summary as a sheet: 事项、主办、责任人、时限、逾期天数、催办次数、原因、新时限、灯, late ones first."""

from collections.abc import Callable

from schedules.lights import Light
from schedules.words import Gettext
from tasks.reporting.overdue import Item, OverdueReport
from tasks.reporting.ranking import Ranking
from worker.web.workbook import workbook

WIDTHS = (40, 16, 16, 20, 10, 10, 36, 14, 8)
RANK_WIDTHS = (8, 28, 12, 12, 14, 14)


def overdue_sheet(report: OverdueReport, gettext: Gettext) -> bytes:
    """The workbook of a report. Days late are natural days; days are written 2026-11-23."""
    heading = [
        gettext("Matter"), gettext("Lead unit"), gettext("Responsible"), gettext("Term"), gettext("Days late"), gettext("Times urged"),
        gettext("Reason"), gettext("New date"), gettext("Light"),
    ]  # fmt: skip
    rows = [_row(item, gettext) for item in (*report.items, *report.coming)]
    return workbook(gettext("Overdue and soon due"), heading, rows, widths=WIDTHS)


def ranking_sheet(found: Ranking, gettext: Gettext) -> bytes:
    """The workbook of a ranking of units; units in which nothing was due stand at the end without a place."""
    heading = [
        gettext("Place"), gettext("Unit"), gettext("Due that month"), gettext("Done in time"), gettext("On-time rate"),
        gettext("Still open"),
    ]  # fmt: skip
    rows = [
        [str(each.place), each.title, str(each.due), str(each.on_time), f"{each.rate}%", str(each.overdue)]
        for each in found.ranked
    ]
    rows += [["", title, "0", "0", gettext("nothing was due"), "0"] for title in found.idle]
    return workbook(f"{found.first:%Y-%m}", heading, rows, widths=RANK_WIDTHS)


def _row(item: Item, gettext: Callable[[str], str]) -> list[str]:
    due = item.due_at.strftime("%Y-%m-%d %H:%M") if item.due_at else item.due_on.isoformat()
    return [
        item.name.text(gettext), item.unit, item.person, f"{due} {gettext('provisional')}" if item.provisional else due,
        str(item.days_late) if item.days_late else "", str(item.urged), item.reason or "",
        item.new_date.isoformat() if item.new_date else "", Light(item.light).words.text(gettext),
    ]  # fmt: skip
