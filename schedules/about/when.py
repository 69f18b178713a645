"""When a duty comes round: `when` and everything in it."""

from schedules.about.said import Parts, part, said
from schedules.recurring import MissedRule, Recurring
from schedules.when import (
    Anniversary,
    Before,
    By,
    Cron,
    Cycle,
    Dated,
    Dates,
    Deadline,
    Event,
    EventField,
    Expiry,
    Held,
    Issued,
    Monthly,
    Once,
    Quarterly,
    Weekly,
    Window,
    Yearly,
)
from schedules.when_whole import Span

PARTS: Parts = {
    Weekly: part(
        ("每周", "Every week"),
        ("每周固定一天，如周五集中学习。", "Every week on one weekday."),
        {"weekly": said("每周几。", "Which weekday.", "周五", "周一")},
        'weekly: 周五\ntime: "15:00"\non_holiday: previous-workday\nmin_gap: 3 workdays',
    ),
    Monthly: part(
        ("每月", "Every month"),
        ("每月固定一天；当月没有这一天的，按月末。", "Every month on one day; a short month ends earlier."),
        {
            "monthly": said(
                "每月几号，或每月最后一个工作日。",
                "The day of the month, 1 to 31, or its last working day.",
                25,
                "last-workday",
            )
        },
        'monthly: last-workday\ntime: "16:00"',
    ),
    Quarterly: part(
        ("每季度", "Every quarter"),
        ("每季度最后一个月的某一天。", "One day in the last month of each quarter."),
        {
            "quarterly": said(
                "季末月的几号，或季末最后一个工作日。",
                "The day of that month, 1 to 31, or its last working day.",
                "last-workday",
                20,
            )
        },
        "quarterly: last-workday\nopens: 15 workdays before",
    ),
    Yearly: part(
        ("每年某日", "Every year on a day"),
        ("每年固定的一天或几天，如主题宣传日。", "Every year on one or several days."),
        {
            "yearly": said(
                "几月几日，加引号；几个日子写成列表。",
                'The day "MM-DD" in quotes; several as a list.',
                "12-04",
                ["03-15", "12-04"],
            )
        },
        'yearly: ["03-15", "12-04"]\nheld: {from: 5 days before, to: 3 days after}',
    ),
    Before: part(
        ("每年某日之前（不含当日）", "Every year before a day (excluded)"),
        (
            "每年的限期，不含写的这一天：写 03-01，最后一天是二月末。",
            "A deadline every year; the day itself is too late: before 03-01 is by the last of February.",
        ),
        {"before": said("哪一天之前，不含当日。", "Before which day; the day itself is excluded.", "03-01")},
        'before: "03-01"\nopens: 40 workdays before',
    ),
    By: part(
        ("每年某日前（含当日）", "Every year by a day (included)"),
        ("每年的限期，含写的这一天。", "A deadline every year; the day itself still counts."),
        {
            "by": said(
                "最迟哪一天，含当日。",
                "The last day, which is included.",
                "01-31",
                ["06-30", "12-31"],
            )
        },
        'by: "01-31"\nopens: 20 workdays before',
    ),
    Dates: part(
        ("指定日期", "Single dates"),
        ("一一写明的日期，不重复。", "A list of single dates that do not come again."),
        {"dates": said("哪些日期。", "The dates.", ["2026-09-30"])},
        "dates: [2026-09-30, 2026-12-18]",
    ),
    Cron: part(
        ("cron 表达式", "Cron"),
        (
            "上面几种都写不出来时才用。五段：分、时、日、月、星期；时间写在里面。日和星期写一个，另一个写*。",
            "For what no other rule says. Five fields: minute, hour, day, month, weekday; the time of day is in it. "
            "Give the day or the weekday, and * for the other.",
        ),
        {"cron": said("五段表达式，加引号。", "The five fields, in quotes.", "0 10 * 6-9 1")},
        'cron: "0 10 * 6-9 1"',
    ),
    Window: part(
        ("限定月份", "Certain months"),
        (
            "某几个月各办一次，月内哪天都行，如七月、十一月集中研判。",
            "Once in each of these months, on any day of it; opens with the month.",
        ),
        {
            "window": said("哪几个月。", "Which months.", [7, 11]),
            "due": said("最迟到当月哪一天。", "Until which day of the month."),
        },
        "window: [7, 11]\ndue: last-workday",
    ),
    Cycle: part(
        ("按年、半年、季、月", "Calendar year, half-year, quarter, month"),
        (
            "每个周期办一次：第一天交办，最后一天到期。",
            "Once in each period: opens on its first day, due on its last.",
        ),
        {"cycle": said("以什么为周期。", "Which period.")},
        "cycle: calendar-quarter",
    ),
    Anniversary: part(
        ("按各人的周期", "Each person's own cycle"),
        (
            "各人从自己上一次办结之日起算，如每两年轮训一次。",
            "For each person anew, counted from the last time it was done.",
        ),
        {
            "cycle": said("写 anniversary。", "The word anniversary."),
            "every": said("隔多久一次。", "How long from one to the next.", "24 months", "2年"),
            "opens": said("到期前多久交办。", "How long before the due day it opens.", "60 days before"),
            "from": said(
                "第一次从哪天起算：到岗，或领证。", "What the first one is counted from.", "joining"
            ),
        },
        "cycle: anniversary\nevery: 24 months\nopens: 60 days before\nfrom: {issued: enforcement}",
    ),
    Issued: part(
        ("从领证之日", "From the issue of a certificate"),
        ("从这种证件的发证日期起算。", "From the day on which the present certificate was issued."),
        {"issued": said("哪种证件。", "Kind of certificate.", "enforcement")},
        "issued: enforcement",
    ),
    Expiry: part(
        ("证件到期", "A certificate expires"),
        (
            "每本证件一件，到期日以证上印的为准。",
            "One for each certificate of a kind, due on the date printed on it.",
        ),
        {
            "expiry": said(
                "哪种证件（证件表“种类”一栏）。", "Kind of certificate, as in the list.", "enforcement"
            ),
            "opens": said("到期前多久列入。", "How long before the expiry it opens.", "180 days before"),
        },
        "expiry: enforcement\nopens: 180 days before",
    ),
    Once: part(
        ("专项、一次性", "A campaign, or once"),
        (
            "从某日到某日办一次；有清单的，清单上每行一件。",
            "From a day to a day, once; with a list, once for each row of it.",
        ),
        {
            "once": said(
                "起止日期，都含当日。",
                "First and last day, both included.",
                {"from": "2026-04-07", "to": "2026-10-30"},
            ),
            "targets": said(
                "对象清单的文件名（csv 或 xlsx），要有编号、名称、责任单位或责任人工号。",
                "File with the list, csv or xlsx: 编号, 名称, 责任单位 or 责任人工号.",
                "市场主体.csv",
            ),
        },
        "once: {from: 2026-04-07, to: 2026-10-30}\ntargets: 市场主体.csv",
    ),
    Span: part(
        ("起止日期", "From a day to a day"),
        ("两天都含在内。", "Both days are included."),
        {
            "from": said("第一天。", "The first day.", "2026-04-07"),
            "to": said("最后一天。", "The last day.", "2026-10-30"),
        },
        "from: 2026-04-07\nto: 2026-10-30",
    ),
    Event: part(
        ("事件", "An event"),
        (
            "登记一件开一件，如立案、收到信访件；各环节从登记的日期起算。",
            "One for each event that is recorded: a case, a petition; its steps count from there.",
        ),
        {
            "event": said(
                "事件的编号，登记时用。", "The event's id, used when it is recorded.", "case.filed"
            ),
            "key": said("用什么区分每一件，如案号、信访编号。", "What each one is known by.", "案号"),
            "fields": said(
                "登记时填哪些内容。",
                "What is recorded with it.",
                {"major": {"label": "须法制审核", "kind": "yes-no"}},
            ),
        },
        "event: case.filed\nkey: 案号\nfields:\n  major:    {label: 须法制审核, kind: yes-no}\n"
        "  handlers: {label: 承办人, kind: people}",
    ),
    EventField: part(
        ("登记内容", "A field of an event"),
        (
            "登记事件时填的一项；只写种类也行，如 major: yes-no。",
            "One field; its kind alone will do: `major: yes-no`.",
        ),
        {
            "label": said(
                "表单上写的名称；不写就用编号。", "What stands above the field; else its id.", "承办单位"
            ),
            "kind": said("填什么。", "What is filled in."),
            "from": said(
                "有哪些选项（kind: choice 时写）。", "The choices, for `kind: choice`.", ["是", "否"]
            ),
            "many": said("可选多个。", "Whether several may be chosen."),
            "required": said("必填。", "Whether it must be filled in."),
        },
        "label: 承办单位\nkind: unit",
    ),
    Dated: part(
        ("具体到某一天的规则", "Rules that name a day"),
        (
            "每周、每月、每季、每年、指定日期、cron 都可以写。",
            "What rules that name single days may say beside it.",
        ),
        {
            "time": said("几点开始，加引号。", "When it begins, in quotes.", "15:00", "09:00"),
            "on_holiday": said("遇休息日怎么办。", "What becomes of a day that is a rest day."),
            "min_gap": said(
                "挪动后离上一次不足这么久的，不补开。",
                "A moved day that comes sooner than this after the one before is skipped.",
                "3 workdays",
            ),
            "opens": said(
                "提前多久交办；不写就在第一次提醒时。",
                "How long before the day it opens; default: at the first reminder.",
                "20 workdays before",
            ),
            "held": said(
                "可以在哪几天内办；写了就不再因休息日挪动。",
                "The span in which it may be held; rest days then move nothing.",
                {"from": "5 days before", "to": "3 days after"},
            ),
        },
    ),
    Deadline: part(
        ("每年的限期", "Deadlines in the year"),
        ("before 和 by 可以写。", "What `before` and `by` may say beside it."),
        {"on_holiday": said("最后一天是休息日怎么办。", "What becomes of a last day that is a rest day.")},
    ),
    Held: part(
        ("可以办的时段", "The span in which it may be held"),
        ("在规定日期前后几天内办都算。", "Around the day of the rule, both ends included."),
        {
            "from": said("最早提前多久。", "How long before, at the earliest.", "5 days before"),
            "to": said("最迟推后多久。", "How long after, at the latest.", "3 days after"),
        },
        "from: 5 days before\nto: 3 days after",
    ),
    Recurring: part(
        ("所有规则都可以写", "Beside every rule"),
        ("执行的起止日期，和中断后怎么补。", "Between which days the rule counts, and what is caught up."),
        {
            "missed": said(
                "系统停过一段时间，补开哪些。", "What is still opened after an interruption.", "latest", "all"
            ),
            "effective_from": said("从哪天起执行。", "The first day on which the rule counts.", "2026-09-01"),
            "effective_to": said("执行到哪天为止。", "The last day on which the rule counts.", "2026-12-31"),
        },
    ),
    MissedRule: part(
        ("中断后补开", "After an interruption"),
        ("补开哪些，多久以前的不再补。", "What is caught up, and how far back."),
        {
            "policy": said("补开哪些。", "Which ones."),
            "within": said("超过这么久的不补。", "None that passed longer ago.", "10 workdays"),
        },
        "policy: all\nwithin: 10 workdays",
    ),
}
