"""A text file of rows as offices hand it in: in UTF-8, GBK, GB18030 or UTF-16, with commas, semicolons or tabs."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

LARGEST = 10_000_000  # bytes
MOST_ROWS = 100_000
LOOKED_AT = 20  # rows by which the separator is told
SEPARATORS = ",\t;，；|"
_MARK = "sep="  # a first line by which Excel is told the separator


class Unreadable(Exception):
    """The bytes are no text in any of these encodings."""


class OpenQuote(Exception):
    """A quote is not closed; `line` is where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class TooLong(Exception):
    """More than any table that people filled in."""


@dataclass(frozen=True, slots=True)
class TextRows:
    """Rows with the line each begins on, and the encoding they were written in."""

    rows: list[tuple[int, list[str]]]
    encoding: str


def text_rows(data: bytes) -> TextRows:
    """Read the rows. Raise Unreadable, OpenQuote, TooLong."""
    if len(data) > LARGEST:
        raise TooLong
    text, encoding = _decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    skipped = 0
    if first.lower().startswith(_MARK) and len(first.strip()) == len(_MARK) + 1:
        separator, text, skipped = first.strip()[-1], rest, 1
    else:
        separator = _separator(text)
    return TextRows(_rows(text, separator, skipped), encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), "UTF-16"
        if b"\x00" in data[:200]:
            little = data[1:200:2].count(0) >= data[:200:2].count(0)
            return data.decode("utf-16-le" if little else "utf-16-be"), "UTF-16"
        try:
            return data.decode("utf-8-sig"), "UTF-8"
        except UnicodeDecodeError:
            return data.decode("gb18030"), "GBK"
    except UnicodeDecodeError as error:
        raise Unreadable from error


def _separator(text: str) -> str:
    """The one that stands in most of the first lines, equally often if possible; a comma where none does."""
    lines = [line for line in text.split("\n", 200)[:200] if line.strip()][:LOOKED_AT]

    def weight(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator) for line in lines if separator in line)
        often = max(counts.items(), key=lambda item: (item[1] * item[0], item[0]), default=(0, 0))
        return often[1] * often[0], often[0]

    return max(SEPARATORS, key=lambda separator: (weight(separator), -SEPARATORS.index(separator)))


def _rows(text: str, separator: str, skipped: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for values in reader:
            if any(values):
                rows.append((line + skipped, values))
            line = reader.line_num + 1
            if line > MOST_ROWS:
                raise TooLong
    except csv.Error as error:
        raise OpenQuote(reader.line_num + skipped) from error
    return rows
