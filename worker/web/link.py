"""Behind a personal link: who reads, how they stand to the duty, and the pages for links that lead nowhere."""

from dataclasses import dataclass

from flask import Response, url_for
from markupsafe import Markup

from models.people import PersonRow
from models.queries import pages
from models.queries.pages import DutyRow
from tasks.duties.duty import agrees
from tasks.duties.excuse import LEAVE
from worker.tokens import BadToken, PersonalLink
from worker.web import own
from worker.web.duties.duty_view import approver_of, duty, schedule_of
from worker.web.phone import known, who_page
from worker.web.resend import times_sent
from worker.web.site import View, notice, runtime

APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the link names, the duty it is about, and how the one stands to the other."""

    token: str
    person: PersonRow
    row: DutyRow
    standing: str

    @property
    def here(self) -> str:
        """The address of the duty's page."""
        return url_for("personal.confirm_page", token=self.token)

    @property
    def form_action(self) -> str:
        """Where the page's form goes: the same page under another address, see `resend.times_sent`."""
        return url_for("personal.act", token=self.token, sent=times_sent() + 1)


def open_link(view: View, token: str, *, one_duty: bool) -> tuple[PersonalLink, PersonRow] | Response:
    """Read a link, or the page that says why not; forged and unknown ones get one neutral page.

    An address without a token opens as whose phone asks; a phone that nobody knows is asked who it is.
    """
    if own.is_mine(token):
        return _own(view, token, one_duty=one_duty)
    try:
        link = runtime().tokens.read_personal(token)
    except BadToken:
        return bad_link(view)
    person = pages.person(view.session, link.person_id, today=view.today)
    if person is None or (link.obligation_id is None) is one_duty:
        return bad_link(view)
    view = view.for_reader(person)
    if link.expired(view.now):
        return expired_link(view, link.obligation_id)
    return link, person


def _own(view: View, token: str, *, one_duty: bool) -> tuple[PersonalLink, PersonRow] | Response:
    phone = known(view)
    if phone is None:
        return who_page(view)
    obligation_id = own.duty_of(token)
    if (obligation_id is None) is one_duty:
        return bad_link(view)
    return PersonalLink(obligation_id, phone.person.id, view.now), phone.person


def expired_link(view: View, obligation_id: int | None = None) -> Response:
    """What to do with a link that is too old: the address without a token opens on a phone that is known, and asks any other who it is."""
    return notice(
        view, view.d._("This link has expired"),
        view.d._("Links work for 60 days. The duty is still there: use the link in the latest message, or ask for a new one."),
        link=url_for("personal.confirm_page" if obligation_id else "mine.me_page", token=own.token_for(obligation_id)),
        link_text=view.d._("Ask for a new link"), status=410,
    )  # fmt: skip


def bad_link(view: View) -> Response:
    """The same page for every link that is not ours."""
    return notice(
        view, view.d._("This link does not open"),
        view.d._("Part of it may be missing. Open it once more from the message, or ask the contact below."),
        link=url_for("mine.me_page", token=own.MINE), link_text=view.d._("All my duties"), status=404,
    )  # fmt: skip


def reader_of(view: View, token: str) -> tuple[View, Reader] | Response:
    """The reader of a `/c/` link and the view in that person's language."""
    opened = open_link(view, token, one_duty=True)
    if isinstance(opened, Response):
        return opened
    link, person = opened
    row = pages.duty(view.session, link.obligation_id or 0)
    if row is None:
        return bad_link(view)
    view = view.for_reader(person)
    standing = pages.standing(view.session, row, person.id, now=view.now)
    schedule = schedule_of(view, row)
    if (
        standing == "watcher"
        and schedule.privacy == "sealed"
        and not pages.told_of(view.session, row, person.id)
    ):
        standing = None
    role = approver_of(schedule, row.obligation.part)
    may = role is not None and agrees(view.session, view.live, role, row.party, person.id, now=view.now)
    if row.obligation.state == "submitted" and may:
        standing = APPROVER
    if standing is None and may and row.obligation.state in ("open", "done"):
        return decided(view, row, person)
    if row.obligation.state in ("withdrawn", "cancelled", "waived") or standing is None:
        return gone(
            view,
            row,
            person,
            told=standing is not None or not (own.is_mine(token) or schedule.privacy == "sealed"),
        )
    return view, Reader(token, person, row, standing)


def decided(view: View, row: DutyRow, person: PersonRow) -> Response:
    """What whoever agrees finds once nothing waits for a yes any more."""
    name = duty(view, row).name
    if row.obligation.state == "done":
        sentence = view.d._("“{title}” is agreed to and done.", title=name)
    else:
        sentence = view.d._(
            "“{title}” was given back or taken back; it comes to you again when it is recorded anew.",
            title=name,
        )
    return notice(
        view,
        view.d._("Nothing waits for you here"),
        sentence,
        link=me_address(view, person),
        link_text=view.d._("All my duties"),
    )


def gone(view: View, row: DutyRow, person: PersonRow, *, told: bool) -> Response:
    """What is not to be done any more: one page, one way on. Who was not told of the duty, nor owed it, does not learn its title."""
    heading, name = view.d._("You need not do this"), duty(view, row).name
    heir = pages.handed_on(view.session, row, person.id, now=view.now)
    if heir is None and not told:
        sentence = view.d._("Somebody else does it now.")
    elif row.obligation.state == "waived":
        sentence = _waived(view, row)
    elif heir is not None:
        sentence = view.d._("“{title}” was handed on; {party} does it now.", title=name, party=heir)
    elif row.obligation.state == "cancelled":
        sentence = view.d._("“{title}” was called off. Nobody has to do it.", title=name)
    elif row.obligation.state == "withdrawn":
        sentence = view.d._(
            "“{title}” was withdrawn, or somebody else does it now.", title=row.occurrence.title
        )
    else:
        sentence = view.d._("Somebody else does it now.")
    return notice(
        view,
        heading,
        sentence,
        link=me_address(view, person),
        link_text=view.d._("All my duties"),
        status=410,
    )


def _waived(view: View, row: DutyRow) -> Markup:
    """That it was waived, or that an absence counts as leave, and the reason that was given."""
    title, reason = duty(view, row).name, row.obligation.late_reason
    if row.obligation.closed_why == LEAVE:
        sentence = view.d._(
            "“{title}”: your absence counts as leave, nothing has to be made up for.", title=title
        )
    else:
        sentence = view.d._("“{title}” was waived. Nobody will remind you of it.", title=title)
    return sentence + " " + view.d._("Reason: {reason}", reason=reason) if reason else sentence


def address(view: View, obligation_id: int | None, person_id: int) -> str:
    """The path of a person's page, in the language of this one; without a token where this page is known by the phone."""
    token = token_of(view, obligation_id, person_id)
    return url_for("personal.confirm_page" if obligation_id else "mine.me_page", token=token)


def token_of(view: View, obligation_id: int | None, person_id: int) -> str:
    """The last part of that path."""
    if own.asks_by_phone():
        return own.token_for(obligation_id)
    return runtime().tokens.personal_token(obligation_id, person_id, view.now)


def me_address(view: View, person: PersonRow) -> str:
    """The path of the page of all of a person's duties."""
    return address(view, None, person.id)
