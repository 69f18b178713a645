"""Who, as a set expression: evaluated here over memberships, compiled to SQL in `models/queries/audience.py`."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, assert_never

from schedules.grammar import Who
from schedules.office import OfficeSpec

LONG_AGO = date(1900, 1, 1)
FOREVER = date(9999, 12, 31)
_ROLL = "_roll"
Kind = Literal["role", "unit", "tag", "person", "credential"]


@dataclass(frozen=True, slots=True)
class In:
    """Those with a membership of this kind and key."""

    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Those in any of the parts; nobody if there are none."""

    parts: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Minus:
    """Those in `of` and not in `but`."""

    of: "Expr"
    but: "Expr"


Expr = In | AnyOf | Minus


@dataclass(frozen=True, slots=True)
class Membership:
    """A person belongs to a role, unit (ancestors included), tag or credential kind from a day on, until a day (exclusive).

    Everybody is also a member of the kind `person` under their own id.
    """

    kind: Kind
    key: str
    person: str
    valid_from: date = LONG_AGO
    valid_to: date = FOREVER


def expression(who: Who, office: OfficeSpec) -> Expr:
    """The people that `who` names: the union of its keys, less `except`. Raise NotFound for a unit that is not there."""
    parts: list[In] = [In("role", role) for role in (*who.roles, *([who.role] if who.role else []))]
    parts += [In("unit", office.unit(unit)) for unit in (*who.units, *([who.unit] if who.unit else []))]
    parts += [In("tag", tag) for tag in who.tags]
    parts += [In("person", person) for person in who.people]
    parts += [In("credential", who.credential)] if who.credential else []
    union: Expr = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
    return union if who.but is None else Minus(union, expression(who.but, office))


def memberships(office: OfficeSpec) -> tuple[Membership, ...]:
    """Every membership that the roster and the certificates say. A certificate counts until its last day, and only while it is valid."""
    found: list[Membership] = []
    above = {key: office.ancestors(key) for key in office.file.units}
    days = {person.id: (person.joined_on or LONG_AGO, person.left_on or FOREVER) for person in office.people}
    for person in office.people:
        joined, left = days[person.id]
        keys: list[tuple[Kind, str]] = [("person", person.id)]
        keys += [("role", role) for role in person.roles]
        keys += [("unit", unit) for unit in above.get(person.unit, ())]
        keys += [("tag", tag) for tag in person.tags]
        found += [Membership(kind, key, person.id, joined, left) for kind, key in keys if joined < left]
    held: list[Membership] = []
    for credential in office.credentials:
        joined, left = days.get(credential.holder, (FOREVER, FOREVER))
        start, end = max(joined, credential.issued_on), min(left, credential.expires_on + timedelta(days=1))
        if credential.state == "valid" and start < end:
            held.append(Membership("credential", credential.kind, credential.holder, start, end))
    return (*found, *dict.fromkeys(held))


def roll_of(office: OfficeSpec) -> "Roll":
    """The memberships of an office, indexed; remembered as long as the office is."""
    kept = vars(office)  # where its cached properties are: it is frozen, and has no hash to be found by
    if _ROLL not in kept:
        kept[_ROLL] = Roll(memberships(office))
    found: Roll = kept[_ROLL]
    return found


class Roll:
    """Memberships indexed for many questions; answers are remembered for spans of days in which nobody joins or leaves."""

    def __init__(self, members: Iterable[Membership]) -> None:
        self._members = tuple(members)
        self._known: dict[tuple[Expr, int], tuple[str, ...]] = {}

    def evaluate(self, expr: Expr, on: date) -> tuple[str, ...]:
        """The ids of the persons in the set on a day, sorted."""
        question = expr, bisect_right(self._changes, on)
        if question not in self._known:
            self._known[question] = tuple(sorted(self._persons(expr, on)))
        return self._known[question]

    @cached_property
    def _changes(self) -> tuple[date, ...]:
        return tuple(sorted({day for each in self._members for day in (each.valid_from, each.valid_to)}))

    @cached_property
    def _index(self) -> Mapping[tuple[Kind, str], Sequence[Membership]]:
        found: dict[tuple[Kind, str], list[Membership]] = {}
        for each in self._members:
            found.setdefault((each.kind, each.key), []).append(each)
        return found

    def _persons(self, expr: Expr, on: date) -> set[str]:
        match expr:
            case In(kind=kind, key=key):
                members = self._index.get((kind, key), ())
                return {each.person for each in members if each.valid_from <= on < each.valid_to}
            case AnyOf(parts=parts):
                return {person for part in parts for person in self._persons(part, on)}
            case Minus(of=of, but=but):
                return self._persons(of, on) - self._persons(but, on)
            case _ as never:
                assert_never(never)
