"""Where the office of a run is, and where its data lies when nothing else is said."""

import os
from pathlib import Path

import schedules


def packaged_office() -> Path:
    """The starter office that comes with the program."""
    return Path(schedules.__file__).parent / "office"


def office_of(named: str | None) -> Path:
    """The folder that was named, else this one or the nearest above it that has an office.yaml, else the starter office."""
    if named:
        return Path(named).expanduser()
    here = Path().absolute()
    for folder in (here, *here.parents):
        if (folder / "office.yaml").is_file():
            return Path(os.path.relpath(folder))
    return packaged_office()


def data_beside(office: Path) -> Path:
    """Where the data of an office lies: in its folder, so that every terminal finds the same, wherever a command is typed.

    Those of the starter office, which may not be writable, and of a folder that is no office, lie in the current folder.
    """
    own = (office / "office.yaml").is_file() and office.resolve() != packaged_office().resolve()
    return (office if own else Path()) / ".duban"
