"""From the bytes of a file to its text: encodings and characters that a Chinese keyboard or an editor on Windows puts in.

What can be repaired is repaired after it is reported, so that the other mistakes of the same file are found too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from schedules.problems import Problem
from schedules.words import Words, phrase

LARGEST = 1_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_KEY_THEN_COLON = re.compile(
    r"""^([ \t]*(?:- +)?)([^\s#"'\[{:：,，][^#"'\[{:：,，]{0,63}|"[^"：]{1,64}"|'[^'：]{1,64}')："""
)
_BLOCK_SCALAR = re.compile(r"^(\s*).*[:\-]\s+[|>][+\-0-9]*\s*(#.*)?$")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the folder held it; `path` is relative to the office, with slashes."""

    path: str
    data: bytes


@dataclass(slots=True)
class ReadText:
    """The text, what was wrong with it, and by how much columns were shifted by repairs: line -> (column, shift)."""

    text: str
    problems: list[Problem] = field(default_factory=list)
    shifts: dict[int, tuple[int, int]] = field(default_factory=dict)

    def column(self, line: int, col: int) -> int:
        """The column in the file as it was written."""
        at, shift = self.shifts.get(line, (0, 0))
        return col - shift if shift and col > at else col


def read_bytes(source: SourceFile) -> ReadText | None:
    """Decode a file as UTF-8, with or without BOM, with any line ends. None when it cannot be read at all."""
    return _Reader(source).read()


def unreadable(source: SourceFile) -> Problem:
    """Why `read_bytes` returned None."""
    if len(source.data) > LARGEST:
        return _at(source, 1, 1, phrase("the file is too large"), phrase("at most {n} bytes", n=LARGEST))
    return _at(source, 1, 1, phrase("the file is not UTF-8 text"), phrase("save it as UTF-8"))


def repair_yaml(source: SourceFile, read: ReadText) -> ReadText:
    """Report full-width colons after keys and tabs in the indentation, and replace them."""
    lines = read.text.split("\n")
    problems, shifts = list(read.problems), {}
    scalar_indent: int | None = None
    for number, line in enumerate(lines, start=1):
        indent = len(line) - len(line.lstrip())
        if scalar_indent is not None and (not line.strip() or indent > scalar_indent):
            continue
        scalar_indent = indent if _BLOCK_SCALAR.match(line) else None
        tab = line[:indent].find("\t")
        if tab >= 0:
            problems.append(
                _at(source, number, tab + 1, phrase("a Tab in the indentation"), phrase("spaces"))
            )
            lines[number - 1] = line = line[:indent].replace("\t", "  ") + line[indent:]
            shifts[number] = (0, len(line) - len(line.lstrip()) - indent)
        colon = _KEY_THEN_COLON.match(line)
        if colon:
            at = colon.end()
            shift = shifts.get(number, (0, 0))[1]
            what = phrase("a full-width colon '：' after '{key}'", key=colon[2])
            problems.append(_at(source, number, at - shift, what, "': '"))
            lines[number - 1] = f"{line[: at - 1]}: {line[at:]}"
            shifts.setdefault(number, (at, 1))
    return ReadText("\n".join(lines), problems, shifts)


class _Reader:
    def __init__(self, source: SourceFile) -> None:
        self.source = source

    def read(self) -> ReadText | None:
        data = self.source.data
        if len(data) > LARGEST:
            return None
        if data.startswith(_UTF16):
            return self._other(data, "utf-16", "UTF-16", 1, 1)
        body = data.removeprefix(b"\xef\xbb\xbf")
        try:
            return ReadText(_lines(body.decode("utf-8")))
        except UnicodeDecodeError as error:
            line, col = _position(body, error.start)
            return self._other(body, "gb18030", "GBK", line, col)

    def _other(self, data: bytes, codec: str, name: str, line: int, col: int) -> ReadText | None:
        try:
            text = _lines(data.decode(codec))
        except UnicodeDecodeError:
            return None
        what = phrase("the file is {encoding}, not UTF-8", encoding=name)
        return ReadText(text, [_at(self.source, line, col, what, phrase("save it as UTF-8"))])


def _position(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset]
    return before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _at(source: SourceFile, line: int, col: int, what: Words, allowed: Words | str | None) -> Problem:
    return Problem(source.path, line, col, "", what, allowed)


def by_position(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Ordered by file and line, each once."""
    once = {(p.file, p.line, p.col, p.subject, str(p.what)): p for p in problems}
    return tuple(once[key] for key in sorted(once))
