"""People who stand in two rosters of one folder: nobody could tell which row counts."""

from collections.abc import Collection, Iterator

from schedules.office import Person
from schedules.problems import Problem
from schedules.words import phrase

MOST_NAMES = 5


def in_another(path: str, people: Collection[Person], before: Collection[Person]) -> Iterator[Problem]:
    """One problem of the roster at `path` if any of its people were read from another one `before`."""
    known = {person.id for person in before}
    twice = [person.id for person in people if person.id in known]
    if twice:
        names = "、".join(twice[:MOST_NAMES]) + ("…" if len(twice) > MOST_NAMES else "")
        what = phrase("another roster in this folder has the same people: {names}", names=names)
        yield Problem(
            path, 1, 1, "", what, phrase("keep the one that is right and take the other out of the folder")
        )
