"""An office file with mistakes, as far as it can be read: what it names is still looked up, so that all mistakes come in one go.

Nothing of it is ever put in force. What a mistake stands in is left out, or stands for as little as possible.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from schedules.office_grammar import OfficeFile
from schedules.problems import Choices, Problem
from schedules.validation import key_meant

Path = tuple[Any, ...]
_OFFICE = TypeAdapter(OfficeFile)
_ROUNDS = 4  # what was meant by a slip may be wrong itself
# The sections that hold names. An office in which one cannot be read at all knows none of them.
NAMING = ("units", "roles", "channels", "ladders")
_STAND_IN: Mapping[str, Any] = {
    "title": "?",
    "url": "outbox://{id}",
    "channels": {},
    "reach": {},
    "from": "00:00",
    "to": "00:00",
}

_NO_MAPPING = ("model_type", "model_attributes_type")
_NO = ("否", "no", "No", "off", "false", "0", 0, None)


def supposed_office(value: Any, broken: Collection[str], problems: Sequence[Problem]) -> OfficeFile | None:
    """What an office file says besides its `problems`; None if its units or roles, or another section of names, could not be read.

    `value`: the file without positions. `broken`: keys whose text could not be read.
    """
    if not isinstance(value, dict) or any(key in broken or _unreadable(value, key) for key in NAMING):
        return None
    missing = [key for key in (*NAMING, "reach") if key not in value]
    meant = [each.allowed.meant for each in problems if isinstance(each.allowed, Choices)]
    if {"units", "roles", *meant}.intersection(missing):
        return None
    for _ in range(_ROUNDS):
        try:
            return _OFFICE.validate_python(value)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            for each in sorted(found, key=_order, reverse=True):
                path = _path(each["loc"])
                if path[0] == "ladders" and len(path) > 1 and "[key]" not in each["loc"]:
                    value = {**value, "ladders": {**value["ladders"], path[1]: []}}  # half a ladder is none
                else:
                    value = _mended(value, path, each)
    return None


def _order(error: ErrorDetails) -> tuple[bool, list[str]]:
    """The last of a list first, for what stands before it keeps its number; what is missing after what was meant to be it."""
    return error["type"] != "missing", [str(part).rjust(9) for part in error["loc"]]


def _unreadable(value: Mapping[Any, Any], key: str) -> bool:
    return key in value and not isinstance(value[key], dict)


def _path(place: Path) -> Path:
    """The place of an error in the file; the branches of unions are no part of it."""
    return tuple(part for part in place if not (isinstance(part, str) and part[:1] in "<["))


def _mended(value: Any, path: Path, error: ErrorDetails) -> Any:
    """The value with what was probably meant at a path, else with the least that may stand there, else without it."""
    key, below = path[0], path[1:]
    if isinstance(value, list):
        changed = [_mended(value[key], below, error)] if below else []
        return [*value[:key], *changed, *value[key + 1 :]]
    assert isinstance(value, dict)  # noqa: S101 - mistakes lie in lists and mappings
    if below and key in value:
        return {**value, key: _mended(value[key], below, error)}
    rest = {name: each for name, each in value.items() if name != key}
    meant = key_meant(error) if error["type"] == "extra_forbidden" else None
    if meant is not None and meant not in rest:
        return {**rest, meant: value[key]}
    if error["type"] == "missing":
        return {key: _STAND_IN[key], **value} if key in _STAND_IN else value
    if key == "group" and "url" in rest:
        return {**rest, key: value[key] not in _NO}
    names_something = error["type"] in _NO_MAPPING and key not in OfficeFile.allowed_keys()
    return {**rest, key: {}} if names_something else rest
