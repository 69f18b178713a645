"""Whether the names in a schedule are known: roles that somebody holds, units, people, ladders, channels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from schedules.done import ByRole
from schedules.grammar import (
    HANDLERS,
    Anniversary,
    ByPeople,
    ByUnit,
    Expiry,
    Issued,
    Once,
    Outside,
    OwnRungs,
    Quota,
    Remind,
    Rung,
    Schedule,
    Summary,
    UseLadder,
    Who,
)
from schedules.ladder import anchors_of, fitting_ladder
from schedules.names import Names
from schedules.posts import DEPUTY, GROUP, POSTS
from schedules.problems import choices, nearest
from schedules.words import Words, phrase
from schedules.yaml_tree import Node

Path = tuple[object, ...]
TO_WORDS = ("assignee", HANDLERS, DEPUTY, "absent", "recorder", "responsible", *POSTS, GROUP)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something wrong at a path inside a definition."""

    path: Path
    what: Words
    allowed: Words | str | None = None


NO_LADDER = phrase("a list of reminders under 'remind', or a ladder of this name in office.yaml")
_AGREED_BY_POSTS = (("extend", "approve"), ("pause", "approve"))


def schedule_references(schedule: Schedule, names: Names) -> Iterator[Remark]:
    """Every name in a schedule that nothing answers to."""
    yield from _who(schedule.who, ("who",), names)
    for path, by in _roles_used(schedule):
        if not (
            path[-2:] in _AGREED_BY_POSTS and by.role in POSTS
        ):  # whoever holds that post for the unit that owes
            yield from role_remarks(by.role, (*path, "role"), names)
    for key, step in schedule.steps.items():
        yield from _owning_unit(step.owed_by, ("steps", key, "owed_by"), names)
    if isinstance(schedule.when, Expiry):
        yield from _credential(schedule.when.expiry, ("when", "expiry"), names)
    if isinstance(schedule.when, Anniversary) and isinstance(schedule.when.from_, Issued):
        yield from _credential(schedule.when.from_.issued, ("when", "from", "issued"), names)
    if isinstance(schedule.when, Once) and schedule.when.targets:
        yield from _table(schedule.when.targets, ("when", "targets"), names)
    yield from _remind(schedule, names)


def summary_references(summary: Summary, names: Names) -> Iterator[Remark]:
    """Every name in a summary that nothing answers to."""
    for index, name in enumerate(summary.to):
        if name not in POSTS:
            yield from role_remarks(name, ("to", index), names, also=POSTS)


def ladder_references(rungs: Iterable[Rung], path: Path, names: Names) -> Iterator[Remark]:
    """Every name in the rungs of a named ladder that nothing answers to."""
    for index, rung in enumerate(rungs):
        yield from _rung(rung, (*path, index), names)


def loose_references(node: Node, names: Names) -> Iterator[Remark]:
    """Unknown roles, units and ladders in an entry that could not be read as a definition: the words mean the same everywhere."""
    for path, key, word in _words(node, ()):
        if key in ("role", "roles"):
            yield from role_remarks(word, path, names)
        elif key in ("unit", "units"):
            yield from unit_remarks(word, path, names)
        elif key == "use" and word not in names.ladders:
            yield Remark(
                path,
                phrase("there is no ladder '{name}' in office.yaml", name=word),
                nearest(word, names.ladders),
            )
        elif key == "to" and "when" not in path:  # there it ends a span of days
            yield from _to(word, path, names)


