"""An entry of a file of schedules as it was read: its definition, and the place that its mistakes are reported at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schedules.grammar import Schedule
from schedules.problems import Problem
from schedules.references import Remark
from schedules.register_references import Known, with_choices
from schedules.registers import Register
from schedules.strict import Definition
from schedules.yaml_tree import Node


@dataclass(slots=True)
class Entry:
    """A definition with the place it came from; None if it could not be read as one.

    `family`: the entry with `for_each` that it was written in, which is blamed for everything outside the places of its `own`.
    """

    file: str
    key: str
    node: Node
    definition: Definition | None
    family: str | None = None
    own: frozenset[tuple[int, int]] = frozenset()

    def problems(self, remarks: Iterable[Remark]) -> Iterator[Problem]:
        """The remarks as problems at their places."""
        for remark in remarks:
            line, col = self.node.find(remark.path)
            yield Problem(self.file, line, col, self.subject(line, col), remark.what, remark.allowed)

    def subject(self, line: int, col: int) -> str:
        """Whom a mistake at a place belongs to."""
        return self.key if self.family is None or (line, col) in self.own else self.family


def known_of(entries: Iterable[Entry]) -> Known:
    """The schedules and registers of all entries; a register has the choices of those who feed it."""
    found = [(entry.key, entry.definition) for entry in entries]
    schedules = {each.id: each for _, each in found if isinstance(each, Schedule)}
    registers = {
        each.id: with_choices(each, list(schedules.values()))
        for _, each in found
        if isinstance(each, Register)
    }
    return Known(registers, schedules, frozenset(key for key, each in found if each is None))
