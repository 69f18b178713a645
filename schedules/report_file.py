"""A file with a report alone: that of the starter office, for an office that has written none of its own."""

from pydantic import TypeAdapter

from schedules.report import REPORT, Chapter
from schedules.yaml_tree import parse_yaml

_CHAPTER = TypeAdapter(Chapter)


def chapters_of(text: str) -> tuple[Chapter, ...]:
    """The chapters under `report:`. Raise ValueError if it is no such file; the loader says what is wrong with one."""
    tree, mistakes = parse_yaml(text)
    if tree is None or mistakes:
        raise ValueError(REPORT)
    nodes = dict(tree.entries())[REPORT].entries()
    return tuple(
        _CHAPTER.validate_python({**{key: child.plain() for key, child in node.entries()}, "id": name})
        for name, node in nodes
    )
