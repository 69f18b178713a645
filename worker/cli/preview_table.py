"""What is foreseen as a table: on a terminal in three columns that wrap, into a pipe or a file as lines with tabs."""

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest

from worker.cli.cells import pad, wrap
from worker.cli.foreseen import Alike, Foreseen, alike, day_of
from worker.cli.language import N_, _, count
from worker.cli.preview_words import Item, Wording
from worker.cli.terminal import plain

DAY, GAP, LEAST, WIDEST = 10, 2, 56, 132
COLUMNS = (
    N_("date"), N_("schedule"), N_("id"), N_("opens"), N_("due"), N_("people"), N_("remarks"), N_("who is told when"),
)  # fmt: skip


def lines(found: Sequence[Item], words: Wording, *, width: int) -> Iterator[str]:
    """The table for a terminal of so many cells: day, what it is and who owes it, who is told when."""
    room = max(LEAST, min(width, WIDEST)) - DAY - 2 * GAP
    what = room * 2 // 5
    columns = (DAY, what, room - what)
    yield _joined((_("date"), _("duty"), _("who is told when")), columns)
    yield "-" * (sum(columns) + 2 * GAP)
    for day, items in groupby(found, key=day_of):
        first = words.day(day)
        for each in alike(list(items)):
            yield from _entry(first, each, words, columns)
            yield ""
            first = ""


def _entry(first: str, each: Alike, words: Wording, columns: Sequence[int]) -> Iterator[str]:
    dates = wrap(first, columns[0])
    if each.item["starts_at"]:
        dates = [*(dates if first else []), f"{words.local(each.item['starts_at']):%H:%M}"]
    about = [line for text in _about(each, words) for line in _hung(text, columns[1])]
    told = [line for text in rung_lines(each, words) for line in _hung(text, columns[2])]
    for row in zip_longest(dates, about, told, fillvalue=""):
        yield _joined(row, columns)


def _about(each: Alike, words: Wording) -> Iterator[str]:
    """What it is, who owes it, when it opens and until when, and what is remarkable."""
    item = each.item
    title = str(item["title"])
    if len(each.items) > 1:
        title = count(
            _("{title} (1 item)"), _("{title} ({n} items)"), len(each.items), title=title.partition("：")[0]
        )
    yield title
    yield f"({item['schedule']})"
    if item["skipped"]:
        yield _("skipped: {why}").format(why=item["skipped"])
        return
    if each.people:
        yield _("owed by {names}").format(names=words.names(each.people))
    if item["opens_at"]:
        yield _("opens {at}").format(at=words.moment(item["opens_at"]))
    if item["due_at"]:
        yield _("due {at}").format(at=words.due(item))
    yield from words.remarks(item)


def rung_lines(each: Alike, words: Wording) -> Iterator[str]:
    """One line for each instant and reason: when, whom, why; then how many more hang on a record."""
    if each.item.get("paused"):
        return
    people = each.people
    for _key, group in groupby(each.rungs, key=lambda rung: (rung["at"], rung["label"], rung["step"])):
        rungs = list(group)
        who = _(", ").join(words.told(rung, people) for rung in rungs)
        yield f"{words.moment(rungs[0]['at'])} {who}{_('; ')}{why(rungs[0])}"
    later = each.item.get("later") or ()
    for step, group in groupby(later, key=lambda rung: rung["step"]):
        steps = list(group)
        told = _(", ").join(dict.fromkeys(words.audience(rung["to"]) for rung in steps))
        if step:
            yield _("once '{step}' opens: {who}").format(step=step, who=told)
        else:
            yield _("once it is recorded: {who}").format(who=told)


def why(rung: Item) -> str:
    """What a rung is for, and under which condition it tells."""
    label = str(rung["label"])
    if rung["step"] and f"'{rung['step']}'" not in label and rung["step"] not in label:
        label = _("{step}: {label}").format(step=rung["step"], label=label)
    notes = [
        *([_("if behind")] if rung["behind"] else []),
        *([_("if nobody signs")] if rung["unsigned"] else []),
        *([_("after release")] if rung["release"] == "clerk" else []),
        *([_("“{text}”").format(text=rung["text"])] if rung["text"] else []),
    ]
    return _("{label} ({notes})").format(label=label, notes=_(", ").join(notes)) if notes else label


def _hung(text: str, width: int) -> Iterator[str]:
    """A text in lines; all but the first stand two cells further in."""
    first, *rest = wrap(plain(text), width)
    yield first
    if rest:
        yield from ("  " + line for line in wrap(plain(text)[len(first) :].strip(), width - 2))


def _joined(row: Sequence[str], columns: Sequence[int]) -> str:
    return (" " * GAP).join(pad(text, width) for text, width in zip(row, columns, strict=True)).rstrip()


def rows(found: Foreseen, words: Wording) -> Iterator[list[str]]:
    """The same for a file or a program: one row for each occurrence in the span."""
    for item in found.inside:
        each = Alike((item,))
        if item["skipped"]:
            told, remarks = "", _("skipped: {why}").format(why=item["skipped"])
        else:
            told = " | ".join(rung_lines(each, words))
            remarks = _(", ").join(words.remarks(item))
        yield [
            f"{day_of(item).isoformat()} {words.weekday(day_of(item))}",
            str(item["title"]),
            str(item["schedule"]),
            "" if item["skipped"] else words.stamp(item["opens_at"]),
            "" if item["skipped"] else _due_stamp(item, words),
            "" if item["skipped"] else str(len(item["assignees"])),
            remarks,
            told,
        ]


def _due_stamp(item: Item, words: Wording) -> str:
    return f"{item['due_on']} {words.due(item, day=False)}" if item["due_at"] else ""
