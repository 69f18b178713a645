"""A gathering at which the reader is expected: when it is, asking for leave before it begins, and what came of that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from models.queries import gatherings
from schedules.errors import NotFound, Refused
from tasks.gatherings.check_in import is_open
from tasks.gatherings.leave import ask_leave, withdraw_leave
from tasks.roster.absences import away_on
from worker.web.deed import deed
from worker.web.link import Reader, address, me_address, reader_of
from worker.web.site import Fault, View, faults_of, render

blueprint = Blueprint("my_gathering", __name__)
Answer = str | Response | AnyResponse
AHEAD = timedelta(days=8)
BEHIND = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Mine:
    """A gathering to come, as the page of all duties lists it."""

    title: str
    day: str
    clock: str
    state: str
    link: str


def coming(view: View, person: PersonRow) -> list[Mine]:
    """What this person is expected at, today and in the week to come."""
    rows = gatherings.coming(view.session, person.id, since=view.now - BEHIND, until=view.now + AHEAD)
    words = {
        "asked": view.d.gettext("leave asked for"),
        "granted": view.d.gettext("leave granted"),
        "refused": view.d.gettext("leave not granted"),
    }
    return [
        Mine(
            each.occurrence.title, view.d.near(each.occurrence.held_on), view.d.clock(each.occurrence.starts_at),
            words.get(each.leave or "", ""), address(view, each.obligation_id, person.id),
        )
        for each in rows if each.occurrence.starts_at is not None
    ]  # fmt: skip


def page(view: View, reader: Reader, faults: tuple[Fault, ...] = ()) -> str:
    """The gathering's page for one who is expected and of whom nothing is recorded yet."""
    occurrence, person = reader.row.occurrence, reader.person
    starts = occurrence.starts_at
    asked = gatherings.leave_of(view.session, occurrence.id, person.id)
    arrived = gatherings.arrival(view.session, occurrence.id, person.id)
    check_in = gatherings.check_in_of(view.session, occurrence.id)
    return render(
        view, "gathering.html", title=occurrence.title, day=view.d.near(occurrence.held_on), clock=view.d.clock(starts) if starts else "",
        reader=person.name, begun=starts is None or view.now >= starts, open=is_open(check_in, view.now), faults=faults,
        leave=asked.state if asked is not None and asked.state != "withdrawn" else "", reason=_reason(asked.reason if asked else ""),
        words=(asked.words or "") if asked else "", away=person.id in away_on(view.session, occurrence.held_on),
        arrived=view.d.clock(arrived.at) if arrived is not None else "", late=arrived is not None and arrived.late,
        ask_action=url_for("my_gathering.ask", token=reader.token), withdraw_action=url_for("my_gathering.withdraw", token=reader.token),
        me_link=me_address(view, person),
    )  # fmt: skip


def _reason(known: str) -> str:
    """What was typed stands again where a rule refused it."""
    return request.form.get("reason", known)[:400]


def _act(token: str, act: Callable[[View, Reader], object]) -> Answer:
    def of_expected(view: View, reader: Reader) -> None:
        if reader.row.obligation.part != gatherings.ATTEND:
            abort(404)
        act(view, reader)

    def again(view: View, reader: Reader, refused: Refused) -> str | AnyResponse:
        if isinstance(refused, NotFound) or reader.row.obligation.state != "expected":
            return redirect(reader.here, 303)
        return page(view, reader, faults_of(view, refused))

    return deed(
        lambda view: reader_of(view, token), of_expected, again,
        lambda _: url_for("personal.confirm_page", token=token),
    )  # fmt: skip


@blueprint.post("/c/<token>/leave")
def ask(token: str) -> Answer:
    """Ask to be excused, with a reason."""

    def act(view: View, reader: Reader) -> None:
        ask_leave(
            view.session, view.live, obligation_id=reader.row.obligation.id, person_id=reader.person.id,
            reason=request.form.get("reason", ""), now=view.now,
        )  # fmt: skip

    return _act(token, act)


@blueprint.post("/c/<token>/leave/withdraw")
def withdraw(token: str) -> Answer:
    """Take the request back: the reader is coming."""

    def act(view: View, reader: Reader) -> None:
        withdraw_leave(
            view.session, obligation_id=reader.row.obligation.id, person_id=reader.person.id, now=view.now
        )

    return _act(token, act)
