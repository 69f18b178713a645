"""Named ladders under `ladders:` in a file of schedules; they serve every schedule, as those of office.yaml do."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from schedules.coherence import repeated
from schedules.names import Names
from schedules.office_grammar import OfficeFile
from schedules.problems import Problem
from schedules.references import ladder_references
from schedules.remind import Rung
from schedules.validation import validate
from schedules.words import phrase
from schedules.yaml_tree import Node

LADDERS = "ladders"
_RUNGS = TypeAdapter(tuple[Rung, ...])


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    node: Node
    line: int
    col: int


@dataclass(slots=True)
class NamedLadders:
    """What was found, by name, and where it stands."""

    rungs: dict[str, tuple[Rung, ...]] = field(default_factory=dict)
    places: dict[str, _Place] = field(default_factory=dict)

    def read(self, file: str, group: Node) -> Iterator[Problem]:
        """Read the ladders of one file; yield every mistake."""
        for name, node in group.entries():
            place = _Place(file, node, *group.keys[name])
            if name in self.places:
                yield _taken(name, place, f"{self.places[name].file}:{self.places[name].line}")
                continue
            self.places[name] = place
            found, problems = validate(_RUNGS, node, node.plain(), file=file, subject=name)
            yield from problems
            self.rungs[name] = found or ()

    def join(self, office: OfficeFile) -> OfficeFile:
        """The office with these beside its own ladders, which go first."""
        return office.model_copy(update={LADDERS: {**self.rungs, **office.ladders}})

    def check(self, office: OfficeFile, path: str, tree: Node, names: Names) -> Iterator[Problem]:
        """Names that nobody knows, and ladders that office.yaml (`path`, read as `tree`) has too."""
        for name, place in self.places.items():
            if name in office.ladders:
                yield _taken(name, place, f"{path}:{tree.find((LADDERS, name))[0]}")
            for remark in (*ladder_references(self.rungs[name], (), names), *repeated(self.rungs[name], ())):
                yield Problem(place.file, *place.node.find(remark.path), name, remark.what, remark.allowed)


def _taken(name: str, place: _Place, first: str) -> Problem:
    what = phrase("the id '{name}' is already taken at {place}", name=name, place=first)
    return Problem(place.file, place.line, place.col, name, what)
