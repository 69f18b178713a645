"""A file read entry by entry after a mistake of syntax, so that one slip hides nothing but the entry it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from schedules.problems import MOST_OF_A_FILE
from schedules.words import phrase
from schedules.yaml_tree import Mistake, Node, parse_yaml

MOST_BLOCKS = 2_000
_BEGINS = re.compile(r"""(?:"[^"]{1,64}"|'[^']{1,64}'|[^\s#\-\]\[{},'"][^:：#]{0,64}?)\s*[:：]""")


@dataclass(slots=True)
class Read:
    """The tree of a file as far as it could be read, every mistake, and the entries that could not be read, by key with their line."""

    tree: Node | None
    mistakes: list[Mistake] = field(default_factory=list)
    broken: dict[str, int] = field(default_factory=dict)


def parse_file(text: str) -> Read:
    """The tree of a text; after a mistake of syntax the tree of those entries that have none."""
    tree, mistakes = parse_yaml(text)
    if tree is not None or not mistakes or not mistakes[-1].of_syntax:
        return Read(tree, mistakes)
    blocks = list(_blocks(text))
    if not 1 < len(blocks) <= MOST_BLOCKS:
        only = blocks[0] if len(blocks) == 1 else _Block("", 0, "")
        broken = {only.key: only.first + 1} if only.key else {}
        return Read(None, [replace(each, subject=only.key) for each in mistakes], broken)
    return _joined(blocks)


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one entry; `first` is the number of its first line less one."""

    key: str
    first: int
    text: str


def _blocks(text: str) -> Iterator[_Block]:
    """The text in pieces that begin with a key in the first column; what stands before the first is a piece without a key."""
    key, first = "", 0
    lines: list[str] = []
    for number, line in enumerate(text.split("\n")):
        found = _BEGINS.match(line)
        if found:
            yield from [_Block(key, first, "\n".join(lines))] if key or "".join(lines).strip() else ()
            key, first, lines = found[0].rstrip(":： ").strip("\"'"), number, []
        lines.append(line)
    yield _Block(key, first, "\n".join(lines))


def _joined(blocks: list[_Block]) -> Read:
    values: dict[str, Node] = {}
    root = Node(1, 1, values)
    read = Read(root)
    for block in blocks:
        if len(read.mistakes) > MOST_OF_A_FILE:
            break  # more than anybody reads
        tree, mistakes = parse_yaml(block.text, first=block.first)
        read.mistakes += [replace(each, subject=block.key) for each in mistakes]
        if tree is None or not isinstance(tree.value, dict):
            if mistakes and block.key:
                read.broken.setdefault(block.key, block.first + 1)
            continue
        for key, node in tree.entries():
            if key in values:
                what = phrase(
                    "'{key}' stands here twice, first in line {line}", key=key, line=root.keys[key][0]
                )
                read.mistakes.append(Mistake(*tree.keys[key], what, subject=key))
            else:
                values[key], root.keys[key] = node, tree.keys[key]
    return read
