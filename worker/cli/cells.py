"""Text in terminal cells: a Chinese character takes two, so lengths, padding and wrapping are counted in cells."""

import re
import unicodedata

# What is kept together: a word of narrow characters, or one wide character, with opening brackets before and punctuation after it.
_PIECES = re.compile(
    r"[ \t]+|\n|[（《「【]*(?:[\x21-\x7e\xa0-\u2e7f]+|[^\s（《「【])[、。，；：？！）》」】”’…]*|.", re.DOTALL
)


def cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    """The text with spaces after it up to `width` cells."""
    return text + " " * max(0, width - cells(text))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; never begins a line with closing punctuation."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in _PIECES.findall(paragraph):
            if line and cells(line) + cells(piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            if line or piece.strip():
                line += piece
        lines.append(line.rstrip())
    return lines


def clip(text: str, width: int) -> str:
    """The text in at most `width` cells; where something had to go, it ends with an ellipsis."""
    if cells(text) <= width:
        return text
    kept, room = "", width - 1
    for char in text:
        if cells(kept) + _width(char) > room:
            break
        kept += char
    return kept.rstrip() + "…"
