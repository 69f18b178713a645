"""The pages behind a supervisor's links: the full table of the units under a person, and what one message speaks of.

A signed link is enough, as it is for `/c/…` and `/me/…`; GET and HEAD only read. What is shown follows from the rights of today,
not from those of the day the link was made: who was put in charge of other units since sees those.
"""

from datetime import datetime

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from models.queries import overseen as read
from models.queries import pages
from tasks.delivery.payloads import SUPERVISORS
from tasks.delivery.unreleased import KIND as UNRELEASED
from tasks.reporting.overdue import OverdueReport, overdue
from tasks.roster.sign_in import SIGN_IN
from tasks.roster.supervision import units_of
from tasks.wording.summary_text import RANK
from worker.clock import machine_now
from worker.tokens import SIGN_IN_LASTS, BadToken, MessageLink
from worker.web import downloads
from worker.web.duties.duty_view import duty
from worker.web.duties.items import next_line, shown_item, totals
from worker.web.link import address, bad_link, expired_link, me_address, open_link, token_of
from worker.web.own_path import own_path
from worker.web.site import View, reading, render, runtime
from worker.web.supervisors.overdue_sheet import overdue_sheet
from worker.web.supervisors.ranked import nothing_under, ranking_download, ranking_page

blueprint = Blueprint("overseen", __name__)
SUMMARY = "summary"


@blueprint.get("/units/<token>")
def units_page(token: str) -> str | Response:
    """Everything overdue and soon due in the units under the person whom the link names."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        _, person = opened
        here = url_for("overseen.units_sheet", token=token)
        return _table(view.for_reader(person), person, sheet_link=here)


@blueprint.get("/units/<token>/list.xlsx")
def units_sheet(token: str) -> Response:
    """The same table as a workbook."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        if isinstance(opened, Response):
            return opened
        _, person = opened
        return _sheet(view.for_reader(person), person)


@blueprint.get("/m/<token>")
def message_page(token: str) -> str | Response | AnyResponse:
    """What a message speaks of: the table of its units, or the duties that its reminders were about."""
    with reading() as view:
        opened = _opened(view, token)
        if isinstance(opened, Response):
            return opened
        view, link, person = opened
        drafted = read.notice_of(view.session, link.message_id)
        if drafted is not None and drafted.kind == SIGN_IN and "slip" in drafted.data:
            return redirect(
                url_for("bind.page", token=runtime().tokens.bind_token(drafted.data["slip"], "chat")), 303
            )
        if drafted is not None and drafted.kind == SIGN_IN:
            return redirect(_sign_in_address(view, link, own_path(drafted.data.get("to"))), 303)
        if drafted is not None and drafted.kind == UNRELEASED:
            return redirect(_sign_in_address(view, link, url_for("desk.desk")), 303)
        if drafted is not None and drafted.kind == SUMMARY:
            was, only = datetime.fromisoformat(drafted.data["as_of"]), frozenset(drafted.data["units"])
            here = url_for("overseen.message_sheet", token=token)
            if RANK in drafted.data:
                return ranking_page(view, person, drafted.data[RANK], sheet_link=here)
            return _table(view, person, only=only, was=was, sheet_link=here)
        return _told(view, person, link.message_id)


@blueprint.get("/m/<token>/list.xlsx")
def message_sheet(token: str) -> Response:
    """The table of a summary as a workbook; no other message has one."""
    with reading() as view:
        opened = _opened(view, token)
        if isinstance(opened, Response):
            return opened
        view, link, person = opened
        drafted = read.notice_of(view.session, link.message_id)
        if drafted is None or drafted.kind != SUMMARY:
            return bad_link(view)
        if RANK in drafted.data:
            return ranking_download(view, person, drafted.data[RANK])
        return _sheet(view, person, only=frozenset(drafted.data["units"]))


def _opened(view: View, token: str) -> tuple[View, MessageLink, PersonRow] | Response:
    """The message and the reader that a link names, in the reader's language; else the page that says what is wrong with it."""
    try:
        link = runtime().tokens.read_message(token)
    except BadToken:
        return bad_link(view)
    person = pages.person(view.session, link.person_id, today=view.today)
    if person is None or not read.sent_to(view.session, link.message_id, person.id):
        return bad_link(view)
    view = view.for_reader(person)
    return expired_link(view) if link.expired(view.now) else (view, link, person)


