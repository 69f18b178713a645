"""How the two pages of the cookbook speak, and the tables in them: occurrences, steps of a case, reminders."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What one page calls things. In `wrong` and `left_out` the first group is what stands in the recipe."""

    lang: str
    page: str
    mine: str  # the file that the clerk writes
    wrong: re.Pattern[str]
    left_out: re.Pattern[str]
    occurrence: Sequence[str]
    step: Sequence[str]
    told: Sequence[str]
    weekdays: Sequence[str]
    audiences: Mapping[str, str]
    provisional: str
    moved: str
    skipped: str
    several: str
    among: str

    def day(self, on: date) -> str:
        if self.lang == "en":
            return f"{self.weekdays[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"
        return f"{on.month}月{on.day}日{self.weekdays[on.weekday()]}"

    def instant(self, at: str) -> str:
        """A day and the hour; an hour that ends a day is its 24:00."""
        found = datetime.fromisoformat(at)
        if (found.hour, found.minute) == (0, 0):
            return f"{self.day(found.date() - timedelta(days=1))} 24:00"
        return f"{self.day(found.date())} {found:%H:%M}"

    def opening(self, at: str) -> str:
        """The day on which something opens."""
        return self.day(datetime.fromisoformat(at).date())

    def audience(self, to: str, roles: Mapping[str, str]) -> str:
        return self.audiences.get(to) or roles[to.removeprefix("role:")]


CHINESE = Words(
    lang="zh_CN",
    page="cookbook.zh.md",
    mine="我的日程.yaml",
    wrong=re.compile(r"把 ?`([^`]+)` ?写成 ?`([^`]+)`"),
    left_out=re.compile(r"漏写 ?`([^`]+)`"),
    occurrence=("哪一期", "交办", "到期", "什么时候告诉谁"),
    step=("环节", "谁办", "从哪天起", "最迟"),
    told=("什么时候", "环节", "哪一条提醒", "告诉谁"),
    weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    audiences={
        "assignee": "承办人",
        "group": "群",
        "responsible": "主办",
        "unit-head": "科室负责人",
        "deputy-leader": "分管领导",
        "leader": "主要领导",
    },
    provisional="（暂定）",
    moved="（原{day}）",
    skipped="不办",
    several="（{n}件）",
    among="、",
)
ENGLISH = Words(
    lang="en",
    page="cookbook.en.md",
    mine="mine.yaml",
    wrong=re.compile(r"`([^`]+)`\s+written\s+as\s+`([^`]+)`"),
    left_out=re.compile(r"`([^`]+)`\s+left\s+out"),
    occurrence=("Which one", "Opens", "Due", "Who is told when"),
    step=("Step", "Owed by", "Counted from", "At the latest"),
    told=("When", "Step", "Which reminder", "Who is told"),
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    audiences={
        "assignee": "assignee",
        "group": "group",
        "responsible": "responsible person",
        "unit-head": "unit head",
        "deputy-leader": "deputy leader",
        "leader": "leader",
    },
    provisional=" (provisional)",
    moved=" (instead of {day})",
    skipped="not held",
    several=" ({n} of them)",
    among=", ",
)


def occurrences(found: Sequence[Mapping[str, Any]], words: Words, roles: Mapping[str, str]) -> str:
    """What `duban preview --json` answers; those that differ only in their target are one line."""
    lines = []
    for _, group in groupby(found, key=_when):
        alike = list(group)
        lines.append([_called(alike, words), *_occurrence(alike[0], words, roles)])
    return _table(words.occurrence, lines)


def _when(item: Mapping[str, Any]) -> object:
    told = [(each["at"], each["to"]) for each in item["rungs"]]  # whatever their names
    return [*(item[name] for name in ("opens_at", "due_at", "moved_from", "provisional", "skipped")), told]


def _called(alike: Sequence[Mapping[str, Any]], words: Words) -> str:
    if len(alike) == 1:
        return f"{alike[0]['title']} {alike[0]['key']}"
    return f"{alike[0]['title'].partition('：')[0]}{words.several.format(n=len(alike))}"


def _occurrence(item: Mapping[str, Any], words: Words, roles: Mapping[str, str]) -> Sequence[str]:
    if item["skipped"]:
        return (words.skipped, "", "")
    due = words.instant(item["due_at"])
    if item["moved_from"]:
        due += words.moved.format(day=words.day(date.fromisoformat(item["moved_from"])))
    if item["provisional"]:
        due += words.provisional
    told = []
    for at, rungs in groupby(item["rungs"], key=lambda each: each["at"]):
        who = dict.fromkeys(words.audience(each["to"], roles) for each in rungs)
        told.append(f"{words.instant(at)} {words.among.join(who)}")
    return (words.opening(item["opens_at"]), due, "<br>".join(told))


def steps(found: Mapping[str, Any], words: Words) -> str:
    """What `duban chain show --json` answers: the steps that apply and have begun."""
    lines = []
    for each in found["steps"]:
        if each["begins_on"] is None:
            continue
        begins, due = (
            each[name] and words.day(date.fromisoformat(each[name])) for name in ("begins_on", "due_on")
        )
        provisional = words.provisional if each["provisional"] else ""
        lines.append([each["title"], each["owed_by"] or "", begins, f"{due}{provisional}" if due else "—"])
    return _table(words.step, lines)


def reminders(found: Mapping[str, Any], titles: Mapping[str, str], words: Words) -> str:
    """What `duban explain --json` answers of one occurrence: the reminders that will find somebody."""
    rungs = [
        each for schedule in found["schedules"] for item in schedule["occurrences"] for each in item["rungs"]
    ]
    coming = [(each, _names(each)) for each in rungs]
    lines = []
    for (at, part, label), alike in groupby(
        ((each, names) for each, names in coming if names),
        key=lambda pair: tuple(pair[0][k] for k in ("at", "part", "label")),
    ):
        names = dict.fromkeys(name for _, told in alike for name in told)
        lines.append([words.instant(at), titles[part], label, words.among.join(names)])
    return _table(words.told, lines)


def _names(rung: Mapping[str, Any]) -> Sequence[str]:
    return [name for each in rung["outcomes"] if each["verdict"] == "will-be-told" for name in each["who"]]


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', '·') for cell in row)} |" for row in rows)
