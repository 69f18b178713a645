"""What summaries look like: what is overdue in the units of one supervisor, and the ranking of units by a month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from jinja2 import Environment

from tasks.delivery.payloads import RankingMessage, Rendered, SummaryMessage, plain
from tasks.reporting.overdue import Item, OverdueReport
from tasks.wording.fitting import fit, render
from tasks.wording.plain_lines import clean_item, contact_of

MOST_LATE = 10  # the rest is on the page, as on paper
MOST_COMING = 5
MOST_IDLE = 6
NUMERALS = "一二三四"


def summary(templates: Environment, message: SummaryMessage) -> Rendered:
    """An overdue summary: the longest late first, then what is soon due, then who was never late."""
    report = message.report
    late, coming = _gathered(report.items, message), _gathered(report.coming, message)
    after = clean_item(report.next, overheard=message.overheard) if report.next else None
    hidden = sum(item.privacy == "sealed" for item in (*report.items, *report.coming))
    most_coming = min(len(coming), MOST_COMING)

    def rendered(shown: int) -> Rendered:
        left = [item for group in late[shown:] for item in group]
        days = [item.days_late for item in left] or [0]
        values = {
            "report": report, "late": late, "coming": coming, "shown": shown, "shown_coming": most_coming, "rest": len(left),
            "rest_days": (min(days), max(days)), "rest_coming": sum(len(group) for group in coming[most_coming:]),
            "sealed": hidden, "after": after, "good": _good(report), "sections": NUMERALS, "answer_by": message.answer_by, "tz": message.tz,
            "released_by": plain(message.released_by), "contact": contact_of(message.contact),
            "trial_for": plain(message.trial_for or ""), "unreached": [plain(each.name) for each in report.unreached],
            "silences": [each.cleaned(plain, overheard=message.overheard) for each in report.silences],
        }  # fmt: skip
        return render(templates, "summary.txt", values)

    return fit(rendered, min(len(late), MOST_LATE))


def ranking(templates: Environment, message: RankingMessage) -> Rendered:
    """The units by their rate, the best first; units in which nothing was due are named after them."""
    found = message.ranking
    lines = [replace(each, title=plain(each.title)) for each in found.ranked]

    def rendered(shown: int) -> Rendered:
        values = {
            "ranking": found, "lines": lines, "shown": shown, "rest": len(lines) - shown, "tz": message.tz,
            "idle": [plain(title) for title in found.idle], "most_idle": MOST_IDLE, "contact": contact_of(message.contact),
            "released_by": plain(message.released_by), "trial_for": plain(message.trial_for or ""),
        }  # fmt: skip
        return render(templates, "ranking.txt", values)

    return fit(rendered, len(lines))


def _gathered(items: Sequence[Item], message: SummaryMessage) -> list[tuple[Item, ...]]:
    """Three or more who owe the same thing by the same day, and gave no reason, make one line. What is sealed is only counted."""
    found: dict[tuple[object, ...], list[Item]] = defaultdict(list)
    for item in items:
        if item.privacy == "sealed":
            continue
        found[
            (item.schedule, item.key, item.part, item.due_on, item.unit_id if item.owes == "person" else None)
        ].append(clean_item(item, overheard=message.overheard))
    groups: list[tuple[Item, ...]] = []
    for same in found.values():
        silent = [item for item in same if item.reason is None and item.new_date is None]
        if len(silent) < 3:
            groups += [(item,) for item in same]
            continue
        units = {item.unit for item in silent}
        first = silent[0] if len(units) == 1 else replace(silent[0], unit="")
        groups.append((replace(first, urged=max(item.urged for item in silent)), *silent[1:]))
        groups += [(item,) for item in same if item not in silent]
    return sorted(groups, key=lambda group: group[0].due_on)


def _good(report: OverdueReport) -> list[str]:
    """Units that owed something this year and were never late with it."""
    return [
        plain(unit.title)
        for unit in report.units
        if unit.title and unit.figures.due and not unit.figures.overdue and not unit.figures.done_late
    ]
