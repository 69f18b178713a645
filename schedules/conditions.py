"""Conditions of a chain: one comparison of a recorded field with a value, and nothing more.

`major` alone means that the field says yes. `<=` compares numbers, or days written YYYY-MM-DD.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from schedules.fields import read_key, read_text, refusal, shown
from schedules.words import phrase

Operator = Literal["=", "!=", "<="]
YES = "yes"
ALLOWED = "field, field = value, field != value, field <= value"
_FORM = re.compile(r"(?P<field>.+?)\s*(?P<op>!=|<=|=)\s*(?P<value>.+)")
Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Condition:
    """A field compared with a value."""

    field: str
    op: Operator = "="
    value: str = YES

    def __str__(self) -> str:
        return self.field if (self.op, self.value) == ("=", YES) else f"{self.field} {self.op} {self.value}"

    def holds(self, values: Values) -> bool:
        """Whether it holds for what is recorded. A field without a value equals nothing and is below nothing."""
        found = values.get(self.field, ())
        if self.op == "<=":
            return any(_at_most(each, self.value) for each in found)
        return (self.value in found) is (self.op == "=")


def _at_most(found: str, limit: str) -> bool:
    try:
        return Decimal(found) <= Decimal(limit)
    except InvalidOperation:
        return found <= limit  # days in ISO form sort as they follow each other


def read_condition(value: object) -> Condition:
    """Read `major` or `result = 同意`. Raise a pydantic error that says what is wrong with it."""
    if isinstance(value, Condition):
        return value
    text = read_text(value)
    match = _FORM.fullmatch(text)
    if match is None:
        return Condition(_field(text))
    op: Operator = "!=" if match["op"] == "!=" else "<=" if match["op"] == "<=" else "="
    return Condition(_field(match["field"]), op, match["value"])


def _field(text: str) -> str:
    try:
        return read_key(text)
    except ValueError as error:
        raise refusal(phrase("'{found}' is not a condition", found=shown(text)), ALLOWED) from error


ConditionText = Annotated[
    Condition,
    PlainValidator(read_condition),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["major", "result = 同意"]}),
]
