"""A duty as pages show it: title, deadline, light, days, who owes it, and which form confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from models.queries import pages, pages_record
from models.queries.gatherings import arrival
from models.queries.holders import card_of
from models.queries.pages import DutyRow
from schedules.belated import entered_late
from schedules.dues import basis_of
from schedules.grammar import EvidenceField, LaterCredential, Quota, Schedule
from schedules.lights import days_late, light, workdays_late
from schedules.parts import evidence_of, part_title
from schedules.quota import counts_up
from tasks.duties.approvals import approving_role
from tasks.duties.whose import masked, of_holder
from tasks.live import definition
from worker.web.duties.evidence_form import LABELS
from worker.web.site import View, said

FormKind = Literal["evidence", "record", "hours", "later", "figures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What templates read. Days late are natural days; `light` is red, yellow, green or grey."""

    id: int
    title: str
    name: str
    part: str
    part_title: str
    who: str
    owed_by: str
    unit: str
    state: str
    due_on: date | None
    due_at: datetime | None
    provisional: bool
    light: str
    days_late: int
    workdays_late: int
    late_reason: str | None
    new_date: date | None
    done_on: date | None
    waits_for: str = ""
    quiet_line: str = ""
    basis: str = ""
    reminded: int = 0
    last_reminded: datetime | None = None
    outcome: str = ""
    link: str = ""
    moves: tuple[str, ...] = ()
    card: str = ""


def form_kind(schedule: Schedule, part: str) -> FormKind:
    """Which form confirms a part of a schedule."""
    if part == "record":
        return "record"
    if part == "" and isinstance(schedule.done, Quota):
        return "hours"
    if part == "" and isinstance(schedule.done, LaterCredential):
        return "later"
    return "figures" if part == "" and counts_up(schedule.done) else "evidence"


def schedule_of(view: View, row: DutyRow) -> Schedule:
    """The definition that the duty was opened with."""
    return definition(view.session, row.occurrence.version_id)


def title_of(view: View, row: DutyRow) -> str:
    """The occurrence's title; a gathering with the day it was held on, what an event started with the event's key, a step of a
    renewal with whose certificate it is.
    """
    if row.occurrence.event_id is not None and row.occurrence.subject:
        return view.d._("{title} ({subject})", title=row.occurrence.title, subject=row.occurrence.subject)
    if row.occurrence.starts_at is not None and row.occurrence.held_on is not None:
        day = view.d.day(row.occurrence.held_on)
        return view.d._("{title} of {day}", title=row.occurrence.title, day=day)
    if row.obligation.part and row.holder:
        return view.d.words(of_holder(row.occurrence.title, row.holder))
    return row.occurrence.title


def duty(view: View, row: DutyRow, *, link: str = "", detailed: bool = False) -> Duty:
    """Describe one obligation; `detailed` adds what only its own page shows."""
    schedule = schedule_of(view, row)
    owed = row.obligation
    title, part = title_of(view, row), part_name(view, schedule, row.obligation.part)
    asked = owed.state in ("open", "submitted")
    count, last = pages_record.reminded(view.session, owed.id) if detailed else (0, None)
    name = view.d._("{title}: {part}", title=title, part=part) if part else title
    return Duty(
        id=owed.id, title=title, name=name, part=owed.part, part_title=part,
        who=row.party.title, owed_by=_owed_by(view, row), unit=row.unit if row.unit and row.unit != row.party.title else "",
        state=owed.state, due_on=owed.due_on, due_at=owed.due_at, provisional=owed.provisional, light=colour(view, row),
        days_late=days_late(owed.due_on, view.today) if asked and owed.due_on else 0,
        workdays_late=workdays_late(owed.due_on, view.today, view.live.office.calendar) if asked and owed.due_on else 0,
        late_reason=owed.late_reason, new_date=owed.new_date, done_on=owed.done_on, quiet_line=_quiet_line(view, row),
        waits_for=_waits_for(view, owed.waits_for), basis=_basis(view, schedule, owed.part), reminded=count, last_reminded=last,
        outcome=_outcome(view, row), link=link, moves=_moves(view, owed.id) if detailed else (),
        card=_card(view, row) if detailed else "",
    )  # fmt: skip


def _moves(view: View, obligation_id: int) -> tuple[str, ...]:
    """Each move of the deadline as a line: from which day to which, and why."""
    return tuple(
        view.d._("from {old} to {new} ({why})", old=view.d.day(row.old_due_on), new=view.d.day(row.new_due_on), why=row.reason)
        if row.old_due_on
        else view.d._("{new} ({why})", new=view.d.day(row.new_due_on), why=row.reason)
        for row in pages_record.due_changes(view.session, obligation_id)
    )  # fmt: skip


def colour(view: View, row: DutyRow) -> str:
    """The light of a duty."""
    owed = row.obligation
    quiet = owed.quiet_until is not None and owed.quiet_until > view.today
    return str(
        light(
            state=owed.state,
            due_on=owed.due_on,
            today=view.today,
            soon_on=owed.soon_on,
            provisional=owed.provisional,
            quiet=quiet,
            outside=owed.waits_for is not None,
            paused=row.paused,
        )
    )


