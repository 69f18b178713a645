"""Whom a rung would tell, and on which channel, from the roster alone: as if nobody were away and no channel had refused anybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from schedules.channels import can_be_mentioned, reaching
from schedules.office import OfficeSpec
from schedules.parts import OwnedBy
from schedules.posts import DEPUTY, GROUP
from schedules.rung_at import RungAt

PAPER, NOBODY = (
    "@paper",
    "@none",
)  # as the built-in channels are called: what is printed, and of whom nothing reaches
_OWING = "assignee"


class Telling:
    """Remembers what it found for those who owe: every occurrence of a schedule asks again."""

    def __init__(self, office: OfficeSpec) -> None:
        self._office = office
        self._people: dict[tuple[OwnedBy, tuple[str, ...], str], tuple[str, ...]] = {}
        self._ways: dict[tuple[tuple[str, ...], bool], Mapping[str, int]] = {}
        self._first: dict[tuple[str, bool], str] = {}

    def people(self, owner: OwnedBy, owing: Sequence[str], to: str) -> tuple[str, ...]:
        """The ids of those whom an audience means, in order, each once. The group is nobody in particular, and so is a stand-in.

        Nobody is told about himself; what leaders owe goes no higher than the head of their own unit.
        """
        question = owner, tuple(owing), to
        if question not in self._people:
            self._people[question] = self._meant(*question)
        return self._people[question]

    def channels(self, people: Sequence[str], to: str, given: str | None) -> Mapping[str, int]:
        """How many of them are told on which channel, by its id; `@paper` is printed, `@none` reaches nobody. `given`: of the rung."""
        if to == GROUP:
            return self._of_group(given)
        if given is not None:
            return {given: len(people)} if people else {}
        question = tuple(people), to == _OWING
        if question not in self._ways:
            self._ways[question] = Counter(self._way(person, owes=question[1]) for person in people)
        return self._ways[question]

    def names_in_group(self, rung: RungAt, channels: Mapping[str, int]) -> bool:
        """Whether it names who is late in the group: that always waits for the clerk's release."""
        reach = self._office.file.reach
        late = rung.phase == "after" and rung.to == _OWING
        return late and reach.level == "group" and reach.group in channels

    def _of_group(self, given: str | None) -> Mapping[str, int]:
        reach = self._office.file.reach
        channel = given or (PAPER if reach.level == "paper" else reach.group)
        return {channel: 1} if channel else {}

    def _meant(self, owner: OwnedBy, owing: tuple[str, ...], to: str) -> tuple[str, ...]:
        if to in (GROUP, DEPUTY):
            return ()
        if to == _OWING:
            return tuple(dict.fromkeys(owing))
        if to.startswith("role:"):
            return self._office.holders(to.removeprefix("role:"))
        found = (self._superior(unit, own, to) for unit, own in self._parties(owner, owing))
        return tuple(dict.fromkeys(each for each in found if each))

    def _parties(self, owner: OwnedBy, owing: tuple[str, ...]) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Those who owe something each, or as one, with the unit that it is counted to."""
        units = self._office.file.units
        if owner.kind == "units":
            return [(key, (units[key].head or "",)) for key in owner.keys]
        if owner.kind == "role":
            return [(self._office.person(owing[0]).unit, owing)] if owing else []
        return [(self._office.person(each).unit, (each,)) for each in owing]

    def _superior(self, unit: str, own: tuple[str, ...], to: str) -> str | None:
        file = self._office.file
        if to == "unit-head":
            found = file.units[unit].head
        elif unit == self._top_unit or (len(own) == 1 and own[0] in self._leaders):
            return None
        else:
            found = file.units[unit].leader if to == "deputy-leader" else self._top
        return found if found not in own else None

    def _way(self, person: str, *, owes: bool) -> str:
        if (person, owes) not in self._first:
            self._first[person, owes] = self._first_way(person, owes=owes)
        return self._first[person, owes]

    def _first_way(self, person: str, *, owes: bool) -> str:
        file, somebody = self._office.file, self._office.person(person)
        if owes and file.reach.level == "group" and file.reach.group and can_be_mentioned(somebody):
            return file.reach.group
        last = NOBODY if file.reach.level == "personal" else PAPER
        return next(iter(reaching(file, somebody)), last)

    @cached_property
    def _top(self) -> str | None:
        post = self._office.file.posts.get("leader")
        return post.person if post else None

    @cached_property
    def _top_unit(self) -> str | None:
        return self._office.person(self._top).unit if self._top else None

    @cached_property
    def _leaders(self) -> frozenset[str | None]:
        return frozenset(unit.leader for unit in self._office.file.units.values()) | {self._top}
