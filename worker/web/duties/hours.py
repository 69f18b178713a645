"""Hours toward a yearly quota: progress against today's figure, what was handed in, and the form to hand in more."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from flask import make_response, redirect, request
from werkzeug.wrappers import Response

from models.obligations import CreditRow
from models.queries import pages, pages_record
from models.queries.pages import DutyRow
from schedules.belated import entered_late
from schedules.errors import Refused
from schedules.grammar import EvidenceField, Quota, Schedule
from schedules.periods import quota_period
from schedules.words import Words, phrase
from tasks.duties.credit import add_credit
from worker.web.duties import evidence_form, uploads
from worker.web.duties.duty_view import duty, schedule_of
from worker.web.duties.evidence_form import Item
from worker.web.duties.quota_bar import UNIT, Bar, bar, expected_by, milestones
from worker.web.site import Fault, View, fault, reading, render, runtime, writing
from worker.web.staff.snooze import Snooze

KINDS: Mapping[str, Words] = {
    "": phrase("course"),
    "self-study": phrase("self-study"),
    "online": phrase("online course"),
}
CREDIT_STATES: Mapping[str, Words] = {
    "submitted": phrase("waits for approval"), "accepted": phrase("counted"), "returned": phrase("given back"),
    "undone": phrase("taken back"),
}  # fmt: skip
LONGEST_SOURCE = 80  # of what tells one entry from another
PROOF = EvidenceField(kind="file", required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursForm:
    """What was typed."""

    amount: str = ""
    title: str = ""
    kind: str = ""
    done_on: str = ""
    proof: Item
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """What a quota's page calls things: the heading, the column, the form, the amount, what it was."""

    heading: str
    column: str
    form: str
    amount: str
    title: str


