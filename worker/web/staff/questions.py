"""What a person is asked on the own page: colleagues' duties to take over or not, longer terms to grant or not."""

from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from models.people import PersonRow
from models.queries import handovers
from schedules.errors import Refused
from tasks.duties.duty import Duty, agrees, look
from tasks.duties.extend import decider, rule_of
from worker.web.duties.duty_view import duty
from worker.web.site import View


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a person is asked: what, by whom, the words on its two buttons, and where they lead."""

    id: str
    title: str
    sentence: Markup
    yes: str
    no: str
    action: str


def questions(view: View, person: PersonRow, token: str) -> list[Question]:
    """What waits for this person's yes or no."""
    return [
        *(_take(view, each, token) for each in handovers.to_take(view.session, person.id)),
        *(_grant(view, each, token) for each in extensions_for(view, person.id)),
    ]


def extensions_for(view: View, person_id: int) -> list[handovers.Extension]:
    """The longer terms that this person may grant."""
    return [
        each
        for each in handovers.extensions_asked(view.session)
        if may_grant(view, look(view.session, each.row.obligation_id), person_id)
    ]


def may_grant(view: View, found: Duty, person_id: int) -> bool:
    """Whether a person decides on a longer term of this duty."""
    try:
        role = decider(view.live, rule_of(found))
    except Refused:  # the schedule was changed after it was asked for
        return False
    return agrees(view.session, view.live, role, found.party, person_id, now=view.now)


def _take(view: View, each: handovers.Handover, token: str) -> Question:
    shown, d = duty(view, each.duty), view.d
    due = d.due(shown.due_on, shown.due_at) if shown.due_on else "—"
    sentence = d._(
        "{name} asks you to take it over; due {due}. Reason: {reason}",
        name=each.asker,
        due=due,
        reason=each.row.reason,
    )
    return Question(
        f"t{each.row.id}", shown.name, sentence, d.gettext("I take it over"), d.gettext("No"),
        url_for("takeover.take", token=token, handover_id=each.row.id),
    )  # fmt: skip


def _grant(view: View, each: handovers.Extension, token: str) -> Question:
    shown, d, row = duty(view, each.duty), view.d, each.row
    sentence = d._(
        "{name} of {who} asks for longer: from {old} to {new}. Reason: {reason}", name=each.asker or d.gettext("Somebody"), who=shown.who,
        old=d.day(row.old_due_on), new=d.full(row.new_due_on), reason=f"{row.reason}（{row.basis}）" if row.basis else row.reason,
    )  # fmt: skip
    return Question(
        f"x{row.id}", shown.name, sentence, d.gettext("Grant"), d.gettext("Refuse"),
        url_for("takeover.extension", token=token, obligation_id=row.obligation_id),
    )  # fmt: skip
