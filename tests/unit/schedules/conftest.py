"""The starter office, a small office of four people, and a way to write schedules for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from unit.schedules.offices import CREDENTIALS_CSV, OFFICE_YAML, PEOPLE_CSV

from schedules.calendar import WorkCalendar
from schedules.grammar import Schedule
from schedules.loader import Loaded, SourceFile, load
from schedules.office import OfficeSpec

STARTER = Path(__file__).parents[3] / "schedules" / "office"
SmallOffice = Callable[..., Loaded]
OneSchedule = Callable[..., tuple[Schedule, OfficeSpec]]


def folder(path: Path) -> list[SourceFile]:
    """The files below a folder; what is hidden is no part of an office."""
    return [
        SourceFile(str(each.relative_to(path)), each.read_bytes())
        for each in sorted(path.rglob("*"))
        if each.is_file() and not any(part.startswith(".") for part in each.relative_to(path).parts)
    ]


@pytest.fixture(scope="session")
def starter() -> OfficeSpec:
    """The office that ships."""
    loaded = load(folder(STARTER))
    assert [problem.text() for problem in loaded.problems] == []
    assert loaded.office is not None
    return loaded.office


@pytest.fixture(scope="session")
def starter_files() -> list[SourceFile]:
    """The files of the office that ships."""
    return folder(STARTER)


@pytest.fixture(scope="session")
def calendar(starter: OfficeSpec) -> WorkCalendar:
    """The working days of 2023 to 2026."""
    return starter.calendar


@pytest.fixture(scope="session")
def notices() -> list[SourceFile]:
    """The notices of 2023 to 2026."""
    return [source for source in folder(STARTER) if source.path.endswith(".json")]


@pytest.fixture(scope="session")
def small(notices: list[SourceFile]) -> SmallOffice:
    """Load the small office with this file of schedules, and with other files in place of its own."""

    def read(schedules: str | bytes = "", **files: str | bytes) -> Loaded:
        given = {
            "s.yaml": schedules,
            "office.yaml": OFFICE_YAML,
            "people.csv": PEOPLE_CSV,
            "credentials.csv": CREDENTIALS_CSV,
        }
        given |= {name.replace("__", "/").replace("_", "."): data for name, data in files.items()}
        sources = [
            SourceFile(name, data if isinstance(data, bytes) else data.encode())
            for name, data in given.items()
            if data
        ]
        return load([*notices, *sources])

    return read


@pytest.fixture(scope="session")
def one(small: SmallOffice) -> OneSchedule:
    """The only schedule of a text, and the small office with it."""

    def read(text: str, **files: str | bytes) -> tuple[Schedule, OfficeSpec]:
        loaded = small(text, **files)
        assert [problem.text() for problem in loaded.problems] == []
        assert loaded.office is not None
        return loaded.office.schedules[0], loaded.office

    return read


@pytest.fixture(scope="session")
def said(small: SmallOffice) -> Callable[..., list[str]]:
    """The problems of a text as sentences."""

    def read(text: str | bytes = "", **files: str | bytes) -> list[str]:
        loaded = small(text, **files)
        assert (loaded.office is None) == bool(loaded.problems)
        return [problem.text() for problem in loaded.problems]

    return read
