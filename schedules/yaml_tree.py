"""YAML text as a tree of values with lines and columns.

Built from PyYAML's events, before anything is constructed: no tags, anchors, aliases or merge keys, bounded depth, and no second
meaning for `yes`, `on`, `8:30` or `017` (YAML 1.1 would make them True, True, 510 and 15).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import yaml

from schedules.fields import Bare, shown
from schedules.problems import MOST_OF_A_FILE
from schedules.words import Words, phrase
from schedules.yaml_syntax import syntax_slip

DEEPEST = 50
MOST_VALUES = 30_000  # of one file; an entry with every key there is has a few hundred
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST_NUMBER = (
    64  # characters; a longer one is no number to anybody, and looking costs the square of its length
)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MISREAD = re.compile(
    r"(?i:yes|no|on|off|y|n)|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|[-+]?0[0-9_]+|[-+]?0[xob][0-9a-f_]+|[-+]?[0-9][0-9_]*"
    r"|[-+]?([0-9][0-9_]*)?\.[0-9]+|[-+]?[0-9][0-9_]*\.?([0-9]*)(e[-+]?[0-9]+)?|[-+]?\.(?i:inf|nan)"
)
_NO_SPACE = re.compile(r"([A-Za-z_][\w-]{0,40}):(?=\S)")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True,
              "false": False, "False": False, "FALSE": False}  # fmt: skip


@dataclass(slots=True)
class Node:
    """A value and where it begins, lines and columns from 1. `keys` holds the position of each key of a mapping."""

    line: int
    col: int
    value: object = None
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)

    def plain(self) -> object:
        """The value without positions."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def child(self, part: object) -> "Node | None":
        """The node below a key or an index."""
        if isinstance(self.value, dict):
            return self.value.get(part)
        if isinstance(self.value, list) and isinstance(part, int) and 0 <= part < len(self.value):
            found: Node = self.value[part]
            return found
        return None

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        """Keys and nodes of a mapping, in order."""
        yield from self.value.items() if isinstance(self.value, dict) else ()

    def move(self, column: Callable[[int, int], int]) -> None:
        """Change every column to `column(line, col)`: back to where it stood before the text was repaired."""
        self.col = column(self.line, self.col)
        self.keys = {key: (line, column(line, col)) for key, (line, col) in self.keys.items()}
        below = (
            self.value.values()
            if isinstance(self.value, dict)
            else self.value
            if isinstance(self.value, list)
            else ()
        )
        for node in below:
            node.move(column)

    def find(self, path: tuple[object, ...], *, key: bool = False) -> tuple[int, int]:
        """The position at the end of a path, as far as it exists; `key`: of its last key rather than of its value."""
        node = self
        for index, part in enumerate(path):
            if key and index == len(path) - 1 and isinstance(part, str) and part in node.keys:
                return node.keys[part]
            node = node.child(part) or node
        return node.line, node.col


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in the text that no definition can allow."""

    line: int
    col: int
    what: Words
    allowed: Words | str | None = None
    subject: str = ""
    of_syntax: bool = False


def parse_yaml(text: str, *, first: int = 0) -> tuple[Node | None, list[Mistake]]:
    """The tree of a text, or None if it has none; and every mistake. After a syntax error, the last of them, there is no tree.

    `first`: how many lines of the file stand before the text.
    """
    builder = _Builder(first)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                return None, builder.mistakes
    except yaml.MarkedYAMLError as error:
        slip = syntax_slip(error, text)
        builder.mistakes.append(Mistake(first + slip.line, slip.col, slip.what, slip.allowed, of_syntax=True))
        return None, builder.mistakes
    except (yaml.YAMLError, ValueError) as error:
        position = getattr(error, "position", 0)
        before = text[:position]
        what = phrase(
            "a character that YAML does not allow: {code}",
            code=f"U+{ord(text[position : position + 1] or ' '):04X}",
        )
        place = (first + before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        builder.mistakes.append(Mistake(*place, what, of_syntax=True))
        return None, builder.mistakes
    return builder.root, builder.mistakes


class _Builder:
    """Takes events one by one; no recursion, so that depth is a number to compare."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.root: Node | None = None
        self.mistakes: list[Mistake] = []
        self._values = 0
        self._open: list[Node] = []
        self._keys: list[tuple[str, int, int] | None] = []

    def take(self, event: yaml.Event) -> bool:
        """Add an event. False when reading further makes no sense, or finds more mistakes than anybody reads."""
        mark = event.start_mark
        line, col = (self.first + mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent):
            self._mistake(
                line, col, phrase("'*{name}' refers to another place; write it out", name=shown(event.anchor))
            )
            self._put(Node(line, col))
        elif isinstance(event, yaml.NodeEvent):
            return self._take_node(event, line, col)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._mistake(
                line,
                col,
                phrase("a second document; one file holds one document"),
                phrase("remove the line '---'"),
            )
            return False
        return len(self.mistakes) <= MOST_OF_A_FILE

    def _take_node(self, event: yaml.NodeEvent, line: int, col: int) -> bool:
        if event.anchor is not None:
            self._mistake(
                line,
                col,
                phrase("'&{name}' marks a place to refer to; write it out", name=shown(event.anchor)),
            )
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._mistake(
                line,
                col,
                phrase("the tag '{tag}' is not allowed", tag=shown(tag.replace("tag:yaml.org,2002:", "!!"))),
            )
        self._values += 1
        if self._values > MOST_VALUES:
            what = phrase("more than {n} words and values in one file", n=MOST_VALUES)
            self._mistake(line, col, what, phrase("several smaller files"))
            return False
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, line, col)
            return len(self.mistakes) <= MOST_OF_A_FILE
        if len(self._open) >= DEEPEST:
            self._mistake(
                line,
                col,
                phrase("nested more than {n} levels deep", n=DEEPEST),
                phrase("at most {n} levels", n=DEEPEST),
            )
            return False
        node = Node(line, col, {} if isinstance(event, yaml.MappingStartEvent) else [])
        self._put(node)
        self._open.append(node)
        self._keys.append(None)
        return True

    def _take_scalar(self, event: yaml.ScalarEvent, line: int, col: int) -> None:
        if self._open and isinstance(self._open[-1].value, dict) and self._keys[-1] is None:
            self._keys[-1] = (event.value, line, col)
            return
        plain = event.implicit[0] and not event.style
        self._put(Node(line, col, _scalar(event.value) if plain else event.value))

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1].value
        if isinstance(parent, list):
            parent.append(node)
            return
        assert isinstance(parent, dict)  # noqa: S101 - collections are dicts or lists
        entry = self._keys[-1]
        if entry is None:
            self._mistake(node.line, node.col, phrase("a key must be a single word"))
            self._keys[-1] = ("", node.line, node.col)
            return
        self._keys[-1] = None
        self._enter(parent, *entry, node)

    def _enter(self, parent: dict[str, Node], key: str, line: int, col: int, node: Node) -> None:
        if key == "<<":
            self._mistake(line, col, phrase("'<<' takes over another entry; write it out"))
        elif "：" in key and node.value is None:
            self._mistake(
                line,
                col + key.index("："),
                phrase("a full-width colon '：' after '{key}'", key=key.partition("：")[0]),
                "': '",
            )
            name, _, rest = key.partition("：")
            self._enter(
                parent, name.strip(), line, col, Node(line, col + len(name) + 1, _scalar(rest.strip()))
            )
        elif ":" in key and node.value is None and (colon := _NO_SPACE.match(key)):
            what = phrase("no space after the colon of '{key}'", key=colon[1])
            self._mistake(line, col + colon.end(), what, f"{colon[1]}: …")
            self._enter(
                parent, colon[1], line, col, Node(line, col + colon.end(), _scalar(key[colon.end() :]))
            )
        elif key in parent:
            first = self._open[-1].keys[key]
            self._mistake(
                line,
                col,
                phrase("'{key}' stands here twice, first in line {line}", key=shown(key), line=first[0]),
            )
        else:
            parent[key] = node
            self._open[-1].keys[key] = (line, col)

    def _mistake(self, line: int, col: int, what: Words, allowed: Words | str | None = None) -> None:
        self.mistakes.append(Mistake(line, col, what, allowed))


def _scalar(text: str) -> object:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Bare(text)  # whoever wants a day says that there is none
    return Bare(text) if len(text) <= _LONGEST_NUMBER and _MISREAD.fullmatch(text) else text