def called(view: View, quota: Quota) -> Called:
    """In hours, or in times."""
    d = view.d
    if quota.sum == "hours":
        return Called(
            d.gettext("This year's hours"),
            d.gettext("Hours"),
            d.gettext("Hand in hours"),
            d.gettext("Hours of training"),
            d.gettext("Course"),
        )
    return Called(
        d.gettext("How often it was done"),
        d.gettext("Times"),
        d.gettext("Enter what was done"),
        d.gettext("How many times"),
        d.gettext("What it was"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What the templates read."""

    name: str
    called: Called
    sentence: str
    bar: Bar
    credits: list[CreditRow]
    kinds: Mapping[str, str]
    caps: Mapping[str, int]
    recorded: Mapping[str, int]
    one_hour: str
    form: HoursForm | None
    link: str
    view: View

    def cut(self) -> list[str]:
        """Of each kind with a cap, that more was recorded than counts."""
        d, sums = self.view.d, self.recorded
        return [
            d._("{kind}: {recorded} recorded, {counted} count", kind=self.kinds[kind], recorded=d.amount(sums[kind]), counted=most)
            for kind, most in self.caps.items()
            if sums.get(kind, 0) > most * UNIT
        ]  # fmt: skip

    def late(self, credit: CreditRow) -> bool:
        """Whether an entry was made afterwards (补录)."""
        recorded_on = self.view.live.today(credit.recorded_at)
        return entered_late(credit.done_on, recorded_on, self.view.live.office.calendar)

    def state(self, credit: CreditRow) -> str:
        """What became of an entry."""
        known = CREDIT_STATES.get(credit.state)
        return self.view.d.words(known) if known else credit.state


def quota_of(schedule: Schedule) -> Quota:
    """The quota of a schedule that has one."""
    if not isinstance(schedule.done, Quota):
        raise TypeError(schedule.id)
    return schedule.done


def summary(view: View, row: DutyRow, *, link: str = "", form: HoursForm | None = None) -> Hours:
    """Progress in one sentence and one bar."""
    schedule = schedule_of(view, row)
    quota = quota_of(schedule)
    target, progress = row.obligation.target or 0, row.obligation.progress
    period = quota_period(schedule, row.occurrence.held_on)
    points = milestones(schedule, quota, target, period)
    expected = expected_by(points, view.today, period.first)
    d = view.d
    sentence = _sentence(view, quota, progress, target, expected)
    length = quota.one_hour
    minutes = length and length.n * (60 if length.unit == "hours" else 1)
    one_hour = d._("One hour of training is {minutes} minutes.", minutes=minutes) if minutes else ""
    kinds = {key: d.words(KINDS[key]) if key in KINDS else key for key in ("", *quota.cap)}
    return Hours(
        name=row.occurrence.title, called=called(view, quota), sentence=sentence, bar=bar(d, points, progress, target, expected),
        credits=pages_record.credits_of(view.session, row.obligation.id), kinds=kinds, caps=quota.cap,
        recorded=pages_record.accepted_by_kind(view.session, row.obligation.id), one_hour=one_hour, form=form, link=link, view=view,
    )  # fmt: skip


def _sentence(view: View, quota: Quota, progress: int, target: int, expected: int) -> str:
    """How it stands, and what is still to come."""
    d, short = view.d, max(0, target - progress)
    given = {"done": d.amount(progress), "target": d.amount(target)}
    if quota.sum == "count":
        if short == 0:
            return d._("{done} times so far; {target} are asked for: reached.", **given)
        return d._(
            "{done} times so far; {target} are asked for, {short} to go.", short=d.amount(short), **given
        )
    if short == 0:
        return d._("{done} hours approved; {target} are asked for: reached.", **given)
    return d._(
        "{done} hours approved; today {expected} are expected, {target} in the end: {short} to go.",
        expected=d.amount(expected), short=d.amount(short), **given,
    )  # fmt: skip


def page(
    view: View,
    row: DutyRow,
    *,
    action: str,
    me_link: str,
    reader: str,
    form: HoursForm | None = None,
    faults: tuple[Fault, ...] = (),
    personal: bool = True,
    snooze: Snooze | None = None,
) -> str:
    """The page of one person's quota."""
    closed = row.obligation.state not in ("open", "history", "done")
    blank = HoursForm(done_on=view.today.isoformat(), proof=_proof(view))
    return render(
        view, "hours.html", duty=duty(view, row, detailed=True), hours=summary(view, row, form=None if closed else form or blank),
        what_to_do=_what_to_do(view, quota_of(schedule_of(view, row))),
        form=None, faults=faults, action=action, me_link=me_link, reader=reader, personal=personal, can_explain=False,
        snooze=snooze,
    )  # fmt: skip


def _what_to_do(view: View, quota: Quota) -> str:
    if quota.sum == "count":
        return view.d._("Enter each time it was done, with the day.")
    return view.d._("Courses that the office recorded are counted already. Hand in others with their proof.")


def _proof(view: View) -> Item:
    return replace(evidence_form.item(view, "proof", PROOF), label=view.d.gettext("Proof"))


def posted(view: View, row: DutyRow) -> HoursForm:
    """What the form brought, with its faults."""
    base = evidence_form.posted(view, {"proof": PROOF})
    proof = replace(base.evidence[0], label=view.d.gettext("Proof"))
    amount, title, kind = (request.form.get(name, "").strip()[:200] for name in ("amount", "title", "kind"))
    faults = list(base.faults)
    quota = quota_of(schedule_of(view, row))
    hours = evidence_form.number(amount)
    if quota.sum == "count":
        if hours is None or hours < 1 or hours != int(hours) or hours > 1000:
            faults.append(Fault(view.d.gettext("Type how many times, for example 1."), "amount"))
    elif hours is None or hours <= 0 or hours * 100 != int(hours * 100) or hours > 1000:
        faults.append(Fault(view.d.gettext("Type the hours as a number, for example 4 or 1.5."), "amount"))
    if not title:
        course, thing = view.d.gettext("Write which course it was."), view.d.gettext("Write what it was.")
        faults.append(Fault(course if quota.sum == "hours" else thing, "title"))
    if kind not in ("", *quota.cap):
        kind = ""
    return HoursForm(
        amount=amount, title=title, kind=kind, done_on=base.done_on, proof=proof, faults=tuple(faults)
    )


def post(
    obligation_id: int,
    *,
    by: int,
    how: Literal["link", "desk"],
    done: str,
    again: Callable[[View, HoursForm | None, tuple[Fault, ...]], str],
) -> Response:
    """Record hours in one transaction; `again` shows the page with what is wrong."""
    form: HoursForm | None = None
    try:
        with writing() as view:
            row = pages.duty(view.session, obligation_id)
            if row is None:
                return redirect(done, 303)
            form = posted(view, row)
            if form.faults:
                return make_response(again(view, form, form.faults), 422)
            _add(view, row, form, by=by, how=how)
    except Refused as refused:
        with reading() as view:
            return make_response(again(view, form, (fault(view, refused),)), 422)
    runtime().nudger.nudge()
    return redirect(done, 303)


def _add(view: View, row: DutyRow, form: HoursForm, *, by: int, how: Literal["link", "desk"]) -> None:
    amount = evidence_form.number(form.amount) or Decimal(0)
    done_on = evidence_form.parse_day(form.done_on) or view.today
    files = uploads.rows(view.session, form.proof.uploads)
    # The same course on the same day is the same entry: a second click adds nothing.
    source = f"{how}:{by}:{done_on.isoformat()}:{form.title}"
    if len(source) > LONGEST_SOURCE:  # of long titles often only the end differs
        source = f"{how}:{by}:{done_on.isoformat()}:{hashlib.sha256(form.title.encode()).hexdigest()[:40]}"
    add_credit(
        view.session, view.live, obligation_id=row.obligation.id, amount=int(amount * 100), kind=form.kind, title=form.title,
        done_on=done_on, by=by, source=source, how=how, file_id=files[0] if files else None, now=view.now,
    )  # fmt: skip


def facts(view: View, credit: CreditRow) -> tuple[tuple[str, str], ...]:
    """What was handed in: how many hours, the course, its kind, the day."""
    return (
        (view.d.gettext("Hours"), view.d.amount(credit.amount)), (view.d.gettext("Course"), credit.title or "—"),
        (view.d.gettext("Kind"), view.d.words(KINDS[credit.kind]) if credit.kind in KINDS else credit.kind),
        (view.d.gettext("Done on"), view.d.cell(credit.done_on)),
    )  # fmt: skip
