"""The steps of a duty, and what belongs to them."""

from schedules.about.done import EVIDENCE
from schedules.about.said import Parts, part, said
from schedules.steps import After, DueAt, Extend, Gate, Pause, RelativeDue, Step

BASIS = said(
    "依据：法规条款、文件或本单位规定。",
    "Law or rule that asks for it.",
    "行政处罚法60条",
    {"text": "街道学习制度", "kind": "custom"},
)
REGISTER = said(
    "办结后自动记入哪本台账。", "The register that a confirmation becomes an entry of.", "publicity"
)

PARTS: Parts = {
    Step: part(
        ("环节", "A step"),
        (
            "一件事分几步，各有各的责任人和期限。没有期限的环节不催，办了登记；写 wait 的是等待期，谁也不用办。",
            "A part with its own owner and term. Without a term it is open and never late; with `wait` it is a waiting period that "
            "nobody owes.",
        ),
        {
            "title": said("环节名称。", "Shown to people.", "召开研判会"),
            "if": said(
                "什么情况下才有这一环节：登记的字段，或字段 = 值。",
                "Only if a field says so.",
                "major",
                "result = 同意",
            ),
            "owed_by": said(
                "由谁办；不写就是整件事的责任人。",
                "Who owes it; default: who owes the whole.",
                {"role": "legal-reviewer"},
            ),
            "due": said(
                "最迟哪天：写一个日子，或在它前后多久。",
                "Until when: a day, or so long before or after one.",
                "due",
                {"before": "meet", "by": "5 workdays"},
            ),
            "after": said(
                "办完哪个环节才开始；event 是事件登记之日。",
                "What opens it: another step, several, or event.",
                "event",
                ["investigated", "wait"],
            ),
            "from": said(
                "期限从那个环节填的哪个日期起算；不写就从办结之日。",
                "The date field of that step which the term counts from; default: its day.",
                "held_on",
            ),
            "within": said(
                "多久内办完；当天不算。", "The term; the first day does not count.", "5 workdays", "15日"
            ),
            "roll": said("最后一天遇休息日怎么办。", "What becomes of a last day that is a rest day."),
            "internal": said(
                "内部时限，比 within 短；先按它催。", "The office's own earlier deadline.", "75 days"
            ),
            "wait": said("要等满多久，如听证申请期。", "A period that has to pass first.", "5 workdays"),
            "gate": said(
                "先办完哪些环节才能办这个；可以写要什么结论。",
                "What must be done first, or done with a result.",
                ["notify", "review=同意"],
            ),
            "extend": said(
                "可以延期一次。",
                "One longer term on request.",
                {"once": "30 days", "approve": {"role": "director"}},
            ),
            "track": said("当事人的义务，我们只跟踪。", "The duty of a party outside: ours only follow it."),
            "evidence": EVIDENCE,
            "basis": BASIS,
            "approve": said("由谁审核。", "Who agrees that it is done.", {"role": "legal-reviewer"}),
            "counts": said(
                "计入年度报告的哪些数字：1、一个数字字段，或一个条件。",
                "Figures of the year: 1, a number field, or a condition.",
                {"published_on_time": "published_on <= due"},
            ),
            "register": REGISTER,
        },
        "title: 送达\nafter: decide\nfrom: decided_on\nwithin: 7 workdays\nbasis: 行政处罚法61条\n"
        "evidence:\n  served_on: {label: 送达日期, kind: date}",
    ),
    RelativeDue: part(
        ("在某日前后", "Before or after a day"),
        ("before、after 写一个，by 写多久。", "Exactly one of before and after, and by how long."),
        {
            "before": said(
                "在哪一天之前：另一环节的期限，或 due、expiry、on 等。",
                "Before which day: a step's, due, expiry, on.",
                "due",
                "meet",
            ),
            "after": said("在哪一天之后。", "After which day.", "held_on"),
            "by": said("多久。", "By how long.", "5 workdays", "60 days"),
        },
        "before: due\nby: 15 workdays",
    ),
    DueAt: part(
        ("就在某日", "On a day"),
        ("和直接写 due: due 一样。", "The same as the word alone: `due: due`."),
        {"at": said("哪一天。", "Which day.")},
        "at: due",
    ),
    After: part(
        ("几个环节之后", "After several steps"),
        ("all、earlier 写一个。", "Exactly one of all and earlier."),
        {
            "all": said(
                "全部办完之后，从最后一个起算。",
                "When all are done; the last counts.",
                ["investigated", "wait"],
            ),
            "earlier": said(
                "先办完哪个就从哪个起算。", "When the first of them is done.", ["accept", "event"]
            ),
        },
        "earlier: [notify, wait]",
    ),
    Gate: part(
        ("前置环节", "A gate"),
        ("写成一句：环节，或环节=结论。", "Written as text: step, or step=result."),
        {
            "step": said("哪个环节。", "Which step.", "review"),
            "result": said("要什么结论。", "Which result.", "同意"),
        },
        "step: review\nresult: 同意",
    ),
    Extend: part(
        ("延期", "A longer term"),
        ("期限内申请，经批准可以延一次。", "Asked for before the due day, granted once."),
        {
            "once": said("延长多久。", "By how much.", "30 days"),
            "before": said("什么时候之前申请，写 due。", "Until when it may be asked for: due."),
            "approve": said("由谁批准。", "Who grants it.", {"role": "director"}),
            "basis": said("申请时须写明依据。", "The rule that allows it must be named."),
        },
        "once: 30 days\napprove: {role: director}\nbasis: required",
    ),
    Pause: part(
        ("中止", "The clock stands still"),
        ("中止期间不计入期限，如鉴定、公告。", "What is stopped does not count toward the terms."),
        {
            "allow": said("哪些情形可以中止。", "Reasons that count.", ["鉴定", "公告"]),
            "stops": said("中止哪些环节的期限。", "The steps whose clock stops.", ["decide"]),
            "basis": said("须写明依据。", "The rule that allows it must be named."),
            "approve": said("由谁批准。", "Who grants it.", {"role": "deputy-leader"}),
        },
        "allow: [鉴定, 检测, 公告]\nstops: [decide]\nbasis: required\napprove: {role: enforcement-leader}",
    ),
}
