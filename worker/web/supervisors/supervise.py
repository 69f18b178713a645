"""One duty as those who supervise it see it: what is owed, by whom and when, what was said and recorded, who did what, what may be done."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for

from models.handovers import UrgeRow
from models.messages import MessageRow
from models.obligations import ConfirmationRow
from models.people import PersonRow, UnitRow
from models.queries import duty_page, pages, pages_record, urged
from models.queries.pages import DutyRow
from models.queries.pages_ledger import MessageLine
from schedules.words import Words, phrase
from tasks.duties.acknowledge import signatures
from tasks.duties.trail import trail
from worker.web import downloads, places
from worker.web.desk import desk_acts
from worker.web.display import MESSAGE_STATES
from worker.web.duties.duty_view import Duty, duty, schedule_of
from worker.web.duties.receipt import record_facts
from worker.web.link import address
from worker.web.security import require_viewer
from worker.web.site import View, reading, render
from worker.web.supervisors import event_correct
from worker.web.supervisors.acts_offered import offered, seen, urged_already
from worker.web.supervisors.outbox import NOTICES, WITHDRAWN, channel_name, rung_text

blueprint = Blueprint("supervise", __name__)
blueprint.before_request(require_viewer)
OWED = ("open", "submitted")
SAID = {
    "urged": phrase("Urged. The message goes out; once the provider has taken it, it counts as urged."),
    "urged-later": phrase(
        "Urged. It is quiet now: the message goes out at the next hour at which the office sends."
    ),
    "again": phrase("It was urged today already; nothing more was sent."),
    "closed": phrase("Agreed; it is done."),
    "done": phrase("Recorded. The person will not be reminded again."),
    "given-back": phrase("Given back. Whoever recorded it and who owes it are told why."),
    "moved": phrase("It is due on the new day; who owes it is told."),
    "planned": phrase(
        "The new day is noted beside the lateness. The due day is over and stays, so it remains late."
    ),
    "same": phrase("Nothing was changed."),
    "granted": phrase("The longer term is granted."),
    "refused": phrase("The longer term is refused; the old day counts."),
    "excused": phrase("Counted as leave; nothing has to be made up for."),
    "handed-over": phrase("Handed over; the new owner is told."),
    "waived": phrase("Waived. Nobody is reminded of it any more."),
    "late": phrase("The reason is kept."),
    "extend": phrase("The longer term is asked for; it counts once it is granted."),
    "move": phrase("Moved to the new day."),
    "skip": phrase("It does not take place this time."),
    "stop": phrase("The clock stands still."),
    "resume": phrase("The clock runs again."),
}
RECORDING = {
    **dict.fromkeys(("open", "history"), phrase("Record for them")),
    **dict.fromkeys(("submitted", "done"), phrase("Correct the record")),
}
RECORDS = {
    "returned": phrase("given back"),
    "undone": phrase("taken back"),
    "corrected": phrase("corrected by a later record"),
}
REQUESTS = {
    "asked": phrase("not decided yet"),
    "granted": phrase("granted"),
    "accepted": phrase("agreed to"),
    "refused": phrase("refused"),
    "withdrawn": phrase("withdrawn by who asked"),
}


@blueprint.get("/duty/<int:obligation_id>", endpoint="duty")
def page(obligation_id: int) -> str:
    """The page; 404 for what this reader does not see."""
    with reading() as view:
        row = row_of(view, obligation_id)
        shown = duty(view, row, detailed=True)
        told = SAID.get(request.args.get("said", ""))
        return render(
            view, "supervise.html", here="board", duty=shown, said=view.d.words(told) if told else "", **_places(view, row),
            state=_state(view, shown), internal_on=row.obligation.internal_on, opened_at=row.obligation.opened_at,
            acts=offered(view, row, g.viewer),
            urged=urged_already(view, row, g.viewer), reads_only=not g.viewer.acts, facts=record_facts(view, row), files=_files(view, row),
            earlier=[_earlier(view, *each) for each in duty_page.earlier_records(view.session, obligation_id)],
            messages=_messages(view, obligation_id), requests=_requests(view, obligation_id),
            signed=[(each.name, each.at) for each in signatures(view.session, row.obligation)], trail=_trail(view, row),
            event_link=event_correct.address(view, row.occurrence.event_id), own=_own(view, row),
            desk=_desk(view, row) if g.viewer.clerk else None,
        )  # fmt: skip


def _desk(view: View, row: DutyRow) -> dict[str, Any]:
    """What the clerk finds there besides: the form or the record at the desk, and the acts of the desk."""
    label = RECORDING.get(row.obligation.state)
    return {
        "record": url_for("duty.page", obligation_id=row.obligation.id) if label else "",
        "label": view.d.words(label) if label else "",
        "acts": desk_acts.offered(view, row),
    }


def row_of(view: View, obligation_id: int) -> DutyRow:
    """A duty that this reader sees; else 404, whether it exists or not."""
    row = pages.duty(view.session, obligation_id)
    if row is None or not seen(view, row, g.viewer):
        abort(404)
    return row


def _places(view: View, row: DutyRow) -> dict[str, str]:
    unit = view.session.get(UnitRow, row.party.unit_id) if row.party.unit_id is not None else None
    return {
        "unit_title": unit.title if unit else "", "unit_link": places.unit(unit.key) if unit else "",
        "schedule_title": schedule_of(view, row).title, "schedule_link": places.schedule(row.schedule),
        "occurrence_link": places.occurrence(row.occurrence.id),
        "person_link": places.person(row.party.key) if row.party.kind == "person" else "",
    }  # fmt: skip


def _own(view: View, row: DutyRow) -> str:
    """The page on which this reader records a duty of their own; empty for everybody else's."""
    person_id = g.viewer.person_id
    mine = person_id and pages.standing(view.session, row, person_id, now=view.now) == "owner"
    return address(view, row.obligation.id, person_id) if mine and row.obligation.state in OWED else ""


