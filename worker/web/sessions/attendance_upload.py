"""A table that somebody uploads beside a session record: read, shown as ticks to look through, or refused row by row."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from flask import Response, make_response
from werkzeug.datastructures import FileStorage

from models.queries import pages_record
from models.queries.pages import DutyRow
from schedules.attendance_handed_in import own_attendance
from schedules.handed_in import HandedIn, hand_in
from schedules.problems import Problem
from schedules.source_text import SourceFile
from schedules.table_forms import ATTENDANCE
from tasks.gatherings.attendance_table import Member, Read, read_attendance
from worker.clock import machine_now
from worker.directory import directory_of, mobiles_on_record
from worker.handed_back import rows_back
from worker.web.desk import import_store
from worker.web.desk.import_columns import Columns, chosen, offered
from worker.web.duties.duty_view import fields_of
from worker.web.duties.evidence_form import blank
from worker.web.duties.uploads import label
from worker.web.sessions import attendance, ticks
from worker.web.sessions.attendance import Loaded
from worker.web.sessions.host import Host
from worker.web.sessions.ticks import Tick
from worker.web.site import Fault, View, runtime

LARGEST = 1_000_000
ENDINGS = (".xlsx", ".csv")


def shown(
    view: View, row: DutyRow, host: Host, file: FileStorage | None, given: Mapping[str, str]
) -> Response:
    """The session's page with the table's ticks, or with what is wrong with it.

    `given`: the form; it names the table that is kept where its columns or its sheet are chosen.
    """
    source = _kept(view, given["kept"]) if given.get("kept") else _sent(view, file)
    if isinstance(source, str):
        return make_response(attendance.page(view, row, host, faults=(Fault(source, "table"),)), 422)
    name = source.path
    people = pages_record.expected(view.session, row.occurrence.id)
    members = [Member(each.person_id, each.key, each.name) for each in people]
    sheet = given.get("sheet", "")[:64]
    table = hand_in(source, ATTENDANCE, chosen(ATTENDANCE, given), sheet=sheet)
    directory = directory_of(view.live.office, mobiles_on_record(view.session), runtime().cipher)
    own = own_attendance(table, directory)
    found = read_attendance(own.source, members)
    problems = own.all_problems([] if table.missing else found.problems)
    if problems:
        return make_response(_refused(view, row, host, table, problems, sheet), 422)
    recorded = pages_record.record(view.session, row.obligation.id)
    marks = dict(ticks.proposed(view, row, people, recorded=recorded is not None).ticks)
    marks = {person: mark for person, mark in marks.items() if person not in found.states} | _ticks(found)
    sentence = view.d._(
        "{file}: {present} present, {late} late, {leave} on leave, {absent} absent.", file=name, present=found.number("present"),
        late=found.number("late"), leave=found.number("leave"), absent=found.number("absent"),
    )  # fmt: skip
    reasons = {person: why for person, why in found.reasons.items() if found.states.get(person) == "leave"}
    form = replace(
        blank(view, fields_of(view, row)),
        done_on=row.occurrence.held_on.isoformat(),
        note=found.remark(members),
    )
    loaded = Loaded(sentence, "、".join(each.name for each in found.unlisted))
    standing = None if recorded is not None and not form.note else form
    return make_response(
        attendance.page(view, row, host, form=standing, marks=marks, reasons=reasons, loaded=loaded)
    )


def _sent(view: View, file: FileStorage | None) -> SourceFile | str:
    """The table that was uploaded, or what is wrong with it."""
    name = label(file.filename or "") if file is not None and file.filename else ""
    data = file.stream.read(LARGEST + 1) if file is not None and name else b""
    return _unfit(view, name, data) or SourceFile(name, data)


def _kept(view: View, key: str) -> SourceFile | str:
    found = import_store.find(runtime().settings.data, runtime().cipher, key)
    return found or view.d.gettext("This table is not kept any more. Choose it once more.")


def _why(view: View, problem: Problem) -> str:
    """A mistake in the reader's words."""
    what = view.d.words(problem.what)
    if problem.allowed is None:
        return what
    if not isinstance(problem.allowed, str):
        return view.d._("{what}; {advice}", what=what, advice=view.d.words(problem.allowed))
    allowed = problem.allowed.replace(", ", "、") if view.lang == "zh_CN" else problem.allowed
    return view.d._("{what} (possible: {allowed})", what=what, allowed=allowed)


def _ticks(found: Read) -> dict[int, Tick]:
    return {person: state for person, state in found.states.items() if state != "present"}


def _unfit(view: View, name: str, data: bytes) -> str:
    if not name or not data:
        return view.d.gettext("Choose a table first.")
    if PurePosixPath(name.lower()).suffix not in ENDINGS:
        return view.d._("{name} is no table; save it as .xlsx or .csv.", name=name)
    if len(data) > LARGEST:
        return view.d._("{name} is larger than 1 MB; take only the list of people.", name=name)
    return ""


def _refused(
    view: View, row: DutyRow, host: Host, table: HandedIn, problems: Sequence[Problem], sheet: str
) -> str:
    """Every refused row with its reasons; what is wrong with the table as a whole stands on top, with the choice where there is one."""
    reasons: dict[int, list[str]] = defaultdict(list)
    faults = []
    for problem in problems:
        text = _why(view, problem)
        if problem.subject:
            reasons[problem.line].append(f"{problem.subject}：{text}" if problem.subject != "?" else text)
        else:
            faults.append(Fault(text, "table"))
    joined = {line: "；".join(texts) for line, texts in sorted(reasons.items())}
    rows = rows_back(table, joined, view.d.gettext) if joined else []
    key = ""
    if (table.missing and table.choices) or table.sheets:
        key = import_store.keep(runtime().settings.data, runtime().cipher, table.given, now=machine_now())
    loaded = Loaded(
        refused=list(joined.items()), rows=json.dumps(rows, ensure_ascii=False), key=key,
        columns=offered(table) if table.missing else Columns(), sheets=table.sheets, sheet=sheet,
    )  # fmt: skip
    return attendance.page(view, row, host, faults=tuple(faults), loaded=loaded)
