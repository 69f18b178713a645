"""When to tell whom: `remind`, and the ladders."""

from schedules.about.said import Parts, part, said
from schedules.remind import Acknowledge, OwnRungs, Repeat, Rung, UseLadder

PARTS: Parts = {
    UseLadder: part(
        ("用现成的催办阶梯", "A named ladder"),
        (
            "用 office.yaml“催办阶梯”里的一套。不写 remind，自动用合适的一套。",
            "A ladder of office.yaml. Without `remind` the fitting one is taken.",
        ),
        {
            "use": said("哪一套。", "Which one.", "monthly-task", "statute"),
            "to": said(
                "改成告诉谁，只改没写 to 的那些。",
                "Whom its plain rungs tell instead.",
                ["handlers", "unit-head"],
            ),
        },
        "use: monthly-task",
    ),
    OwnRungs: part(
        ("自己写提醒", "Rungs of one's own"),
        ("和直接写列表一样。", "The same as the plain list."),
        {"rungs": said("一条一条的提醒。", "The rungs.")},
        "rungs:\n  - {before: due, by: 5 workdays}\n  - {after: due, by: 1 workday, to: unit-head}",
    ),
    Rung: part(
        ("一条提醒", "A rung"),
        (
            "什么时候告诉谁。before、on、after、at 写一个。之前的提醒遇休息日提前，之后的顺延到工作日。",
            "When to tell whom. Exactly one of before, on, after, at. Before a day it moves back to a working day, after it waits for one.",
        ),
        {
            "before": said("在哪一天之前提醒。", "Before which day.", "due"),
            "on": said("在哪一天当天提醒。", "On which day.", "due"),
            "after": said("在哪一天之后提醒。", "After which day.", "due"),
            "at": said("交办时提醒，写 open。", "At the opening: the word open."),
            "by": said(
                "提前或超过多久；0 days 是当天。",
                "By how long; 0 days is the same day.",
                "5 workdays",
                "1 workday",
            ),
            "time": said(
                "几点发，加引号；不写就按单位的发送时间。",
                "When it is sent, in quotes; default: as the office sends.",
                "09:00",
            ),
            "to": said(
                "告诉谁；不写就是承办人。",
                "Whom to tell; default: assignee.",
                "unit-head",
                ["assignee", "unit-head"],
            ),
            "channel": said(
                "用哪个渠道；不写就按单位的设置。",
                "Which channel; default: as the office reaches people.",
                "personal",
            ),
            "as": said("逐件发，还是合成一份名单。", "One message for each, or one list."),
            "when_behind": said("只提醒进度落后的人。", "Only those behind the figure."),
            "release": said(
                "直接发，还是先由督办员核发；不写：发给分管领导以上的要核发。",
                "Sent at once, or after the clerk has seen it.",
            ),
            "text": said("附上的一句话。", "The clerk's own words.", "请尽快登记签到"),
            "id": said(
                "编号；改了提醒的日子也算同一条，不会重发。",
                "A lasting id, so that a changed rung is not sent again.",
                "first",
            ),
            "repeat": said(
                "没办结就重复提醒。", "Again and again until it is done.", {"every": "1 workday", "most": 3}
            ),
            "notice": said("三色督办单，标题上写明。", "A coloured notice; its name stands in the title."),
            "acknowledge": said(
                "请对方签收；没人签收就往上告知。",
                "Ask for a signature; without one it climbs.",
                {"within": "1 workday", "else": ["unit-head"]},
            ),
            "urgent": said(
                "急件：office.yaml 写了 urgent: break 的，静默时段也发。",
                "May break quiet hours where office.yaml says so.",
            ),
        },
        'before: due\nby: 5 workdays\ntime: "09:00"\nto: [assignee, unit-head]',
    ),
    Repeat: part(
        ("重复提醒", "Repeating"),
        ("没办结就隔一段再提醒。", "Tell again until it is done."),
        {
            "every": said(
                "隔多久，写工作日或小时。", "How often, in workdays or hours.", "1 workday", "4 hours"
            ),
            "most": said("最多再发几次，不超过 30 次。", "At most so many more times, up to 30.", 3),
        },
        "every: 1 workday\nmost: 3",
    ),
    Acknowledge: part(
        ("签收", "A signature"),
        ("收到的人在事项页面上签收。", "Whoever is told signs on the page of the duty."),
        {
            "within": said(
                "多久内签收，写工作日或小时。", "Within which term, in workdays or hours.", "1 workday"
            ),
            "else": said("没人签收就告诉谁。", "Who is told if nobody did.", ["unit-head"]),
        },
        "within: 1 workday\nelse: [unit-head]",
    ),
}
