"""Column types: instants that refuse to be naive, and values kept as canonical JSON."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

MOST_ID = 2**31 - 1  # rows are numbered by INTEGER, which in PostgreSQL has 32 bits
# The bounds of "always": both databases hold them, in every zone.
UTC_MIN = datetime(1970, 1, 1, tzinfo=UTC)
UTC_MAX = datetime(9999, 12, 1, tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC: TIMESTAMPTZ on PostgreSQL, fixed-width text on SQLite, so that both compare alike."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; drop the zone only where the driver cannot keep it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime reached the database: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CanonicalJson(TypeDecorator[Any]):
    """A JSON value as sorted, compact text: equal values are equal bytes on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write sorted keys, no spaces, real characters."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


class Shortened(TypeDecorator[str]):
    """Text of at most so many characters; what is longer ends with "…". PostgreSQL would refuse it, and the transaction with it."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._most = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Cut."""
        return value if value is None or len(value) <= self._most else value[: self._most - 1] + "…"
