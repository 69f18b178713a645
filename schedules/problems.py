"""A mistake in an office's files: where it is, what is wrong, what is allowed instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from schedules.kinds import kind_of
from schedules.words import Gettext, Words, as_written, phrase

MOST_ALLOWED = 12  # names listed in one message
MOST_OF_A_FILE = 500  # mistakes
MOST_COMPARED = 200  # names that one is compared with; of more only those that begin alike
_LONGEST_COMPARED = 100  # characters; difflib takes the square of the length
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Choices(Words):
    """Names that may stand here, and the one that was probably meant. As words: the first of them, and the question."""

    names: tuple[str, ...] = ()
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, or a warning. Lines and columns count from 1; `subject` is the schedule or row it belongs to, or empty."""

    file: str
    line: int
    col: int
    subject: str
    what: Words
    allowed: Words | str | None = None
    severity: Severity = "error"

    def text(self, gettext: Gettext = as_written) -> str:
        """`FILE:LINE:COL: subject: what; allowed: …; did you mean …?`."""
        subject = f"{self.subject}: " if self.subject else ""
        said = f"{self.file}:{self.line}:{self.col}: {subject}{self.what.text(gettext)}"
        if self.allowed is None:
            return said
        allowed = self.allowed.text(gettext) if isinstance(self.allowed, Words) else self.allowed
        words = phrase("allowed: {allowed}", allowed=allowed).text(gettext)
        return f"{said}; {words}"

    def data(self, gettext: Gettext = as_written, *, end: int | None = None) -> dict[str, object]:
        """As programs read it (docs/check.md). `end`: the column behind what is wrong, in the same line; else the next one."""
        match self.allowed:
            case None:
                allowed, meant = [], None
            case Choices(names=names, meant=meant):
                allowed = list(names)
            case Words() as words:
                allowed, meant = [words.text(gettext)], None
            case text:
                allowed, meant = [text], None
        return {
            "file": self.file, "line": self.line, "column": self.col, "end_line": self.line, "end_column": end or self.col + 1,
            "code": kind_of(self.what), "severity": self.severity, "schedule": self.subject or None,
            "message": self.what.text(gettext), "allowed": allowed, "suggestion": meant,
        }  # fmt: skip


def alike(text: str, names: Iterable[str]) -> list[str]:
    """The names in the writing of `text`: titles where somebody wrote a title, ids where an id."""
    every = list(names)
    return [name for name in every if name.isascii() == text.isascii()] or every


def nearest(found: str, names: Iterable[str]) -> Choices | None:
    """What may stand here, by name, and which of it could have been meant by `found`; None if nothing may."""
    known = tuple(sorted(set(names)))
    if not known:
        return None
    return choices(known, meant=close_to(found, known))


def choices(names: tuple[str, ...], *, meant: str | None = None) -> Choices:
    """Names that may stand here, the one that was meant before the others."""
    if meant in names:
        names = (meant, *(name for name in names if name != meant))
    listed = ", ".join(names[:MOST_ALLOWED]) + (", …" if len(names) > MOST_ALLOWED else "")
    if meant is None or names == (meant,):
        return Choices("{names}", {"names": listed}, names, meant)
    asked = phrase("{names}; did you mean {meant}?", names=listed, meant=meant)
    return Choices(asked.msgid, asked.fields, names, meant)


def close_to(found: str, names: Iterable[str]) -> str | None:
    """The name that looks most like what was found, if one does."""
    known = list(names)
    likely = (
        known
        if len(known) <= MOST_COMPARED
        else [name for name in known if name[:1] == found[:1]][:MOST_COMPARED]
    )
    short = {name[:_LONGEST_COMPARED].lower(): name for name in likely}
    close = get_close_matches(found[:_LONGEST_COMPARED].lower(), short, n=1, cutoff=0.6)
    return short[close[0]] if close else None
