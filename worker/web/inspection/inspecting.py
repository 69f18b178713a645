"""What the pages of inspection share: who may open them, the days that are asked for, pages of a list, and the list as a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from models.queries.inspection import Span
from tasks.reporting.late_entries import LONGEST
from worker.web import downloads
from worker.web.duties.evidence_form import parse_day
from worker.web.paging import asked_page
from worker.web.site import View
from worker.web.workbook import workbook

PAGE = 30
MOST_PAGES = 10_000
MOST_ROWS = 20_000  # of a workbook
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the address asks for. At most a year is looked at; without days it is the running one."""

    first: date
    last: date
    schedule: str
    only: bool
    page: int

    @property
    def span(self) -> Span:
        """The days and the schedule."""
        return Span(first=self.first, last=self.last, schedule=self.schedule)

    @property
    def query(self) -> dict[str, Any]:
        """The same for another address, without the page."""
        only = {"only": "1"} if self.only else {}
        schedule = {"schedule": self.schedule} if self.schedule else {}
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), **schedule, **only}


def asked(view: View) -> Filter:
    """Read it; what cannot be read counts as not asked for."""
    first = parse_day(request.args.get("from", "")) or view.today.replace(month=1, day=1)
    last = parse_day(request.args.get("to", "")) or max(first, view.today)
    last = max(first, min(last, first + LONGEST - _DAY))
    return Filter(
        first=first, last=last, schedule=request.args.get("schedule", "")[:64], only=request.args.get("only") == "1",
        page=asked_page(MOST_PAGES),
    )  # fmt: skip


def sheet(
    view: View, title: str, heading: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]
) -> Response:
    """A list as a workbook to keep."""
    return downloads.attached(
        workbook(title, heading, rows, widths=widths), f"{title}-{view.today:%Y%m%d}.xlsx"
    )


def iso(day: date | None) -> str:
    """A day for a cell."""
    return day.isoformat() if day else ""
