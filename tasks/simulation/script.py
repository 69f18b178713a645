"""The script of a simulation: what happens when, as it is written in YAML.

Each deed names its instant and, by one key, what happens: a confirmation, a gathering's record, hours, an event, an extension, a pause
and its end, a register entry, a declared zero, an absence, a day off, somebody leaving. `refused` says that the office must refuse it,
in words that the refusal holds.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from schedules.fields import Day, Figure, Key, Keys, Text, refusal, shown
from schedules.strict import ByKey, Definition, tag
from schedules.words import phrase


def _read_at(value: object) -> datetime:
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M")  # noqa: DTZ007 - office-local, as it is written
    except ValueError as error:
        raise refusal(
            phrase("'{found}' is not a day and a time", found=shown(value)), '"2026-03-02 10:00"'
        ) from error


def _read_values(value: object) -> tuple[str, ...]:
    """Words as they are written; `yes` and bare numbers need no quotes here, they are only handed on."""
    many = value if isinstance(value, list) else [value]
    if any(isinstance(each, (dict, list)) or each is None for each in many):
        raise refusal(
            phrase("must be text, found {found}; write it in quotes if it is text", found=shown(value))
        )
    return tuple(str(each) for each in many)


LocalTime = Annotated[datetime, PlainValidator(_read_at), WithJsonSchema({"type": "string"})]
Values = Annotated[tuple[str, ...], PlainValidator(_read_values), WithJsonSchema({})]
Given = Mapping[Key, Values]
Name = Annotated[str, BeforeValidator(str)]  # case numbers, document titles: any words


class Deed(Definition):
    """Something that happens at an office-local instant."""

    at: LocalTime
    refused: Text | None = Field(None, description="it must be refused, in words that hold these 应当被拒绝")

    @property
    def name(self) -> str:
        """What is done, and to what."""
        verb = next(verb for verb, kind in VERBS.items() if isinstance(self, kind))
        words = (verb, getattr(self, verb), getattr(self, "key", ""), getattr(self, "part", ""))
        return " ".join(str(word) for word in words if word)


class OfDuty(Deed):
    """About a duty: the schedule stands under the verb."""

    key: Name
    part: str = ""
    by: Key | None = None


class Confirm(OfDuty):
    """A duty is met; evidence that is not given is made up."""

    confirm: Text
    party: Key | None = None
    done_on: Day | None = None
    evidence: Given = Field({}, description="fields by name 证明材料")


class Attendance(Deed):
    """A gathering is recorded: all were there except these."""

    attendance: Text
    key: Name
    absent: Keys = ()
    leave: Keys = ()
    evidence: Given = Field({}, description="fields by name 证明材料")


class Hours(Deed):
    """Hours or counts are added to a quota."""

    hours: Text
    party: Key
    amount: Figure
    kind: str = ""
    course: Text


class Happening(Deed):
    """An event."""

    event: Key
    key: Name
    on: Day | None = None
    fields_: Given = Field({}, alias="fields")
    by: Key | None = None


class Extension(OfDuty):
    """A longer term is granted."""

    extend: Text
    reason: Text
    basis: Text | None = None


class Stop(OfDuty):
    """The clock of a case is stopped."""

    pause: Text
    reason: Text
    basis: Text | None = None


class Resume(OfDuty):
    """The clock of a case runs again."""

    resume: Text


class Entry(Deed):
    """Something is entered in a register."""

    entry: Key
    by: Key | None = None
    held_on: Day | None = None
    fields_: Given = Field({}, alias="fields")


class Zero(Deed):
    """From a day to a day there was nothing to enter; `schedule` and `key` name the duty that this meets."""

    zero: Key
    from_: Day = Field(alias="from")
    to: Day
    schedule: Text
    key: Name
    by: Key | None = None


class Absent(Deed):
    """Somebody is away on the days [from, until), with a deputy."""

    absent: Key
    from_: Day = Field(alias="from")
    until: Day
    deputy: Key | None = None
    why: Literal["leave", "sick", "trip", "training", "other"] = "leave"


class Leaves(Deed):
    """Somebody leaves the office."""

    leaves: Key


class DayOff(Deed):
    """A working day becomes a day off, against the notice."""

    day_off: Day
    reason: Text


VERBS: dict[str, type[Deed]] = {
    "confirm": Confirm, "attendance": Attendance, "hours": Hours, "event": Happening, "extend": Extension, "pause": Stop,
    "resume": Resume, "entry": Entry, "zero": Zero, "absent": Absent, "leaves": Leaves, "day_off": DayOff,
}  # fmt: skip


class ByVerb(ByKey):
    """Which deed it is. Of a gathering `absent` says who was absent, and is no verb beside it."""

    def __call__(self, value: Any) -> str | None:
        """The tag of the deed; None if that cannot be said."""
        if isinstance(value, Mapping) and "attendance" in value:
            value = {key: each for key, each in value.items() if key != "absent"}
        return super().__call__(value)


AnyDeed = Annotated[
    Annotated[Confirm, Tag(tag("confirm"))]
    | Annotated[Attendance, Tag(tag("attendance"))]
    | Annotated[Hours, Tag(tag("hours"))]
    | Annotated[Happening, Tag(tag("event"))]
    | Annotated[Extension, Tag(tag("extend"))]
    | Annotated[Stop, Tag(tag("pause"))]
    | Annotated[Resume, Tag(tag("resume"))]
    | Annotated[Entry, Tag(tag("entry"))]
    | Annotated[Zero, Tag(tag("zero"))]
    | Annotated[Absent, Tag(tag("absent"))]
    | Annotated[Leaves, Tag(tag("leaves"))]
    | Annotated[DayOff, Tag(tag("day_off"))],
    Discriminator(ByVerb(tuple(VERBS)), custom_error_type="one_of", custom_error_message=", ".join(VERBS)),
]


class Undone(Definition):
    """Duties of a schedule that nobody does unless a deed says so; `key` alone means all parts of one occurrence."""

    schedule: Text
    key: Name


class Script(Definition):
    """What happens in a simulation. `others`: what people do about duties that no deed confirms: in time, or nothing."""

    others: Literal["punctual", "nothing"] = "punctual"
    undone: tuple[Undone, ...] = Field((), description="what nobody does 没人办的事项")
    deeds: tuple[AnyDeed, ...] = ()

    def left_alone(self, schedule: str, key: str, part: str) -> bool:
        """Whether the others leave a duty alone."""
        return (schedule, key, part) in self._confirmed or (schedule, key) in self._undone

    @cached_property
    def _undone(self) -> frozenset[tuple[str, str]]:
        return frozenset((each.schedule, each.key) for each in self.undone)

    @cached_property
    def _confirmed(self) -> frozenset[tuple[str, str, str]]:
        """Schedule, key and part of every duty that a deed confirms."""
        found: set[tuple[str, str, str]] = set()
        for deed in self.deeds:
            match deed:
                case Confirm():
                    found.add((deed.confirm, deed.key, deed.part))
                case Attendance():
                    found.add((deed.attendance, deed.key, "record"))
                case Zero():
                    found.add((deed.schedule, deed.key, ""))
                case _:
                    continue
        return frozenset(found)
