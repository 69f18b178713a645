"""What a key stands for when it is not written, as it would be written."""

from datetime import time

from schedules.strict import Definition
from schedules.terms import Term

Value = str | int | bool


def default_of(definition: type[Definition], key: str) -> Value | list[Value] | None:
    """One value or a list of them; None where a key has no default, or one that is a definition of its own."""
    (field,) = [field for name, field in definition.model_fields.items() if (field.alias or name) == key]
    if isinstance(field.default, tuple):
        each = [_written(value) for value in field.default]
        return [value for value in each if value is not None] or None
    return _written(field.default)


def _written(value: object) -> Value | None:
    match value:
        case "":
            return None
        case bool() | str() | int():
            return value
        case Term():
            return str(value)
        case time():
            return f"{value:%H:%M}"
        case _:
            return None
