"""Names in a script that the office does not know: schedules, registers, events, people. Found before anything is played."""

from collections.abc import Callable, Iterator

from schedules.grammar import Event
from schedules.office import OfficeSpec
from schedules.problems import Problem, choices, close_to
from schedules.words import Words, phrase
from tasks.simulation import script as written

Place = Callable[[tuple[object, ...]], tuple[int, int]]
SCHEDULES = ("confirm", "attendance", "hours", "extend", "pause", "resume", "schedule")
PEOPLE = ("by", "deputy", "leaves", "leave")


def unknown_names(script: written.Script, office: OfficeSpec, place: Place, *, file: str) -> list[Problem]:
    """Every name that is not there, where it stands. What must be refused may be named as it likes."""
    known = _Known(office)
    found = []
    for path, names, value, what in known.of(script):
        if value not in names:
            line, col = place(path)
            allowed = choices(tuple(sorted(names)), meant=close_to(value, names))
            found.append(Problem(file, line, col, "", what, allowed))
    return found


Named = tuple[tuple[object, ...], frozenset[str], str, Words]


class _Known:
    """The names of an office by what they name."""

    def __init__(self, office: OfficeSpec) -> None:
        self._schedules = frozenset(each.id for each in office.schedules)
        self._registers = frozenset(each.id for each in office.registers)
        self._people = frozenset(each.id for each in office.people)
        self._parties = self._people | frozenset(office.file.units) | frozenset(office.file.roles)
        self._events = frozenset(each.when.event for each in office.schedules if isinstance(each.when, Event))

    def of(self, script: written.Script) -> Iterator[Named]:
        """Every name in a script with its place and what may stand there."""
        for n, each in enumerate(script.undone):
            yield ("undone", n, "schedule"), self._schedules, each.schedule, _no_schedule(each.schedule)
        for n, deed in enumerate(script.deeds):
            if deed.refused is None:
                for key, names, value, what in self._of_deed(deed):
                    yield ("deeds", n, *key), names, value, what

    def _of_deed(self, deed: written.AnyDeed) -> Iterator[Named]:
        for field in SCHEDULES:
            value = getattr(deed, field, None)
            if isinstance(value, str):
                yield (field,), self._schedules, value, _no_schedule(value)
        for field in ("entry", "zero"):
            value = getattr(deed, field, None)
            if isinstance(value, str):
                yield (field,), self._registers, value, phrase("there is no register '{name}'", name=value)
        if isinstance(deed, written.Happening):
            yield (
                ("event",),
                self._events,
                deed.event,
                phrase("no schedule has an event '{name}'", name=deed.event),
            )
        party = getattr(deed, "party", None)
        if isinstance(party, str):
            yield ("party",), self._parties, party, _nobody(party)
        for field in (*PEOPLE, "absent"):
            value = getattr(deed, field, None)
            for n, person in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(person, str):
                    path = (field, n) if isinstance(value, tuple) else (field,)
                    yield path, self._people, person, _nobody(person)


def _no_schedule(name: str) -> Words:
    return phrase("there is no schedule '{name}'", name=name)


def _nobody(name: str) -> Words:
    return phrase("there is no person '{name}'", name=name)
