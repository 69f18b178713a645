"""How the reference is laid out: its chapters with their definitions, and what the values are called."""

from collections.abc import Mapping
from typing import NamedTuple

from schedules import (
    done,
    grammar,
    office_grammar,
    recurring,
    registers,
    remind,
    report,
    steps,
    when,
    when_whole,
)
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
from schedules.strict import Definition


class Chapter(NamedTuple):
    """A chapter of the reference: its id, its heading, what it is about, and the definitions in it."""

    id: str
    title: Said
    what: Said
    definitions: tuple[type[Definition], ...]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "schedules", said("日程", "Schedules"),
        said(
            "一个日程文件里可以写几条日程，也可以写 `summaries`、`registers`、`report`、`ladders` 四组。编号写在冒号前面，全单位不能重复。",
            "A file holds schedules, and the groups `summaries`, `registers`, `report` and `ladders`. Ids stand before the colon; "
            "each is taken once in the whole office.",
        ),
        (grammar.Schedule, grammar.Milestone, grammar.Children, grammar.Pending, grammar.Effect, done.Basis),
    ),
    Chapter(
        "when", said("when：什么时候", "when: when it comes round"),
        said("下面的规则写一种。", "Exactly one of these rules."),
        (
            when.Weekly, when.Monthly, when.Quarterly, when.Yearly, when.Before, when.By, when.Dates, when.Cron, when.Window,
            when.Cycle,
            when.Anniversary, when.Issued, when.Expiry, when.Once, when_whole.Span, when.Event, when.EventField, when.Dated, when.Held,
            when.Deadline, recurring.Recurring, recurring.MissedRule,
        ),
    ),
    Chapter(
        "who", said("who：谁来办", "who: who owes it"),
        said("责任人在交办时确定；中途调入、调出、离职的，随时调整。",
            "Decided when the duty opens; joins, moves and leaves are followed."),
        (
            grammar.Who, done.ByRole, grammar.ByUnits, steps.RoleExcept, steps.ByUnit, steps.Outside, grammar.Approval,
            registers.RecordedBy,
        ),
    ),
    Chapter(
        "done", said("done：怎样算办结", "done: what counts as done"),
        said("下面写一种；不写 `done` 就是每个人各自办结。", "One of these; without `done` each confirms."),
        (
            done.ByPeople, done.Attendance, done.SessionRecord, done.Quota, done.FromRegister, done.Topics, done.LaterCredential,
            done.AllOf, done.EvidenceField,
        ),
    ),
    Chapter(
        "steps", said("steps：环节", "steps"),
        said("一件事分几步办，各有责任人和期限。", "Parts with their own owners and terms."),
        (steps.Step, steps.RelativeDue, steps.DueAt, steps.After, steps.Extend, steps.Pause),
    ),
    Chapter(
        "remind", said("remind：催办", "remind: reminders"),
        said(
            "写 `remind: {use: 名称}` 用现成的一套，或者写一串提醒。`ladders` 里每一套也是一串提醒。",
            "A named ladder, or a list of rungs; so is each ladder under `ladders`.",
        ),
        (remind.UseLadder, remind.OwnRungs, remind.Rung, remind.Repeat, remind.Acknowledge),
    ),
    Chapter(
        "groups", said("汇总和台账", "Summaries and registers"),
        said("写在 `summaries:`、`registers:` 下面。", "Under `summaries:` and `registers:`."),
        (grammar.Summary, registers.Register),
    ),
    Chapter(
        "report", said("report：年度报告", "report: the annual report"),
        said("写在 `report:` 下面；每个数字写一个来源。", "Under `report:`; each figure has one source."),
        (
            report.Chapter, report.ReportSection, report.FigureBase, report.Gatherings, report.Records, report.OnTime, report.Cases,
            report.Order, report.Found, report.Campaign, report.FromBook, report.HoursOf, report.Cards, report.Covers, report.Counted,
            report.Share, report.Total,
        ),
    ),
    Chapter(
        "office", said("office.yaml：单位设置", "office.yaml: the office"),
        said("单位、时间、渠道、角色、职务。", "The office, its times, channels, roles and posts."),
        (
            office_grammar.OfficeFile, office_grammar.QuietSpan, office_grammar.ContactPerson, office_grammar.ChannelDefinition,
            office_grammar.Reach, office_grammar.Lights, office_grammar.UnitDefinition, office_grammar.RoleDefinition,
            office_grammar.PostDefinition, office_grammar.NoticeDefinition,
        ),
    ),
)  # fmt: skip

