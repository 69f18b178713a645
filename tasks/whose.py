"""A matter together with the person it is about, where that is not the one who owes it."""

from schedules.words import Words, phrase

SHOWN = 4  # characters of a number that remain
HIDDEN = "****"


def of_holder(title: str, holder: str | None) -> Words:
    """The title with the name of the certificate's holder: 行政执法证换证（孙涛）."""
    return (
        phrase("{title} ({holder})", title=title, holder=holder)
        if holder
        else Words("{title}", {"title": title})
    )


def masked(number: str) -> str:
    """A certificate's number as it may stand on a page: its last four characters, and not how many there are."""
    return HIDDEN + number[-SHOWN:]
