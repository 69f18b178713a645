"""The files of a version as a folder that can be put into force again: the roster with the mobile numbers on record."""

import csv
import io
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

from schedules.roster import PEOPLE_HEADERS
from schedules.roster_table import read_table
from schedules.source_text import SourceFile
from schedules.words import phrase
from worker.errors import NotConfigured
from worker.office_files import replace_file
from worker.roster_import import is_roster


def with_numbers(files: Mapping[str, str], numbers: Mapping[str, str]) -> dict[str, str]:
    """The files with the numbers of `numbers`, by person id, in the roster."""
    return {
        path: _numbered(path, text, numbers) if is_roster(path) and path.endswith(".csv") else text
        for path, text in files.items()
    }


def _numbered(path: str, text: str, numbers: Mapping[str, str]) -> str:
    grid = list(csv.reader(io.StringIO(text, newline="")))
    rows, _problems = read_table(SourceFile(path, text.encode()), PEOPLE_HEADERS, ())
    lines = _line_numbers(text)
    for row in rows:
        key, cell = row.get("id"), row.get("mobile")
        number = numbers.get(key.text) if key else None
        if number is None or cell is None or cell.col < 1 or cell.line not in lines:
            continue
        cells = grid[lines[cell.line]]
        cells += [""] * (cell.col - len(cells))
        cells[cell.col - 1] = number
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(grid)
    return written.getvalue()


def _line_numbers(text: str) -> dict[int, int]:
    """The number of a row by the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""))
    found, line = {}, 1
    for number, _row in enumerate(reader):
        found[line] = number
        line = reader.line_num + 1
    return found


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files into a new or empty folder. Raises NotConfigured if it holds something or cannot be written."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise NotConfigured(phrase("{folder} is not empty; name a new folder", folder=folder))
        for path, text in files.items():
            target = folder / path
            if not target.resolve().is_relative_to(folder.resolve()):
                raise NotConfigured(phrase("{file} lies outside of the folder", file=path))
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, text.encode())
    except OSError as error:
        raise NotConfigured(
            phrase("{folder} cannot be written: {why}", folder=folder, why=error.strerror or str(error))
        ) from error


def differences(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, list[str]]:
    """By file what was taken out (-) and put in (+), with the lines around it; a file that is new or gone as a whole."""
    found = {}
    for path in sorted(was.keys() | now.keys()):
        old, new = was.get(path), now.get(path)
        if old != new:
            lines = unified_diff((old or "").splitlines(), (new or "").splitlines(), n=1, lineterm="")
            found[path] = list(lines)[2:]
    return found
