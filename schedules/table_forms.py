"""The tables that can be handed in, field by field: under which headings offices write it, and in which form the office keeps it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from schedules import cell_days, cell_forms
from schedules.roster import CREDENTIAL_HEADERS, PEOPLE_HEADERS
from schedules.roster_table import Cell
from schedules.targets import HEADERS as TARGET_HEADERS

Form = Callable[[Cell], str]
ORDER = "序号"
PERSON: Mapping[str, tuple[str, ...]] = {"id": ("id",), "mobile": ("mobile",), "name": ("name",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `own`: its heading in the office's own form; `usual`: other headings, the most telling first.

    `filled`: whether 同上 and merged cells stand for the value above.
    """

    own: str
    form: Form = cell_forms.title
    usual: tuple[str, ...] = ()
    filled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TableForm:
    """One sort of table. `needed`: of each group of fields one must have a column.

    `holder`: the field that holds a staff number; `finds` are the fields by which that is looked up, as number, mobile number, name.
    A row without any of them is refused if it `must` have one. `spans`: a field whose day may stand before another one's in its column.
    """

    fields: Mapping[str, Field]
    needed: tuple[tuple[str, ...], ...]
    headings: Mapping[str, str] = field(default_factory=dict)
    holder: str | None = None
    finds: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PERSON)
    must: bool = True
    spans: Mapping[str, str] = field(default_factory=dict)

    def every_heading(self) -> dict[str, str]:
        """Field by heading, the most telling first: the field's own, unless it has a place among the others."""
        found = {
            heading: name
            for name, each in self.fields.items()
            for heading in ((*each.usual,) if each.own in each.usual else (each.own, *each.usual))
        }
        return found | {heading: name for heading, name in self.headings.items() if heading not in found}

    def missing(self, found: Collection[str]) -> list[str]:
        """The first field of each group of which no column was found."""
        return [group[0] for group in self.needed if not any(each in found for each in group)]


