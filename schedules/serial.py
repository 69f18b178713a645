"""Definitions as JSON: stored with each version and read back; equal definitions in equal order have equal text."""

import hashlib
import json

from schedules.grammar import Schedule, Summary


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


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
