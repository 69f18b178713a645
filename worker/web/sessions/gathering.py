"""Beside the record of a gathering: its check-in, the screen, leave asked for, tables in and out, the sign-in sheet.

Every page stands twice: behind the host's personal link, and at the desk for the clerk. GET only reads.
"""

import json
from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.queries.pages import DutyRow
from schedules.errors import Refused
from tasks.gatherings.check_in import close_check_in, open_check_in
from tasks.gatherings.leave import decide_leave
from worker.web import downloads
from worker.web.security import require_clerk
from worker.web.sessions import attendance, attendance_upload, signin_sheet
from worker.web.sessions.hall_cookies import Note, show_screen
from worker.web.sessions.host import Host, host_of
from worker.web.site import View, faults_of, reading, runtime, writing
from worker.web.workbook import workbook

blueprint = Blueprint("gathering", __name__)
Answer = str | Response | AnyResponse
DESK, LINK = "/desk/session/<int:obligation_id>", "/c/<token>/session"
MOST_CELLS = 20_000


@blueprint.before_request
def guard() -> None:
    """The desk's addresses are the clerk's; behind a link the link decides."""
    if "obligation_id" in (request.view_args or {}):
        require_clerk()


def _act(
    token: str | None, obligation_id: int | None, act: Callable[[View, Host, DutyRow], None], *, to: str = ""
) -> Answer:
    """Act in one transaction and go back to the page; what a rule refuses is said there."""
    try:
        with writing() as view:
            found = host_of(view, token, obligation_id)
            if isinstance(found, Response):
                return found
            view, host, row = found
            act(view, host, row)
    except Refused as refused:
        with reading() as view:
            found = host_of(view, token, obligation_id)
            if isinstance(found, Response):
                return found
            view, host, row = found
            return make_response(attendance.page(view, row, host, faults=faults_of(view, refused)), 422)
    runtime().nudger.nudge()
    return redirect(host.page + to, 303)


# ── check-in ──────────────────────────────────────────────────
@blueprint.post(f"{DESK}/open", endpoint="open")
@blueprint.post(f"{LINK}/open", endpoint="open")
def open_(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """Open the check-in, or open it anew with other times."""

    def act(view: View, host: Host, row: DutyRow) -> None:
        open_check_in(
            view.session, view.live, obligation_id=row.obligation.id, by=host.person_id, how=host.how, grace=_number("grace"),
            lasts=_number("lasts"), now=view.now,
        )  # fmt: skip

    return _act(token, obligation_id, act, to="#check-in")


@blueprint.post(f"{DESK}/close")
@blueprint.post(f"{LINK}/close")
def close(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """End the check-in."""

    def act(view: View, host: Host, row: DutyRow) -> None:
        close_check_in(
            view.session,
            view.live,
            obligation_id=row.obligation.id,
            by=host.person_id,
            how=host.how,
            now=view.now,
        )

    return _act(token, obligation_id, act, to="#check-in")


@blueprint.post(f"{DESK}/screen")
@blueprint.post(f"{LINK}/screen")
def screen(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """Let this browser show the gathering to the hall, under an address that gives nothing away."""
    with reading() as view:
        found = host_of(view, token, obligation_id)
        if isinstance(found, Response):
            return found
        _, host, row = found
        answer = redirect(url_for("hall.page", occurrence_id=row.occurrence.id), 303)
        show_screen(answer, Note(row.occurrence.id, host.person_id))
        return answer


# ── leave ─────────────────────────────────────────────────────
@blueprint.post(f"{DESK}/leave/<int:person_id>")
@blueprint.post(f"{LINK}/leave/<int:person_id>")
def leave(person_id: int, token: str | None = None, obligation_id: int | None = None) -> Answer:
    """Grant or refuse what somebody asked for."""

    def act(view: View, host: Host, row: DutyRow) -> None:
        decide_leave(
            view.session, view.live, record_id=row.obligation.id, person_id=person_id, granted=request.form.get("verdict") == "grant",
            words=request.form.get("words", ""), by=host.person_id, how=host.how, now=view.now,
        )  # fmt: skip

    return _act(token, obligation_id, act, to="#leave")


# ── tables and the sheet ──────────────────────────────────────
@blueprint.post(f"{DESK}/import")
@blueprint.post(f"{LINK}/import")
def upload(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """Read a table of who was there and show what it would record; nothing is changed."""
    with reading() as view:
        found = host_of(view, token, obligation_id)
        if isinstance(found, Response):
            return found
        view, host, row = found
        return attendance_upload.shown(view, row, host, request.files.get("table"), request.form)


@blueprint.post(f"{DESK}/refused.xlsx")
@blueprint.post(f"{LINK}/refused.xlsx")
def refused_rows(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """The refused rows, which the page before handed over, as a file with the reason in the last column."""
    with reading() as view:
        found = host_of(view, token, obligation_id)
        if isinstance(found, Response):
            return found
        title = found[0].d.gettext("Refused rows")
    heading, *rows = _table(request.form.get("rows", "")) or [[]]
    return downloads.attached(
        workbook(title, heading, rows, widths=[*[14] * (len(heading) - 1), 60]), f"{title}.xlsx"
    )


def _table(text: str) -> list[list[str]]:
    try:
        rows = json.loads(text)
    except ValueError:
        return []
    if not isinstance(rows, list):
        return []
    return [
        [str(cell)[:400] for cell in row[:50]] for row in rows[: MOST_CELLS // 50] if isinstance(row, list)
    ]


@blueprint.get(f"{DESK}/table.xlsx")
@blueprint.get(f"{LINK}/table.xlsx")
def template(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """The table to fill in, with everybody who is expected."""
    return _sheet(token, obligation_id, signin_sheet.table)


@blueprint.get(f"{DESK}/sheet.xlsx")
@blueprint.get(f"{LINK}/sheet.xlsx")
def sheet_xlsx(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """The sign-in sheet as a workbook."""
    return _sheet(token, obligation_id, signin_sheet.workbook_of)


def _sheet(
    token: str | None, obligation_id: int | None, make: Callable[[View, DutyRow], tuple[str, bytes]]
) -> Answer:
    with reading() as view:
        found = host_of(view, token, obligation_id)
        if isinstance(found, Response):
            return found
        view, _, row = found
        name, data = make(view, row)
    return downloads.attached(data, name)


@blueprint.get(f"{DESK}/sheet")
@blueprint.get(f"{LINK}/sheet")
def sheet(token: str | None = None, obligation_id: int | None = None) -> Answer:
    """The sign-in sheet, to print: blank before the gathering, filled once it is recorded."""
    with reading() as view:
        found = host_of(view, token, obligation_id)
        if isinstance(found, Response):
            return found
        view, host, row = found
        return signin_sheet.page(view, row, host)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1
