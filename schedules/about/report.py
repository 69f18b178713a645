"""The annual report: chapters, sections and figures."""

from schedules.about.said import Parts, part, said
from schedules.report import (
    Campaign,
    Cards,
    Cases,
    Chapter,
    Counted,
    Covers,
    FigureBase,
    Found,
    FromBook,
    Gatherings,
    HoursOf,
    OnTime,
    Order,
    Records,
    ReportSection,
    Share,
    Total,
)

COUNT = said("计什么。", "What is counted.")

PARTS: Parts = {
    Chapter: part(
        ("年度报告的一章", "A chapter of the report"),
        ("一、二、三……每章分几节，每节几个数字。", "Chapters, sections, and the figures of each."),
        {
            "title": said("标题。", "The heading.", "履职情况"),
            "missing": said(
                "本单位没有的日程、台账怎么办。",
                "What becomes of a figure whose schedule or register is not kept.",
            ),
            "sections": said("分几节。", "Its sections."),
        },
        "title: 履职情况\nmissing: leave-out\nsections:\n  study:\n    title: 学法用法\n    text: 全年学习{study-held}。\n"
        "    figures:\n      study-held: {label: 周五集中学习, measure: 场, gatherings: friday-study}",
    ),
    ReportSection: part(
        ("一节", "A section"),
        ("（一）（二）……", "A heading and its figures."),
        {
            "title": said("标题。", "The heading.", "学法用法"),
            "text": said(
                "一句话，{编号} 换成报告用语；其余文字由人写。",
                "A sentence with {figure} in it.",
                "全年学习{study-held}。",
            ),
            "figures": said("有哪些数字，每个写一个来源。", "The figures, each with one source."),
        },
        "title: 学法用法\nfigures:\n  lectures: {label: 法治讲座, measure: 次, records: leaders-lectures}",
    ),
    FigureBase: part(
        ("每个数字都可以写", "Every figure"),
        ("指标名称、量词、报告用语、口径。", "What every figure has."),
        {
            "label": said("指标名称。", "What it is called.", "周五集中学习"),
            "measure": said("量词：次、场、件、人。", "Its measure word.", "场"),
            "wording": said("报告用语。", "How the report says it."),
            "scope": said(
                "口径；不写就按来源说明。", "What is counted; default: as the source says.", "含补学"
            ),
        },
    ),
    Gatherings: part(
        ("到会", "Gatherings"),
        (
            "记到会的日程：几场、多少人次、到会率。",
            "Gatherings with attendance: how many, how many came, or a rate.",
        ),
        {"gatherings": said("哪些日程。", "Which schedules.", "friday-study"), "count": COUNT},
        "label: 周五集中学习\nmeasure: 场\ngatherings: friday-study\ncount: held",
    ),
    Records: part(
        ("办结记录", "Confirmations"),
        ("按实际发生日期计，一次办结计一。", "What was confirmed, by the day of the fact."),
        {
            "records": said("哪些日程。", "Which schedules.", "centre-group"),
            "part": said(
                "哪个环节；不写就是算按期的那个。",
                "Which step; default: the one that decides whether it was on time.",
                "meet",
            ),
            "sum": said("合计哪个数字。", "A number field to add up.", "people"),
            "where": said("只计哪些：字段 = 值。", "Only those for which it holds.", "result = 同意"),
        },
        "label: 中心组学习人次\nmeasure: 人次\nrecords: centre-group\nsum: people",
    ),
    OnTime: part(
        ("按期办结率", "On-time rate"),
        ("本年到期的，按期办结的占多少。", "The share of what fell due that was done by its day."),
        {
            "on_time": said("哪些日程。", "Which schedules.", "petition"),
            "parts": said("哪些环节。", "Which steps.", ["decide"]),
        },
        "label: 信访按期办结率\non_time: petition\nparts: decide",
    ),
    Cases: part(
        ("事件", "Chains"),
        ("本年登记的事件：总数、办结、未结、超期。", "Chains that began in the year."),
        {
            "cases": said("哪些事件日程。", "Schedules that events start.", "penalty-case"),
            "count": COUNT,
            "part": said("到哪个环节算办结。", "The step that ends it.", "decide"),
        },
        "label: 立案\ncases: penalty-case\ncount: closed\npart: decide",
    ),
    Order: part(
        ("先后", "One before another"),
        (
            "一个环节在另一个之前办的占多少，如法制审核早于决定。",
            "The share in which one step was done before another.",
        ),
        {
            "order": said("先后两个环节。", "Two steps.", ["review", "decide"]),
            "of": said("哪些日程。", "Which schedules.", "penalty-case"),
        },
        "label: 决定之前完成审核\norder: [review, decide]\nof: penalty-case",
    ),
    Found: part(
        ("问题", "Items found"),
        ("研判、检查发现的问题和销号。", "Items found by a step, and closed."),
        {
            "children": said("哪些有子任务的日程。", "Schedules whose steps find items.", "half-year-review"),
            "count": COUNT,
        },
        "label: 研判发现问题\nmeasure: 条\nchildren: half-year-review",
    ),
    Campaign: part(
        ("专项", "A campaign"),
        ("清单完成几成。", "The share of a campaign's list that is done."),
        {
            "campaign": said("哪个有清单的专项。", "Which campaign.", "business-visits"),
            "part": said("到哪个环节算完成。", "The step that counts.", "visit"),
        },
        "label: 市场主体走访\ncampaign: business-visits\npart: visit",
    ),
    FromBook: part(
        ("台账", "A register"),
        ("台账里登记了多少。", "Entries of a register."),
        {
            "register": said("哪本台账。", "Which register.", "publicity"),
            "sum": said("合计哪个数字。", "A number field to add up.", "leaflets"),
            "where": said("只计哪些：字段 = 值。", "Only those for which it holds.", "result = 成功"),
            "each": said(
                "一个选择项，看各类是否都有。", "A choice field, each of which should occur.", "entrance"
            ),
            "by": said("按什么分。", "A field to group by.", "theme"),
        },
        "label: 宣传资料\nmeasure: 份\nregister: publicity\nsum: leaflets",
    ),
    HoursOf: part(
        ("学时", "Hours"),
        ("学时日程的人数、人均、达标率、合计。", "People, average, share that reached it, total."),
        {"hours": said("哪个学时日程。", "A quota of hours.", "enforcement-training"), "count": COUNT},
        "label: 人均学时\nmeasure: 学时\nhours: enforcement-training\ncount: average",
    ),
    Cards: part(
        ("证件", "Certificates"),
        ("年末有效、过期的证件。", "Certificates on the last day of the year."),
        {"credentials": said("哪种证件。", "Kind of certificate.", "enforcement"), "count": COUNT},
        "label: 有效执法证\nmeasure: 本\ncredentials: enforcement",
    ),
    Covers: part(
        ("必学内容", "Topics"),
        ("必学内容学了几成。", "The share of topics that were covered."),
        {"topics": said("哪个写了 topics 的日程。", "A schedule that asks for topics.", "named-texts")},
        "label: 五部必学法规\ntopics: named-texts",
    ),
    Counted: part(
        ("计入的数字", "A count"),
        ("日程里 counts 计入的数字。", "A figure that confirmations count to."),
        {
            "counted": said("counts 下面的名称。", "The name under `counts`.", "law_sessions"),
            "of": said("只计哪些日程。", "Only these schedules.", "friday-study"),
        },
        "label: 其中有法治内容\nmeasure: 场\ncounted: law_sessions\nof: friday-study",
    ),
    Share: part(
        ("两项之比", "A share"),
        ("一个数字占另一个的百分之几。", "One figure as a share of another."),
        {"share": said("分子、分母。", "Part and whole.", ["exam-passed", "exam-taken"])},
        "label: 合格率\nshare: [exam-passed, exam-taken]",
    ),
    Total: part(
        ("几项相加", "A total"),
        ("几个数字加起来。", "Several figures added up."),
        {"total": said("哪几项。", "Which figures.", ["mediated-simple", "mediated-files"])},
        "label: 调解合计\ntotal: [mediated-simple, mediated-files]",
    ),
}