def _state(view: View, shown: Duty) -> str:
    if shown.state == "done":
        return view.d._("{state}, {outcome}", state=view.d.state("done"), outcome=shown.outcome)
    return view.d.state(shown.state)


def _files(view: View, row: DutyRow) -> list[tuple[str, str]]:
    """Name and address of every file of the record that counts."""
    record = pages_record.record(view.session, row.obligation.id)
    return [
        (file.name, url_for("supervise.file", obligation_id=row.obligation.id, file_id=file.id))
        for each in (record.files.values() if record else ())
        for file in each
    ]


def _earlier(view: View, row: ConfirmationRow, by: str | None) -> str:
    what = view.d.words(RECORDS[row.state]) if row.state in RECORDS else row.state
    recorded = view.d.short_instant(row.recorded_at)
    if row.reason:
        return view.d._(
            "{instant} {name}: {what}. Reason: {reason}",
            instant=recorded,
            name=by or "—",
            what=what,
            reason=row.reason,
        )
    return view.d._("{instant} {name}: {what}", instant=recorded, name=by or "—", what=what)


# ── what was sent ─────────────────────────────────────────────
def _messages(view: View, obligation_id: int) -> list[dict[str, Any]]:
    """Reminders and urgings, the newest first, each with what became of it."""
    found = [
        {
            "at": sent.at, "what": rung_text(view, sent.rung), "via": sent.via or "", "to": _to(view, sent),
            "channel": channel_name(view, sent.line) if sent.line else "", "state": _state_of(view, sent),
            "link": _message_link(sent.line.message.id, sent.line.person) if sent.line else "", "words": "",
        }
        for sent in duty_page.reminders(view.session, obligation_id)
    ]  # fmt: skip
    found += [_notice(view, *each) for each in duty_page.notices(view.session, obligation_id)]
    return sorted([*found, *_urgings(view, obligation_id)], key=lambda each: each["at"], reverse=True)


def _notice(view: View, kind: str, line: MessageLine) -> dict[str, Any]:
    """What was decided and told."""
    message, person = line.message, line.person
    return {
        "at": message.merged_at, "what": view.d.words(NOTICES[kind]), "via": "", "to": person.name if person else "—",
        "channel": channel_name(view, line), "state": view.d.message_state(message.state if message.state in MESSAGE_STATES else "queued"),
        "link": _message_link(message.id, person), "words": "",
    }  # fmt: skip


def _to(view: View, sent: duty_page.Sent) -> str:
    if sent.line is None or sent.line.person is None:
        return view.d.gettext("the work group") if sent.line and sent.line.is_group else "—"
    return sent.line.person.name


