"""Days that move, in sentences: what a clerk reads of a plan's occurrences, each with its old and its new day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import groupby

from schedules.slot import Slot
from tasks.applying.outlook import Move
from worker.cli.language import _
from worker.cli.paragraphs import paragraph, titled
from worker.cli.terminal import say
from worker.cli.weekdays import WEEKDAYS

MOST_MOVES = 3  # of one schedule


def tell_moves(moves: Sequence[Move], titles: Mapping[str, str], zone: tzinfo) -> None:
    """Print what moves, schedule by schedule; of what moves every week the first few stand for all."""
    if not moves:
        return
    say(_("Days that move: {n}").format(n=len(moves)))
    for schedule, found in groupby(moves, key=lambda each: each.schedule):
        of_one = list(found)
        paragraph(titled(schedule, titles), indent=2)
        for each in of_one[:MOST_MOVES]:
            for text in _words(each, zone):
                paragraph(text, indent=4)
        if len(of_one) > MOST_MOVES:
            last = max(
                day for each in of_one for slot in (each.old, each.new) if slot for day in (slot.date,) if day
            )
            paragraph(_("… and {n} more until {day}").format(n=len(of_one) - MOST_MOVES, day=last), indent=4)


def _words(each: Move, zone: tzinfo) -> Iterator[str]:
    old = slot_words(each.old, zone) if each.old else ""
    new = slot_words(each.new, zone) if each.new else ""
    match each.fate:
        case "new":
            yield _("{new}: is new").format(new=new)
        case "falls":
            yield _("{old}: falls away").format(old=old)
        case "passed":
            yield _("{old}: falls away; by the new rule it was {new}, which has passed").format(
                old=old, new=new
            )
        case "done":
            yield _("{old}: has been; {new} is not opened beside it").format(old=old, new=new)
        case "stays":
            yield _("{old}: is open already and stays").format(old=old)
            if each.new is not None and each.new.date is not None:
                if (
                    each.old is not None and each.new.date == each.old.date
                ):  # a move by hand changes the day alone
                    yield "  " + _(
                        "by the new rule {new}: the day is the same, and this one keeps its own"
                    ).format(new=new)
                    return
                yield "  " + _("by the new rule {new}; to move it too:").format(new=new)
                yield (
                    "  " + f"duban occurrence move {each.schedule} {each.key} --to {each.new.date} --reason …"
                )
        case _:
            yield _("{old} → {new}").format(old=old, new=new)


def slot_words(slot: Slot, zone: tzinfo) -> str:
    """A day as a clerk names it: 2026-12-04 周五 15:00."""
    day = slot.date or slot.due_on
    if day is None:
        return ""
    text = f"{day} {_(WEEKDAYS[day.weekday()])}"
    if slot.starts_at is not None:
        text += f" {slot.starts_at.astimezone(zone):%H:%M}"
    if slot.due_on is not None and slot.due_on != slot.date:
        text += _(" (due {day})").format(day=slot.due_on)
    return text
