"""Who hosts a gathering: its record's owner behind a personal link, or the clerk at the desk; and the addresses of both."""

from dataclasses import dataclass
from typing import Literal

from flask import Response, abort, g, url_for

from models.queries import pages
from models.queries.pages import DutyRow
from worker.web.link import reader_of
from worker.web.resend import times_sent
from worker.web.site import View


@dataclass(frozen=True, slots=True)
class Host:
    """Who acts, how, and under which address: a link's token, or the number of the record's duty at the desk."""

    person_id: int
    how: Literal["link", "desk"]
    key: str | int

    @property
    def page(self) -> str:
        """The page on which the attendance is recorded."""
        if self.how == "link":
            return url_for("personal.confirm_page", token=self.key)
        return url_for("duty.session", obligation_id=self.key)

    @property
    def form_action(self) -> str:
        """Where that page's form goes: a link's under another address, see `resend.times_sent`."""
        if self.how == "link":
            return url_for("personal.act", token=self.key, sent=times_sent() + 1)
        return self.page

    def url(self, what: str, **values: object) -> str:
        """A page or an act beside it."""
        values["token" if self.how == "link" else "obligation_id"] = self.key
        return url_for(f"gathering.{what}", **values)  # type: ignore[arg-type] # values of an address


def host_of(
    view: View, token: str | None, obligation_id: int | None
) -> tuple[View, Host, DutyRow] | Response:
    """The host that an address names, with the record's duty; 404 for anything else. At the desk the clerk is signed in."""
    if token is None:
        row = pages.duty(view.session, obligation_id or 0)
        if row is None or row.obligation.part != "record":
            abort(404)
        return view, Host(g.viewer.person_id, "desk", row.obligation.id), row
    found = reader_of(view, token)
    if isinstance(found, Response):
        return found
    view, reader = found
    if reader.row.obligation.part != "record" or reader.standing != "owner":
        abort(404)
    return view, Host(reader.person.id, "link", token), reader.row
