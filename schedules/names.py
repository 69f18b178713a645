"""The names that schedules may refer to, as far as the office's files could be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schedules.grammar import Rung
from schedules.office import Credential, Person
from schedules.office_grammar import OfficeFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Units and roles by id with their titles. None for a set means: not known, so nothing is said about it."""

    units: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)
    channels: frozenset[str] = frozenset()
    has_group: bool = True
    held_roles: frozenset[str] | None = None
    people: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    credentials: frozenset[str] | None = None
    headed_units: frozenset[str] | None = None
    tables: frozenset[str] | None = None

    def unit_names(self) -> tuple[str, ...]:
        """Titles and ids of units."""
        return (*self.units.values(), *self.units)


def names_of(
    office: OfficeFile,
    people: Iterable[Person] | None = None,
    credentials: Iterable[Credential] | None = None,
) -> Names:
    """The names of an office file, and of its roster and certificates where they could be read."""
    present = None if people is None else [person for person in people if person.left_on is None]
    return Names(
        units={key: unit.title for key, unit in office.units.items()},
        roles={key: role.title for key, role in office.roles.items()},
        ladders=office.ladders,
        channels=frozenset(office.channels),
        has_group=office.reach.group is not None
        or office.reach.level == "paper",  # then it is a sheet on the board
        held_roles=None
        if present is None
        else frozenset(role for person in present for role in person.roles),
        people=None if people is None or present is None else frozenset(person.id for person in present),
        tags=None if present is None else frozenset(tag for person in present for tag in person.tags),
        credentials=frozenset(each.kind for each in credentials) if credentials is not None else None,
        headed_units=frozenset(key for key, unit in office.units.items() if unit.head),
    )
