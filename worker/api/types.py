"""Types of fields in requests and answers: how dates, instants, names and texts are written, and what is refused."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from schedules.fields import refusal
from schedules.words import phrase

# The years that the command line takes too; far outside of them calendars cannot count.
_DAY = r"(19[5-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
_OFFSET = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)"
_INSTANT = re.compile(f"{_DAY}T{_CLOCK}{_OFFSET}")
# No control characters, which PostgreSQL cannot keep and readers cannot see; in a text of several lines only ends of lines and tabs.
_ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"


class Shape(BaseModel):
    """A JSON object. A field that it does not have is refused, so that a typing mistake is not taken for silence."""

    model_config = ConfigDict(extra="forbid")


class Sent(Shape):
    """What clients send: "3" is no number, 1 is no truth."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _day(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_DAY, value):
        raise refusal(phrase("write a date like 2026-11-23, of the years 1950 to 2199"))
    return value


def _instant(value: object) -> object:
    if isinstance(value, str) and not _INSTANT.fullmatch(value):
        raise refusal(phrase("write an instant with its offset, like 2026-11-23T09:05:00+08:00"))
    return value


Day = Annotated[
    date,
    Strict(False),
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_DAY}$"}),
]
Instant = Annotated[
    AwareDatetime,
    Strict(False),
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_DAY}T{_CLOCK}{_OFFSET}$"}),
]
# In answers an instant stands in office time.
Shown = Annotated[datetime, WithJsonSchema({"type": "string", "format": "date-time"})]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_ONE_LINE)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=_ONE_LINE)]
EventKey = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_ONE_LINE)]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=_LINES)]
Note = Annotated[str, StringConstraints(max_length=400, pattern=_LINES)]


def _different(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise refusal(phrase("names the same twice"))
    return values


Keys = Annotated[
    list[Key], Field(max_length=2000, json_schema_extra={"uniqueItems": True}), AfterValidator(_different)
]


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


# One value, or several where the field takes several.
_TEXT = {"type": "string", "maxLength": 2000, "pattern": _LINES}
_VALUES = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "maxItems": 200}]}
_NAME = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": _ONE_LINE}
Several = Annotated[list[Text], Field(max_length=200), BeforeValidator(_several)]


def named(values: dict[str, Any]) -> WithJsonSchema:
    """The schema of an object with free names; the library would leave names that do not fit open to anything."""
    return WithJsonSchema(
        {"type": "object", "propertyNames": _NAME, "additionalProperties": values, "maxProperties": 100}
    )


Values = Annotated[dict[Key, Several], Field(max_length=100), named(_VALUES)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=512)]
_TOKENS = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 512}, "maxItems": 20}
Files = Annotated[
    dict[Key, Annotated[list[Token], Field(max_length=20)]],
    Field(max_length=100),
    named(_TOKENS),
]
