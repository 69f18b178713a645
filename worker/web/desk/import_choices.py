"""What can be imported at the desk: each sort of table, its template, how it is tried and written."""

from collections.abc import Callable
from dataclasses import dataclass

from schedules import table_forms
from schedules.grammar import Once
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from schedules.table_forms import TableForm
from schedules.words import Words, phrase
from worker.record_tables import quotas
from worker.web.desk import import_kinds, import_people, import_records, import_targets
from worker.web.desk.import_kinds import Asked, Trial
from worker.web.site import View

TABLES = (".xlsx", ".csv")
Named = list[tuple[str, str]]


def of_hours(office: OfficeSpec) -> Named:
    """The schedules that count hours, by id, with their titles."""
    return [(each.id, each.title) for each in quotas(office)]


def of_targets(office: OfficeSpec) -> Named:
    """The campaigns with a list."""
    return [
        (each.id, each.title)
        for each in office.schedules
        if isinstance(each.when, Once) and each.when.targets is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of table. `columns`: headings of its template, with one example row; `after`: what is said when it is written.

    `scheduled`: the schedules of which one has to be named. `keeps`: whether what is not in the table may stay.
    """

    key: str
    title: Words
    hint: Words
    after: Words
    columns: tuple[tuple[str, str], ...]
    attempt: Callable[[View, SourceFile, Asked], Trial]
    write: Callable[[SourceFile, Asked, str, str], None]
    form: TableForm | None = None
    scheduled: Callable[[OfficeSpec], Named] | None = None
    keeps: bool = False
    endings: tuple[str, ...] = TABLES

    def schedules(self, office: OfficeSpec) -> Named:
        """The schedules to choose from."""
        return self.scheduled(office) if self.scheduled else []


PEOPLE = (
    ("工号", "A0001"), ("姓名", "张三"), ("科室/社区", ""), ("职务", "科员"), ("角色", ""), ("标签", ""), ("手机号", "13800000001"),
    ("企业微信", ""), ("邮箱", ""), ("入职日期", "2026-09-01"), ("离职日期", ""), ("语言", ""),
)  # fmt: skip
CREDENTIALS = (
    ("证件编号", "ZF-0001"), ("证件种类", "enforcement"), ("持证人工号", "A0001"), ("发证日期", "2026-09-01"), ("有效期至", "2031-08-31"),
    ("发证机关", "市司法局"), ("状态", "有效"), ("类型", "首次"),
)  # fmt: skip
HOURS = (
    ("工号", "A0001"), ("姓名", "张三"), ("日期", "2026-09-01"), ("课程", "行政处罚法专题"), ("学时", "4"), ("类别", "课程"),
)  # fmt: skip
TARGETS = (("编号", "001"), ("名称", "某某超市"), ("责任单位", ""), ("责任人工号", ""))
NOTICE = (("日期", "2027-01-01"), ("是否上班", "否"), ("名称", "元旦"))
DAYS = (("日期", "2027-09-03"), ("是否上班", "否"), ("名称", "纪念活动"), ("原因", "市政府通知"))
KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            key="people", title=phrase("Roster"),
            hint=phrase("The whole roster, known by staff or mobile number. What it has no column for stays as it is. No citizen numbers."),
            after=phrase("The roster is in force."), columns=PEOPLE, attempt=import_people.try_people, write=import_people.write_people,
            form=table_forms.PEOPLE, keeps=True,
        ),
        Kind(
            key="credentials", title=phrase("Certificates"),
            hint=phrase("New ones, or those whose state changed. What is not in the table stays as it is."),
            after=phrase("The certificates are recorded."), columns=CREDENTIALS, attempt=import_records.try_credentials,
            write=import_records.write_list, form=table_forms.CREDENTIALS,
        ),
        Kind(
            key="hours", title=phrase("Training hours"),
            hint=phrase("Who, when, which course, how many. The same course is entered once."),
            after=phrase("The hours are recorded."), columns=HOURS, attempt=import_records.try_hours,
            write=import_records.write_hours_shown, form=table_forms.HOURS, scheduled=of_hours,
        ),
        Kind(
            key="targets", title=phrase("List of a campaign"),
            hint=phrase("The whole list, known by its numbers: what it is about and who answers for each."),
            after=phrase("The list is in force."), columns=TARGETS, attempt=import_targets.try_targets,
            write=import_targets.write_targets, form=table_forms.TARGETS, scheduled=of_targets, keeps=True,
        ),
        Kind(
            key="calendar", title=phrase("Working days"),
            hint=phrase("The holiday notice of a year, or single days with their reason."),
            after=phrase("The working days are in force; whose day moved is told once."), columns=NOTICE,
            attempt=import_kinds.try_calendar, write=import_kinds.write_calendar, endings=(*TABLES, ".json"),
        ),
    )
}  # fmt: skip
