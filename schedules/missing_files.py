"""What an office cannot do without: each file that is not there is said once, with the name of what to add."""

from collections.abc import Collection, Iterator
from datetime import date

from schedules.problems import Problem
from schedules.words import phrase

OFFICE_FILE = "office.yaml"
PEOPLE = ("people.csv", "people.xlsx", "花名册.csv", "花名册.xlsx")
SCHEDULES = "schedules.yaml"


def no_office() -> Problem:
    """A folder that holds no office."""
    allowed = phrase("a folder that `duban init` wrote, or one with an office.yaml of its own")
    return Problem(OFFICE_FILE, 1, 1, "", phrase("there is no office.yaml in this folder"), allowed)


def missing_files(names: Collection[str], *, years: Collection[int], today: date) -> Iterator[Problem]:
    """The roster, the schedules and the calendar, of a folder that holds an office. `names`: its files, without their folders."""
    if OFFICE_FILE not in names:
        return
    if not any(name in PEOPLE for name in names):
        what = phrase("there is no roster of people in this folder")
        yield Problem(PEOPLE[0], 1, 1, "", what, ", ".join(PEOPLE))
    if not any(name.endswith((".yaml", ".yml")) and name != OFFICE_FILE for name in names):
        allowed = phrase("a file like {name}; `duban init` writes an office to begin with", name=SCHEDULES)
        yield Problem(SCHEDULES, 1, 1, "", phrase("there is no schedule in this folder"), allowed)
    if not years:
        file = f"calendar/{today.year}.json"
        what = phrase("there is no calendar of working days")
        yield Problem(file, 1, 1, "", what, phrase("add {name}", name=file))
