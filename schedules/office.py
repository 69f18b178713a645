"""An office as a whole: its file, schedules, people, certificates and working days, and how to find each by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from schedules.calendar import Notice, WorkCalendar
from schedules.calendar import Override as DayOverride
from schedules.errors import NotFound
from schedules.grammar import Once, Schedule, Summary
from schedules.office_grammar import OfficeFile
from schedules.overrides import Override
from schedules.problems import nearest
from schedules.registers import Register
from schedules.report import Chapter
from schedules.words import phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row of the roster. `unit` and `roles` are ids of `office.yaml`; `left_on` is the first day without them."""

    id: str
    name: str
    unit: str
    post: str = ""
    roles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mobile: str | None = None
    wecom_id: str | None = None
    email: str | None = None
    joined_on: date | None = None
    left_on: date | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A certificate; `holder` is a person's id, `expires_on` the last day printed on it.

    `state`: valid, suspended, revoked or cancelled. `type`: first, renewal or temporary; a temporary one ends and is not renewed.
    """

    number: str
    kind: str
    holder: str
    issued_on: date
    expires_on: date
    issuer: str = ""
    state: str = "valid"
    type: str = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A row of a campaign's table; owed by the person, else by the unit (ids of the roster and of `office.yaml`)."""

    number: str
    name: str
    unit: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class OfficeSpec:
    """Everything an office's files say, and what of its records decides when something comes round.

    `sources`: id of a schedule, a family, a summary or a register -> (file, line). `families`: id of an entry with `for_each` -> the
    ids of its schedules. `targets`: the tables of campaigns by the name in the schedule. `notices` and `day_overrides` are the working
    days of the files; `calendar` is what is counted with, which may know more. From the records, by schedule id: `completions`, the
    day on which each person last completed it; `overrides`, what was moved or skipped by hand.
    """

    file: OfficeFile
    schedules: tuple[Schedule, ...] = ()
    summaries: tuple[Summary, ...] = ()
    registers: tuple[Register, ...] = ()
    report: tuple[Chapter, ...] = ()
    people: tuple[Person, ...] = ()
    credentials: tuple[Credential, ...] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    notices: tuple[Notice, ...] = ()
    day_overrides: tuple[DayOverride, ...] = ()
    sources: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    completions: Mapping[str, Mapping[str, date]] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)

    @cached_property
    def tz(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.file.timezone)

    def unit(self, name: str) -> str:
        """The id of a unit, by id or title. Raise NotFound."""
        if name in self.file.units:
            return name
        found = self._units_by_title.get(name)
        if found is None:
            raise NotFound(phrase("there is no unit '{name}'", name=name))
        return found

    def has_unit(self, name: str) -> bool:
        """Whether a unit answers to the id or title."""
        return name in self.file.units or name in self._units_by_title

    def ancestors(self, unit: str) -> tuple[str, ...]:
        """The unit, the one above it, and so on up. A circle ends where it closes."""
        chain: list[str] = []
        at: str | None = unit
        while at is not None and at not in chain and at in self.file.units:
            chain.append(at)
            at = self.file.units[at].parent
        return tuple(chain)

    def units_below(self, unit: str) -> tuple[str, ...]:
        """The unit and every unit under it, in the order of the file."""
        return tuple(key for key in self.file.units if unit in self.ancestors(key))

    def owning_units(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The units that can owe for these names: themselves and those below, as far as they have a head."""
        wanted = {key for name in names for key in self.units_below(self.unit(name))}
        return tuple(key for key, unit in self.file.units.items() if key in wanted and unit.head)

    def person(self, key: str) -> Person:
        """The person with this id. Raise NotFound."""
        found = self._people_by_id.get(key)
        if found is None:
            raise NotFound(phrase("there is no person '{name}'", name=key))
        return found

    def has_person(self, key: str) -> bool:
        """Whether the roster holds this id."""
        return key in self._people_by_id

    def holders(self, role: str) -> tuple[str, ...]:
        """The ids of those who hold a role and have not left, in the order of the roster."""
        return self._holders.get(role, ())

    def schedule(self, key: str) -> Schedule:
        """The schedule with this id. Raise NotFound."""
        found = next((item for item in self.schedules if item.id == key), None)
        if found is None:
            ids = [*self.families, *(item.id for item in self.schedules)]
            raise NotFound(
                phrase(
                    "there is no schedule '{name}'; allowed: {allowed}",
                    name=key,
                    allowed=nearest(key, ids) or "—",
                )
            )
        return found

    def schedules_of(self, key: str) -> tuple[Schedule, ...]:
        """The schedule with this id, or all of the family with this id. Raise NotFound."""
        return tuple(self.schedule(each) for each in self.families.get(key, (key,)))

    def target(self, when: object, number: str) -> Target | None:
        """The row of a campaign's table with this number, if the rule has a table and the row is still in it."""
        return (
            self._targets_by_number.get(when.targets or "", {}).get(number)
            if isinstance(when, Once)
            else None
        )

    def register(self, key: str) -> Register:
        """The register with this id. Raise NotFound."""
        found = self.register_or_none(key)
        if found is None:
            ids = [each.id for each in self.registers]
            raise NotFound(
                phrase(
                    "there is no register '{name}'; allowed: {allowed}",
                    name=key,
                    allowed=nearest(key, ids) or "—",
                )
            )
        return found

    def register_or_none(self, key: str | None) -> Register | None:
        """The register with this id, if the office still keeps one."""
        return next((each for each in self.registers if each.id == key), None)

    @cached_property
    def _units_by_title(self) -> dict[str, str]:
        return {unit.title: key for key, unit in reversed(list(self.file.units.items()))}

    def override(self, schedule: str, key: str) -> Override | None:
        """What was decided by hand about one occurrence."""
        return self._overrides_by_key.get((schedule, key))

    @cached_property
    def _overrides_by_key(self) -> dict[tuple[str, str], Override]:
        return {(schedule, each.key): each for schedule, found in self.overrides.items() for each in found}

    @cached_property
    def _targets_by_number(self) -> dict[str, dict[str, Target]]:
        return {name: {each.number: each for each in table} for name, table in self.targets.items()}

    @cached_property
    def _people_by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def _holders(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for person in self.people:
            for role in person.roles if person.left_on is None else ():
                found.setdefault(role, []).append(person.id)
        return {role: tuple(ids) for role, ids in found.items()}
