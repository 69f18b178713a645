"""A schedule as a whole, summaries and registers."""

from schedules.about.said import Parts, part, said
from schedules.about.steps import BASIS, REGISTER
from schedules.grammar import Children, Effect, Entry, Milestone, Pending, Schedule, Summary
from schedules.registers import Register

STUDY = (
    'title: 周五集中学习\nwhen: {weekly: 周五, time: "15:00", on_holiday: previous-workday}\nwho: {roles: [staff]}\n'
    "record: {by: {role: study-secretary}, within: 1 workday, evidence: {topic: text}}\n"
    "done: {through: attendance, make_up: 10 workdays}\nremind: {use: weekly}"
)
PRIVACY = said("能告诉谁到什么程度。", "Who may read how much of it.")

PARTS: Parts = {
    Entry: part(
        ("条目", "An entry"),
        ("编号写在冒号前面，不用另外写 id。", "Its id stands before the colon."),
        {"id": said("编号。", "The id.")},
    ),
    Schedule: part(
        ("日程", "A schedule"),
        (
            "一条日程四句话：什么时候、谁来办、怎样算办结、怎么催。编号写在冒号前面，定了就不要改。",
            "A schedule says when, who, done and remind. Its id stands before the colon and stays.",
        ),
        {
            "title": said("名称，消息和页面上都这么写。", "What people read.", "周五集中学习"),
            "when": said(
                "什么时候：每周、每月、每年、限定月份、证件到期、事件……写一种。",
                "When it comes round: exactly one rule.",
                {"weekly": "周五", "time": "15:00"},
            ),
            "who": said("谁来办。", "Who owes it.", {"roles": ["staff"]}),
            "done": said(
                "怎样算办结；不写就是每个人各自办结。",
                "What counts as done; default: each confirms.",
                {"evidence": {"minutes": {"label": "会议纪要", "kind": "file"}}},
            ),
            "record": said(
                "场次记录：集中学习、会议整场登记一次。",
                "One record for the whole gathering.",
                {"by": {"role": "study-secretary"}, "within": "1 workday"},
            ),
            "steps": said(
                "分几个环节办，各有责任人和期限。",
                "Parts with their own owner and term.",
                {"plan": {"title": "活动方案", "due": {"before": "on", "by": "10 workdays"}}},
            ),
            "children": said(
                "查出的问题，逐条定责任单位和时限，逐条销号。", "Items found, closed one by one."
            ),
            "milestones": said(
                "阶段目标：到某天应达到多少。",
                "Figures to have reached on the way.",
                [{"by": "06-30", "reach": 30}],
            ),
            "on_time": said("按哪个环节算按期。", "The step that decides whether it was on time.", "meet"),
            "pause": said("哪些情形可以中止计时。", "Reasons that stop the clock."),
            "branches": said(
                "提前了结的方式，如撤案、移送。",
                "Ways in which it may end early.",
                {"withdrawn": "撤案", "transferred": "移送"},
            ),
            "pending": said(
                "报出去等结果期间不催。",
                "Silence while others work.",
                {"after": "submit", "quiet": "30 workdays"},
            ),
            "effect": said(
                "到期的后果，如停止派案。",
                "What is forbidden from then on.",
                {"after": "expiry", "block": "case-assignment"},
            ),
            "remind": said(
                "怎么催：用现成的一套，或自己一条一条写；不写自动用合适的一套。",
                "Reminders: a named ladder, or rungs; default: the fitting ladder.",
                {"use": "monthly-task"},
            ),
            "privacy": PRIVACY,
            "obligatory": said(
                "必须按单位的时间和渠道提醒，本人不能推迟；法定的默认为是。",
                "Reminded as the office decides, whatever people prefer; law is by default.",
            ),
            "basis": BASIS,
            "register": REGISTER,
            "soon": said(
                "提前多久亮黄灯；不写就按 office.yaml。",
                "Yellow from here on; default: as office.yaml says.",
                "2 workdays",
            ),
        },
        STUDY,
    ),
    Pending: part(
        ("等待期间不催", "Silence while others work"),
        (
            "办完某个环节后一段时间不催；到期那天起照常催。",
            "After the step, for the term; nothing is silenced from the due day on.",
        ),
        {
            "after": said("办完哪个环节之后。", "After which step.", "submit"),
            "quiet": said("多久不催。", "For how long.", "30 workdays"),
        },
        "after: submit\nquiet: 30 workdays",
    ),
    Milestone: part(
        ("阶段目标", "A milestone"),
        ("到某一天（含）应达到多少。", "A figure to have reached by a day, included."),
        {
            "by": said("哪一天，加引号。", 'The day "MM-DD" in quotes.', "06-30"),
            "reach": said(
                "达到多少；按台账的，写法同 done。",
                "How much; from a register, as under `done`.",
                30,
                {"events": 4},
            ),
        },
        'by: "06-30"\nreach: 30',
    ),
    Children: part(
        ("子任务、销号", "Items closed one by one"),
        (
            "一个环节里查出的问题，每条一件，各有责任单位和时限。",
            "Items found by a step; each becomes an occurrence of its own.",
        ),
        {
            "from": said("由哪个环节产生。", "The step that finds them.", "minutes"),
            "template": said(
                "登记表上三栏的名称。",
                "What the three columns are called.",
                {"title": "问题名称", "owner": "牵头单位", "due": "完成时限"},
            ),
            "closed_by": said("由谁销号。", "Who closes them.", {"approve": {"role": "deputy-secretary"}}),
            "remind": said("每条怎么催。", "How each is asked for.", {"use": "short-task"}),
        },
        "from: minutes\ntemplate: {title: 问题名称, owner: 牵头单位, due: 完成时限}\nclosed_by: {approve: {role: deputy-secretary}}",
    ),
    Effect: part(
        ("到期后果", "What follows"),
        ("从某一天起不得再做什么。", "What is forbidden from an anchor on."),
        {
            "after": said("从哪一天起。", "From which day on.", "expiry"),
            "block": said("不得做什么。", "What is forbidden.", "case-assignment"),
        },
        "after: expiry\nblock: case-assignment",
    ),
    Summary: part(
        ("逾期情况汇总、单位排名", "A summary, or a ranking of units"),
        (
            "先起草，督办员核发后按时发出；没核发的不发。",
            "Drafted at one time, released by the clerk, sent at another.",
        ),
        {
            "title": said("名称。", "What people read.", "逾期情况汇总"),
            "draft": said(
                "什么时候起草：每周或每月。",
                "When it is drafted: weekly or monthly.",
                {"weekly": "周五", "time": "16:30"},
            ),
            "send": said(
                "什么时候发出：每周或每月。",
                "When it is sent: weekly or monthly.",
                {"weekly": "周一", "time": "08:15"},
            ),
            "to": said(
                "发给谁；各人只看自己管的单位。",
                "Whom to; each reads about the own units.",
                ["unit-head", "deputy-leader"],
            ),
            "release": said("先由督办员核发，还是直接发。", "After the clerk has seen it, or at once."),
            "rank": said(
                "改为单位排名：按上月按期办结率，只排单位。", "Rank the units by the month before instead."
            ),
        },
        'title: 逾期情况汇总\ndraft: {weekly: 周五, time: "16:30", on_holiday: previous-workday}\n'
        'send: {weekly: 周一, time: "08:15", on_holiday: next-workday}\nto: [unit-head, deputy-leader]',
    ),
    Register: part(
        ("台账", "A register"),
        (
            "没有期限，只登记和计数，如占道经营整治、发放宣传资料。",
            "What is only recorded and counted, without a deadline.",
        ),
        {
            "title": said("名称。", "What people read.", "占道经营整治"),
            "by": said(
                "谁可以登记；不写就只由督办员登记。",
                "Who may record; default: the desk.",
                {"unit": "综合执法大队"},
            ),
            "fields": said(
                "登记哪些内容；held_on 是发生日期，每条都有。",
                "What an entry holds; `held_on` is the day of the fact.",
                {"place": {"label": "地点", "kind": "text"}},
            ),
            "basis": BASIS,
            "privacy": PRIVACY,
        },
        "title: 占道经营整治\nby: {unit: 综合执法大队}\nfields:\n  place: {label: 地点, kind: text}\n"
        "  photos: {label: 照片, kind: photo, required: false}",
    ),
}
