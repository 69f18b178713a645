"""A version of the office in words: what it changed, who put it into force, where it came from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.applying.history import Version
from worker.cli.language import N_, _, count
from worker.cli.paragraphs import listed

ORIGINS = {"folder": N_("folder"), "rollback": N_("rollback"), "desk": N_("desk")}
MOST = 3  # names in the table; the page of one version has more


@dataclass(frozen=True, slots=True)
class Called:
    """What ids are called."""

    schedules: Mapping[str, str]
    people: Mapping[str, str]


def people_in(changes: Mapping[str, Any] | None) -> set[str]:
    """The ids of people that a change names."""
    return {key for kind in ("joined", "left", "moved", "people") for key in (changes or {}).get(kind, ())}


def summary(found: Version, called: Called, *, most: int = MOST) -> str:
    """What a version changed, in a line."""
    if found.changes is None:
        return _("not on record")
    if found.based_on is None:
        return _("the first")
    back = [_("back to version {n}").format(n=found.returned_to)] if found.returned_to is not None else []
    return _("; ").join([*back, *changes_in_words(found.changes, called, most=most)]) or _("texts only")


def changes_in_words(changes: Mapping[str, Any], called: Called, *, most: int) -> Iterator[str]:
    """Each sort of change as a clause."""
    sorts: tuple[tuple[str, Callable[[], str], Mapping[str, str]], ...] = (
        ("added", lambda: _("added: {what}"), called.schedules),
        ("changed", lambda: _("changed: {what}"), called.schedules),
        ("removed", lambda: _("removed: {what}"), called.schedules),
        ("ladders", lambda: _("other reminders: {what}"), called.schedules),
        ("joined", lambda: _("joined: {what}"), called.people),
        ("left", lambda: _("left: {what}"), called.people),
        ("moved", lambda: _("another unit: {what}"), called.people),
        ("people", lambda: _("other data: {what}"), called.people),
    )
    for kind, words, names in sorts:
        if keys := changes.get(kind):
            yield words().format(what=listed(keys, names, most=most))
    if n := changes.get("credentials"):
        yield count(_("1 certificate is new"), _("{n} certificates are new"), n)
    for each in changes.get("targets", ()):
        title = called.schedules.get(each["schedule"], each["schedule"])
        yield _("{title}: rows +{added} −{removed}").format(
            title=title, added=each["added"], removed=each["removed"]
        )
    if years := changes.get("calendar"):
        named = _(", ").join(str(year) if year else _("single days") for year in years)
        yield _("working days: {years}").format(years=named)
    if changes.get("registers"):
        yield _("registers")
    if changes.get("settings"):
        yield _("settings of the office")
