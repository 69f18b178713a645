"""What counts as done: `done`, the record of a gathering, and what people give as evidence."""

from schedules.about.said import Parts, part, said
from schedules.done import (
    AllOf,
    Attendance,
    Basis,
    ByPeople,
    EvidenceField,
    FromRegister,
    LaterCredential,
    Quota,
    SessionRecord,
    Topics,
)

FIELDS = {"minutes": {"label": "会议纪要", "kind": "file"}}
EVIDENCE = said(
    "办结时要提供什么：编号写在前面，后面写种类，或写名称和种类。",
    "What a confirmation carries: an id, then its kind, or label and kind.",
    FIELDS,
)
APPROVE = said(
    "由谁审核；不写就不用审核。",
    "Who agrees that it is done; default: nobody has to.",
    {"role": "legal-reviewer"},
)

PARTS: Parts = {
    ByPeople: part(
        ("本人或一人办结", "People confirm"),
        ("不写 done 就是这一种：该办的人各自办结。", "The default: those who owe it confirm."),
        {
            "by": said("每人都要办，还是一人办了就算。", "Whether each has to, or any one will do."),
            "quorum": said(
                "达到这个比例就算办结。", "Enough when this share of those not excused has.", "90%"
            ),
            "evidence": EVIDENCE,
            "approve": APPROVE,
            "within": said(
                "规定日期之后多久内办结；不写就是当天。",
                "The due day, counted from the day of the rule; default: that day.",
                "3 workdays",
            ),
        },
        "by: each\nquorum: 90%\nevidence:\n  minutes: {label: 会议纪要, kind: file}",
    ),
    Attendance: part(
        ("到会", "Attendance"),
        (
            "到会就算办结，缺席的补学。要和 record 场次记录一起写。",
            "Met by having been there; those absent make up for it. Needs `record` beside it.",
        ),
        {
            "by": said("写 each，可以不写。", "The word each; may be left out."),
            "through": said("写 attendance：按到会情况。", "The word attendance."),
            "mark": said("只登记缺席的人，可以不写。", "Only those absent are marked; may be left out."),
            "make_up": said("缺席的多久内补上。", "The term that those absent have.", "10 workdays"),
        },
        "through: attendance\nmake_up: 10 workdays",
    ),
    Quota: part(
        ("学时、次数", "Hours or times"),
        ("一年内累计达到规定的数量。", "Met when approved hours or times reach a figure."),
        {
            "sum": said("累计什么。", "What is added up."),
            "reach": said("要达到多少。", "The figure to reach.", 60),
            "one_hour": said("一学时多长。", "How long one 学时 is on the clock.", "45 minutes"),
            "approve": said("由谁认定。", "Who approves the hours.", {"role": "legal-reviewer"}),
            "cap": said("某一类学时最多计多少。", "At most so much of one kind.", {"self-study": 20}),
            "per_day": said(
                "一天最多登记多少学时，防止填错。",
                "At most so many hours of one day, against slips of the pen.",
                12,
            ),
        },
        "sum: hours\nreach: 60\none_hour: 45 minutes\napprove: {role: legal-reviewer}\ncap: {self-study: 20}",
    ),
    FromRegister: part(
        ("按台账", "From a register"),
        (
            "按台账里登记的数量算；或者有登记、报过“零”就算。",
            "Met when a register reaches figures, or has an entry or a declared zero.",
        ),
        {
            "register": said("哪本台账。", "Which register.", "publicity"),
            "reach": said(
                "要达到的数量：events 场次，字段名是合计，each 是每一类至少几次。",
                "Figures: `events` entries, a number field summed, `each` choice so many times.",
                {"events": 10, "leaflets": 700, "each": {"entrance": 1}},
            ),
            "declared": said("有登记，或者零报告就算办结。", "An entry or a declared zero is enough."),
        },
        "register: publicity\nreach: {events: 10, leaflets: 700, each: {entrance: 1}}",
    ),
    Topics: part(
        ("内容学全", "Topics covered"),
        (
            "另一个日程的登记里，这些内容都出现过就算办结，不用另外办。",
            "Met when the records of another schedule cover every topic.",
        ),
        {
            "topics": said(
                "要学的内容，和选项写得一样。", "The topics, written as the choices are.", ["党章", "宪法"]
            ),
            "from": said(
                "从哪里看：日程编号、点、字段编号。",
                "Schedule and field, joined by a dot.",
                "friday-study.law",
            ),
        },
        "topics: [党章, 宪法, 民法典]\nfrom: friday-study.law",
    ),
    LaterCredential: part(
        ("领到新证", "A later certificate"),
        (
            "登记了有效期更晚的同种证件就算办结。",
            "Met when a certificate of the kind with a later expiry is recorded.",
        ),
        {"credential": said("写 later-expiry。", "The word later-expiry.")},
        "credential: later-expiry",
    ),
    AllOf: part(
        ("几个环节都办完", "Steps done"),
        (
            "写明的环节都办完才算；children 是子任务全部销号。",
            "Met when every named step is; `children`: all items closed.",
        ),
        {"all": said("哪些环节。", "Which steps.", ["minutes", "children"])},
        "all: [minutes, children]",
    ),
    EvidenceField: part(
        ("要提供的内容", "A field of evidence"),
        (
            "办结时填的一项；只写种类也行，如 minutes: file。",
            "One field; its kind alone will do: `minutes: file`.",
        ),
        {
            "label": said(
                "表单上写的名称；不写就用编号。", "What stands above the field; else its id.", "学习主题"
            ),
            "kind": said("填什么。", "What is filled in."),
            "from": said(
                "有哪些选项（kind: choice 时写）。", "The choices, for `kind: choice`.", ["同意", "退回"]
            ),
            "many": said("可选多个。", "Whether several may be chosen."),
            "required": said("必填；可以不填的写 false。", "Whether it must be given."),
            "least": said("至少几个文件、几张照片。", "How many files at least.", 2),
        },
        "label: 法治内容\nkind: choice\nfrom: [宪法, 民法典, 无]\nmany: true",
    ),
    SessionRecord: part(
        ("场次记录", "Record of a gathering"),
        ("整场只登记一次，由组织的人填。", "One record for the whole gathering, owed by its host."),
        {
            "by": said("由谁登记。", "Who records.", {"role": "study-secretary"}),
            "within": said("多久内登记。", "Within which term.", "1 workday"),
            "evidence": said(
                "登记哪些内容。", "What is recorded.", {"topic": {"label": "学习主题", "kind": "text"}}
            ),
            "counts": said(
                "计入年度报告的哪些数字。", "Figures of the year that it counts to.", {"study_sessions": 1}
            ),
        },
        "by: {role: study-secretary}\nwithin: 1 workday\nevidence:\n  topic: {label: 学习主题, kind: text}\n"
        "  sheet: {label: 签到表照片, kind: photo, required: false}\ncounts: {study_sessions: 1}",
    ),
    Basis: part(
        ("依据", "Basis"),
        (
            "期限和数量从哪里来。只写一句话也行：写到第几条或文号（〔2018〕118号）的算法定，到当天 24:00 为止；其余到单位下班时间。",
            "Where a term or a number comes from. Text alone will do: citing an article or a numbered document makes it law, which ends "
            "at 24:00; the others end when the office's day does.",
        ),
        {
            "text": said("法规、文件的名称和条款。", "The rule, with its article.", "行政处罚法60条"),
            "kind": said("是法定、默认还是惯例。", "Law, a default to adjust, or custom."),
        },
        "text: 街道学习制度\nkind: custom",
    ),
}
