"""What was sent, in words: channels, what a rung speaks of and to whom, notices, and why something was left out."""

from collections.abc import Mapping

from schedules.words import Words, phrase

# Kinds of channels by what stands before :// of their addresses.
CHANNELS: Mapping[str, Words] = {
    "outbox": phrase("local outbox"), "paper": phrase("on paper"),
    "wecombot": phrase("group bot"), "mailto": phrase("mail"), "mailtos": phrase("mail"),
    "json": phrase("gateway"), "jsons": phrase("gateway"), "form": phrase("gateway"), "forms": phrase("gateway"),
    "gateway": phrase("gateway"), "gateways": phrase("gateway"), "wecomapp": phrase("WeCom app"), "wechat": phrase("WeCom app"),
    "dingtalk": phrase("DingTalk group bot"), "feishu": phrase("Feishu group bot"), "lark": phrase("Lark group bot"),
    "alisms": phrase("Aliyun SMS"), "qcloudsms": phrase("Tencent Cloud SMS"),
}  # fmt: skip
PHASES = {
    "open": phrase("when it opened"), "before": phrase("before the day"), "on": phrase("on the day"), "after": phrase("after the day"),
    "approve": phrase("it waits for approval"),
}  # fmt: skip
AUDIENCES = {
    "assignee": phrase("to whoever owes it"), "deputy": phrase("to whoever stands in"), "unit-head": phrase("to the head of the unit"),
    "deputy-leader": phrase("to the deputy leader"), "leader": phrase("to the leader"), "group": phrase("to the group"),
}  # fmt: skip
NOTICE = phrase("A notice, no reminder of a duty.")
NOTICES = {
    "transfer": phrase("A duty was handed over."), "orphan": phrase("Duties that nobody would have done any more."),
    "given-back": phrase("Something was given back."), "hours": phrase("Hours wait for approval."),
    "calendar-missing": phrase("The calendar of a year is missing."), "calendar-moved": phrase("Dates moved with the calendar."),
    "sign-in": phrase("A link to sign in, asked for by typing a number."), "unreleased": phrase("Drafts wait for release."),
    "silence-over": phrase("A silence is over."), "new-date": phrase("A duty has another day."),
    "waived": phrase("A duty was waived."), "excused": phrase("An absence was counted as leave."),
    "planned": phrase("What is late has another day."), "handed-on": phrase("A duty is somebody else's now."),
    "urge": phrase("Somebody urged it by hand."), "urge-copy": phrase("A copy: somebody of the unit was urged by hand."),
    "summary": phrase("An overdue summary, made from the figures of that moment."),
}  # fmt: skip
WITHDRAWN = {
    "closed": phrase("left out: done before it went out"), "moved": phrase("left out: somebody else is told"),
    "begun": phrase("left out: it had begun before it went out"),
    "unreachable": phrase("no channel reaches them"),
    "silenced": phrase("left out: silenced by the clerk"), "snoozed": phrase("left out: they asked to be reminded later"),
}  # fmt: skip
