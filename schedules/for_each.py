"""`for_each`: one entry that stands for several schedules, written out before anything is validated.

    awareness-days:
      title: 主题法治宣传
      for_each:
        "3·15": {on: "03-15", title: 消费者权益日, owner: {unit: 综治办}}
      when: {yearly: on}

becomes the schedule `awareness-days.3·15` with the title 主题法治宣传：消费者权益日. In an item `on` is what the word `on` stands for
anywhere in `when`, `title` is added to the entry's, `owner` is its `who`; every other key is a key of a schedule and takes the place
of the entry's. Nodes keep their places, so that a mistake is reported where it was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from schedules.grammar import Schedule
from schedules.problems import nearest
from schedules.words import phrase
from schedules.yaml_tree import Mistake, Node

FOR_EACH = "for_each"
MOST_MEMBERS = 200
ON = "on"
OWN_KEYS = ("title", ON, "owner")


@dataclass(frozen=True, slots=True)
class Member:
    """One schedule of a family: its id, the position of its item's key, its tree, and the places that its item alone wrote."""

    key: str
    place: tuple[int, int]
    node: Node
    own: frozenset[tuple[int, int]]


@dataclass(slots=True)
class Family:
    """The schedules of an entry, and what was wrong with its items."""

    members: list[Member] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def expand(key: str, entry: Node) -> Family:
    """Write an entry with `for_each` out."""
    family = Family()
    items = entry.child(FOR_EACH)
    if items is None or not isinstance(items.value, dict) or not items.value:
        family.mistakes.append(
            _no_mapping(entry if items is None else items, FOR_EACH, "{KEY: {on: …, title: …, owner: …}}")
        )
        return family
    if len(items.value) > MOST_MEMBERS:
        what = phrase("'{key}' has {n} entries", key=FOR_EACH, n=len(items.value))
        family.mistakes.append(Mistake(items.line, items.col, what, phrase("at most {n}", n=MOST_MEMBERS)))
        return family
    for name, item in items.entries():
        if not isinstance(item.value, dict):
            family.mistakes.append(_no_mapping(item, name, "{on: …, title: …, owner: …}"))
            continue
        mistakes = list(_mistakes(entry, item))
        family.mistakes += mistakes
        if not mistakes:
            own = frozenset(_places(item)) | {items.keys[name]}
            family.members.append(Member(f"{key}.{name}", items.keys[name], _merged(entry, item, name), own))
    return family


def _no_mapping(node: Node, key: str, example: str) -> Mistake:
    what = phrase("'{key}' must be a mapping: {example}", key=key, example=example)
    return Mistake(node.line, node.col, what)


def _mistakes(entry: Node, item: Node) -> Iterator[Mistake]:
    allowed = (*OWN_KEYS, *(name for name in Schedule.written_keys() if name not in OWN_KEYS))
    for name, place in item.keys.items():
        if name not in allowed:
            yield Mistake(*place, phrase("unknown key '{key}'", key=name), nearest(name, allowed))
    if {"owner", "who"} <= item.keys.keys():
        what = phrase("'{key}' does not go with '{other}'", key="owner", other="who")
        yield Mistake(*item.keys["owner"], what)
    when = item.child("when") or entry.child("when")
    named = when is not None and _says_on(when)
    if named and ON not in item.keys:
        yield Mistake(item.line, item.col, phrase("'{key}' is missing", key=ON))
    if ON in item.keys and not named:
        what = phrase("'{key}' needs '{other}' beside it", key=ON, other="when: {yearly: on}")
        yield Mistake(*item.keys[ON], what)


def _says_on(node: Node) -> bool:
    return node.value == ON or any(_says_on(child) for child in _below(node))


def _merged(entry: Node, item: Node, name: str) -> Node:
    values = {key: child for key, child in entry.entries() if key != FOR_EACH}
    places = {key: place for key, place in entry.keys.items() if key != FOR_EACH}
    for key, child in item.entries():
        if key not in OWN_KEYS:
            values[key], places[key] = child, item.keys[key]
    owner, on, title = item.child("owner"), item.child(ON), item.child("title")
    if owner is not None:
        values["who"], places["who"] = owner, item.keys["owner"]
    if on is not None and "when" in values:
        values["when"] = _with_day(values["when"], on)
    values["title"] = _titled(entry.child("title"), title, name)
    places.setdefault("title", (entry.line, entry.col))
    return Node(item.line, item.col, values, places)


def _titled(family: Node | None, item: Node | None, name: str) -> Node:
    """The two titles as one; a title that is no text is left as it is, to be refused where it stands."""
    if item is not None and not isinstance(item.value, str):
        return item
    own = item.value if item is not None and isinstance(item.value, str) else name
    if family is None:
        return Node(item.line, item.col, own) if item else Node(1, 1, own)
    if type(family.value) is not str:
        return family
    return Node(family.line, family.col, f"{family.value}：{own}")


def _with_day(node: Node, on: Node) -> Node:
    """The tree with the word `on` replaced by the item's."""
    if node.value == ON:
        return on
    if isinstance(node.value, dict):
        return Node(
            node.line, node.col, {key: _with_day(child, on) for key, child in node.value.items()}, node.keys
        )
    if isinstance(node.value, list):
        return Node(node.line, node.col, [_with_day(child, on) for child in node.value])
    return node


def _below(node: Node) -> Iterator[Node]:
    if isinstance(node.value, dict):
        yield from node.value.values()
    elif isinstance(node.value, list):
        yield from node.value


def _places(node: Node) -> Iterator[tuple[int, int]]:
    """Where the values and keys of a tree stand."""
    yield node.line, node.col
    yield from node.keys.values()
    for child in _below(node):
        yield from _places(child)
