"""Where the word ends that a mistake begins at, so that an editor can underline it."""

from collections.abc import Callable, Sequence
from functools import cache

from schedules.source_text import LARGEST, LONGEST_LINE, SourceFile

_TEXTS = (".yaml", ".yml", ".json")
_OPENS = {"[": "]", "{": "}"}
_QUOTES = "\"'"


def word_end(line: str, col: int) -> int:
    """The column behind the word, quoted text or bracket that begins at `col` of a line of YAML or JSON; columns count from 1.

    Never before the column behind the place itself, also where the line ends earlier; what goes on in further lines ends with this one.
    """
    begin = col - 1
    rest = line[begin:].rstrip()
    if not rest:
        return col + 1
    if rest[0] in _QUOTES:
        return col + _quoted(rest)
    if rest[0] in _OPENS:
        return col + _bracketed(rest)
    return col + max(1, _plain(rest, flow=_inside_brackets(line[:begin])))


def word_ends(files: Sequence[SourceFile]) -> Callable[[str, int, int], int | None]:
    """For a file, line and column the column behind the word there; None for tables, whose columns are those of the sheet."""
    data = {source.path: source.data for source in files if source.path.endswith(_TEXTS)}

    @cache
    def lines(path: str) -> Sequence[str]:
        text = data[path][:LARGEST].decode("utf-8", "replace").removeprefix("\ufeff")
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def end(path: str, line: int, col: int) -> int | None:
        if path not in data or line > len(lines(path)):
            return None
        return word_end(lines(path)[line - 1][:LONGEST_LINE], col)

    return end


def _quoted(text: str) -> int:
    """The length of the quoted text that begins here."""
    at = 1
    while at < len(text):
        if text[at] == "\\" and text[0] == '"':
            at += 2
        elif text[at] == text[0]:
            return at + 1
        else:
            at += 1
    return len(text)


def _bracketed(text: str) -> int:
    """The length up to the bracket that closes the first."""
    closing: list[str] = []
    at = 0
    while at < len(text):
        if text[at] in _QUOTES and text[at - 1] in " ,[{:":
            at += _quoted(text[at:])
            continue
        if text[at] in _OPENS:
            closing.append(_OPENS[text[at]])
        elif text[at] == closing[-1]:
            closing.pop()
            if not closing:
                return at + 1
        at += 1
    return len(text)


def _inside_brackets(before: str) -> bool:
    return before.count("{") + before.count("[") > before.count("}") + before.count("]")


def _plain(text: str, *, flow: bool) -> int:
    """The length of a word without quotes: up to its colon, a comment, and inside brackets a comma or the bracket's end."""
    for at, char in enumerate(text):
        colon = char in ":：" and text[at + 1 : at + 2] in ("", " ")
        if colon or (char == "#" and text[at - 1] == " ") or (flow and char in ",]}"):
            return len(text[:at].rstrip())
    return len(text)
