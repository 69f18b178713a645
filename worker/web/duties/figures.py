"""The figures of a duty that counts a register or topics, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.queries.pages import DutyRow
from schedules.grammar import FromRegister
from schedules.quota import full_target
from schedules.reach import EVENTS
from schedules.words import Words, phrase
from tasks.duties.standing import TOPICS, shown
from worker.web.duties.duty_view import duty, form_kind, schedule_of
from worker.web.site import View, said

NAMES: Mapping[str, Words] = {EVENTS: phrase("entries"), TOPICS: phrase("topics")}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure: what it is called, how much is done and wanted, what is missing."""

    label: str
    done: str
    wanted: str
    missing: str
    reached: bool


def figures(view: View, row: DutyRow) -> list[FigureLine]:
    """Every figure as it stands; none for other duties."""
    schedule = schedule_of(view, row)
    if form_kind(schedule, row.obligation.part) != "figures":
        return []
    return [
        FigureLine(
            each.label or said(view, NAMES[each.name]), view.d.amount(each.done), view.d.amount(each.wanted),
            "、".join(each.missing), each.done >= each.wanted,
        )
        for each in shown(view.session, view.live, schedule, row.occurrence, row.party)
    ]  # fmt: skip


def nothing_to_fill(view: View, row: DutyRow) -> str:
    """Why the page of a duty has no form."""
    schedule = schedule_of(view, row)
    done = schedule.done
    if form_kind(schedule, row.obligation.part) != "figures":
        return view.d.gettext("Nothing to fill in: it is done when the new expiry date is recorded.")
    if row.obligation.state == "done":
        outcome = duty(view, row).outcome
        return view.d._("It is done: {outcome}. It is counted from the entries and records.", outcome=outcome)
    if isinstance(done, FromRegister):
        register = view.live.office.register_or_none(done.register_)
        title = register.title if register else done.register_
        if full_target(done) is None:
            return view.d._(
                "It is done by an entry in the register {register}, or by a declared zero.", register=title
            )
        return view.d._("It is done when the register {register} reaches these figures.", register=title)
    return view.d.gettext("It is done when the records cover every topic.")
