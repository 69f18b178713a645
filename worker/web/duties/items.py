"""Items of the overdue report as tables show them: on the board, and on the page behind a supervisor's link."""

from typing import Any

from tasks.reporting.overdue import Item, OverdueReport
from worker.web.site import View


def shown_item(view: View, item: Item, *, link: str = "") -> dict[str, Any]:
    """One item in words; `why` is its reason with the new date, or that there is none."""
    why = item.reason or (view.d.gettext("no reason given") if item.days_late else "")
    if item.new_date:
        why = view.d._("{reason}; planned for {day}", reason=why, day=view.d.day(item.new_date))
    return {
        "title": view.d.words(item.name), "why": why, "reason": item.reason or "", "new_date": item.new_date, "unit": item.unit,
        "who": item.person or item.unit or "—", "due_on": item.due_on, "due_at": item.due_at, "days_late": item.days_late,
        "workdays_late": item.workdays_late, "urged": item.urged, "light": item.light, "provisional": item.light == "grey",
        "link": link,
    }  # fmt: skip


def totals(view: View, report: OverdueReport) -> dict[str, Any]:
    """What the large figures at the head of a page are made from."""
    return {
        "report": report.figures, "worst": max((item.days_late for item in report.items), default=0),
        "soon_total": report.figures.soon, "today_total": sum(1 for item in report.coming if item.due_on == view.today),
    }  # fmt: skip


def next_line(view: View, report: OverdueReport) -> str:
    """What comes next where nothing is soon due."""
    coming = report.next
    if coming is None:
        return view.d._("Nothing is open.")
    return view.d._("Next: {title}, {due}.", title=view.d.words(coming.name), due=view.d.near(coming.due_on))
