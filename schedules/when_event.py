"""A duty that an event starts: what the event is called, what it is known by, and what is recorded of it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from schedules.done import EvidenceKind
from schedules.fields import Flag, Key, Text, Texts
from schedules.recurring import Recurring
from schedules.strict import Definition

EventFieldKind = Literal[EvidenceKind, "person", "people", "unit"]


class EventField(Definition):
    """One typed field of an event; a yes-no that nobody fills in means no. People are named by id, units by id or title."""

    label: Text | None = None
    kind: EventFieldKind
    options: Texts = Field((), alias="from")
    many: Flag = False
    required: Flag = True


def _short_field(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


EventFields = Mapping[
    Key,
    Annotated[EventField, BeforeValidator(_short_field, json_schema_input_type=EventFieldKind | EventField)],
]


class Event(Recurring):
    """One occurrence for each event of a kind that is recorded; `key` says what names it: a case number, a document's title."""

    event: Key
    key: Text
    fields: EventFields = Field(default={})
