"""Which step of several is the day itself: the one that a rung counted from the day speaks of."""

from schedules.grammar import DueAt, RelativeDue, Schedule

DAY_ANCHORS = ("on", "held_on")


def day_step(schedule: Schedule) -> str | None:
    """The first step that is due on the day or after it, else the last one; None without steps.

    What is due before the day (a plan) is done by then, so that a rung on the eve would speak of nothing.
    """
    for key, step in schedule.steps.items():
        if isinstance(step.due, DueAt) or (isinstance(step.due, RelativeDue) and step.due.after):
            return key
    return next(iter(tuple(schedule.steps)[::-1]), None)
