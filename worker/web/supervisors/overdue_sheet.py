"""What is late and what is due soon as the spreadsheet that offices know, for the board, a summary and the command line.

Columns: 事项、主办、责任人、时限、逾期天数、催办次数、原因、新时限、灯 (OFFICE-VOICE 16, 18).
"""

from collections.abc import Iterable, Sequence

from schedules.lights import Light
from schedules.words import Gettext
from tasks.reporting.overdue import Item
from worker.web.workbook import workbook

WIDTHS = (44, 16, 14, 18, 20, 10, 36, 14, 8)


def overdue_sheet(items: Iterable[Item], gettext: Gettext) -> bytes:
    """These items as a workbook, in their order; days are written 2026-11-23."""
    heading = (
        gettext("Matter"), gettext("Lead unit"), gettext("Responsible"), gettext("Time limit"), gettext("Days late"),
        gettext("Times urged"), gettext("Reason"), gettext("New date"), gettext("Light"),
    )  # fmt: skip
    return workbook(
        gettext("Overdue and soon due"), heading, (_row(item, gettext) for item in items), widths=WIDTHS
    )


def _row(item: Item, gettext: Gettext) -> Sequence[str]:
    """Natural days late, with the working days in brackets; the light as a word."""
    due = item.due_on.isoformat()
    late = gettext("{n} ({workdays} in working days)").format(n=item.days_late, workdays=item.workdays_late)
    return (
        item.name.text(gettext), item.unit, item.person,
        gettext("{day} (provisional)").format(day=due) if item.provisional else due, late if item.days_late else "",
        str(item.urged), item.reason or "", item.new_date.isoformat() if item.new_date else "",
        Light(item.light).words.text(gettext),
    )  # fmt: skip
