"""A new table of an office, the roster or another, put into its folder, and put back if it does not come into force."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from schedules.missing_files import PEOPLE
from schedules.source_text import SourceFile
from worker.office_files import replace_file
from worker.settings import packaged_office

ROSTER = "people"


def is_roster(path: str) -> bool:
    """Whether a file of an office's folder is its roster."""
    return PurePath(path).name in PEOPLE


def own_folder(folder: Path) -> bool:
    """Whether a folder holds an office that may be written to: the starter office stays as it came."""
    return (folder / "office.yaml").is_file() and not is_starter(folder)


def is_starter(folder: Path) -> bool:
    """Whether a folder is the starter office of the program."""
    return folder.resolve() == packaged_office().resolve()


@contextmanager
def roster_in_place(folder: Path, roster: SourceFile) -> Iterator[Path]:
    """Write the roster into the folder for what is done inside; if that fails the folder is as before."""
    name = ROSTER + PurePath(roster.path).suffix.lower()
    before = [path for path in folder.iterdir() if is_roster(path.name)]
    with _in_place(folder / name, roster.data, before) as new:
        yield new


@contextmanager
def table_in_place(folder: Path, table: SourceFile) -> Iterator[Path]:
    """The same of a table of the office, at its path in the folder."""
    path = folder / table.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _in_place(path, table.data, [path] if path.exists() else []) as new:
        yield new


@contextmanager
def _in_place(new: Path, data: bytes, standing: Iterable[Path]) -> Iterator[Path]:
    before = {path: path.read_bytes() for path in standing}
    try:
        replace_file(new, data)
        for path in before.keys() - {new}:
            path.unlink()
        yield new
    except BaseException:
        if new not in before:
            new.unlink(missing_ok=True)
        for path, content in before.items():
            replace_file(path, content)
        raise