def _words(node: Node, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Every text in a tree, with its path and the key it stands under."""
    for key, child in node.entries():
        here = (*path, key)
        if key == "unit" and "n" in node.keys:
            continue  # the unit of a term
        values = child.value if isinstance(child.value, list) else [child]
        for index, each in enumerate(values):
            place = (*here, index) if isinstance(child.value, list) else here
            if isinstance(each.value, str):
                yield place, key, each.value
            else:
                yield from _words(each, place)


def _roles_used(schedule: Schedule) -> Iterator[tuple[Path, ByRole]]:
    found: list[tuple[Path, object]] = [(("who", "responsible"), schedule.who.responsible)]
    if schedule.record:
        found.append((("record", "by"), schedule.record.by))
    if isinstance(schedule.done, (Quota, ByPeople)):
        found.append((("done", "approve"), schedule.done.approve))
    if schedule.children and schedule.children.closed_by:
        found.append((("children", "closed_by", "approve"), schedule.children.closed_by.approve))
    if schedule.pause:
        found.append((("pause", "approve"), schedule.pause.approve))
    for key, step in schedule.steps.items():
        found.append((("steps", key, "owed_by"), step.owed_by))
        found.append((("steps", key, "approve"), step.approve))
        found.append((("steps", key, "extend", "approve"), step.extend.approve if step.extend else None))
    yield from ((path, by) for path, by in found if isinstance(by, ByRole))


def _owning_unit(owner: object, path: Path, names: Names) -> Iterator[Remark]:
    match owner:
        case ByUnit(unit=unit):
            yield from unit_remarks(unit, (*path, "unit"), names)
        case Outside(external=unit):
            yield from unit_remarks(unit, (*path, "external"), names)
        case _:
            pass


def _who(who: Who, path: Path, names: Names) -> Iterator[Remark]:
    for index, role in enumerate(who.roles):
        yield from role_remarks(role, (*path, "roles", index), names)
    if who.role:
        yield from role_remarks(who.role, (*path, "role"), names)
    yield from _units(who, path, names)
    yield from _of_people(who, path, names)
    if who.credential:
        yield from _credential(who.credential, (*path, "credential"), names)
    if who.but:
        yield from _who(who.but, (*path, "except"), names)


def _units(who: Who, path: Path, names: Names) -> Iterator[Remark]:
    for index, unit in enumerate(who.units):
        yield from unit_remarks(unit, (*path, "units", index), names)
    if who.unit:
        yield from unit_remarks(who.unit, (*path, "unit"), names)
    for index, unit in enumerate(who.assist.units if who.assist else ()):
        yield from unit_remarks(unit, (*path, "assist", "units", index), names)


def _of_people(who: Who, path: Path, names: Names) -> Iterator[Remark]:
    for index, tag in enumerate(who.tags):
        if names.tags is not None and tag not in names.tags:
            yield Remark(
                (*path, "tags", index),
                phrase("nobody has the tag '{name}'", name=tag),
                nearest(tag, names.tags),
            )
    for index, person in enumerate(who.people):
        if names.people is not None and person not in names.people:
            what = phrase("there is no person '{name}'", name=person)
            yield Remark((*path, "people", index), what, nearest(person, names.people))


def role_remarks(role: str, path: Path, names: Names, *, also: Iterable[str] = ()) -> Iterator[Remark]:
    """Say so if there is no such role, or nobody holds it."""
    if role not in names.roles:
        known = tuple(sorted({*names.roles, *also}))
        titled = next((key for key, title in names.roles.items() if title == role), None)
        allowed = choices(known, meant=titled) if titled else nearest(role, known)
        yield Remark(path, phrase("there is no role '{name}'", name=role), allowed)
    elif names.held_roles is not None and role not in names.held_roles:
        what = phrase("nobody holds the role '{name}' ({title})", name=role, title=names.roles[role])
        yield Remark(
            path,
            what,
            phrase("'{title}' in the column 角色 of somebody in the roster", title=names.roles[role]),
        )


def unit_remarks(unit: str, path: Path, names: Names) -> Iterator[Remark]:
    """Say so if there is no such unit."""
    if unit not in names.unit_names():
        yield Remark(path, phrase("there is no unit '{name}'", name=unit), nearest(unit, names.unit_names()))


def _credential(kind: str, path: Path, names: Names) -> Iterator[Remark]:
    if names.credentials and kind not in names.credentials:
        yield Remark(
            path,
            phrase("nobody has a certificate of the kind '{name}'", name=kind),
            nearest(kind, names.credentials),
        )


def _table(name: str, path: Path, names: Names) -> Iterator[Remark]:
    if names.tables is not None and name not in names.tables:
        yield Remark(
            path, phrase("there is no file '{name}' in this folder", name=name), nearest(name, names.tables)
        )


def _remind(schedule: Schedule, names: Names) -> Iterator[Remark]:
    reminds: list[tuple[Path, Remind | None, bool]] = [(("remind",), schedule.remind, False)]
    if schedule.children:
        reminds.append((("children", "remind"), schedule.children.remind, True))
    for path, remind, of_children in reminds:
        match remind:
            case OwnRungs():
                for index, rung in enumerate(remind.rungs):
                    yield from _rung(rung, (*path, index), names)
            case UseLadder():
                yield from _named(schedule, remind.use, (*path, "use"), names, of_children=of_children)
                for index, name in enumerate(remind.to or ()):
                    yield from _to(name, (*path, "to", index), names)
            case None:
                fitting = fitting_ladder(schedule, of_children=of_children)
                yield from _named(schedule, fitting, path[:-1], names, of_children=of_children)
            case _ as never:
                assert_never(never)


def _named(schedule: Schedule, name: str, path: Path, names: Names, *, of_children: bool) -> Iterator[Remark]:
    rungs = names.ladders.get(name)
    if rungs is None:
        yield Remark(
            path,
            phrase("there is no ladder '{name}' in office.yaml", name=name),
            nearest(name, names.ladders) or NO_LADDER,
        )
    elif rungs and not any(rung.anchor in anchors_of(schedule, of_children=of_children) for rung in rungs):
        anchors = ", ".join(anchors_of(schedule, of_children=of_children))
        yield Remark(
            path, phrase("no reminder of the ladder '{name}' fits this schedule", name=name), anchors
        )
    elif not of_children:
        yield from _absent_audience(schedule, name, rungs, path)


def _absent_audience(schedule: Schedule, name: str, rungs: Iterable[Rung], path: Path) -> Iterator[Remark]:
    """A ladder that tells somebody whom the schedule does not have: it could not be opened."""
    needs = {
        "recorder": (schedule.record, "record: …"),
        "responsible": (schedule.who.responsible, "who: {responsible: …}"),
    }
    told = {to for rung in rungs if rung.anchor in anchors_of(schedule) for to in rung.to}
    for to, (there, key) in needs.items():
        if to in told and there is None:
            what = phrase(
                "the ladder '{name}' tells '{to}', whom this schedule does not have", name=name, to=to
            )
            yield Remark(path, what, key)


def _rung(rung: Rung, path: Path, names: Names) -> Iterator[Remark]:
    for index, name in enumerate(rung.to):
        yield from _to(name, (*path, "to", index), names)
    for index, name in enumerate(rung.acknowledge.otherwise if rung.acknowledge else ()):
        yield from _to(name, (*path, "acknowledge", "else", index), names)
    if rung.channel is not None and rung.channel not in names.channels:
        what = phrase("there is no channel '{name}'", name=rung.channel)
        yield Remark((*path, "channel"), what, nearest(rung.channel, names.channels))


def _to(name: str, path: Path, names: Names) -> Iterator[Remark]:
    if name == GROUP and not names.has_group:
        yield Remark(path, phrase("the office has no group: office.yaml names none under 'reach'"))
    elif name not in TO_WORDS:
        yield from role_remarks(name, path, names, also=TO_WORDS)
