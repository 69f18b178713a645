"""Definitions as JSON: stored with each version and read back; equal definitions in equal order have equal text."""

import hashlib
import json

from schedules.grammar import Schedule, Summary
from schedules.ladder import ladder
from schedules.office import OfficeSpec


def to_json(definition: Schedule | Summary) -> str:
    """No spaces, defaults left out; steps and fields keep the order in which the clerk wrote them."""
    return _canonical(definition.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def from_json(text: str) -> Schedule:
    """Read back what `to_json` wrote for a schedule. Raise pydantic's ValidationError for anything else."""
    return Schedule.model_validate(json.loads(text))


def summary_from_json(text: str) -> Summary:
    """Read back what `to_json` wrote for a summary."""
    return Summary.model_validate(json.loads(text))


def digest(definition: Schedule | Summary) -> str:
    """The identity of a definition: sha256 of its canonical JSON, hexadecimal."""
    return hashlib.sha256(to_json(definition).encode()).hexdigest()


def ladder_hash(schedule: Schedule, office: OfficeSpec) -> str:
    """The identity of the reminders in force: the rungs, own or from a named ladder, and the office's sending times."""
    rungs = [
        rung.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for rung in ladder(schedule, office)
    ]
    children = ladder(schedule, office, of_children=True) if schedule.children else ()
    below = [rung.model_dump(mode="json", by_alias=True, exclude_defaults=True) for rung in children]
    sending = [f"{clock:%H:%M}" for clock in office.file.sending]
    return hashlib.sha256(
        _canonical({"rungs": rungs, "children": below, "sending": sending}).encode()
    ).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
