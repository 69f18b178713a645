"""Whom a rung tells: the words of `to`, and what they mean for a schedule."""

from schedules.grammar import HANDLERS, Rung, Schedule

GROUP = "group"
POSTS = ("unit-head", "deputy-leader", "leader")
DEPUTY = "deputy"  # whoever stands in for the assignee on leave; nobody while the assignee is here


def audiences(schedule: Schedule, rung: Rung) -> tuple[str, ...]:
    """Whom a rung tells, in canonical words, each once."""
    return tuple(dict.fromkeys(audience(schedule, name) for name in rung.to))


def audience(schedule: Schedule, name: str) -> str:
    """The canonical audience of a word in `to`. Words that name no post are roles."""
    if name in ("assignee", HANDLERS, "absent"):
        return "assignee"
    if name in POSTS or name in (GROUP, DEPUTY):
        return name
    if name == "recorder" and schedule.record is not None:
        return f"role:{schedule.record.by.role}"
    if name == "responsible" and schedule.who.responsible is not None:
        return f"role:{schedule.who.responsible.role}"
    return f"role:{name}"
