"""The names that editors offer where a key takes a name: words that are always known, and those of one office.

They are offered, never demanded: a name that the office takes up tomorrow is no mistake in the editor; `duban check` knows better.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schedules.about.said import Said
from schedules.about.values import ANCHORS, EVENTS, LADDERS, POSTS, STEP_ANCHORS, TOLD, UNIT_KINDS
from schedules.done import Attendance, ByRole, FromRegister, Quota, Topics
from schedules.grammar import ByUnits, Schedule, Summary, Who
from schedules.office import OfficeSpec
from schedules.office_grammar import OfficeFile, Reach, UnitDefinition
from schedules.registers import RecordedBy
from schedules.remind import Acknowledge, Rung, UseLadder
from schedules.report import (
    Campaign,
    Cards,
    Cases,
    Counted,
    Covers,
    Found,
    FromBook,
    Gatherings,
    HoursOf,
    OnTime,
    Order,
    Records,
)
from schedules.steps import ByUnit, Outside, RelativeDue, RoleExcept, Step
from schedules.strict import Definition
from schedules.when import Event, Expiry, Issued, Once


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNames:
    """Names of an office with their titles; nothing of people: the file may be handed on."""

    roles: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    outside: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    ladders: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    registers: Mapping[str, str] = field(default_factory=dict)
    schedules: Mapping[str, str] = field(default_factory=dict)
    gatherings: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    finding: Mapping[str, str] = field(default_factory=dict)
    campaigns: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)


NO_NAMES = OfficeNames()


def names_of_office(office: OfficeSpec) -> OfficeNames:
    """The names that the files of this office may use."""
    units, all_ = office.file.units, office.schedules
    above = {unit.parent for unit in units.values()}
    return OfficeNames(
        roles={key: role.title for key, role in office.file.roles.items()},
        units={
            unit.title: key for key, unit in units.items() if unit.kind != "external" and key not in above
        },
        outside={unit.title: key for key, unit in units.items() if unit.kind == "external"},
        groups={key: unit.title for key, unit in units.items() if key in above},
        ladders=dict.fromkeys(office.file.ladders, ""),
        channels=dict.fromkeys(office.file.channels, ""),
        credentials=dict.fromkeys(sorted({each.kind for each in office.credentials}), ""),
        registers={each.id: each.title for each in office.registers},
        schedules=_titles(all_),
        gatherings=_titles(each for each in all_ if isinstance(each.done, Attendance)),
        events=_titles(each for each in all_ if isinstance(each.when, Event)),
        finding=_titles(each for each in all_ if each.children is not None),
        campaigns=_titles(each for each in all_ if isinstance(each.when, Once) and each.when.targets),
        quotas=_titles(each for each in all_ if isinstance(each.done, Quota)),
        topics=_titles(each for each in all_ if isinstance(each.done, Topics)),
    )


def _titles(schedules: Iterable[Schedule]) -> dict[str, str]:
    return {each.id: each.title for each in schedules}


# Where names stand. A word with texts of its own is known in every office, the name of a field of OfficeNames in one.
Source = Mapping[str, Said] | str
_ROLE: tuple[Source, ...] = ("roles",)
_UNITS: tuple[Source, ...] = ("groups", "units")
NAMED: Mapping[type[Definition], Mapping[str, tuple[Source, ...]]] = {
    Who: {
        "roles": _ROLE, "role": _ROLE, "units": _UNITS, "unit": ("units",), "credential": ("credentials",),
    },
    RecordedBy: {"roles": _ROLE, "role": _ROLE, "units": _UNITS, "unit": ("units",)},
    ByRole: {"role": _ROLE},
    RoleExcept: {"role": _ROLE},
    ByUnits: {"units": _UNITS},
    ByUnit: {"unit": ("units",)},
    Outside: {"external": ("outside",)},
    OfficeFile: {"clerk": _ROLE},
    UnitDefinition: {"parent": ("groups",), "kind": (UNIT_KINDS,)},
    Reach: {"people": ("channels",), "group": ("channels",)},
    Rung: {
        "to": (TOLD, "roles"), "channel": ("channels",), "before": (ANCHORS,), "on": (ANCHORS,), "after": (ANCHORS,),
    },
    UseLadder: {"use": (LADDERS, "ladders"), "to": (TOLD, "roles")},
    Acknowledge: {"else": (TOLD, "roles")},
    Summary: {"to": (POSTS, "roles")},
    RelativeDue: {"before": (STEP_ANCHORS,), "after": (STEP_ANCHORS,)},
    Step: {"register": ("registers",), "after": (EVENTS,)},
    Schedule: {"register": ("registers",)},
    FromRegister: {"register": ("registers",)},
    FromBook: {"register": ("registers",)},
    Expiry: {"expiry": ("credentials",)},
    Issued: {"issued": ("credentials",)},
    Cards: {"credentials": ("credentials",)},
    Gatherings: {"gatherings": ("gatherings",)},
    Records: {"records": ("schedules",)},
    OnTime: {"on_time": ("schedules",)},
    Cases: {"cases": ("events",)},
    Order: {"of": ("events",)},
    Found: {"children": ("finding",)},
    Campaign: {"campaign": ("campaigns",)},
    HoursOf: {"hours": ("quotas",)},
    Covers: {"topics": ("topics",)},
    Counted: {"of": ("schedules",)},
}  # fmt: skip


def offered(definition: type[Definition], key: str, names: OfficeNames) -> dict[str, Said]:
    """What may be offered after a key, with what it means in both languages; nothing where a key takes no names."""
    found: dict[str, Said] = {}
    for source in NAMED.get(definition, {}).get(key, ()):
        known = _of_office(names, source) if isinstance(source, str) else source
        found = {**known, **found}
    return found


def _of_office(names: OfficeNames, source: str) -> dict[str, Said]:
    titles: Mapping[str, str] = getattr(names, source)
    return {name: Said(title, title) for name, title in titles.items()}