_NUMBER = Field(
    own="工号", form=cell_forms.key, filled=False,
    usual=("人员编号", "职工号", "职工编号", "员工编号", "员工号", "人员工号", "个人编号", "工作证号"),
)  # fmt: skip
_NAME = Field(own="姓名", usual=("人员姓名", "员工姓名", "职工姓名", "名字"), filled=False)
_MOBILE = Field(
    own="手机号", form=cell_forms.mobile, filled=False,
    usual=("手机", "手机号码", "移动电话", "联系手机", "联系电话", "电话号码", "联系方式", "电话", "本人手机"),
)  # fmt: skip
PEOPLE = TableForm(
    fields={
        "id": _NUMBER,
        "name": _NAME,
        "unit": Field(
            own="单位",
            usual=(
                "科室/社区", "科室社区", "所属科室/社区", "所在科室", "所属科室", "科室", "所在部门", "所属部门", "部门",
                "部门科室", "科室部门",
                "内设机构", "所在社区", "所属社区", "社区", "所在单位", "所属单位", "工作单位", "单位",
            ),
        ),
        "post": Field(own="职务", usual=("现任职务", "职务/岗位", "职务岗位", "岗位", "职务职级", "岗位名称")),
        "roles": Field(own="角色"),
        "tags": Field(own="标签"),
        "mobile": _MOBILE,
        "wecom_id": Field(own="企业微信", form=cell_forms.key, filled=False, usual=("企微账号", "企业微信号", "企业微信id")),
        "email": Field(own="邮箱", form=cell_forms.key, filled=False, usual=("电子邮件", "e-mail", "邮件地址")),
        "joined_on": Field(own="入职日期", form=cell_days.first_day, usual=("到岗时间", "到岗日期", "报到日期", "来本单位时间",
        "调入时间", "调入日期")),
        "left_on": Field(own="离职日期", form=cell_days.last_day, usual=("离职时间", "离岗时间", "调出时间", "调出日期",
        "调离日期", "调离时间")),
        "lang": Field(own="语言"),
        "citizen_id": Field(own="身份证号", form=cell_forms.key, usual=("身份证", "公民身份证号码"), filled=False),
    },
    needed=(("id", "mobile"), ("name",), ("unit",)),
    headings=PEOPLE_HEADERS,
)  # fmt: skip
CREDENTIALS = TableForm(
    fields={
        "number": Field(
            own="证件编号", form=cell_forms.key, filled=False,
            usual=("执法证号", "执法证编号", "执法证件编号", "执法证件号", "执法证件号码", "行政执法证号", "行政执法证件编号",
                "证书编号", "证书号", "证件号"),
        ),
        "kind": Field(own="证件种类", usual=("证件名称", "证件类别", "证书名称", "证书种类")),
        "holder": Field(own="持证人工号", form=cell_forms.title, usual=("持证人",), filled=False),
        "id": _NUMBER,
        "mobile": _MOBILE,
        "name": Field(own="姓名", usual=("人员姓名", "持证人姓名", "持证人员"), filled=False),
        "issued_on": Field(own="发证日期", form=cell_days.first_day, usual=("发证时间", "领证日期", "领证时间", "颁发日期",
        "颁证日期", "有效期起", "有效期自")),
        "expires_on": Field(
            own="有效期至", form=cell_days.last_day,
            usual=("有效期止", "有效期限至", "到期日期", "到期时间", "截止日期", "失效日期", "有效期截止", "有效期截止日期",
                "有效期", "有效期限"),
        ),
        "issuer": Field(own="发证机关", usual=("发证单位", "颁证机关", "核发机关", "发证部门")),
        "state": Field(own="状态", usual=("证件状态", "证书状态")),
        "type": Field(own="类型", usual=("办理类型", "证件办理类型")),
    },
    needed=(("number",), ("kind",), ("holder", "id", "mobile", "name"), ("issued_on",), ("expires_on",)),
    headings=CREDENTIAL_HEADERS,
    holder="holder",
    finds={**PERSON, "id": ("id", "holder")},
    spans={"issued_on": "expires_on"},
)  # fmt: skip
HOURS = TableForm(
    fields={
        "id": _NUMBER,
        "mobile": _MOBILE,
        "name": Field(own="姓名", usual=("人员姓名", "学员姓名", "参训人员", "学员", "参加人员"), filled=False),
        "done_on": Field(
            own="日期", form=cell_days.held_day, usual=("培训日期", "培训时间", "学习日期", "学习时间", "完成日期", "完成时间",
                "结业日期", "时间")
        ),
        "amount": Field(
            own="学时", form=cell_forms.amount, filled=False,
            usual=("学时数", "课时", "培训学时", "获得学时", "认定学时", "折算学时", "次数", "hours"),
        ),
        "title": Field(
            own="课程", usual=("课程名称", "培训名称", "培训内容", "培训班", "培训班名称", "学习内容", "班次", "班次名称",
                "培训项目", "内容", "course")
        ),
        "kind": Field(own="类别", usual=("学时类别", "培训类别", "培训形式", "学习形式", "培训方式", "kind")),
    },
    needed=(("id", "mobile", "name"), ("done_on",), ("amount",), ("title",)),
    holder="id",
)  # fmt: skip
TARGETS = TableForm(
    fields={
        "number": Field(
            own="编号", form=cell_forms.key, filled=False, usual=("事项编号", "项目编号", "统一社会信用代码", "信用代码", ORDER)
        ),
        "name": Field(
            own="名称", usual=("事项", "事项名称", "项目名称", "任务名称", "单位名称", "企业名称", "主体名称", "对象名称",
                "检查对象", "商户名称"), filled=False
        ),
        "unit": Field(own="责任单位", usual=("责任科室", "承办单位", "牵头单位", "责任部门", "承办科室", "牵头科室", "所属社区", "社区")),
        "person": Field(own="责任人工号", usual=("责任人", "包保人", "承办人", "联系人", "负责人")),
        "mobile": Field(own="手机号", form=cell_forms.mobile, usual=("责任人手机", "责任人电话", "联系电话")),
    },
    needed=(("number",), ("name",)),
    headings=TARGET_HEADERS,
    holder="person",
    finds={"id": ("person",), "mobile": ("mobile",)},
    must=False,
)  # fmt: skip
ATTENDANCE = TableForm(
    fields={
        "id": _NUMBER,
        "mobile": _MOBILE,
        "name": Field(own="姓名", usual=("人员姓名", "参会人员", "参加人员", "参会人", "与会人员", "签到人"), filled=False),
        "state": Field(
            own="状态", filled=False,
            usual=("出勤", "到会情况", "考勤", "签到", "签到状态", "签到情况", "出勤情况", "考勤情况", "考勤状态", "参会情况",
                "参会状态", "state"),
        ),
        "signed": Field(own="签到时间", filled=False, usual=("签到日期时间", "打卡时间", "签名", "提交时间", "扫码时间")),
        "reason": Field(own="原因", filled=False, usual=("请假事由", "事由", "缺席原因", "备注", "reason")),
    },
    needed=(("id", "mobile", "name"), ("state", "signed")),
    headings={"id": "id", "编号": "id", "name": "name"},
)  # fmt: skip
