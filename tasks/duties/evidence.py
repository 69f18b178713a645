"""What a confirmation carries: checked against the fields that the schedule asks for, all faults at once, then written."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from models.obligations import EvidenceRow
from schedules.errors import Refused
from schedules.grammar import Evidence, EvidenceField
from schedules.words import Words, phrase
from tasks.files import media_types

Values = Mapping[str, str | Sequence[str]]
Files = Mapping[str, Sequence[int]]
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = 2000
REASON_LENGTH = 400


class BadEvidence(Refused):
    """One or several fields are missing or wrong; `faults` names each."""

    def __init__(self, faults: Sequence[tuple[str, Words]]) -> None:
        super().__init__(faults[0][1], field=faults[0][0])
        self.faults = tuple(faults)


def check(
    session: Session,
    fields: Evidence,
    values: Values,
    files: Files,
    *,
    today: date,
    facts: Collection[str] = (),
) -> None:
    """Raise BadEvidence naming every fault. `facts`: date fields that a later term counts from, which cannot lie ahead."""
    faults = [
        (name, phrase("'{name}' is not asked for here", name=name))
        for name in dict.fromkeys((*values, *files))
        if name not in fields
    ]
    types = media_types(session, [file for given in files.values() for file in given])
    for name, field in fields.items():
        given = _many(values.get(name))
        fault = _fault(name, field, given, files.get(name, ()), types)
        if fault is None and name in facts and any(day > today.isoformat() for day in given):
            fault = phrase("the day it was done cannot lie in the future")
        if fault is not None:
            faults.append((name, fault))
    if faults:
        raise BadEvidence(faults)


def fault_of(name: str, field: EvidenceField, values: Sequence[str]) -> Words | None:
    """What is wrong with the values of one field that takes no files; None if nothing is."""
    return _fault(name, field, _many(values), (), {})


def said(text: str, *, field: str, missing: Words, most: int = REASON_LENGTH) -> str:
    """A person's own words, trimmed. Raise Refused with `missing` for none, or for what cannot be seen or kept."""
    words = text.strip()
    if not words:
        raise Refused(missing, field=field)
    if unseen(words):
        raise Refused(phrase("the text holds a character that cannot be seen"), field=field)
    return words[:most]


def unseen(text: str) -> bool:
    """Whether a text holds control characters; line ends and tabs are none. PostgreSQL cannot keep some of them."""
    return any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\r\t" for each in text)


def as_given(values: Values) -> dict[str, tuple[str, ...]]:
    """Every field with its values as they are kept, without blanks."""
    return {name: tuple(_many(each)) for name, each in values.items()}


def _many(value: str | Sequence[str] | None) -> list[str]:
    given = [value] if isinstance(value, str) else list(value or ())
    return [each.strip() for each in given if each.strip()]


def _fault(
    name: str, field: EvidenceField, values: list[str], files: Sequence[int], types: Mapping[int, str]
) -> Words | None:
    label = field.label or name
    if any(unseen(value) for value in values):
        return phrase("the text holds a character that cannot be seen")
    if field.kind in ("file", "photo"):
        return _bad_files(label, field, values, files, types)
    if files:
        return phrase("'{label}' takes no file", label=label)
    if not values:
        return phrase("'{label}' is missing", label=label) if field.required else None
    if len(values) > 1 and not field.many:
        return phrase("'{label}' takes one value", label=label)
    return next((fault for value in values if (fault := _bad_value(label, field, value)) is not None), None)


def _bad_files(
    label: str, field: EvidenceField, values: list[str], files: Sequence[int], types: Mapping[int, str]
) -> Words | None:
    """A word in place of files is enough, since paper may be all there is."""
    if any(file not in types for file in files):
        return phrase("'{label}': this file was not uploaded", label=label)
    if field.kind == "photo" and any(not types[file].startswith("image/") for file in files):
        return phrase("'{label}' must be a photo", label=label)
    if (field.required or files) and len(set(files)) < field.least and not values:
        return phrase(
            "'{label}' needs {least} file(s) or a word why there is none", label=label, least=field.least
        )
    return phrase("'{label}' is too long", label=label) if any(len(v) > _LONGEST for v in values) else None


def _bad_value(label: str, field: EvidenceField, value: str) -> Words | None:
    match field.kind:
        case "number" if not _NUMBER.fullmatch(value):
            return phrase("'{label}' must be a number, found '{value}'", label=label, value=value)
        case "date" if parse_date(value) is None:
            return phrase(
                "'{label}' must be a date like 2026-11-23, found '{value}'", label=label, value=value
            )
        case "choice" if field.options and value not in field.options:
            return phrase("'{label}' must be one of {options}", label=label, options="、".join(field.options))
        case "url" if not _is_address(value):
            return phrase("'{label}' must be a web address", label=label)
        case "yes-no" if value not in ("yes", "no"):
            return phrase("'{label}' must be yes or no", label=label)
        case _:
            return phrase("'{label}' is too long", label=label) if len(value) > _LONGEST else None


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:  # a bracket that does not close
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def parse_date(value: str) -> date | None:
    """A day written 2026-11-23, or None."""
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None


def write(session: Session, confirmation_id: int, values: Values, files: Files) -> None:
    """Write the fields of a confirmation."""
    for name, value in values.items():
        for each in _many(value):
            session.add(EvidenceRow(confirmation_id=confirmation_id, name=name, value=each))
    for name, file_ids in files.items():
        for file_id in dict.fromkeys(file_ids):
            session.add(EvidenceRow(confirmation_id=confirmation_id, name=name, file_id=file_id))


def given(values: Values) -> dict[str, list[str]]:
    """What was typed, by field, without what was left empty."""
    found = {name: _many(value) for name, value in values.items()}
    return {name: texts for name, texts in found.items() if texts}
