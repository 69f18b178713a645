"""The page of a person: what is owed now, what was done this year, attendance, hours, certificates, absences. No phone number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, g

from models.obligations import ObligationRow
from models.people import CredentialRow, PersonRow, UnitRow
from models.queries import drill as read
from models.queries import drill_person as own
from models.queries import pages
from models.queries.pages import DutyRow
from schedules.grammar import Quota
from schedules.words import Words, phrase
from tasks.duties.whose import masked
from tasks.reporting.sealed import sealed_versions
from tasks.roster.absences import Away, absences
from worker.web import places
from worker.web.duties import hours
from worker.web.duties.duty_view import schedule_of
from worker.web.site import View, reading, render
from worker.web.supervisors.drill_rows import EACH, found, hidden, lines, pages_of

YEAR = timedelta(days=366)
LATEST_DONE = (ObligationRow.done_on.desc(), ObligationRow.due_on.desc(), ObligationRow.id.desc())
MARKS: Mapping[str | None, Words] = {
    "present": phrase("present"), "absent": phrase("absent"), "leave": phrase("on leave"), None: phrase("not recorded yet"),
}  # fmt: skip
ABSENCES: Mapping[str, Words] = {
    "leave": phrase("leave"), "sick": phrase("sick leave"), "trip": phrase("business trip"), "training": phrase("training"),
    "other": phrase("another reason"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A certificate; its number masked but for its end."""

    kind: str
    number: str
    issued_on: date
    expires_on: date
    light: str
    words: str


def person(key: str) -> str:
    """A person of a unit that the viewer sees."""
    with reading() as view:
        row = found(own.person(view.session, key))
        if not g.viewer.sees(row.unit_id):
            abort(404)
        return _page(view, row)


def _page(view: View, row: PersonRow) -> str:
    first, last = date(view.today.year, 1, 1), date(view.today.year, 12, 31)
    owed = [
        each
        for each in pages.of_person(view.session, row.id, now=view.now)
        if g.viewer.sees(each.party.unit_id)
    ]
    done = own.own(row.id, first=first, last=last)
    paging = pages_of(own.number(view.session, done), "drill.person", key=row.key)
    unread = () if g.viewer.reads("sealed") else sealed_versions(view.session)
    came = own.attendance(view.session, row.id, first=first, last=view.today, without=unread)
    unit = view.session.get(UnitRow, row.unit_id) if row.unit_id else None
    quotas = [each for each in owed if _is_quota(view, each)]
    finished = pages.listed(
        view.session,
        done,
        ObligationRow.target.is_not(None),
        ObligationRow.part == "",
        order_by=LATEST_DONE,
        limit=3,
    )
    return render(
        view, "drill_person.html", here="board", person=row, unit=unit, unit_link=places.unit(unit.key) if unit else "",
        as_of=view.d.moment(view.now), gone=row.left_on is not None and row.left_on <= view.today,
        owed=lines(view, [each for each in owed if each not in quotas]),
        done=lines(view, pages.listed(view.session, done, order_by=LATEST_DONE, limit=EACH, offset=paging.offset)), paging=paging,
        quotas=[hours.summary(view, each) for each in (*quotas, *(one for one in finished if _is_quota(view, one)))],
        came=came, marks={mark: view.d.words(words) for mark, words in MARKS.items()}, counts=_counts(came), places=places,
        cards=[_card(view, card) for card in read.certificates(view.session, [row.id]).get(row.id, ())],
        away=[(each, _kind(view, each)) for each in absences(view.session, since=view.today - YEAR, person_id=row.id)],
    )  # fmt: skip


def _is_quota(view: View, duty: DutyRow) -> bool:
    schedule = schedule_of(view, duty)
    own_quota = (
        duty.obligation.part == "" and duty.party.kind == "person" and isinstance(schedule.done, Quota)
    )
    return own_quota and not hidden(schedule)


def _counts(came: list[own.Came]) -> dict[str, int]:
    """How often present, absent, on leave of what was recorded; a rate is not made of a few."""
    counts = {mark: sum(one.mark == mark for one in came) for mark in ("present", "absent", "leave")}
    made_up = sum(one.mark == "absent" and one.state == "done" for one in came)
    return {**counts, "recorded": sum(counts.values()), "made_up": made_up}


def _card(view: View, row: CredentialRow) -> Card:
    days = (row.expires_on - view.today).days
    d = view.d
    if row.state != "valid":
        light, words = "grey", d.gettext("not valid any more")
    elif days < 0:
        light, words = "red", str(d.ngettext("expired for 1 day", "expired for {n} days", -days))
    else:
        light, words = ("yellow" if days <= 90 else "green"), str(d.left(row.expires_on))
    return Card(
        kind=row.issuer, number=masked(row.number), issued_on=row.issued_on, expires_on=row.expires_on, light=light, words=words
    )  # fmt: skip


def _kind(view: View, each: Away) -> str:
    words = ABSENCES.get(each.kind)
    return view.d.words(words) if words else each.kind
