"""What a confirmation carries: checked against the fields that the schedule asks for, all faults at once, then written."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from models.obligations import EvidenceRow
from schedules.errors import Refused
from schedules.grammar import Evidence, EvidenceField
from schedules.words import Words, phrase

Values = Mapping[str, str | Sequence[str]]
Files = Mapping[str, Sequence[int]]
_NUMBER = re.compile(r"^\d{1,9}(\.\d{1,2})?$")
_LONGEST = 2000


class BadEvidence(Refused):
    """One or several fields are missing or wrong; `faults` names each."""

    def __init__(self, faults: Sequence[tuple[str, Words]]) -> None:
        super().__init__(faults[0][1], field=faults[0][0])
        self.faults = tuple(faults)


def check(fields: Evidence, values: Values, files: Files) -> None:
    """Raise BadEvidence naming every fault."""
    faults = [
        (name, phrase("'{name}' is not asked for here", name=name))
        for name in (*values, *files)
        if name not in fields
    ]
    for name, field in fields.items():
        fault = _fault(name, field, _many(values.get(name)), files.get(name, ()))
        if fault is not None:
            faults.append((name, fault))
    if faults:
        raise BadEvidence(faults)


def _many(value: str | Sequence[str] | None) -> list[str]:
    given = [value] if isinstance(value, str) else list(value or ())
    return [each.strip() for each in given if each.strip()]


def _fault(name: str, field: EvidenceField, values: list[str], files: Sequence[int]) -> Words | None:
    label = field.label or name
    if field.kind in ("file", "photo"):
        if field.required and len(files) < field.least and not values:
            return phrase(
                "'{label}' needs {least} file(s) or a word why there is none", label=label, least=field.least
            )
        return None
    if not values:
        return phrase("'{label}' is missing", label=label) if field.required else None
    if len(values) > 1 and not field.many:
        return phrase("'{label}' takes one value", label=label)
    return next((fault for value in values if (fault := _bad_value(label, field, value)) is not None), None)


def _bad_value(label: str, field: EvidenceField, value: str) -> Words | None:
    match field.kind:
        case "number" if not _NUMBER.match(value):
            return phrase("'{label}' must be a number, found '{value}'", label=label, value=value)
        case "date" if parse_date(value) is None:
            return phrase(
                "'{label}' must be a date like 2026-11-23, found '{value}'", label=label, value=value
            )
        case "choice" if field.options and value not in field.options:
            return phrase("'{label}' must be one of {options}", label=label, options="、".join(field.options))
        case "url" if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
            return phrase("'{label}' must be a web address", label=label)
        case "yes-no" if value not in ("yes", "no"):
            return phrase("'{label}' must be yes or no", label=label)
        case _:
            return phrase("'{label}' is too long", label=label) if len(value) > _LONGEST else None


def parse_date(value: str) -> date | None:
    """An ISO date, or None."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def write(session: Session, confirmation_id: int, values: Values, files: Files) -> None:
    """Write the fields of a confirmation."""
    for name, value in values.items():
        for each in _many(value):
            session.add(EvidenceRow(confirmation_id=confirmation_id, name=name, value=each))
    for name, file_ids in files.items():
        for file_id in file_ids:
            session.add(EvidenceRow(confirmation_id=confirmation_id, name=name, file_id=file_id))


def dates(fields: Evidence, values: Values) -> dict[str, date]:
    """The date fields of a confirmation, for terms that count from them."""
    found: dict[str, date] = {}
    for name, field in fields.items():
        given = _many(values.get(name))
        if field.kind == "date" and given and (day := parse_date(given[0])) is not None:
            found[name] = day
    return found
