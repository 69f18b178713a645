"""What a rung is called in words: "5 working days before the due day"."""

from schedules.grammar import Rung
from schedules.terms import term_words
from schedules.words import Words, phrase


def anchor_words(anchor: str, step_title: str | None) -> Words:
    """What an anchor is called. A step goes by its title."""
    if step_title is not None:
        return phrase("'{step}'", step=step_title)
    match anchor.partition(":")[0]:
        case "start":
            return phrase("the start")
        case "on":
            return phrase("the day")
        case "held_on":
            return phrase("the last day for holding it")
        case "expiry":
            return phrase("the expiry")
        case "recorded":
            return phrase("the record")
        case "internal":
            return phrase("the internal deadline")
        case "make_up":
            return phrase("the make-up deadline")
        case "milestone":
            return phrase("the milestone of {day}", day=anchor.partition(":")[2])
        case _:
            return phrase("the due day")


def label_of(rung: Rung, anchor: str, step_title: str | None) -> Words:
    """What a rung is called."""
    if rung.phase == "open":
        return phrase("at the opening")
    name = anchor_words(anchor, step_title)
    if rung.phase == "after":
        if rung.by is None or rung.by.n == 0:
            return phrase("right after {anchor}", anchor=name)
        return phrase("{term} after {anchor}", term=term_words(rung.by), anchor=name)
    if rung.by is None or rung.by.n == 0:
        return phrase("on the day of {anchor}", anchor=name)
    return phrase("{term} before {anchor}", term=term_words(rung.by), anchor=name)
