"""Tables of every kind that is handed in, and who is there."""

from schedules.attendance_handed_in import own_attendance
from schedules.directory import Directory, Known
from schedules.handed_in import hand_in
from schedules.hours_table import FIELDS as HOUR_FIELDS
from schedules.own_form import OwnForm, own_form
from schedules.roster_handed_in import Standing, own_roster
from schedules.source_text import SourceFile
from schedules.table_forms import ATTENDANCE, CREDENTIALS, HOURS, PEOPLE, TARGETS
from schedules.targets_handed_in import own_targets

NUMBERS = {"13800000101": "1001", "13800000102": "1002", "13800000103": "0017"}
HERE = Directory(
    [Known("1001", "张伟", "党政办"), Known("1002", "李四", "司法所"), Known("0017", "张伟", "民政办")],
    NUMBERS.get,
)
NOBODY = Standing(people={}, new_key=lambda mobile: f"r{mobile[-4:]}")
CARD_FIELDS = ("number", "kind", "holder", "issued_on", "expires_on", "issuer", "state", "type")


def own(kind: str, name: str, data: bytes, **chosen: str) -> OwnForm:
    """A table of that kind in the own form."""
    source = SourceFile(name, data)
    if kind == "people":
        return own_roster(hand_in(source, PEOPLE, chosen), NOBODY)
    if kind == "attendance":
        return own_attendance(hand_in(source, ATTENDANCE, chosen), HERE)
    if kind == "targets":
        return own_targets(hand_in(source, TARGETS, chosen), (), HERE, keep_missing=False)
    form, fields = {"credentials": (CREDENTIALS, CARD_FIELDS), "hours": (HOURS, HOUR_FIELDS)}[kind]
    return own_form(hand_in(source, form, chosen), fields, HERE)


TABLES = {
    "people": (
        ["工号", "姓名", "科室", "职务", "联系电话", "入职时间"],
        [["1001", "张伟", "党政办", "科员", "13800000101", "2026-09-01"], ["1002", "李四", "司法所", "所长", "13800000102", "2020-10-11"]],
    ),
    "credentials": (
        ["执法证号", "证件种类", "姓名", "手机号码", "发证时间", "有效期限至"],
        [
            ["T1", "enforcement", "张伟", "13800000103", "2026-09-01", "2031-08-31"],
            ["T2", "enforcement", "李四", "13800000102", "2026-09-01", "2031-08-31"],
        ],
    ),
    "hours": (
        ["工号", "姓名", "培训时间", "课程名称", "学时数"],
        [["1001", "张伟", "2026-09-01", "行政处罚法", "4"], ["1002", "李四", "2026-09-02", "行政强制法", "1.5"]],
    ),
    "targets": (
        ["序号", "企业名称", "责任科室", "责任人"],
        [["1", "甲公司", "党政办", "李四"], ["2", "乙公司", "司法所", "1001"]],
    ),
    "attendance": (
        ["工号", "姓名", "到会情况", "备注"],
        [["1001", "张伟", "出勤", "旁听"], ["1002", "李四", "请假", "出差"]],
    ),
}  # fmt: skip
OWN = {
    "people": [
        ["1001", "张伟", "党政办", "科员", "", "", "13800000101", "", "", "2026-09-01", "", ""],
        ["1002", "李四", "司法所", "所长", "", "", "13800000102", "", "", "2020-10-11", "", ""],
    ],
    "credentials": [
        ["T1", "enforcement", "0017", "2026-09-01", "2031-08-31"],
        ["T2", "enforcement", "1002", "2026-09-01", "2031-08-31"],
    ],
    "hours": [["1001", "2026-09-01", "4", "行政处罚法"], ["1002", "2026-09-02", "1.5", "行政强制法"]],
    "targets": [["1", "甲公司", "党政办", "1002"], ["2", "乙公司", "司法所", "1001"]],
    "attendance": [["1001", "张伟", "出勤", "旁听"], ["1002", "李四", "请假", "出差"]],
}


def said(found: OwnForm) -> list[str]:
    return [problem.text() for problem in found.all_problems([])]


def notes(found: OwnForm) -> str:
    return " | ".join(map(str, found.notes))
