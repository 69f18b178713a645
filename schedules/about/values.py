"""What the words mean that may stand after a key: fixed choices, and names that are known without reading the office."""

from collections.abc import Mapping

from schedules.about.said import Said, said
from schedules.done import PERCENT_PATTERN
from schedules.patterns import (
    CLOCK_PATTERN,
    DAY_MONTH_PATTERN,
    LEAD_PATTERN,
    TERM_PATTERN,
    TRAIL_PATTERN,
    WEEKDAY_PATTERN,
)

_HELD = {
    "skip": said("这一次不办。", "It is skipped."),
    "previous-workday": said("提前到前一个工作日。", "It moves back to the working day before."),
    "next-workday": said("顺延到后一个工作日。", "It moves on to the next working day."),
    "keep": said("照常，不挪动。", "It stays."),
    "none": said("不顺延。", "It stays."),
}
_EVIDENCE = {
    "text": said("文字", "text"),
    "number": said("数字", "a number"),
    "date": said("日期", "a date"),
    "choice": said("选择，选项写在 from", "a choice of what `from` lists"),
    "url": said("网址", "a web address"),
    "file": said("文件", "a file"),
    "photo": said("照片", "a photo"),
    "yes-no": said("是或否", "yes or no"),
    "person": said("一个人", "a person"),
    "people": said("几个人", "several people"),
    "unit": said("一个单位", "a unit"),
}
_KIND_OF_BASIS = {
    "law": said("法定，到当天 24:00", "law: ends at 24:00"),
    "default": said("默认，按本地要求调整", "a default to adjust"),
    "custom": said("惯例，单位自己定", "the office's own custom"),
}
_MISSED = {
    "all": said("全部补开", "all of them"),
    "latest": said("只补最近一次", "only the latest"),
    "skip": said("不补", "none"),
}
_COLOURS = {
    "blue": said("蓝色提醒", "blue"),
    "yellow": said("黄色预警", "yellow"),
    "red": said("红色督办", "red"),
}
_BASIS = {"required": said("须写明依据", "must be named")}