# The key that a definition stands under, so that its example can be copied as it is.
UNDER: Mapping[type[Definition], str] = {
    **dict.fromkeys(
        (
            when.Weekly, when.Monthly, when.Quarterly, when.Yearly, when.Before, when.By, when.Dates, when.Cron, when.Window, when.Cycle,
            when.Anniversary, when.Expiry, when.Once, when.Event,
        ),
        "when",
    ),
    **dict.fromkeys(
        (
            done.ByPeople, done.Attendance, done.Quota, done.FromRegister, done.Topics, done.LaterCredential, done.AllOf,
        ),
        "done",
    ),
    grammar.Who: "who",
    done.SessionRecord: "record",
    grammar.Children: "children",
    grammar.Pending: "pending",
    grammar.Effect: "effect",
    done.Basis: "basis",
    steps.Pause: "pause",
    remind.UseLadder: "remind",
    office_grammar.Reach: "reach",
    office_grammar.Lights: "lights",
    office_grammar.ContactPerson: "contact",
}  # fmt: skip

# What may stand after a key. By pattern where there is one.
VALUES: Mapping[str, Said] = {
    TERM_PATTERN: said("期限", "term"),
    LEAD_PATTERN: said("提前的期限", "term before"),
    TRAIL_PATTERN: said("推后的期限", "term after"),
    CLOCK_PATTERN: said("时间", "time"),
    DAY_MONTH_PATTERN: said("月-日", "month-day"),
    WEEKDAY_PATTERN: said("周一至周日", "monday to sunday, or 周一 to 周日"),
    PERCENT_PATTERN: said("百分比", "per cent"),
    "date": said("日期", "date"),
    "text": said("文字", "text"),
    "name": said("编号", "name"),
    "integer": said("整数", "whole number"),
    "boolean": said("`true` 或 `false`", "`true` or `false`"),
    "list": said("列表 `[…, …]`：{each}", "list `[…, …]`: {each}"),
    "several": said("一个或几个：{each}", "one or several: {each}"),
    "mapping": said("`编号: …`，每项：{each}", "`name: …`, each: {each}"),
    "or": said("；或 ", "; or "),
    "word": said("`{word}` {meaning}", "`{word}` {meaning}"),
    "range": said("{least} 至 {most}", "{least} to {most}"),
}
HOW: tuple[tuple[Said, Said], ...] = (
    (said("期限", "Terms"), said(
        "数量加单位：`20 workdays`（工作日）、`15 days`（自然日）、`3 months`、`1 year`、`24 hours`，"
        "也可以写 `20个工作日`、`15日`、`3个月`、`24小时`。"
        "当天不算；不能只写 day。长的写法是 `{n: 20, unit: workdays, roll: next-workday}`。",
        "A number and a unit: `20 workdays`, `15 days` (natural ones), `3 months`, `1 year`, `24 hours`, or `20个工作日`, `15日`, `3个月`, "
        "`24小时`. The first day does not count; a bare day is refused. In full: `{n: 20, unit: workdays, roll: next-workday}`.",
    )),
    (said("时间和日期", "Times and days"), said(
        '时间 `"08:40"`、月-日 `"03-15"` 要加引号；日期写 `2026-11-27`。星期几写周一至周日。',
        'A time `"08:40"` and a day of every year `"03-15"` stand in quotes; a date is `2026-11-27`, a weekday monday to sunday.',
    )),
    (said("编号和名称", "Names"), said(
        "编号用字母、汉字、数字、`-`、`_`、`·`、`.`，不能有空格。单位可以写名称，也可以写编号。",
        "Letters of any script, digits, `-`, `_`, `·` and dots, without spaces. A unit goes by its title or its id.",
    )),
    (said("条件", "Conditions"), said(
        "只写一个比较：`major`（填了“是”）、`result = 同意`、`law != 无`、`published_on <= due`。",
        "One comparison: `major` (it says yes), `result = 同意`, `law != 无`, `published_on <= due`.",
    )),
    (said("冒号和缩进", "Colons and spaces"), said(
        "冒号、逗号用半角，冒号后面空一格；缩进用空格，不用 Tab。`#` 后面是说明。",
        "Half-width colons and commas, a space after the colon; spaces, no tabs. What follows `#` is a comment.",
    )),
)  # fmt: skip
TITLE = said("参考：每一项怎么写", "Reference: every key")
INTRO = said(
    "单位文件里的每一项：意思、写什么、不写时怎样、例子。写完运行 `duban check`。在 VS Code 里写，同样的说明会随手出现。\n\n"
    "本页由 `python -m worker.cli.reference zh_CN` 按程序里的定义生成。English: [reference.en.md](reference.en.md)",
    "Every key of an office's files: what it means, what may stand after it, its default, an example. `duban check` has the last word. "
    "In VS Code the same words appear while you type.\n\n"
    "Written by `python -m worker.cli.reference en` from the definitions of the program. 中文：[reference.zh.md](reference.zh.md)",
)
VALUES_TITLE = said("值的写法", "How values are written")
COLUMNS: tuple[Said, ...] = (
    said("键", "Key"), said("意思", "Meaning"), said("写什么", "Value"), said("不写", "Default"), said("例", "Example"),
)  # fmt: skip
REQUIRED = said("必写", "required")
ALSO = said("还可以写：{others}。", "Also: {others}.")
AND = said("、", ", ")
EXAMPLE = said("例：", "Example:")
