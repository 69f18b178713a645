"""`duban event`: record what happened (a case filed, a document drafted), correct it, list it. What it opens opens at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import click
from sqlalchemy import func, select

from models.events import EventRow
from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.event_fields import asked, unanswered
from schedules.grammar import Event, EventField
from schedules.instants import instant
from tasks.amend import amend_event
from tasks.duties.evidence import BadEvidence
from tasks.events import listeners, listening, record_event
from worker.bootstrap import boot
from worker.cli.acting import acting
from worker.cli.command import DAY, Argument, Group
from worker.cli.evidence_words import read_fields
from worker.cli.language import N_, Option, _, count
from worker.cli.options import json_option, recorded_by
from worker.cli.owed import person_if_given
from worker.cli.running import require_tables
from worker.cli.terminal import as_json, say, table
from worker.settings import Settings

CLOCK = click.DateTime(["%H:%M"])
FIELD = N_("a field, NAME=VALUE; may be repeated. People are ids, several separated by commas")


@click.group(
    "event",
    cls=Group,
    help=N_("What happens in the office and starts a chain: cases, documents, complaints."),
)
def event() -> None:
    """The commands about events."""


@event.command(
    "record",
    help=N_(
        "Record an event; everything that follows from it opens at once. The same event again changes nothing."
    ),
    examples=[
        (
            "duban event record case.filed 〔2026〕17号 --on 2026-09-01 --field handlers=zhaogang,machao --field major=yes",
            N_("a case was filed"),
        ),
        ("duban event kinds", N_("which events there are, and their fields")),
    ],
)
@click.argument("kind", cls=Argument, about=N_("what happened, as the schedules name it: case.filed"))
@click.argument("key", cls=Argument, about=N_("what it is known by: a case number, a title"))
@click.option("--on", type=DAY, cls=Option, help=N_("the day it happened; default: today"))
@click.option(
    "--at", "clock", type=CLOCK, metavar="HH:MM", cls=Option, help=N_("the time of day, where hours count")
)
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", cls=Option, help=FIELD)
@recorded_by
@click.option("--note", default="", metavar="TEXT", cls=Option, help=N_("a remark"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def record(
    *, kind: str, key: str, on: date | None, clock: datetime | None, fields: tuple[str, ...], by: str | None, note: str, json_: bool
) -> None:  # fmt: skip
    """Record one event."""
    given = read_fields(fields)
    with acting() as (session, live, now):
        day = on or live.today(now)
        _require_answers(asked(each.schedule for each in listening(session, kind)), given)
        done = record_event(
            session, live, kind=kind, key=key, on=day, at=instant(day, clock.time(), live.office.tz) if clock else None, given=given,
            by=person_if_given(session, by), note=note, now=now,
        )  # fmt: skip
        opened = session.execute(
            select(ScheduleRow.key, OccurrenceRow.title, func.count(ObligationRow.id))
            .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
            .outerjoin(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
            .where(OccurrenceRow.id.in_(done.occurrences))
            .group_by(ScheduleRow.key, OccurrenceRow.title)
            .order_by(ScheduleRow.key)
        ).all()
    if json_:
        shape = [
            {"schedule": schedule, "key": key, "title": title, "open": n} for schedule, title, n in opened
        ]
        as_json({"kind": kind, "key": key, "on": day.isoformat(), "again": done.again, "opened": shape})
        return
    say(
        _("Recorded before; nothing was changed.")
        if done.again
        else _("Recorded: {kind} {key}.").format(kind=kind, key=key)
    )
    for schedule, title, n in opened:
        say(f"  {schedule}  {title}: " + count(_("1 duty"), _("{n} duties"), n))


def _require_answers(fields: Mapping[str, EventField], given: Mapping[str, Sequence[str]]) -> None:
    """Refuse an event whose yes-no fields are left open: they decide which steps there are."""
    if faults := list(unanswered(fields, given)):
        raise BadEvidence(faults)


@event.command(
    "amend",
    help=N_(
        "Correct the fields of an event. Steps that belong to it now open, open ones that do not are cancelled."
    ),
    examples=[
        (
            'duban event amend case.filed 〔2026〕17号 --field hearing=yes --reason "the party asked for a hearing"',
            N_("a hearing was asked for"),
        )
    ],
)
@click.argument("kind", cls=Argument, about=N_("what happened, as the schedules name it: case.filed"))
@click.argument("key", cls=Argument, about=N_("what it is known by: a case number, a title"))
@click.option("--field", "fields", multiple=True, required=True, metavar="NAME=VALUE", cls=Option, help=FIELD)
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it is changed"))
@recorded_by
@json_option
def amend(*, kind: str, key: str, fields: tuple[str, ...], reason: str, by: str | None, json_: bool) -> None:
    """Correct one event."""
    given = read_fields(fields)
    with acting() as (session, live, now):
        known = asked(each.schedule for each in listening(session, kind))
        _require_answers({name: field for name, field in known.items() if name in given}, given)
        amend_event(
            session, live, kind=kind, key=key, given=given, reason=reason, by=person_if_given(session, by), now=now
        )  # fmt: skip
    if json_:
        as_json({"kind": kind, "key": key, "fields": given})
        return
    say(_("Corrected: {kind} {key}.").format(kind=kind, key=key))


@event.command(
    "list",
    help=N_("List the events that were recorded, the latest first."),
    examples=[("duban event list case.filed", N_("every case"))],
)
@click.argument("kind", required=False, cls=Argument, about=N_("only this kind"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_events(*, kind: str | None, json_: bool) -> None:
    """Print the events."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        query = select(EventRow).order_by(EventRow.happened_on.desc(), EventRow.id.desc())
        rows = session.scalars(query if kind is None else query.where(EventRow.kind == kind)).all()
        states: dict[int | None, set[str]] = {}
        for event_id, state in session.execute(select(OccurrenceRow.event_id, OccurrenceRow.state)):
            states.setdefault(event_id, set()).add(state)
    if json_:
        as_json(
            [
                {
                    "kind": row.kind, "key": row.key, "on": row.happened_on.isoformat(), "fields": row.fields,
                    "open": "open" in states.get(row.id, ()),
                }
                for row in rows
            ]
        )  # fmt: skip
    elif rows:
        titles = [_("kind"), _("key"), _("day"), _("fields"), _("state")]
        table(
            titles,
            [
                [
                    row.kind, row.key, row.happened_on.isoformat(), _fields(row),
                    _("open") if "open" in states.get(row.id, ()) else _("closed"),
                ]
                for row in rows
            ],
        )  # fmt: skip
    else:
        say(_("No event has been recorded yet; `duban event kinds` shows which there are."))


