"""A YAML file of the office as a tree, with everything that is wrong before anybody asks what it means."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, replace

from schedules.problems import Problem
from schedules.source_text import SourceFile, read_bytes, repair_yaml, unreadable
from schedules.yaml_blocks import Read, parse_file
from schedules.yaml_tree import Node


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The tree, None if there is none; every mistake; the keys whose entries could not be read."""

    tree: Node | None
    problems: tuple[Problem, ...]
    broken: Collection[str] = ()


def read_yaml_file(source: SourceFile, groups: Collection[str] | None) -> YamlFile:
    """Read a file. A mistake belongs to the entry that it stands in, or to the member of one of the `groups`; to none without them."""
    read = read_bytes(source)
    if read is None:
        return YamlFile(None, (unreadable(source),))
    of_file = tuple(read.problems)
    read = repair_yaml(source, read)
    found = parse_file(read.text)
    problems = list(read.problems[len(of_file) :])
    repaired = {problem.line for problem in problems}
    for each in found.mistakes:
        if each.of_syntax and repaired & {each.line, each.line - 1}:
            continue  # the repair was reported, and what it left behind is no second mistake
        col = read.column(each.line, each.col)
        problems.append(Problem(source.path, each.line, col, each.subject, each.what, each.allowed))
    if found.tree is not None and read.shifts:
        found.tree.move(read.column)
    if groups is None:
        return YamlFile(
            found.tree, (*of_file, *(replace(each, subject="") for each in problems)), found.broken
        )
    owner = _Owners(found, groups)
    owned = (each if each.subject else replace(each, subject=owner.of(each.line)) for each in problems)
    return YamlFile(found.tree, (*of_file, *owned), found.broken)


class _Owners:
    """Whose each line of a file is."""

    def __init__(self, read: Read, groups: Collection[str]) -> None:
        begun = [(line, key) for key, line in read.broken.items()]
        tree = read.tree or Node(1, 1)
        for key, node in tree.entries():
            begun.append((tree.keys[key][0], "" if key in groups else key))
            if key in groups:
                begun += [(place[0], member) for member, place in node.keys.items()]
        begun.sort()
        self._lines = [line for line, _ in begun]
        self._names = [name for _, name in begun]

    def of(self, line: int) -> str:
        """The entry that has begun last before the end of this line; empty above the first."""
        at = bisect_right(self._lines, line)
        return self._names[at - 1] if at else ""