def part_name(view: View, schedule: Schedule, part: str) -> str:
    """The title of a part: a step's own, or what a gathering's parts are called."""
    if part == "record":
        return view.d.gettext("record the attendance")
    if part == "make_up":
        return view.d.gettext("make it up")
    return part_title(schedule, part) or ""


def _owed_by(view: View, row: DutyRow) -> str:
    if row.party.kind == "unit" and row.head:
        return view.d._("{unit}, responsible {name}", unit=row.party.title, name=row.head)
    if row.party.kind == "role":
        names = [person.name for person in pages.holders(view.session, row.party.key, today=view.today)]
        return view.d._("{role}: {names}; any one of them", role=row.party.title, names="、".join(names))
    return row.party.title


def _card(view: View, row: DutyRow) -> str:
    """The certificate to be renewed, with as much of its number as a page may show."""
    card = card_of(view.session, row.occurrence)
    if card is None:
        return ""
    holder = view.d._("{who} · {unit}", who=card.holder, unit=card.unit) if card.unit else card.holder
    return view.d._(
        "Certificate of {holder}, number {number}, valid until {day}",
        holder=holder, number=masked(card.number), day=view.d.dated(card.expires_on),
    )  # fmt: skip


def _quiet_line(view: View, row: DutyRow) -> str:
    owed = row.obligation
    if owed.state == "paused":
        return view.d.gettext("its clock stands still")
    if owed.state == "submitted":
        return view.d.gettext("handed in, waits for approval")
    if row.paused and owed.state == "open":
        return view.d.gettext("paused; you will not be asked until it is resumed")
    if owed.quiet_until is not None and owed.quiet_until > view.today:
        return view.d._(
            "others are at work on it; you will not be asked before {day}", day=view.d.day(owed.quiet_until)
        )
    if owed.late_reason:
        return view.d._("reason given: {reason}", reason=owed.late_reason)
    return ""


def _waits_for(view: View, outside: str | None) -> str:
    if outside is None:
        return ""
    unit = view.live.office.file.units.get(outside)
    who = unit.title if unit else view.d.gettext("the party concerned")
    return view.d._("waits for {who}; please ask, and record it when it is done", who=who)


def _basis(view: View, schedule: Schedule, part: str) -> str:
    basis = basis_of(schedule, part)
    if basis is None:
        return ""
    kind = {
        "law": "",
        "default": view.d.gettext(" (default)"),
        "custom": view.d.gettext(" (rule of this office)"),
    }[basis.kind]
    return basis.text + kind


def _outcome(view: View, row: DutyRow) -> str:
    done = row.obligation.state == "done"
    return outcome(view, row, entered_late=done and _entered_late(view, row))


def outcome(view: View, row: DutyRow, *, entered_late: bool) -> str:
    """How a duty came out: on time or how late; what is not done, by its state."""
    owed = row.obligation
    if owed.state != "done":
        return view.d.state(owed.state)
    if owed.part == "make_up" and owed.mark == "present":
        came_late = row.party.person_id is not None and _came_late(view, row, row.party.person_id)
        return view.d.gettext("present, late") if came_late else view.d.gettext("present")
    late = owed.due_on is not None and owed.done_on is not None and owed.done_on > owed.due_on
    words = (
        view.d.ngettext("1 day late", "{n} days late", (owed.done_on - owed.due_on).days)
        if late and owed.done_on and owed.due_on
        else view.d.gettext("on time")
    )
    return view.d._("{outcome}, entered late", outcome=words) if entered_late else words


def _came_late(view: View, row: DutyRow, person_id: int) -> bool:
    arrived = arrival(view.session, row.occurrence.id, person_id)
    return arrived is not None and arrived.late


def _entered_late(view: View, row: DutyRow) -> bool:
    """Whether the record was made more than 3 working days after the fact (补录)."""
    record = pages_record.record(view.session, row.obligation.id)
    if record is None:
        return False
    made = record.confirmation
    return entered_late(made.done_on, view.live.today(made.recorded_at), view.live.office.calendar)


def fields_of(view: View, row: DutyRow) -> Mapping[str, EvidenceField]:
    """What the form of a duty asks for, in the order of the office's file where that still has the fields."""
    schedule = schedule_of(view, row)
    fields = evidence_of(schedule, row.obligation.part)
    written = next((one for one in view.live.office.schedules if one.id == schedule.id), None)
    order = list(evidence_of(written, row.obligation.part)) if written else []
    return {
        name: fields[name]
        for name in sorted(fields, key=lambda name: order.index(name) if name in order else len(order))
    }


def labels(view: View, row: DutyRow) -> list[str]:
    """What the form of this part asks for."""
    return [
        field.label or said(view, LABELS[field.kind])
        for field in fields_of(view, row).values()
        if field.required
    ]


def approver_of(schedule: Schedule, part: str) -> str | None:
    """The role that agrees when a part is confirmed, or to hours; None where nobody needs to."""
    if part == "" and isinstance(schedule.done, Quota) and schedule.done.approve is not None:
        return schedule.done.approve.role
    return approving_role(schedule, part)
