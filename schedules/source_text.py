"""From the bytes of a file to its text: encodings and characters that a Chinese keyboard or an editor on Windows puts in.

What can be repaired is repaired after it is reported, so that the other mistakes of the same file are found too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from schedules.problems import MOST_OF_A_FILE, Problem
from schedules.words import Words, phrase

LARGEST = 1_000_000
LONGEST_LINE = 10_000
# How an office's own programs save UTF-8: 记事本 asks for the encoding, WPS and Excel have it as a kind of file.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_KEY_THEN_COLON = re.compile(
    r"""^([ \t]*(?:- +)?)([^\s#"'\[{:：,，][^#"'\[{:：,，]{0,63}|"[^"：]{1,64}"|'[^'：]{1,64}')："""
)
_NOT_SPACE = re.compile(r"[^ \n]")
_BLOCK_SCALAR = re.compile(r"[:\-][ \t]+[|>][+\-0-9]{0,3}[ \t]*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the folder held it; `path` is relative to the office, with slashes. `fault`: why it could not be read."""

    path: str
    data: bytes
    fault: Words | None = None


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
    if source.fault is not None:
        return _at(source, 1, 1, source.fault, None)
    if len(source.data) > LARGEST:
        return _at(source, 1, 1, phrase("the file is too large"), phrase("at most {n} bytes", n=LARGEST))
    if not source.data.startswith(_UTF16) and b"\0" in source.data:
        return _at(source, 1, 1, phrase("this is no text, whatever its name says"), _as_utf8(source))
    return _at(source, 1, 1, phrase("the file is not UTF-8 text"), _as_utf8(source))


def _as_utf8(source: SourceFile) -> Words:
    """How a clerk saves a file as UTF-8."""
    if source.path.lower().endswith(".csv"):
        return phrase("save it as UTF-8: in WPS or Excel 'Save As', kind 'CSV UTF-8'; or leave it an .xlsx")
    return phrase("save it as UTF-8: in Notepad 'Save As', encoding 'UTF-8'")


def repair_yaml(source: SourceFile, read: ReadText) -> ReadText:
    """Report full-width colons after keys, and Tabs and full-width spaces in the indentation, and replace them; drop endless lines."""
    lines = read.text.split("\n")
    problems, shifts = list(read.problems), {}
    scalar_indent: int | None = None
    for number, line in enumerate(lines, start=1):
        if len(problems) > MOST_OF_A_FILE:
            break
        if len(line) > LONGEST_LINE:
            what = phrase("the line is {n} characters long", n=len(line))
            problems.append(_at(source, number, 1, what, phrase("at most {n} characters", n=LONGEST_LINE)))
            lines[number - 1] = ""
            continue
        indent = len(line) - len(line.lstrip())
        if scalar_indent is not None and (not line.strip() or indent > scalar_indent):
            continue
        scalar_indent = indent if _BLOCK_SCALAR.search(line) else None
        odd = _NOT_SPACE.search(line, 0, indent)
        if odd and line.strip():
            what = (
                phrase("a Tab in the indentation")
                if odd[0] == "\t"
                else phrase("a full-width space in the indentation")
            )
            problems.append(_at(source, number, odd.start() + 1, what, phrase("spaces")))
            lines[number - 1] = line = _NOT_SPACE.sub("  ", line[:indent]) + line[indent:]
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
        if len(data) > LARGEST or self.source.fault is not None:
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
        if codec == "gb18030" and "\0" in text:
            return None
        what = phrase("the file is {encoding}, not UTF-8", encoding=name)
        return ReadText(text, [_at(self.source, line, col, what, _as_utf8(self.source))])


def _position(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset]
    return before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _at(source: SourceFile, line: int, col: int, what: Words, allowed: Words | str | None) -> Problem:
    return Problem(source.path, line, col, "", what, allowed)


def by_position(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Ordered by file and line, each once; of a file with more mistakes than anybody reads the first, and that there are more."""
    once = {(p.file, p.line, p.col, p.subject, str(p.what)): p for p in problems}
    told: list[Problem] = []
    of_file: Counter[str] = Counter()
    for key in sorted(once):
        problem = once[key]
        of_file[problem.file] += 1
        if of_file[problem.file] <= MOST_OF_A_FILE:
            told.append(problem)
        elif of_file[problem.file] == MOST_OF_A_FILE + 1:
            what = phrase("more than {n} mistakes in this file; mend these first", n=MOST_OF_A_FILE)
            told.append(replace(problem, subject="", what=what, allowed=None))
    return tuple(told)