def _state_of(view: View, sent: duty_page.Sent) -> Any:
    if sent.withdrawn in WITHDRAWN:
        return view.d.words(WITHDRAWN[sent.withdrawn])
    if sent.line is None or sent.withdrawn is not None:
        return "—"
    return view.d.message_state(sent.line.message.state)


def _urgings(view: View, obligation_id: int) -> list[dict[str, Any]]:
    messages = urged.messages_of(view.session, obligation_id)
    by_seq: dict[int, list[tuple[str, MessageRow, PersonRow | None]]] = {}
    for seq, kind, message, person in messages:
        by_seq.setdefault(seq, []).append((kind, message, person))
    lines: list[dict[str, Any]] = []
    for row in urged.urgings(view.session, obligation_id):
        sent = by_seq.get(row.seq, [])
        if not sent:
            left_out = view.d.words(WITHDRAWN["closed"])
            lines.append(_urging(view, row, urged.URGE, state=left_out, to="—", link=""))
        for kind, message, person in sent:
            known = message.state if message.state in MESSAGE_STATES else "queued"
            lines.append(
                _urging(
                    view, row, kind, state=view.d.message_state(known), to=person.name if person else "—",
                    link=_message_link(message.id, person),
                )
            )  # fmt: skip
    return lines


def _urging(view: View, row: UrgeRow, kind: str, *, state: Any, to: str, link: str) -> dict[str, Any]:
    copy = kind == urged.COPY
    what = view.d.gettext("urged by hand, copy to the head") if copy else view.d.gettext("urged by hand")
    return {
        "at": row.at, "what": what, "via": "", "to": to, "channel": "", "state": state, "words": "" if copy else row.words,
        "link": link,
    }  # fmt: skip


def _message_link(message_id: int, person: PersonRow | None) -> str:
    """The message's own page, for whoever may read it there."""
    units = g.viewer.units
    readable = units is None or (person is not None and person.unit_id in units)
    return url_for("outbox.message", message_id=message_id) if readable else ""


# ── what was asked, and the trail ─────────────────────────────
def _requests(view: View, obligation_id: int) -> list[str]:
    d = view.d
    lines: list[str] = [
        _answered(view, d._(
            "{name} asked for a longer term from {old} to {new}: {state}. Reason: {reason}", name=each.by or "—",
            old=d.day(each.row.old_due_on), new=d.day(each.row.new_due_on), state=_request_state(view, each.row.state),
            reason=each.row.reason,
        ), each.row.words)
        for each in duty_page.extensions(view.session, obligation_id)
    ]  # fmt: skip
    for each in duty_page.handovers(view.session, obligation_id):
        words = {"name": each.by, "state": _request_state(view, each.row.state), "reason": each.row.reason}
        if each.to:
            lines.append(
                d._("{name} asked to hand it over to {to}: {state}. Reason: {reason}", to=each.to, **words)
            )
        else:
            lines.append(d._("{name} says it is not theirs: {state}. Reason: {reason}", **words))
        lines[-1] = _answered(view, lines[-1], each.row.words)
    return lines


def _answered(view: View, line: str, words: str | None) -> str:
    """What was asked, and the words of whoever decided."""
    return view.d._("{request}. Words: {words}", request=line, words=words) if words else line


def _request_state(view: View, state: str) -> str:
    known: Words | None = REQUESTS.get(state)
    return view.d.words(known) if known else state


def _trail(view: View, row: DutyRow) -> Sequence[dict[str, Any]]:
    steps = trail(
        view.session,
        obligation_ids=[row.obligation.id],
        occurrence_id=row.occurrence.id,
        day=lambda on: str(view.d.day(on)),
    )
    return [
        {"at": step.at, "who": view.d.words(step.who), "what": view.d.words(step.what), "reason": step.reason}
        for step in reversed(steps)
    ]


@blueprint.get("/duty/<int:obligation_id>/file/<int:file_id>")
def file(obligation_id: int, file_id: int) -> Response:
    """A file of a record of the duty, to be saved and never shown inside a page."""
    with reading() as view:
        row_of(view, obligation_id)
        return downloads.stored(duty_page.file_of(view.session, obligation_id, file_id))
