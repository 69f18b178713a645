"""Who owes: `who`, and who agrees that it is done."""

from schedules.about.said import Parts, part, said
from schedules.done import ByRole
from schedules.grammar import Approval, ByUnits, Who
from schedules.registers import RecordedBy
from schedules.steps import ByUnit, Outside, RoleExcept

ROLE = said("角色（office.yaml“角色”里的一个）。", "A role of office.yaml.", "study-secretary")
UNITS = said(
    "这些单位的人，含下属单位；写名称或编号。",
    "People of these units, those below included; by title or id.",
    ["sections", "communities"],
)

PARTS: Parts = {
    Who: part(
        ("谁来办", "Who owes it"),
        (
            "写几项，就是几项合在一起，再去掉 except。roles、units 等逐人办；role、unit、responsible 合为一件，一人办结即可。",
            "Several keys are joined, `except` is taken away. With roles, units, tags or people each person owes; with role, "
            "unit or responsible it is one duty that anyone of them may confirm.",
        ),
        {
            "roles": said(
                "这些角色的人，每人一件。", "Holders of these roles, each for themselves.", ["staff"]
            ),
            "role": said(
                "这个角色，合为一件，一人办结即可。",
                "A role as one; any holder may confirm.",
                "study-secretary",
            ),
            "units": UNITS,
            "unit": said("这个单位，合为一件。", "A unit as one.", "综治办"),
            "tags": said("花名册“标签”里有这些的人。", "People with these tags in the roster.", ["党员"]),
            "people": said("单独几个人，写工号。", "Single people by id.", ["wangmin"]),
            "credential": said("持这种证件的人。", "Holders of a kind of certificate.", "enforcement"),
            "valid": said("只算证件在有效期内的。", "Only while the certificate is valid."),
            "prorate": said(
                "年中才开始的，数量按月折算。", "A quota shrinks for those who began in the year."
            ),
            "holder": said(
                "到期证件的持证人本人（when: expiry 时写）。", "The holder of the expiring certificate."
            ),
            "target": said(
                "清单上写的责任单位或责任人（when: once 有清单时写）。",
                "The unit or person that the row of the campaign names.",
            ),
            "post": said(
                "责任主体，显示用，如党工委。", "The body that owes it as one; shown only.", "党工委"
            ),
            "responsible": said(
                "主办，由这个角色的人负责。", "Who acts for the body.", {"role": "justice-head"}
            ),
            "assist": said("协办单位。", "Units that contribute.", {"units": ["sections", "communities"]}),
            "from_event": said(
                "登记事件时写明的承办人或单位（写字段编号）。",
                "The people or unit named in this field of the event.",
                "handlers",
            ),
            "at_least": said("登记时至少写几个人。", "How many the event must name at least.", 2),
            "valid_on": said(
                "证件在事发日必须有效，否则不能登记。",
                "The certificate must be valid on the day of the event.",
            ),
            "except": said(
                "除外，写法同上。", "Taken away again, written the same way.", {"people": ["wangmin"]}
            ),
        },
        "roles: [staff]\nexcept: {people: [wangmin]}",
    ),
    ByRole: part(
        ("某个角色", "A role"),
        ("这个角色的人，一人办理即可。", "Any holder of the role may act."),
        {"role": ROLE},
        "role: study-secretary",
    ),
    RoleExcept: part(
        ("某个角色，但要回避", "A role, but not these people"),
        (
            "环节由这个角色办；经办案件的人回避。",
            "The step is owed by a role; those who handle the case are left out.",
        ),
        {
            "not": said(
                "写 handlers：办案的人不能办这一环节。",
                "The word handlers: those who handle the case may not.",
            )
        },
        "role: legal-reviewer\nnot: handlers",
    ),
    ByUnit: part(
        ("某个单位", "A unit"),
        ("环节由这个单位办。", "The step is owed by one unit."),
        {"unit": said("单位名称或编号。", "The unit's title or id.", "综合执法大队")},
        "unit: 综合执法大队",
    ),
    Outside: part(
        ("外单位", "An outside body"),
        (
            "由外单位办，我们只跟进：不催办，不排名。",
            "Done by an outside body; our people only ask, it is never urged or ranked.",
        ),
        {"external": said("外单位名称或编号。", "Title or id of the body.", "区司法局")},
        "external: 区司法局",
    ),
    ByUnits: part(
        ("协办单位", "Units that contribute"),
        (
            "写上级单位，就是下面所有有负责人的单位。",
            "A group stands for every unit below it that has a head.",
        ),
        {"units": UNITS},
        "units: [sections, communities]",
    ),
    Approval: part(
        ("审核", "Approval"),
        (
            "由谁同意办结；不同意的，写明原因退回。",
            "Who agrees that it is done, or returns it with a reason.",
        ),
        {"approve": said("由谁审核。", "Who agrees.", {"role": "deputy-secretary"})},
        "approve: {role: deputy-secretary}",
    ),
    RecordedBy: part(
        ("谁可以登记", "Who may record"),
        ("这些单位的人，或这些角色的人。", "People of these units, or holders of these roles."),
        {
            "units": UNITS,
            "unit": said("这个单位的人。", "People of this unit.", "综合执法大队"),
            "roles": said("这些角色的人。", "Holders of these roles.", ["law-publicist"]),
            "role": ROLE,
        },
        "units: [sections, communities]",
    ),
}