# By key, then by word. Where two keys of the same name allow different words, all of them stand here.
CHOICES: Mapping[str, Mapping[str, Said]] = {
    "on_holiday": _HELD,
    "roll": _HELD,
    "kind": {**_EVIDENCE, **_KIND_OF_BASIS},
    "fields": _EVIDENCE,
    "evidence": _EVIDENCE,
    "basis": _BASIS,
    "missed": _MISSED,
    "policy": _MISSED,
    "due": {
        "last-workday": said("当月最后一个工作日", "the month's last working day"),
        "last-day": said("当月最后一天", "the month's last day"),
        "window": said("当月的期限（when: window）", "the end of the window"),
        "expiry": said("证件到期日", "the expiry date"),
        "due": said("整件事的期限", "the due day of the whole"),
        "start": said("开始那天", "the start"),
        "on": said("规定的那天", "the day of the rule"),
        "held_on": said("可以办的最后一天", "the last day on which it may be held"),
    },
    "at": {
        "open": said("交办时", "at the opening"),
        "window": said("当月的期限", "the end of the window"),
        "expiry": said("证件到期日", "the expiry date"),
        "due": said("整件事的期限", "the due day of the whole"),
        "start": said("开始那天", "the start"),
        "on": said("规定的那天", "the day of the rule"),
        "held_on": said("可以办的最后一天", "the last day on which it may be held"),
    },
    "cycle": {
        "calendar-year": said("每年", "every year"),
        "calendar-half": said("每半年", "every half-year"),
        "calendar-quarter": said("每季度", "every quarter"),
        "calendar-month": said("每月", "every month"),
        "anniversary": said("各人自己的周期，另写 every", "each person's own; needs `every`"),
    },
    "from": {"joining": said("到岗之日", "the day of joining")},
    "monthly": {"last-workday": said("最后一个工作日", "the last working day")},
    "quarterly": {"last-workday": said("最后一个工作日", "the last working day")},
    "by": {"each": said("每人都要办", "each has to"), "any": said("一人办了就算", "any one will do")},
    "through": {"attendance": said("按到会情况", "by attendance")},
    "mark": {"absentees-only": said("只登记缺席的", "only those absent are marked")},
    "sum": {"hours": said("学时", "hours"), "count": said("次数", "times")},
    "credential": {"later-expiry": said("有效期更晚的新证", "a certificate with a later expiry")},
    "prorate": {"by-month": said("按月折算", "by month")},
    "target": {"owner": said("清单写的责任单位或责任人", "whom the row names")},
    "valid_on": {"event": said("事发日", "the day of the event")},
    "owed_by": {
        "assist": said("协办单位，各办各的", "the units that contribute, each for itself"),
        "responsible": said("主办", "who acts for the body"),
        "handlers": said("事件里写明的承办人", "those whom the event names"),
    },
    "not": {"handlers": said("办案的人", "those who handle the case")},
    "track": {"party": said("当事人", "a party outside")},
    "before": {"due": said("期限之前", "before the due day")},
    "as": {"each": said("逐件发", "one message for each"), "list": said("合成一份名单", "one list")},
    "release": {"auto": said("直接发", "sent at once"), "clerk": said("先由督办员核发", "after the clerk has seen it")},
    "notice": _COLOURS,
    "privacy": {
        "open": said("可以公开", "open to all"),
        "internal": said("单位内部", "inside the office"),
        "case": said("案件：不进群，不写当事人", "a case: never in a group, no parties named"),
        "sealed": said("只说“您有1项督办事项”，登录后看", "says only that there is something; read after signing in"),
    },
    "rank": {"units": said("给单位排名", "rank the units")},
    "language": {"zh_CN": said("中文", "Chinese"), "en": said("英文", "English")},
    "rest_days": {"quiet": said("不发", "no messages"), "send": said("照发", "messages go out")},
    "urgent": {"keep": said("不发，等到时段过了", "it waits"), "break": said("照发", "it is sent")},
    "mode": {
        "live": said("正式：发给本人", "messages go to the people"),
        "trial": said("试运行：都发给督办员，注明原应发给谁", "everything goes to the clerk, saying whom it was for"),
    },
    "quiet": {"keep": said("不发", "it keeps quiet hours"), "exempt": said("照发", "it ignores them")},
    "unknown": {"resend": said("再发一次", "sent again"), "hold": said("先不发，由督办员看", "held for the clerk")},
    "level": {
        "paper": said("纸质：打印清单，督办员登记", "printed lists and the clerk"),
        "group": said("群机器人：群里点名，不带个人链接", "a group's bot that mentions who owes"),
        "personal": said("个人消息：各人有各人的链接", "messages and links of one's own"),
    },
    "wording": {
        "rounded": said("约数：22 写“20余”", "rounded"),
        "exact": said("准数", "exact"),
        "months": said("7月、11月各1次", "by month"),
    },
    "posts": {
        "unit-head": said("科室负责人", "the unit's head"),
        "deputy-leader": said("分管领导", "the deputy leader in charge"),
        "leader": said("主要领导", "the leader"),
    },
    "notices": _COLOURS,
    "template": {
        "title": said("问题叫什么的一栏", "the column of what it is"),
        "owner": said("由谁办的一栏", "the column of who owes it"),
        "due": said("完成时限的一栏", "the column of the day"),
    },
    "missing": {
        "error": said("算错误，要改", "a mistake"),
        "leave-out": said("略去", "left out"),
    },
    "count": {
        "planned": said("计划", "planned"),
        "held": said("实办", "held"),
        "person-times": said("人次", "person-times"),
        "attendance": said("到会率", "rate of attendance"),
        "made-up": said("补学后到会率", "rate after making up"),
        "opened": said("登记", "begun"),
        "closed": said("办结、销号", "closed"),
        "pending": said("未结", "not closed"),
        "overdue": said("超期", "beyond the day"),
        "found": said("发现", "found"),
        "people": said("人数", "people"),
        "average": said("人均", "average"),
        "reached": said("达标率", "share that reached it"),
        "total": said("合计", "total"),
        "valid": said("有效", "valid"),
        "expired": said("已过期", "expired"),
    },
}  # fmt: skip

