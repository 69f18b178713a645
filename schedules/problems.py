"""A mistake in an office's files: where it is, what is wrong, what is allowed instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from schedules.words import Gettext, Words, as_written, phrase

MOST_ALLOWED = 12  # names listed in one message
MOST_COMPARED = 200  # names that one is compared with; of more only those that begin alike


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. Lines and columns count from 1; `subject` is the schedule or row it belongs to, or empty."""

    file: str
    line: int
    col: int
    subject: str
    what: Words
    allowed: Words | str | None = None

    def text(self, gettext: Gettext = as_written) -> str:
        """`FILE:LINE:COL: subject: what; allowed: …`."""
        subject = f"{self.subject}: " if self.subject else ""
        said = f"{self.file}:{self.line}:{self.col}: {subject}{self.what.text(gettext)}"
        if self.allowed is None:
            return said
        allowed = self.allowed.text(gettext) if isinstance(self.allowed, Words) else self.allowed
        words = phrase("allowed: {allowed}", allowed=allowed).text(gettext)
        return f"{said}; {words}"


def alike(text: str, names: Iterable[str]) -> list[str]:
    """The names in the writing of `text`: titles where somebody wrote a title, ids where an id."""
    every = list(names)
    return [name for name in every if name.isascii() == text.isascii()] or every


def nearest(found: str, names: Iterable[str]) -> Words | str | None:
    """What could have been meant: the nearest of the names, then the others."""
    known = sorted(set(names))
    if not known:
        return None
    likely = (
        known
        if len(known) <= MOST_COMPARED
        else [name for name in known if name[:1] == found[:1]][:MOST_COMPARED]
    )
    close = get_close_matches(found.lower(), likely, n=1, cutoff=0.6)
    if not close:
        rest = known[:MOST_ALLOWED]
        return ", ".join(rest) + (", …" if len(known) > len(rest) else "")
    rest = [name for name in known if name not in close][: MOST_ALLOWED - 1]
    if not rest:
        return close[0]
    return phrase(
        "{nearest} (or {others})",
        nearest=close[0],
        others=", ".join(rest) + (", …" if len(known) > MOST_ALLOWED else ""),
    )
