"""The reader's own absences and who stands in: shown, entered, ended early."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from models.people import AbsenceRow, PersonRow
from schedules.errors import NotFound, Refused
from schedules.words import Words, phrase
from tasks.roster.absences import KINDS, absences
from tasks.roster.colleagues import beside, colleague
from tasks.roster.own_absence import come_back, go_away
from worker.web.deed import deed, person_of
from worker.web.duties.evidence_form import parse_day
from worker.web.link import open_link
from worker.web.resend import times_sent
from worker.web.site import Fault, View, faults_of, reading, render

blueprint = Blueprint("away", __name__)
Answer = str | Response | AnyResponse
WORDS: Mapping[str, Words] = {
    "leave": phrase("leave"), "sick": phrase("sick leave"), "trip": phrase("business trip"), "training": phrase("away for training"),
    "other": phrase("away"),
}  # fmt: skip
FIELDS = ("from", "last", "kind", "deputy")


@dataclass(frozen=True, slots=True)
class Line:
    """One absence in words; `end` is the address that ends it early."""

    days: Markup
    words: Markup
    end: str = ""


def own_lines(view: View, person: PersonRow, token: str) -> list[Line]:
    """When the person is away and who stands in."""
    found = []
    for each in absences(view.session, since=view.today, person_id=person.id):
        kind = view.d.words(WORDS[each.kind])
        words = (
            view.d._("{kind}; {name} stands in", kind=kind, name=each.deputy_name)
            if each.deputy_name
            else view.d._("{kind}; the head of the unit stands in", kind=kind)
        )
        end = url_for("away.end", token=token, absence_id=each.id)
        found.append(Line(_days(view, each.from_on, each.until_on), words, end))
    return found


def standing_in(view: View, person: PersonRow) -> list[Line]:
    """For whom the person stands in."""
    query = (
        select(AbsenceRow.from_on, AbsenceRow.until_on, PersonRow.name)
        .join(PersonRow, PersonRow.id == AbsenceRow.person_id)
        .where(AbsenceRow.deputy_id == person.id, AbsenceRow.until_on > view.today, AbsenceRow.until_on > AbsenceRow.from_on)
        .order_by(AbsenceRow.from_on, AbsenceRow.id)
        .limit(20)
    )  # fmt: skip
    return [
        Line(_days(view, first, until), view.d._("you stand in for {name}", name=name))
        for first, until, name in view.session.execute(query)
    ]


def _days(view: View, from_on: date, until_on: date) -> Markup:
    last = until_on - timedelta(days=1)
    if last == from_on:
        return view.d.full(from_on)
    return view.d._("{first} to {last}", first=view.d.full(from_on), last=view.d.full(last))


@blueprint.get("/me/<token>/away")
def page(token: str) -> Answer:
    """Show them, and the form for another."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        return opened if isinstance(opened, Response) else _page(view.for_reader(opened[1]), opened[1], token)


def _page(view: View, person: PersonRow, token: str, faults: tuple[Fault, ...] = ()) -> str:
    typed = {name: request.form.get(name, "")[:64] for name in FIELDS}
    return render(
        view, "away.html", reader=person.name, faults=faults, typed=typed, lines=own_lines(view, person, token),
        others=standing_in(view, person), kinds=[(kind, view.d.words(WORDS[kind])) for kind in KINDS],
        names=beside(view.session, person, today=view.today), action=url_for("away.add", token=token, sent=times_sent() + 1),
        me_link=url_for("mine.me_page", token=token),
    )  # fmt: skip


@blueprint.post("/me/<token>/away")
def add(token: str) -> Answer:
    """Enter an absence; the deputy is told."""
    return deed(
        person_of(token), _add, lambda view, person, refused: _page(view, person, token, faults_of(view, refused)),
        lambda _: url_for("mine.me_page", token=token, said="away"),
    )  # fmt: skip


def _add(view: View, person: PersonRow) -> None:
    first, last = (parse_day(request.form.get(name, "").strip()) for name in ("from", "last"))
    if first is None:
        raise Refused(phrase("choose the first day"), field="from")
    if last is None or last < first:
        raise Refused(phrase("choose the last day; it is not before the first"), field="last")
    typed = request.form.get("deputy", "").strip()
    deputy = colleague(view.session, typed, field="deputy", today=view.today) if typed else None
    go_away(
        view.session, view.live, person=person, from_on=first, until_on=last + timedelta(days=1),
        kind=request.form.get("kind", "")[:12], deputy=deputy, now=view.now,
    )  # fmt: skip


@blueprint.post("/me/<token>/away/<int:absence_id>/end")
def end(token: str, absence_id: int) -> Answer:
    """Back from today on, or never gone; what is over already stays as it is."""

    def act(view: View, person: PersonRow) -> None:
        come_back(view.session, view.live, person=person, absence_id=absence_id, now=view.now)

    def again(_view: View, _person: PersonRow, refused: Refused) -> AnyResponse:
        if isinstance(refused, NotFound):
            raise refused
        return redirect(url_for("away.page", token=token), 303)

    return deed(person_of(token), act, again, lambda _: url_for("mine.me_page", token=token, said="back"))
