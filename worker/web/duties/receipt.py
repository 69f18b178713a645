"""What was recorded for a duty, as label and value."""

from collections.abc import Sequence

from markupsafe import Markup

from models.obligations import FileRow
from models.queries import pages_record
from models.queries.gatherings import arrivals
from models.queries.pages import DutyRow
from schedules.belated import entered_late
from worker.web.duties.duty_view import fields_of
from worker.web.duties.evidence_form import item
from worker.web.site import View

Facts = list[tuple[str, str]]


def record_facts(view: View, row: DutyRow) -> Facts:
    """The fact's day, who recorded it and when, every evidence field, the remark."""
    record = pages_record.record(view.session, row.obligation.id)
    if record is None:
        return []
    confirmation = record.confirmation
    recorded: Markup | str = view.d.short_instant(confirmation.recorded_at)
    if record.by:
        recorded = view.d._("{instant}, {name}", instant=recorded, name=record.by)
    facts: Facts = [
        (view.d.gettext("Done on"), view.d.cell(confirmation.done_on)),
        (view.d.gettext("Recorded"), recorded),
    ]
    if entered_late(
        confirmation.done_on, view.live.today(confirmation.recorded_at), view.live.office.calendar
    ):
        facts.append(
            (
                view.d.gettext("Mark"),
                view.d.gettext("entered late: more than 3 working days after it was done"),
            )
        )
    for name, field in fields_of(view, row).items():
        shown = item(view, name, field)
        texts = dict(shown.options)
        if name in record.files:
            facts.append((shown.label, _files(view, record.files[name])))
        elif name in record.values:
            facts.append((shown.label, "、".join(texts.get(value, value) for value in record.values[name])))
    if row.obligation.part == "record":
        facts += _attendance(view, row)
    if confirmation.note:
        facts.append((view.d.gettext("Remark"), confirmation.note))
    return facts


def _files(view: View, files: Sequence[FileRow]) -> str:
    return view.d.ngettext(
        "1 file received: {names}",
        "{n} files received: {names}",
        len(files),
        names="、".join(f.name for f in files),
    )


def _attendance(view: View, row: DutyRow) -> Facts:
    people = pages_record.expected(view.session, row.occurrence.id)
    there = arrivals(view.session, row.occurrence.id)
    leave = [person.name for person in people if person.mark == "leave"]
    absent = [person.name for person in people if person.mark == "absent"]
    late = [
        person.name
        for person in people
        if person.mark == "present" and person.person_id in there and there[person.person_id].late
    ]
    made_up = [
        str(view.d._("{name} on {day}", name=person.name, day=view.d.day(person.made_up_on)))
        for person in people
        if person.made_up_on is not None
    ]
    present = sum(1 for person in people if person.mark == "present")
    nobody = view.d.gettext("nobody")
    return [
        (
            view.d.gettext("Present"),
            view.d._("{present} of {expected}", present=present, expected=len(people)),
        ),
        *([(view.d.gettext("Came late"), "、".join(late))] if late else []),
        (view.d.gettext("On leave"), "、".join(leave) or nobody),
        (view.d.gettext("Absent"), "、".join(absent) or nobody),
        *([(view.d.gettext("Made up"), "、".join(made_up))] if made_up else []),
    ]
