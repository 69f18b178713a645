"""The JSON of a plan; fields are added, never renamed."""

from datetime import tzinfo

from schedules.slot import Slot
from tasks.applying.outlook import Move, Outlook
from tasks.days.calendar_change import Corrected
from worker.cli.forecast import DAYS, Forecast
from worker.cli.putting import Seen


def shape(seen: Seen, coming: Forecast, ahead: Outlook, days: Corrected | None = None) -> dict[str, object]:
    """A plan as JSON. `messages` are of the next 30 days, by day; `messages_before` the same without this plan."""
    found = seen.plan
    zone = ahead.after.tz
    return {
        "first": found.first,
        "unchanged": found.unchanged,
        "fingerprint": seen.fingerprint,
        "version": seen.version,
        "rollback_in_force": seen.rollback.number if seen.rollback else None,
        "undone_version": seen.undone,
        "schedules": {"added": found.added, "changed": found.changed, "removed": found.removed},
        "other_reminders": found.ladders,
        "renamed": {key: list(ids) for key, ids in ahead.renamed.items()},
        "moves": [_move(each, zone) for each in ahead.moves],
        "open_of_removed": dict(found.open_of_removed),
        "open_of_changed": dict(found.open_of_changed),
        "open_of_left": dict(ahead.open_of_left),
        "open_of_others": {
            key: {"ends": each.ends, "begins": each.begins} for key, each in ahead.handed.items()
        },
        "people": {
            "joined": found.roster.joined,
            "moved": found.roster.moved,
            "left": found.roster.left,
            "changed": found.roster.changed,
        },
        "reach": [
            {"schedules": each.schedules, "gained": each.gained, "lost": each.lost} for each in ahead.reach
        ],
        "credentials": found.credentials,
        "targets": [
            {"schedule": change.schedule, "added": change.added, "removed": change.removed}
            for change in found.targets
        ],
        "calendar": found.calendar,
        "days": {"recounted": days.recounted, "moved": days.moved, "told": days.told} if days else None,
        "settings_changed": found.settings_changed,
        "registers_changed": found.registers_changed,
        "opening": [
            {"schedule": schedule, "key": key, "title": title} for schedule, key, title in coming.opening
        ],
        "messages_days": DAYS,
        "messages": [{"date": day.isoformat(), "messages": n} for day, n in coming.messages],
        "messages_before": [{"date": day.isoformat(), "messages": n} for day, n in coming.before],
        "messages_more": coming.more,
        "warnings": [
            {"person": person, "date": day.isoformat(), "messages": n} for person, day, n in coming.flooded
        ],
    }


def _move(each: Move, zone: tzinfo) -> dict[str, object]:
    return {
        "schedule": each.schedule,
        "key": each.key,
        "fate": each.fate,
        "old": _slot(each.old, zone),
        "new": _slot(each.new, zone),
    }


def _slot(slot: Slot | None, zone: tzinfo) -> dict[str, object] | None:
    if slot is None:
        return None
    starts_at = slot.starts_at.astimezone(zone).isoformat() if slot.starts_at else None
    due_on = slot.due_on.isoformat() if slot.due_on else None
    return {"date": slot.date.isoformat() if slot.date else None, "starts_at": starts_at, "due_on": due_on}