def _fields(row: EventRow) -> str:
    return "; ".join(f"{name}={','.join(values)}" for name, values in row.fields.items())


@event.command(
    "kinds",
    help=N_("List the events that schedules wait for, with their fields."),
    examples=[("duban event kinds", N_("all of them"))],
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def kinds(*, json_: bool) -> None:
    """Print the kinds of events."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        found = listeners(session)
    rows: dict[str, tuple[str, list[str]]] = {}
    for each in found:
        when = each.schedule.when
        if isinstance(when, Event):
            rows.setdefault(when.event, (when.key, []))[1].append(each.schedule.id)
    fields = {
        kind: asked([each.schedule for each in found if each.schedule.id in ids])
        for kind, (_key, ids) in rows.items()
    }
    if json_:
        as_json(
            [
                {
                    "kind": kind, "key": key, "schedules": ids,
                    "fields": {name: field.model_dump(by_alias=True, mode="json") for name, field in fields[kind].items()},
                }
                for kind, (key, ids) in rows.items()
            ]
        )  # fmt: skip
        return
    if not rows:
        say(_("No schedule waits for an event; one that does says `when: {event: …}`."))
        return
    table(
        [_("kind"), _("known by"), _("schedules"), _("fields")],
        [
            [
                kind,
                key,
                ", ".join(ids),
                "; ".join(f"{name} ({field.kind})" for name, field in fields[kind].items()),
            ]
            for kind, (key, ids) in rows.items()
        ],
    )
