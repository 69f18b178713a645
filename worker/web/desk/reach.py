"""The desk's page of whom no channel reaches and whose number is missing, with what to do; also as a table."""

from flask import Blueprint, Response, request

from models.queries.reachable import Unreachable, count, wanting
from worker.web import downloads
from worker.web.paging import asked_page, beside
from worker.web.security import require_clerk
from worker.web.site import View, reading, render
from worker.web.workbook import workbook

blueprint = Blueprint("reach", __name__, url_prefix="/desk/reach")
blueprint.before_request(require_clerk)
PAGE, MOST = 50, 100_000
WANTS = ("channel", "mobile")


def _what() -> str:
    asked = request.args.get("of", "")
    return asked if asked in WANTS else "channel"


@blueprint.get("")
def page() -> str:
    """A page of them."""
    what, at = _what(), asked_page()
    with reading() as view:
        found = wanting(view.session, what, today=view.today, limit=PAGE + 1, offset=(at - 1) * PAGE)
        counts = {each: count(view.session, each, today=view.today) for each in WANTS}
        return render(
            view, "reach.html", here="desk", what=what, counts=counts, people=[(each, _has(view, each)) for each in found[:PAGE]],
            **beside("reach.page", at, more=len(found) > PAGE, of=what),
        )  # fmt: skip


def _has(view: View, person: Unreachable) -> str:
    """What is on record of a person, in words."""
    known = (
        (person.mobile, view.d.gettext("mobile number")),
        (person.wecom, view.d.gettext("WeCom id")),
        (person.mail, view.d.gettext("mail address")),
    )
    return "、".join(words for has, words in known if has) or view.d.gettext("nothing")


@blueprint.get("/list.xlsx")
def table() -> Response:
    """All of them as a workbook, with an empty column for the number."""
    what = _what()
    with reading() as view:
        d = view.d
        heading = [
            d.gettext("id"), d.gettext("Name"), d.gettext("Unit"), d.gettext("On record"), d.gettext("What the channel said"),
            d.gettext("Number or address, to be filled in"),
        ]  # fmt: skip
        rows = [
            (each.key, each.name, each.unit, _has(view, each), "；".join(each.refused), "")
            for each in wanting(view.session, what, today=view.today, limit=MOST)
        ]
        title = d.gettext("Not reached")
        data = workbook(title, heading, rows, widths=(14, 12, 18, 22, 40, 26))
        return downloads.attached(data, f"{title}{view.today:%Y%m%d}.xlsx")
