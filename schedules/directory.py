"""Who a row is about: by the staff number, by the mobile number, by the name only where one person has it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schedules.mobile_numbers import as_number
from schedules.problems import nearest
from schedules.roster import MOBILE
from schedules.words import Words, phrase

MOST_SHOWN = 6  # people of one name that are listed
MOST_GUESSES = 50  # rows for which it is said who may have been meant: comparing every name with every other takes minutes


def nobody(_mobile: str) -> None:
    """Where no numbers are known."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the office: staff number, name, title of the unit."""

    key: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why nobody was found: in which field, what is wrong, what is possible."""

    field: str
    what: Words
    allowed: Words | str | None = None


def _unknown(mobile: str) -> Words:
    if as_number(mobile):
        return phrase(
            "'{found}' is a mobile number that a spreadsheet turned into a number; format the column as text",
            found=mobile[:40],
        )
    if not MOBILE.fullmatch(mobile):
        return phrase("'{found}' is not a mobile number", found=mobile[:40])
    return phrase("nobody in the roster has this mobile number")


@dataclass(slots=True)
class Directory:
    """People to look up. `by_mobile` answers the staff number that a mobile number belongs to."""

    people: Sequence[Known]
    by_mobile: Callable[[str], str | None] = nobody
    guesses: int = 0
    _keys: dict[str, Known] = field(default_factory=dict)
    _bare: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    _names: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for each in self.people:
            self._keys[each.key] = each
            self._bare[each.key.lstrip("0")].append(each)
            self._names[each.name].append(each)

    def find(self, given: Mapping[str, str]) -> Known | Doubt:
        """The one person that `id`, `mobile` and `name` mean. What is given besides must agree with it."""
        number, mobile, name = (given.get(each, "") for each in ("id", "mobile", "name"))
        if number:
            found = self._numbered(number)
            if found is None and number in self._names:
                return self._named("id", number)
            if found is None:
                return Doubt(
                    "id",
                    phrase("there is no person '{name}'", name=number[:40]),
                    self._guess(number, self._keys),
                )
        elif mobile:
            key = self.by_mobile(mobile)
            found = self._keys.get(key or "")
            if found is None:
                return Doubt("mobile", _unknown(mobile))
        elif name:
            return self._named("name", name)
        else:
            return Doubt("id", phrase("there is neither a staff number nor a mobile number nor a name"))
        return self._agreeing(found, name) or found

    def _numbered(self, number: str) -> Known | None:
        """A spreadsheet takes the zeros off the front of a number."""
        bare = self._bare.get(number, [])
        return self._keys.get(number) or (bare[0] if len(bare) == 1 else None)

    def _named(self, place: str, name: str) -> Known | Doubt:
        found = self._names.get(name, [])
        if len(found) == 1:
            return found[0]
        if not found:
            return Doubt(
                place, phrase("there is no person '{name}'", name=name[:40]), self._guess(name, self._names)
            )
        who = "; ".join(f"{each.key} {each.unit}" for each in found[:MOST_SHOWN])
        return Doubt(
            place,
            phrase(
                "{n} people are called {name}: {who}; give the staff number",
                n=len(found),
                name=name[:40],
                who=who,
            ),
        )

    def _guess(self, given: str, names: Iterable[str]) -> Words | str | None:
        self.guesses += 1
        return nearest(given, names) if self.guesses <= MOST_GUESSES else None

    def _agreeing(self, found: Known, name: str) -> Doubt | None:
        if not name or name == found.name:
            return None
        return Doubt(
            "name",
            phrase("number {id} is {name}, not {found}", id=found.key, name=found.name, found=name[:40]),
        )
