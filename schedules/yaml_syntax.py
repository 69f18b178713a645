"""Why a text is no YAML, in the words of somebody who never heard of scanners: at the place where the slip was made.

A parser stumbles where it can read no further, which is often a line or two below what is wrong; so the lines are looked at too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from schedules.fields import shown
from schedules.meant import FULL_WIDTH
from schedules.words import Words, phrase

_NO_SPACE = re.compile(r"""^\s*(?:- +)?([A-Za-z_][\w-]{0,40}):(?=[^\s/:])""")
_NO_SPACE_INSIDE = re.compile(r"""[{,]\s*([A-Za-z_][\w-]{0,40}):(?=[^\s/:])""")
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:^|\s)#.*""")
_WIDE = re.compile("[，“”‘’【】｛｝［］]")
_QUOTE_AND_MORE = re.compile(r"""[:\-]\s+("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?=[^\s,\]}#])""")
LOOKED_BACK, LOOKED_AT = 3, 400  # lines, and characters of each


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong in a text, its line and column from 1."""

    line: int
    col: int
    what: Words
    allowed: str | None = None


def syntax_slip(error: yaml.MarkedYAMLError, text: str) -> Slip:
    """Where the slip was made and what it is."""
    lines = text.split("\n")
    mark = error.problem_mark or error.context_mark
    line, col = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    begun = error.context_mark
    first = begun.line + 1 if begun and "quoted" in (error.context or "") else max(1, line - LOOKED_BACK + 1)
    for slip in _slips(lines, first, line):
        return slip
    said = error.problem or ""
    ends = any(word in said for word in ("end of stream", "unexpected end", "expected ',' or"))
    if begun and ends and (begun.line + 1 < line or "quoted" in (error.context or "")):
        return Slip(begun.line + 1, begun.column + 1, _never_closed(error.context or ""))
    if begun and "could not find expected ':'" in said:
        line, col = begun.line + 1, begun.column + 1
    return _indented(lines, line, error) or Slip(line, col, _syntax(error))


def _slips(lines: Sequence[str], first: int, last: int) -> Iterator[Slip]:
    """What a keyboard or a hurried hand does, in the last line first."""
    for number in range(min(last, len(lines)), first - 1, -1):
        line = lines[number - 1][:LOOKED_AT]
        bare = _QUOTED.sub(lambda found: " " * len(found[0]), line)
        for pattern in (_NO_SPACE, _NO_SPACE_INSIDE):
            if found := pattern.search(bare):
                what = phrase("no space after the colon of '{key}'", key=found[1])
                yield Slip(number, found.end() + 1, what, f"{found[1]}: …")
        if found := _WIDE.search(bare):
            meant = FULL_WIDTH[found[0]]
            yield Slip(
                number, found.start() + 1, phrase("a full-width '{found}'", found=found[0]), f"'{meant}'"
            )
        if found := _QUOTE_AND_MORE.search(line):
            yield Slip(number, found.end() + 1, phrase("something stands after the closing quote"))


def _indented(lines: Sequence[str], line: int, error: yaml.MarkedYAMLError) -> Slip | None:
    """A line that is indented otherwise than the one above it."""
    said = f"{error.problem} {error.context}"
    if line > len(lines) or not any(word in said for word in ("mapping values", "block")):
        return None
    here = lines[line - 1]
    above = next(
        (each for each in reversed(lines[: line - 1]) if each.strip() and not each.lstrip().startswith("#")),
        "",
    )
    indent, before = (len(each) - len(each.lstrip(" ")) for each in (here, above))
    if indent == before or not above or above.rstrip().endswith(":"):
        return None
    what = phrase(
        "this line is indented by {n} spaces, the one above by {above}; what belongs together begins in one column",
        n=indent, above=before,
    )  # fmt: skip
    return Slip(line, indent + 1, what)


def _never_closed(context: str) -> Words:
    if "quoted" in context:
        return phrase("the quote that opens here is not closed")
    return phrase("the bracket that opens here is not closed, or a comma is missing in it")


def _syntax(error: yaml.MarkedYAMLError) -> Words:
    said = error.problem or ""
    context = error.context or ""
    if "mapping values" in said:
        return phrase(
            "': ' where none is allowed; put text that holds ': ' in quotes, or check the indentation"
        )
    if "start any token" in said:
        return phrase("text that begins with a special character; put it in quotes")
    if "alias" in context or "anchor" in context:
        return phrase("text that begins with '*' or '&'; put it in quotes")
    if "escape" in said:
        return phrase("'\\' in double quotes has a meaning of its own; use single quotes")
    if "could not find expected ':'" in said or "simple key" in said:
        return phrase("a line without ': '; every entry is written as 'key: value'")
    if "end of stream" in said or "found unexpected end" in said:
        return phrase("a quote or bracket is not closed")
    if "expected ',' or" in said:
        return phrase("a comma or a closing bracket is missing")
    if "block" in said or "block" in context:
        return phrase(
            "the indentation does not fit the lines above, or something stands after a closing quote"
        )
    return phrase("this is not YAML: {said}", said=shown(said))
