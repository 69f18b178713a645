"""A table that somebody uploads beside a session record: read, shown as ticks to look through, or refused row by row."""

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import PurePosixPath

from flask import Response, make_response
from werkzeug.datastructures import FileStorage

from models.queries import pages_record
from models.queries.pages import DutyRow
from schedules.problems import Problem
from schedules.source_text import SourceFile
from tasks.gatherings.attendance_table import Member, Read, read_attendance
from worker.tables import as_uploaded, with_reasons
from worker.web.duties.duty_view import fields_of
from worker.web.duties.evidence_form import blank
from worker.web.duties.uploads import label
from worker.web.sessions import attendance, ticks
from worker.web.sessions.attendance import Loaded
from worker.web.sessions.host import Host
from worker.web.sessions.ticks import Tick
from worker.web.site import Fault, View

LARGEST = 1_000_000
ENDINGS = (".xlsx", ".csv")


def shown(view: View, row: DutyRow, host: Host, file: FileStorage | None) -> Response:
    """The session's page with the table's ticks, or with what is wrong with it."""
    name = label(file.filename or "") if file is not None and file.filename else ""
    data = file.stream.read(LARGEST + 1) if file is not None and name else b""
    wrong = _unfit(view, name, data)
    if wrong:
        return make_response(attendance.page(view, row, host, faults=(Fault(wrong, "table"),)), 422)
    source = as_uploaded(SourceFile(name, data))
    people = pages_record.expected(view.session, row.occurrence.id)
    members = [Member(each.person_id, each.key, each.name) for each in people]
    found = read_attendance(source, members)
    if found.problems:
        return make_response(_refused(view, row, host, source, found), 422)
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


def _refused(view: View, row: DutyRow, host: Host, source: SourceFile, found: Read) -> str:
    """Every refused row with its reasons; what is wrong with the table as a whole stands on top."""
    reasons: dict[int, list[str]] = defaultdict(list)
    faults = []
    for problem in found.problems:
        text = _why(view, problem)
        if problem.subject:
            reasons[problem.line].append(f"{problem.subject}：{text}" if problem.subject != "?" else text)
        else:
            faults.append(Fault(text, "table"))
    joined = {line: "；".join(texts) for line, texts in sorted(reasons.items())}
    rows = with_reasons(source, joined, title=view.d.gettext("reason")) if joined else []
    loaded = Loaded(refused=list(joined.items()), rows=json.dumps(rows, ensure_ascii=False))
    return attendance.page(view, row, host, faults=tuple(faults), loaded=loaded)
