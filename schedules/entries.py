"""An entry of a file of schedules as it was read: its definition, and the place that its mistakes are reported at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schedules.grammar import Schedule, Summary
from schedules.problems import Problem
from schedules.references import Remark
from schedules.yaml_tree import Node


@dataclass(slots=True)
class Entry:
    """A definition with the place it came from; None if it could not be read as one.

    `family`: the entry with `for_each` that it was written in, which is blamed for everything outside the places of its `own`.
    """

    file: str
    key: str
    node: Node
    definition: Schedule | Summary | None
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
