"""The reader's own record: everything that was done, a year on a page and fifty matters at a time."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from models.queries import own
from models.queries.own import Past
from schedules.belated import entered_late
from worker.web.duties.duty_view import outcome, part_name, schedule_of, title_of
from worker.web.link import open_link
from worker.web.site import View, reading, render

blueprint = Blueprint("history", __name__)
EACH = 50


@dataclass(frozen=True, slots=True)
class Done:
    """A matter that is closed; `who` where it was somebody else's or a unit's."""

    name: str
    who: str
    done_on: Markup
    outcome: str


@blueprint.get("/me/<token>/done")
@blueprint.get("/me/<token>/done/<int:year>")
@blueprint.get("/me/<token>/done/<int:year>/<int:page>")
def done(token: str, year: int = 0, page: int = 1) -> str | Response | AnyResponse:
    """The latest year that has something, or the one asked for."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        person = opened[1]
        return _page(view.for_reader(person), person, token, year, page)


def _page(view: View, person: PersonRow, token: str, year: int, page: int) -> str:
    years = own.years(view.session, person.id)
    chosen = year if year in years else (years[0] if years else view.today.year)
    number = min(max(page, 1), 10_000)
    rows, total = own.past(view.session, person.id, chosen, offset=(number - 1) * EACH, limit=EACH)
    pages = max(1, -(-total // EACH))

    def link(to_year: int, to_page: int) -> str:
        return url_for("history.done", token=token, year=to_year, page=to_page)

    return render(
        view, "history.html", reader=person.name, year=chosen, total=total, rows=[line(view, row, person) for row in rows],
        years=[(each, url_for("history.done", token=token, year=each)) for each in years], page=number, pages=pages,
        earlier=link(chosen, number + 1) if number < pages else "", later=link(chosen, number - 1) if number > 1 else "",
        me_link=url_for("mine.me_page", token=token),
    )  # fmt: skip


def line(view: View, past: Past, person: PersonRow) -> Done:
    """A closed matter in words."""
    row, record = past.duty, past.record
    owed = row.obligation
    part = part_name(view, schedule_of(view, row), owed.part)
    title = title_of(view, row)
    late = record is not None and entered_late(
        record.done_on, view.live.today(record.recorded_at), view.live.office.calendar
    )
    day: date | None = owed.done_on or owed.due_on
    return Done(
        name=view.d._("{title}: {part}", title=title, part=part) if part else title,
        who="" if row.party.person_id == person.id else row.party.title,
        done_on=view.d.cell(day),
        outcome=outcome(view, row, entered_late=late),
    )
