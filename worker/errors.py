"""Errors of the edges; `what` is the sentence for the person at the terminal.

DubanError
└─ EdgeError
   ├─ NotConfigured    a setting, a secret or a program is missing or unusable
   ├─ AlreadyRunning   another duban holds this data folder
   ├─ InUse            the database is open elsewhere
   └─ BadBackup        a file is no backup, is damaged, or does not fit here
"""

from schedules.errors import DubanError
from schedules.words import Words


class EdgeError(DubanError):
    """Something outside stands in the way; `what` says what, where, and what to do."""

    def __init__(self, what: Words) -> None:
        super().__init__(str(what))
        self.what = what


class NotConfigured(EdgeError):
    """A setting, a secret or a program is missing or unusable."""


class AlreadyRunning(EdgeError):
    """Another duban holds this data folder."""


class BadBackup(EdgeError):
    """A file is no backup, is damaged, or does not fit here."""


class InUse(EdgeError):
    """The database is open elsewhere, and must not be for this."""
