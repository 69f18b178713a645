"""An entry of a file of schedules as it was read: its definition, if it could be read as one, and where it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schedules.problems import Problem
from schedules.references import Remark
from schedules.strict import Definition
from schedules.yaml_tree import Node


@dataclass(slots=True)
class ReadEntry:
    """A definition with the place it came from; None if it could not be read as one."""

    file: str
    key: str
    node: Node
    definition: Definition | None

    def problems(self, remarks: Iterable[Remark]) -> Iterator[Problem]:
        """What is wrong with it, each at its place in the file."""
        for remark in remarks:
            line, col = self.node.find(remark.path)
            yield Problem(self.file, line, col, self.key, remark.what, remark.allowed)
