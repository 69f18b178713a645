"""A sign-in table as an office hands it in: a state for each person, or only the time at which somebody signed in."""

import re
from collections.abc import Mapping

from schedules.cell_text import narrow
from schedules.directory import Directory, Doubt
from schedules.handed_in import HandedIn
from schedules.own_form import OwnForm, columns_of, doubted, own_csv, rows_named, texts_of
from schedules.problems import Problem
from schedules.words import phrase

FIELDS = ("id", "name", "state", "reason")
PRESENT, LATE, LEAVE, ABSENT = "出勤", "迟到", "请假", "缺席"
_TIME = re.compile(r"\d{1,2}[:：]\d{2}|[12]\d{3}[-./年]\d{1,2}")
# Of these a remark may say that it was leave.
_NOT_HERE = frozenset(
    ["缺", "未到", "未到会", "未参会", "未参加", "未签到", "未签", "否", "×", "✗", "✘", "☒", "x"]
)
_WORDS: Mapping[str, tuple[str, ...]] = {
    PRESENT: (
        "出勤", "到", "已到", "到会", "已到会", "实到", "到场", "出席", "参会", "已参会", "参加", "已参加", "签到", "已签到", "已签", "是",
        "√", "✓", "✔", "☑", "present",
    ),
    LATE: ("迟到", "晚到", "late"),
    LEAVE: (
        "请假", "已请假", "假", "事假", "病假", "公假", "年假", "年休假", "公休", "休假", "产假", "陪产假", "婚假", "丧假",
        "探亲假", "育儿假", "公差", "公出", "因公外出", "出差", "外出", "外出学习", "leave",
    ),
    ABSENT: ("缺席", "无故缺席", "缺勤", "旷会", "absent", *_NOT_HERE),
}  # fmt: skip
_STATES = {word: state for state, words in _WORDS.items() for word in words}
_EXCUSED = re.compile(r"(请假|事假|病假|公差|出差|迟到|缺席|未到|缺勤)")
_BLANK = frozenset({"", "/", "-", "—", "——", "无"})  # in a column of signatures


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
        texts["state"], texts["reason"] = _state(texts)
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


def _state(texts: dict[str, str]) -> tuple[str, str]:
    """The state in the office's own words, empty if nothing is said of it, and the reason: a kind of leave is one.

    In a column of signatures stand names, times, and what somebody wrote there instead of signing.
    """
    reason, signed = texts.get("reason", ""), texts.get("signed", "")
    said = texts.get("state", "")
    excuse = _EXCUSED.match(reason)
    if not said and excuse is not None:
        said = excuse[1]
    if not said and signed not in _BLANK:
        said = signed if _known(signed) else PRESENT
    if _TIME.search(said):
        return PRESENT, reason
    state = _known(said) or said
    if state == ABSENT and said in _NOT_HERE and excuse is not None and _known(excuse[1]) == LEAVE:
        return LEAVE, reason
    plain = narrow(said) in ("leave", "假", "已请假", LEAVE)
    return state, reason or (said if state == LEAVE and not plain else "")


def _known(said: str) -> str:
    return _STATES.get(re.sub(r"\s", "", narrow(said)).lower(), "")


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
