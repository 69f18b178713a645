"""The root of duban's own errors.

DubanError
├─ Refused        somebody asked for what a rule forbids; `what` is the sentence for them
├─ NotFound       a name that nothing answers to
└─ IllegalMove    a programming error: a state cannot follow another
"""

from collections.abc import Sequence

from schedules.words import Words


class DubanError(Exception):
    """Every error that duban raises on purpose."""


class Refused(DubanError):
    """A rule forbids it. `what` says which and what to do instead; `field` names the form field at fault, if one is.

    `faults` holds every (field, sentence) where several are wrong at once; `what` is the first of them.
    """

    def __init__(self, what: Words, *, field: str | None = None) -> None:
        super().__init__(str(what))
        self.what = what
        self.field = field
        self.faults: tuple[tuple[str, Words], ...] = ((field or "", what),)


class NotFound(Refused):
    """Nothing has that name."""


class IllegalMove(DubanError):
    """A state cannot follow another."""

    def __init__(self, noun: str, old: str, new: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{noun} cannot go from {old} to {new}; allowed: {', '.join(allowed) or 'nothing'}")
