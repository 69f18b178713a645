"""Tables that people fill in: csv and xlsx as rows of text, and rows of text as csv that Excel opens and cannot run."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath

from schedules.sheet_rows import NoWorkbook, TooLarge, sheet_rows
from schedules.source_text import SourceFile
from schedules.words import phrase
from worker.errors import NotConfigured

SHEETS = frozenset({".xlsx"})
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_texts(files: Iterable[SourceFile]) -> dict[str, str]:
    """The office's files as texts by path; a workbook becomes the csv of its first visible sheet.

    The files are those of an office that loaded without a problem.
    """
    texts: dict[str, str] = {}
    for file in files:
        path = PurePath(file.path)
        if path.suffix.lower() in SHEETS:
            texts[path.with_suffix(".csv").as_posix()] = csv_text(rows_of(file))
        else:
            texts[file.path] = file.data.decode("utf-8-sig")
    return texts


def rows_of(file: SourceFile) -> list[list[str]]:
    """The rows of a csv (UTF-8 or GB18030) or of the first visible sheet of a workbook, every cell as text.

    Raises NotConfigured if it is neither.
    """
    if PurePath(file.path).suffix.lower() in SHEETS:
        return _rows_of_workbook(file)
    return list(csv.reader(io.StringIO(_decoded(file.data), newline="")))


def as_uploaded(file: SourceFile) -> SourceFile:
    """A table as somebody hands it in: a csv that Excel saved in the encoding of Chinese Windows, as the same csv in UTF-8.

    What is neither stays as it is, for the reader to say so. Files of the office's own folder are not handed in: they are UTF-8.
    """
    if PurePath(file.path).suffix.lower() in SHEETS or _is_utf8(file.data):
        return file
    try:
        return SourceFile(file.path, file.data.decode("gb18030").encode("utf-8"))
    except UnicodeDecodeError:
        return file


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16, which is no GB18030 either
    return True


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _rows_of_workbook(file: SourceFile) -> list[list[str]]:
    try:
        return [[_text(value) for value in row] for row in sheet_rows(file.data)]
    except (NoWorkbook, TooLarge) as error:
        raise NotConfigured(
            phrase("{file} is no workbook that can be read; save it as .xlsx", file=file.path)
        ) from error


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def csv_text(rows: Iterable[Sequence[str]], *, inert: bool = False) -> str:
    """Rows as csv; `inert` puts ' before what Excel would run as a formula, for files that people open."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    for row in rows:
        writer.writerow(["'" + cell if inert and cell.startswith(RUNS) else cell for cell in row])
    return written.getvalue()


def for_excel(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as a csv that Excel opens by double-click: with a byte order mark, and with nothing that it would run."""
    return csv_text(rows, inert=True).encode("utf-8-sig")


def columns_of(file: SourceFile, *, above: int) -> list[str]:
    """The headings of a table: the row above a line that has most cells filled."""
    return max((row for line, row in _numbered(file) if line < above), key=_filled, default=[])


def with_reasons(file: SourceFile, reasons: Mapping[int, str], *, title: str) -> list[list[str]]:
    """The rows of a table that have a reason by their line, below its heading; the reason stands in a column of its own at the end."""
    rows = list(_numbered(file))
    width = max((len(row) for _line, row in rows), default=0)
    first = min(reasons)
    heading = columns_of(file, above=first)
    wanted = [(row, reasons[line]) for line, row in rows if line in reasons]
    return [[*_wide(heading, width), title], *([*_wide(row, width), reason] for row, reason in wanted)]


def _numbered(file: SourceFile) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line that each begins on."""
    if PurePath(file.path).suffix.lower() in SHEETS:
        yield from enumerate(_rows_of_workbook(file), start=1)
        return
    reader = csv.reader(io.StringIO(_decoded(file.data), newline=""))
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _wide(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]
