"""A schedule, its steps and the registers in the words of a table: kind, term, basis, owner. In Chinese, for `docs/duties.md`.

Reads definitions as they would be written in YAML, so that a word of the grammar stands here once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from schedules.dues import basis_of
from schedules.fields import WEEKDAYS
from schedules.grammar import Basis, Schedule, Step
from schedules.office import OfficeSpec
from schedules.terms import parse_term, term_words
from worker.cli.language import _

KINDS: Mapping[str, str] = {
    "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "yearly": "每年一日", "before": "每年限期", "by": "每年限期",
    "dates": "一次性", "cron": "定时", "window": "限定月份", "expiry": "证件到期", "event": "事件", "once": "专项",
}  # fmt: skip
CYCLES: Mapping[str, tuple[str, str]] = {
    "calendar-year": ("年度", "12月31日前"),
    "calendar-half": ("半年", "6月30日、12月31日前"),
    "calendar-quarter": ("季度", "每季度末前"),
    "calendar-month": ("月度", "每月末前"),
}
NUMBERS: Mapping[str, str] = {"law": "法定", "default": "默认，可调整", "custom": "惯例"}
_WEEKDAYS = dict(zip(WEEKDAYS, "一二三四五六日", strict=True))
Plain = Mapping[str, Any]


def plain(definition: Any) -> Plain:
    """A definition as it would be written."""
    found: Plain = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return found


def kind_of(schedule: Schedule) -> str:
    """What sort of duty it is."""
    when = plain(schedule.when)
    if "cycle" in when:
        return CYCLES[when["cycle"]][0] if when["cycle"] in CYCLES else "满期"
    return next(word for key, word in KINDS.items() if key in when)


def term_of(schedule: Schedule) -> str:
    """Until when, in a phrase."""
    when = plain(schedule.when)
    cycle = str(when.get("cycle", ""))
    if cycle:
        return CYCLES[cycle][1] if cycle in CYCLES else f"每满{term(when['every'])}"
    key = next(key for key in KINDS if key in when)
    if key == "event":
        return "；".join(_timed(schedule))
    return _TERMS[key](when) if key in _TERMS else str(when[key])


def _timed(schedule: Schedule) -> Iterator[str]:
    titles = {name: step.title for name, step in schedule.steps.items()}
    for name in _deciding(schedule):
        step = schedule.steps[name]
        yield f"{step.title}：{step_term(schedule, step, titles=titles)}"


def _deciding(schedule: Schedule) -> tuple[str, ...]:
    """The step that decides whether it was on time, else every step with a term."""
    return tuple(
        name
        for name, step in schedule.steps.items()
        if schedule.on_time == name or (schedule.on_time is None and plain(step).get("within"))
    )


def basis_of_term(schedule: Schedule) -> tuple[str, str]:
    """Where the term that `term_of` names comes from: of a chain the articles of those steps, and whose numbers they are."""
    steps = _deciding(schedule) if "event" in plain(schedule.when) else ()
    found = [basis_words(basis_of(schedule, key)) for key in steps] or [basis_words(schedule.basis)]
    texts, kinds = zip(*dict.fromkeys(found), strict=True)
    return "；".join(texts), "；".join(dict.fromkeys(kinds))


def term(written: object) -> str:
    """`20 workdays` as 20个工作日, `90 days` as the law writes it: 90日."""
    found = parse_term(written)
    return f"{found.n}日" if found.unit == "days" else term_words(found).text(_)


def step_term(schedule: Schedule, step: Step, *, titles: Mapping[str, str]) -> str:
    """Until when a step is due, in a phrase; what has no term of its own says so."""
    found = plain(step)
    if "wait" in found:
        return f"{_since(found, titles)}等满{term(found['wait'])}"
    if "within" in found:
        rolled = "，末日顺延" if found.get("roll") == "next-workday" else ""
        internal = f"（内部{term(found['internal'])}）" if "internal" in found else ""
        return f"{_since(found, titles)}{term(found['within'])}内{rolled}{internal}"
    due = found.get("due")
    if isinstance(due, dict) and "by" in due:
        side, word = ("before", "前") if "before" in due else ("after", "后")
        return f"{titles.get(due[side], _DAYS.get(due[side], due[side]))}{word}{term(due['by'])}"
    return term_of(schedule) if due else "不计时"


def _since(found: Plain, titles: Mapping[str, str]) -> str:
    after = found.get("after")
    earlier = _many(after.get("earlier")) if isinstance(after, dict) else ()
    if earlier:
        return "或".join(titles.get(name, name) for name in earlier) + "（取早的）起"
    named = after.get("all") if isinstance(after, dict) else after
    return "、".join("事发" if name == "event" else titles.get(name, name) for name in _many(named)) + "起"


def owner_of(schedule: Schedule, office: OfficeSpec) -> str:
    """Who owes it."""
    return "、".join(_named(plain(schedule.who), office))


def step_owner(schedule: Schedule, step: Step, office: OfficeSpec) -> str:
    """Who owes a step."""
    found = plain(step)
    owed_by = found.get("owed_by")
    if "wait" in found:
        return "—"
    if "track" in found:
        return f"当事人（提醒{owner_of(schedule, office)}）"
    if isinstance(owed_by, dict):
        return "、".join(_named(owed_by, office))
    who = plain(schedule.who)
    if owed_by == "assist":
        return "、".join(_named(who["assist"], office))
    return (
        "、".join(_named(who["responsible"], office)) if "responsible" in who else owner_of(schedule, office)
    )


def _named(who: Plain, office: OfficeSpec) -> Iterator[str]:
    for key in ("role", "roles"):
        yield from (office.file.roles[role].title for role in _many(who.get(key)))
    for key in () if who.get("from_event") else ("unit", "units", "external"):
        yield from (office.file.units[office.unit(unit)].title for unit in _many(who.get(key)))
    if "responsible" in who:
        yield from _named(who["responsible"], office)
    if "assist" in who:
        yield "协办：" + "、".join(_named(who["assist"], office))
    yield from _of_record(who)
    yield from _many(who.get("tags"))


def _of_record(who: Plain) -> Iterator[str]:
    """Those whom an event, a row of a list or a certificate names."""
    if who.get("from_event") == "handlers":
        yield f"登记时写明的承办人（不少于{who.get('at_least', 1)}人，执法证有效）"
    elif who.get("from_event"):
        yield "登记时写明的单位"
    elif who.get("credential"):
        yield "持执法证的人" if who["credential"] == "enforcement" else f"持证人（{who['credential']}）"
    if who.get("target"):
        yield "清单写明的责任单位或责任人"
    if who.get("holder"):
        yield "持证人本人"


def _many(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return (str(value),) if value else ()


def basis_words(basis: Basis | None) -> tuple[str, str]:
    """The rule, and whether its number is law or may be changed."""
    return (basis.text, NUMBERS[basis.kind]) if basis is not None else ("单位自定", NUMBERS["custom"])


def _day(month_day: str) -> str:
    month, day = month_day.split("-")
    return f"{int(month)}月{int(day)}日"


def _last_of(what: str, day: object) -> str:
    return f"{what}最后一个工作日" if day == "last-workday" else f"{what}{day}日"


def _yearly(when: Plain) -> str:
    held = when.get("held")
    span = f"（提前{term(held['from'])}至推后{term(held['to'])}内办）" if held else ""
    return "、".join(map(_day, _many(when["yearly"]))) + span


def _window(when: Plain) -> str:
    last = "最后一天" if when.get("due") == "last-day" else "最后一个工作日"
    return "、".join(f"{month}月" for month in when["window"]) + last + "前"


_DAYS = {"due": "期限", "expiry": "有效期届满", "on": "当日", "held_on": "活动", "start": "开始"}
_TERMS: Mapping[str, Callable[[Plain], str]] = {
    "weekly": lambda when: f"周{_WEEKDAYS[when['weekly']]}{' ' + when['time'] if 'time' in when else ''}",
    "monthly": lambda when: _last_of("每月", when["monthly"]),
    "quarterly": lambda when: _last_of("每季度", when["quarterly"]),
    "yearly": _yearly,
    "before": lambda when: "、".join(map(_day, _many(when["before"]))) + "之前（不含当日）",
    "by": lambda when: "、".join(map(_day, _many(when["by"]))) + "前（含当日）",
    "dates": lambda when: "、".join(when["dates"]),
    "window": _window,
    "expiry": lambda when: f"有效期届满前（提前{term(when['opens'])}列入）",
    "once": lambda when: f"{when['once']['from']}至{when['once']['to']}",
}
