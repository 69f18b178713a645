"""Registers (台账): what is only recorded and counted, without a deadline. The definition as a clerk writes it under `registers:`."""

from collections.abc import Iterable

from pydantic import Field

from schedules.done import BasisText, Evidence, EvidenceField
from schedules.fields import Key, Keys, Text, Texts
from schedules.grammar import Entry, Privacy, Who
from schedules.strict import Definition

HELD_ON = "held_on"  # the day of the fact: every entry has one, a field of this name only gives it a label


class RecordedBy(Definition):
    """Who may record: people of these units (those below included), or holders of these roles."""

    units: Texts = ()
    unit: Text | None = None
    roles: Keys = ()
    role: Key | None = None

    def who(self) -> Who:
        """The same people as a schedule would name them."""
        return Who(units=self.units, unit=self.unit, roles=self.roles, role=self.role)


class Register(Entry):
    """A register: its fields are those of evidence. Without `by` only the desk records."""

    title: Text
    by: RecordedBy | None = None
    fields_: Evidence = Field(default={}, alias="fields")
    basis: BasisText | None = None
    privacy: Privacy = "internal"

    @property
    def beside_day(self) -> dict[str, EvidenceField]:
        """The fields but for the day of the fact, which every entry has."""
        return {name: field for name, field in self.fields_.items() if name != HELD_ON}

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Names of fields in the order of the register; what it no longer asks for comes last."""
        order = list(self.fields_)
        return sorted(names, key=lambda name: order.index(name) if name in order else len(order))

    def options(self) -> dict[str, tuple[str, ...]]:
        """The choices of each choice field."""
        return {name: field.options for name, field in self.fields_.items() if field.kind == "choice"}