def _sign_in_address(view: View, link: MessageLink, to: str) -> str:
    """A page of supervisors by way of the sign-in link that a message of the last 24 hours carries: one for each message, once."""
    if view.now - link.issued_at > SIGN_IN_LASTS:
        return to or url_for("signin.ask")
    token = runtime().tokens.sign_in_token(link.person_id, machine_now(), once=f"message-{link.message_id}")
    return url_for("signin.page", token=token, to=to or None)


def message_address(view: View, message_id: int, person_id: int) -> str:
    """The path of the page of everything a message speaks of."""
    return url_for(
        "overseen.message_page", token=runtime().tokens.message_token(message_id, person_id, view.now)
    )


def units_address(view: View, person: PersonRow) -> str:
    """The path of the table of the units under a person; empty for whom there are none."""
    if not read.supervises(view.session, person.id, now=view.now):
        return ""
    return url_for("overseen.units_page", token=token_of(view, None, person.id))


def _report(view: View, person: PersonRow, only: frozenset[str] | None) -> OverdueReport | None:
    """What is overdue in the units under a person today, of which `only` these keys; None where no unit is."""
    whole = overdue(view.session, view.live, now=view.now)
    under = units_of(view.session, view.live, whole, person.id, now=view.now)
    if only is not None:
        under &= {unit.unit_id for unit in whole.units if unit.key in only and unit.unit_id is not None}
    return whole.under(under) if under else None


def _sheet(view: View, person: PersonRow, *, only: frozenset[str] | None = None) -> Response:
    report = _report(view, person, only)
    if report is None:
        return nothing_under(view, person)
    return downloads.attached(
        overdue_sheet((*report.items, *report.coming), view.d.gettext),
        f"{view.d.gettext('overdue')}{view.today:%Y%m%d}.xlsx",
    )


def _table(
    view: View, person: PersonRow, *, sheet_link: str, only: frozenset[str] | None = None, was: datetime | None = None
) -> str | Response:  # fmt: skip
    """The units under a person, of which `only` these keys; `was`: the moment of the message that leads here."""
    report = _report(view, person, only)
    if report is None:
        return nothing_under(view, person)
    moved = was is not None and was != report.as_of
    return render(
        view, "under.html", reader=person.name, units=_named(view, report), heading=_heading(view, report),
        as_of=view.d.moment(view.now), sheet_link=sheet_link, **totals(view, report), me_link=me_address(view, person),
        was=view.d._("The message was written with the figures of {instant}.", instant=view.d.moment(was)) if moved and was else "",
        late=[shown_item(view, one, link=address(view, one.id, person.id) if one.id else "") for one in report.items],
        soon=[shown_item(view, one, link=address(view, one.id, person.id) if one.id else "") for one in report.coming],
        soon_empty=next_line(view, report),
    )  # fmt: skip


def _named(view: View, report: OverdueReport) -> str:
    titles = [unit.title for unit in report.units]
    comma = view.d.gettext(", ")
    if len(titles) <= 3:
        return comma.join(titles)
    return view.d._("{units} and others, {n} units", units=comma.join(titles[:2]), n=len(titles))


def _heading(view: View, report: OverdueReport) -> str:
    late, soon = report.figures.overdue, report.figures.soon
    if not late and not soon:
        return view.d._("Nothing is overdue, nothing is soon due")
    return view.d._("{late} overdue, {soon} soon due", late=late, soon=soon)


def _told(view: View, person: PersonRow, message_id: int) -> str | AnyResponse:
    """The duties that a message's reminders were about; a message about one's own duties alone leads to those."""
    found = read.told_of(view.session, message_id)
    others = [
        row
        for row, to_kind in found
        if to_kind in SUPERVISORS or row.party.person_id not in (None, person.id)
    ]
    if not others:
        return redirect(me_address(view, person), 303)
    duties = [
        duty(view, row, link=address(view, row.obligation.id, person.id)
             if pages.standing(view.session, row, person.id, now=view.now) else "")
        for row, _ in found
    ]  # fmt: skip
    return render(
        view, "told.html", reader=person.name, duties=duties, me_link=me_address(view, person),
        heading=view.d.ngettext("1 item of the message", "{n} items of the message", len(duties)),
        sentence=view.d._("As they stand now. Open one to see the details."),
    )  # fmt: skip
