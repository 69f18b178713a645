"""`duban attendance`: take over a table of who was at a gathering (dry run first, all or nothing), or write the table to fill in."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.queries import gatherings, pages_record
from models.queries.pages_record import Expected
from models.schedules import ScheduleRow
from schedules.attendance_handed_in import own_attendance
from schedules.errors import NotFound
from schedules.handed_in import hand_in
from schedules.table_forms import ATTENDANCE
from schedules.words import phrase
from tasks.gatherings.attend import record_session
from tasks.gatherings.attendance_table import Member, Read, filled_in, read_attendance
from tasks.gatherings.leave import note_leave
from tasks.live import current
from worker.bootstrap import boot
from worker.cli.acting import acting
from worker.cli.command import DAY, Argument, Group
from worker.cli.evidence_words import read_evidence
from worker.cli.language import N_, Option, _
from worker.cli.options import recorded_by
from worker.cli.owed import person_if_given
from worker.cli.rosters import (
    chosen_columns,
    json_option,
    map_option,
    named_source,
    pieces,
    refuse_handed_in,
    sheet_option,
    tell_found,
    yes_option,
)
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, as_json, say
from worker.directory import directory_of, mobiles_on_record
from worker.office_files import replace_file
from worker.settings import Settings
from worker.tables import for_excel


@click.group(
    "attendance", cls=Group, help=N_("Who was at a gathering: take over a table, write the one to fill in.")
)
def attendance() -> None:
    """The commands about attendance."""


_schedule = click.option(
    "--schedule", required=True, metavar="SCHEDULE", cls=Option, help=N_("the gathering's schedule")
)
_on = click.option("--on", "day", type=DAY, required=True, cls=Option, help=N_("the day it was held"))


@attendance.command(
    "import",
    help=N_(
        "Record a gathering by a table (xlsx or csv) with staff number, mobile number or name, state (出勤, 迟到, 请假, 缺席) or the "
        "time of signing in, and reason. Without --yes only shows what would be recorded. All or nothing: refused rows go to an xlsx with "
        "the reason in the last column."
    ),
    examples=[
        (
            "duban attendance import 签到.xlsx --schedule friday-study --on 2026-11-20",
            N_("what would be recorded"),
        ),
        (
            "duban attendance import 签到.xlsx --schedule friday-study --on 2026-11-20 --evidence topic=行政处罚法 "
            "--evidence law=行政处罚法 --yes",
            N_("do it"),
        ),
        (
            "duban attendance import 没到的人.csv --schedule friday-study --on 2026-11-20 --others present",
            N_("a table of those who were not there"),
        ),
    ],
)
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    cls=Argument,
    about=N_("the table, .xlsx or .csv"),
)
@_schedule
@_on
@map_option
@sheet_option
@click.option(
    "--others",
    type=click.Choice(["present", "absent"]),
    cls=Option,
    help=N_("what those are who are expected but not in the table; without it such a table is refused"),
)
@click.option(
    "--evidence",
    multiple=True,
    metavar="NAME=VALUE",
    cls=Option,
    help=N_("a field of evidence; may be repeated"),
)
@recorded_by
@yes_option
@json_option
def import_attendance(
    *, file: Path, schedule: str, day: date, chosen: tuple[str, ...], sheet: str, others: str | None, evidence: tuple[str, ...],
    by: str | None,
    yes: bool, json_: bool,
) -> None:  # fmt: skip
    """Check the table against those who are expected, show what it says, record it."""
    columns, source = chosen_columns(ATTENDANCE, chosen), named_source(file)
    fields = read_evidence(evidence)
    require_tables(Settings.load())
    runtime = boot()
    with pieces(_("Attendance"), _("reading")) as begin, runtime.db.reading() as session:
        begin()
        record_id, people = _gathering(session, schedule, day)
        standing = pages_record.record(session, record_id)
        directory = directory_of(current(session).office, mobiles_on_record(session), runtime.cipher)
        members = _members(people)
        table = hand_in(source, ATTENDANCE, columns, sheet=sheet)
        own = own_attendance(table, directory)
        found = read_attendance(own.source, members)
    refuse_handed_in(own.all_problems([] if table.missing else found.problems), table, file)
    if not json_:
        tell_found(table, own.notes)
    _complete(found, others)
    if not yes:
        _tell(found, people, json_=json_, recorded=False)
        return
    if standing is not None:
        fields = {**{name: list(values) for name, values in standing.values.items()}, **fields}
    with pieces(_("Attendance"), _("recording")) as begin, acting() as (session, live, now):
        begin()
        recorder = person_if_given(session, by)
        record_session(
            session, live, obligation_id=record_id, evidence=fields, files={}, done_on=day, by=recorder, how="cli", now=now,
            away={person: mark for person, mark in found.states.items() if mark in ("leave", "absent")},
            late=[person for person, mark in found.states.items() if mark == "late"], remark=found.remark(members) or None,
        )  # fmt: skip
        reasons = {person: why for person, why in found.reasons.items() if found.states[person] == "leave"}
        occurrence_id = session.get_one(ObligationRow, record_id).occurrence_id
        note_leave(session, occurrence_id=occurrence_id, reasons=reasons, by=recorder, how="cli", now=now)
    _tell(found, people, json_=json_, recorded=True)


def _members(people: Sequence[Expected]) -> list[Member]:
    return [Member(each.person_id, each.key, each.name) for each in people]


def _complete(found: Read, others: str | None) -> None:
    """Say of everybody expected what they were."""
    if found.unlisted and others is None:
        names = _(", ").join(each.name for each in found.unlisted[:12]) + (
            "…" if len(found.unlisted) > 12 else ""
        )
        raise Refuse(
            _(
                "Nothing was imported: {n} of those expected are not in the table: {names}. Add them, or say --others present "
                "or --others absent."
            ).format(n=len(found.unlisted), names=names)
        )
    for each in found.unlisted:
        found.states[each.person_id] = "present" if others == "present" else "absent"


def _gathering(session: Session, schedule: str, day: date) -> tuple[int, list[Expected]]:
    """The record's duty and who is expected. Raises NotFound if no gathering of the schedule was held on that day."""
    query = (
        select(OccurrenceRow.id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(OccurrenceRow.held_on == day, OccurrenceRow.state != "cancelled")
        .where(ScheduleRow.key.in_([schedule, *current(session).office.families.get(schedule, ())]))
    )
    for occurrence_id in session.scalars(query):
        record_id = gatherings.record_of(session, occurrence_id)
        if record_id is not None:
            return record_id, pages_record.expected(session, occurrence_id)
    raise NotFound(
        phrase("no gathering of '{schedule}' on {day} is known here", schedule=schedule, day=day.isoformat())
    )


def _tell(found: Read, people: Sequence[Expected], *, json_: bool, recorded: bool) -> None:
    if json_:
        as_json(
            {
                "recorded": recorded,
                "people": [
                    {
                        "id": each.key,
                        "name": each.name,
                        "state": found.states[each.person_id],
                        "reason": found.reasons.get(each.person_id),
                    }
                    for each in people
                ],
            }
        )
        return
    say(
        _("{n} people: {present} present, {late} late, {leave} on leave, {absent} absent.").format(
            n=len(found.states), present=found.number("present"), late=found.number("late"), leave=found.number("leave"),
            absent=found.number("absent"),
        )
    )  # fmt: skip
    for state, title in (("late", _("came late")), ("leave", _("on leave")), ("absent", _("absent"))):
        for each in people:
            if found.states[each.person_id] == state:
                reason = found.reasons.get(each.person_id)
                say(f"  {title}: {each.name}" + (f" ({reason})" if reason else ""))
    say(_("Recorded.") if recorded else _("Nothing was changed; say --yes to do it."))


@attendance.command(
    "table",
    help=N_("Write the table to fill in: everybody who is expected, all as present. A csv that Excel opens."),
    examples=[
        (
            "duban attendance table 签到.csv --schedule friday-study --on 2026-11-20",
            N_("fill it in, then import it"),
        )
    ],
)
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False), cls=Argument, about=N_("where to write it")
)
@_schedule
@_on
@json_option
def write_table(*, file: Path, schedule: str, day: date, json_: bool) -> None:
    """Write the table."""
    if file.exists():
        raise Refuse(_("{file} is there already.").format(file=file))
    require_tables(Settings.load())
    with boot().db.reading() as session:
        _record_id, people = _gathering(session, schedule, day)
    heading, rows = filled_in(
        [
            (member, each.unit, "present", "")
            for member, each in zip(_members(people), people, strict=True)
        ]
    )  # fmt: skip
    replace_file(file, for_excel([heading, *rows]))
    if json_:
        as_json({"file": str(file), "people": len(rows)})
        return
    say(_("{n} people in {file}.").format(n=len(rows), file=file))