# Whom a rung may tell, beside the roles of the office.
TOLD: Mapping[str, Said] = {
    "assignee": said("承办人", "who owes it"),
    "handlers": said("事件里写明的承办人", "those whom the event names"),
    "deputy": said("承办人请假时的代办人", "who stands in for the assignee on leave"),
    "absent": said("缺席的人", "those who were absent"),
    "recorder": said("登记场次的人", "who records the gathering"),
    "responsible": said("主办", "who acts for the body"),
    "unit-head": said("科室负责人；社区书记", "the unit's head"),
    "deputy-leader": said("分管领导；社区包联领导", "the deputy leader in charge"),
    "leader": said("主要领导", "the leader"),
    "group": said("群", "the group"),
}
POSTS = {name: TOLD[name] for name in ("unit-head", "deputy-leader", "leader")}

# What days before and after may be counted from, beside the steps of the schedule.
ANCHORS: Mapping[str, Said] = {
    "due": said("期限", "the due day"),
    "start": said("开始那天", "the start"),
    "on": said("规定的那天", "the day of the rule"),
    "held_on": said("可以办的最后一天", "the last day on which it may be held"),
    "internal": said("内部时限", "the internal deadline"),
    "milestone": said("阶段目标的日子", "each milestone"),
    "expiry": said("证件到期日", "the expiry date"),
    "recorded": said("场次登记之日", "the day of the record"),
    "make_up": said("补学的期限", "the make-up deadline"),
}
STEP_ANCHORS = {name: ANCHORS[name] for name in ("due", "start", "on", "held_on", "expiry")}
LADDERS: Mapping[str, Said] = {
    "weekly": said("每周集中学习", "a weekly study day"),
    "activity": said("宣传活动：方案、当天、情况", "an activity: plan, day, report"),
    "monthly-task": said("按月、按季、按年的一般事项", "monthly and yearly tasks"),
    "statute": said("法定期限", "legal terms"),
    "certificate": said("证件换证", "certificates"),
}
UNIT_KINDS: Mapping[str, Said] = {
    "section": said("科室", "a section"),
    "community": said("社区", "a community"),
    "team": said("队伍", "a team"),
    "external": said("外单位：不催办、不排名", "an outside body: neither urged nor ranked"),
}
EVENTS: Mapping[str, Said] = {"event": said("事件登记之日", "the day of the event")}

# The long form of a term.
TERM_KEYS: Mapping[str, Said] = {
    "n": said("数量。", "How many.", 20),
    "unit": said(
        "单位：workdays 工作日、days 自然日、weeks、months、years、hours、minutes。",
        "workdays, days, weeks, months, years, hours, minutes.",
        "workdays",
    ),
    "roll": said("最后一天遇休息日怎么办。", "What becomes of a last day that is a rest day."),
}

# What an editor says of a value that a pattern refuses.
_TERM = said(
    "期限写数量和单位：20 workdays、15 days、20个工作日、15日、3个月、24小时。不能只写 day。",
    "A number and a unit: 20 workdays, 15 days, 3 months, 24 hours. A bare day says too little.",
)
PATTERNS: Mapping[str, Said] = {
    TERM_PATTERN: _TERM,
    LEAD_PATTERN: said("写 20 workdays before 或 提前20个工作日。", "Write 20 workdays before."),
    TRAIL_PATTERN: said("写 3 days after 或 3日后。", "Write 3 days after."),
    CLOCK_PATTERN: said('时间写成 "08:40"，两位数，加引号。', 'A time of day as "08:40", in quotes.'),
    DAY_MONTH_PATTERN: said(
        '日期写成 "03-15"：月-日，加引号。', 'A day of every year as "03-15", month first, in quotes.'
    ),
    WEEKDAY_PATTERN: said("写周一至周日，或 monday 至 sunday。", "monday to sunday, or 周一 to 周日."),
    PERCENT_PATTERN: said('比例写成 "90%"。', 'A share as "90%".'),
}
NEEDS_ONE = said("要写 {keys} 其中一个。", "Needs exactly one of {keys}.")
ONLY = said("只能写：{words}。", "Only: {words}.")
ONE_WORD = said("{word}（{meaning}）", "{word} ({meaning})")
BETWEEN = said("；", "; ")
