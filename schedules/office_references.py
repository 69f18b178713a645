"""Whether the names inside `office.yaml` are known: heads, leaders, parents, channels, the clerk."""

from collections.abc import Iterator

from schedules.apprise_services import SERVICES
from schedules.channel_urls import BOTS, NEVER, OWN, PLAIN_HTTP, scheme_of, url_remarks
from schedules.clear_secrets import ALLOWED, in_url
from schedules.coherence import repeated
from schedules.names import Names
from schedules.office_grammar import OfficeFile
from schedules.problems import nearest
from schedules.references import Path, Remark, ladder_references
from schedules.words import phrase


def office_remarks(office: OfficeFile, names: Names, *, whole: bool) -> Iterator[Remark]:
    """Everything that is wrong in an office file beside the others. `whole`: also what was applied before the rule may keep."""
    yield from office_references(office, names)
    yield from channel_references(office) if whole else ()
    for name, rungs in office.ladders.items():
        yield from ladder_references(rungs, ("ladders", name), names)
        yield from repeated(rungs, ("ladders", name))


def office_references(office: OfficeFile, names: Names) -> Iterator[Remark]:
    """Every name in the office file that nothing answers to."""
    yield from _units(office, names)
    yield from _reach(office)
    for post, definition in office.posts.items():
        yield from _person(definition.person, ("posts", post, "person"), names)
    if office.clerk not in office.roles:
        what = phrase("there is no role '{name}' to be the clerk", name=office.clerk)
        yield Remark(("clerk",), what, nearest(office.clerk, office.roles))
    elif names.held_roles is not None and office.clerk not in names.held_roles:
        yield Remark(
            ("clerk",),
            phrase(
                "nobody holds the role '{name}' ({title})", name=office.clerk, title=names.roles[office.clerk]
            ),
            phrase("'{title}' in the column 角色 of somebody in the roster", title=names.roles[office.clerk]),
        )


def channel_references(office: OfficeFile) -> Iterator[Remark]:
    """Everything in the channels' URLs that cannot work, and services that no office may enable."""
    for number, scheme in enumerate(office.schemes):
        if scheme in NEVER and scheme != PLAIN_HTTP:
            yield Remark(("schemes", number), phrase("{scheme} is no service for offices", scheme=scheme))
        elif scheme not in SERVICES | OWN and scheme != PLAIN_HTTP:
            what = phrase("Apprise has no service '{scheme}'", scheme=scheme)
            yield Remark(("schemes", number), what, nearest(scheme, SERVICES))
    for key, channel in office.channels.items():
        if scheme_of(channel.url) in BOTS and not channel.group:
            what = phrase("{scheme} posts to a whole group", scheme=f"{scheme_of(channel.url)}://")
            yield Remark(("channels", key, "url"), what, "group: true")
        for what, allowed in url_remarks(channel.url, office.schemes, group=channel.group):
            yield Remark(("channels", key, "url"), what, allowed)
        for what in in_url(channel.url):
            yield Remark(("channels", key, "url"), what, ALLOWED)


def _units(office: OfficeFile, names: Names) -> Iterator[Remark]:
    titles: dict[str, str] = {}
    circles = _in_circles(office)
    for key, unit in office.units.items():
        path: Path = ("units", key)
        if unit.title in titles:
            yield Remark(
                (*path, "title"),
                phrase(
                    "the units '{one}' and '{other}' have the same title", one=titles[unit.title], other=key
                ),
            )
        titles.setdefault(unit.title, key)
        if unit.parent is not None and unit.parent not in office.units:
            what = phrase("there is no unit '{name}'", name=unit.parent)
            yield Remark((*path, "parent"), what, nearest(unit.parent, office.units))
        if key in circles:
            yield Remark((*path, "parent"), phrase("units stand above each other in a circle"))
        yield from _person(unit.head, (*path, "head"), names)
        yield from _person(unit.leader, (*path, "leader"), names)


def _in_circles(office: OfficeFile) -> set[str]:
    """The units that stand above themselves; each unit is looked at once."""
    found: set[str] = set()
    done: set[str] = set()
    for key in office.units:
        way: list[str] = []
        at: str | None = key
        while at is not None and at in office.units and at not in done:
            done.add(at)
            way.append(at)
            at = office.units[at].parent
        if at in way:
            found |= set(way[way.index(at) :])
    return found


def _person(person: str | None, path: Path, names: Names) -> Iterator[Remark]:
    if person is not None and names.people is not None and person not in names.people:
        yield Remark(path, phrase("there is no person '{name}'", name=person), nearest(person, names.people))


def _reach(office: OfficeFile) -> Iterator[Remark]:
    reach = office.reach
    if reach.level == "personal" and not reach.people:
        what = phrase("the level '{level}' needs '{key}'", level=reach.level, key="people")
        yield Remark(("reach",), what, phrase("one of channels, or level: paper"))
    if reach.level == "group" and reach.group is None:
        what = phrase("the level '{level}' needs '{key}'", level=reach.level, key="group")
        yield Remark(("reach",), what, phrase("one of channels, or level: paper"))
    named = [("people", channel, False) for channel in reach.people]
    for key, channel, group in (*named, *([("group", reach.group, True)] if reach.group else [])):
        fitting = [name for name, definition in office.channels.items() if definition.group == group]
        if channel not in office.channels:
            yield Remark(
                ("reach", key),
                phrase("there is no channel '{name}'", name=channel),
                nearest(channel, fitting),
            )
        elif channel not in fitting:
            people = phrase("the channel '{name}' is for people", name=channel)
            groups = phrase("the channel '{name}' is for groups", name=channel)
            yield Remark(("reach", key), people if group else groups, nearest(channel, fitting))
