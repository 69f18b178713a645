"""The list of items that a step found: one line each with what, whose and until when; empty lines do not count."""

from dataclasses import dataclass

from flask import request

from models.queries.pages import DutyRow
from tasks.duties.children import ChildEntry
from worker.web.duties.duty_view import schedule_of
from worker.web.duties.evidence_form import parse_day
from worker.web.site import Fault, View

LINES = 12
SHOWN = 3  # the rest unfold


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed in one line."""

    title: str = ""
    owner: str = ""
    due: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.title or self.due)


@dataclass(frozen=True, slots=True)
class ChildrenForm:
    """The list as shown: its column heads, the units to choose from as (id, title), the lines."""

    title: str
    owner: str
    due: str
    units: list[tuple[str, str]]
    lines: list[Line]
    shown: int = SHOWN


def wanted(view: View, row: DutyRow) -> bool:
    """Whether this step finds items."""
    children = schedule_of(view, row).children
    return children is not None and children.from_ == row.obligation.part


def form(view: View, row: DutyRow, lines: list[Line] | None = None) -> ChildrenForm | None:
    """The list to fill in, or None where the step finds nothing."""
    children = schedule_of(view, row).children
    if children is None or not wanted(view, row):
        return None
    heads = children.template
    units = [
        (key, unit.title)
        for key, unit in view.live.office.file.units.items()
        if unit.head is not None and unit.kind != "external"
    ]
    typed = [line for line in lines or [] if not line.empty]
    return ChildrenForm(
        title=heads.get("title", view.d.gettext("Item")), owner=heads.get("owner", view.d.gettext("Unit")),
        due=heads.get("due", view.d.gettext("Due")), units=units, lines=[*typed, *[Line()] * max(0, LINES - len(typed))],
        shown=max(SHOWN, len(typed) + 1),
    )  # fmt: skip


def posted() -> list[Line]:
    """The lines that the form brought."""
    columns = (request.form.getlist(name)[:LINES] for name in ("child-title", "child-owner", "child-due"))
    return [
        Line(title.strip()[:200], owner.strip()[:64], due.strip()[:10])
        for title, owner, due in zip(*columns, strict=False)
    ]


def entries(view: View, lines: list[Line]) -> tuple[list[ChildEntry], list[Fault]]:
    """The filled lines as the use case takes them, and what is wrong with the others."""
    found: list[ChildEntry] = []
    faults: list[Fault] = []
    for number, line in enumerate((line for line in lines if not line.empty), 1):
        due = parse_day(line.due)
        if not line.title:
            faults.append(Fault(view.d._("Line {n}: write what it is.", n=number), "children"))
        elif due is None:
            faults.append(Fault(view.d._("Line {n}: choose until when.", n=number), "children"))
        else:
            found.append(ChildEntry(title=line.title, owner=line.owner, due_on=due))
    return found, faults


def again(view: View, row: DutyRow, *, fillable: bool) -> ChildrenForm | None:
    """The list for a page: what was typed if a form came in, else empty; None where there is no form."""
    if not fillable:
        return None
    return form(view, row, posted() if request.method == "POST" else None)
