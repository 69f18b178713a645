"""Inspection: whether those who handled a case held a valid certificate on the day of each act."""

from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from schedules.valid_on import Held, Holding
from schedules.words import Words, phrase
from tasks.duties.whose import masked
from tasks.reporting.case_files import CaseFile, Licence
from worker.web.inspection.inspect import file_name
from worker.web.inspection.inspect_cases import kinds, seen
from worker.web.inspection.inspecting import MOST_ROWS, PAGE, asked, iso, sheet
from worker.web.paging import beside
from worker.web.security import require_whole_office
from worker.web.site import View, reading, render

blueprint = Blueprint("inspect_certificates", __name__, url_prefix="/inspect")
blueprint.before_request(require_whole_office)
HOLDINGS: dict[Holding, Words] = {
    "held": phrase("valid"), "expired": phrase("had expired"), "not-yet": phrase("not yet issued"),
    "stopped": phrase("suspended or revoked by now"), "none": phrase("no certificate on record"),
}  # fmt: skip
HEADING = (
    phrase("Case"), phrase("Schedule"), phrase("Handler"), phrase("Act"), phrase("Day"), phrase("Certificate"), phrase("Number"),
    phrase("Issued on"), phrase("Valid until"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One handler of a case. `acts` are all; `bad` those on whose day no valid certificate was held."""

    case: str
    schedule: str
    link: str
    name: str
    acts: tuple[Licence, ...]
    bad: tuple[Licence, ...]

    @property
    def cards(self) -> tuple[Held, ...]:
        """The certificates that cover the acts, each once."""
        return tuple(dict.fromkeys(each.card for each in self.acts if each.card is not None and each.well))


@blueprint.get("/certificates")
def certificates() -> str:
    """Each handler of each case with the days of the acts."""
    with reading() as view:
        wanted = asked(view)
        files = [each for each in seen(view) if each.licensed]
        found = [person for each in files for person in _people(view, each)]
        shown = [each for each in found if each.bad] if wanted.only else found
        first = (wanted.page - 1) * PAGE
        return render(
            view, "inspect_certificates.html", here="inspect", tab="certificates", filter=wanted, people=shown[first : first + PAGE],
            total=len(found), troubled=sum(bool(each.bad) for each in found), cases=len(files), schedules=kinds(view), holdings=HOLDINGS,
            masked=masked, pager=beside("inspect_certificates.certificates", wanted.page, more=len(shown) > first + PAGE, **wanted.query),
            export=url_for("inspect_certificates.certificates_sheet", **wanted.query),
        )  # fmt: skip


@blueprint.get("/certificates.xlsx")
def certificates_sheet() -> Response:
    """Each handler and each act as a row of a workbook."""
    with reading() as view:
        wanted, d = asked(view), view.d
        rows = [
            (person.case, person.schedule, person.name, act.act, iso(act.day), d.words(HOLDINGS[act.holding]),
             masked(act.card.number) if act.card else "", iso(act.card.issued_on) if act.card else "",
             iso(act.card.expires_on) if act.card else "")
            for each in seen(view) if each.licensed for person in _people(view, each) for act in person.acts
            if not wanted.only or not act.well
        ]  # fmt: skip
        heading = [d.words(each) for each in HEADING]
        return sheet(
            view, d.gettext("Certificates on the days of acts"), heading, rows[:MOST_ROWS],
            widths=(36, 20, 12, 20, 12, 18, 18, 12, 12),
        )  # fmt: skip


def _people(view: View, each: CaseFile) -> list[Person]:
    found: dict[str, list[Licence]] = {}
    for act in each.licences:
        found.setdefault(act.person, []).append(act)
    link = url_for("inspect_cases.case", occurrence_id=each.occurrence.id)
    return [
        Person(
            case=file_name(view, each.occurrence), schedule=each.schedule.title, link=link, name=name, acts=tuple(acts),
            bad=tuple(act for act in acts if not act.well),
        )
        for name, acts in found.items()
    ]  # fmt: skip
