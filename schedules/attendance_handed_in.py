"""A sign-in table as an office hands it in: a state for each person, or only the time at which somebody signed in."""

import re

from schedules.directory import Directory, Doubt
from schedules.handed_in import HandedIn
from schedules.own_form import OwnForm, columns_of, doubted, own_csv, rows_named, texts_of
from schedules.problems import Problem
from schedules.words import phrase

FIELDS = ("id", "name", "state", "reason")
PRESENT = "出勤"
_TIME = re.compile(r"\d{1,2}[:：]\d{2}|[12]\d{3}[-./年]\d{1,2}")
_EXCUSED = re.compile(r"(请假|事假|病假|公差|迟到|缺席|未到|缺勤)")


def own_attendance(found: HandedIn, directory: Directory) -> OwnForm:
    """The table as the office's own csv. Who neither signed in nor is spoken of is left out, as if not in the table."""
    problems: list[Problem] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    silent: list[int] = []
    settled: set[tuple[int, int]] = set()
    for row in found.rows:
        texts, wrong = texts_of(found, row)
        problems += wrong
        texts["state"] = _state(texts)
        if not texts["state"] and "state" not in row.fields:
            silent.append(row.line)
            continue
        key = _by_mobile(texts, directory)
        if isinstance(key, Doubt):
            problems.append(doubted(found, row, key))
            settled |= {(len(rows), at) for at in range(len(FIELDS))}
        else:
            texts["id"] = key
        rows.append([texts.get(name, "") for name in FIELDS])
        lines.append(row.line)
    notes = [phrase("rows of people who did not sign in: {rows}", rows=rows_named(silent))] if silent else []
    return OwnForm(
        source=own_csv(found.given, [found.form.fields[name].own for name in FIELDS], rows), given=found.given, fields=FIELDS, rows=rows,
        lines=lines, columns=_columns(found), settled=frozenset(settled), problems=(*found.problems, *problems),
        notes=(*found.notes, *notes),
    )  # fmt: skip


def _state(texts: dict[str, str]) -> str:
    state = texts.get("state", "")
    if state:
        return PRESENT if _TIME.search(state) else state
    excuse = _EXCUSED.match(texts.get("reason", ""))
    if excuse is not None:
        return excuse[1]
    return PRESENT if texts.get("signed") else ""


def _by_mobile(texts: dict[str, str], directory: Directory) -> str | Doubt:
    """The staff number, by the mobile number where there is none; empty where the name alone is given."""
    if texts.get("id") or not texts.get("mobile"):
        return texts.get("id", "")
    found = directory.find({"mobile": texts["mobile"]})
    return found if isinstance(found, Doubt) else found.key


def _columns(found: HandedIn) -> list[int]:
    columns = dict(zip(FIELDS, columns_of(found, FIELDS), strict=True))
    other = columns_of(found, ("mobile", "signed"))
    columns["id"] = columns["id"] or other[0]
    columns["state"] = columns["state"] or other[1]
    return list(columns.values())
