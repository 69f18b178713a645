"""The reader's calendar: the page that explains it and gives the address, and the address itself `/cal/….ics`."""

import hashlib
import importlib

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from tasks.roster.feeds import end_feed, feed_of, open_feed, reader_of_feed
from worker.clock import machine_now
from worker.tokens import BadToken
from worker.web.link import open_link
from worker.web.site import View, reading, render, runtime, writing
from worker.web.staff.agenda import items

blueprint = Blueprint("feed", __name__)
Answer = str | Response | AnyResponse


@blueprint.get("/me/<token>/calendar")
def page(token: str) -> Answer:
    """What the calendar shows, its address if there is one, and how to subscribe."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        return opened if isinstance(opened, Response) else _page(view.for_reader(opened[1]), opened[1], token)


def _page(view: View, person: PersonRow, token: str) -> str:
    row = feed_of(view.session, person.id)
    address = runtime().tokens.feed_link(row.id) if row else ""
    return render(
        view, "calendar.html", reader=person.name, address=address, opens="webcal:" + address.partition(":")[2] if address else "",
        since=row.issued_at if row else None, action=url_for("feed.renew", token=token), end=url_for("feed.end", token=token),
        me_link=url_for("mine.me_page", token=token),
    )  # fmt: skip


@blueprint.post("/me/<token>/calendar")
def renew(token: str) -> Answer:
    """Give a new address; the one before ends."""
    with writing() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        open_feed(view.session, person_id=opened[1].id, now=view.now, machine_now=machine_now())
    return redirect(url_for("feed.page", token=token), 303)


@blueprint.post("/me/<token>/calendar/end")
def end(token: str) -> Answer:
    """End the address."""
    with writing() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        end_feed(view.session, person_id=opened[1].id, now=view.now, machine_now=machine_now())
    return redirect(url_for("feed.page", token=token), 303)


@blueprint.get("/cal/<token>.ics")
def ics(token: str) -> Response:
    """The calendar for a program that knows the address: 404 for a forged one, 410 once it was ended, 304 while nothing changed."""
    try:
        feed_id = runtime().tokens.read_feed(token)
    except BadToken:
        return Response("no such calendar\n", 404, mimetype="text/plain")
    with reading() as view:
        person = reader_of_feed(view.session, feed_id, today=view.today)
        if person is None:
            return Response("this calendar was ended\n", 410, mimetype="text/plain")
        view = view.for_reader(person)
        found = items(view, person)
        name = view.d.gettext("duban: what is due")
    # Loaded here and not with the pages: see worker.web.staff.ics.
    body: bytes = importlib.import_module("worker.web.staff.ics").calendar(found, name=name, tz=view.d.tz)
    answer = make_response(body)
    answer.mimetype = "text/calendar"
    answer.headers["Content-Disposition"] = 'inline; filename="duban.ics"'
    answer.set_etag(hashlib.sha256(body).hexdigest())
    answer.make_conditional(request)
    return answer
