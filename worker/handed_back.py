"""Refused rows of a table that was handed in: the reasons by line, and the rows as they were with the reason in a last column."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from schedules.handed_in import HandedIn
from schedules.problems import Problem
from schedules.words import Gettext
from worker.refused_rows import said_of_row


def reasons_of(problems: Sequence[Problem], found: HandedIn, gettext: Gettext) -> dict[int, str]:
    """What is wrong with each row and in which column, by its line; what is said of no row is left out."""
    lines = {row.line for row in found.rows}
    reasons: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        if not problem.subject or problem.line not in lines:
            continue
        what = said_of_row(problem, gettext)
        column = found.heading[problem.col - 1] if 0 < problem.col <= len(found.heading) else ""
        said = gettext("{column}: {what}").format(column=column, what=what) if column else what
        if said not in reasons[problem.line]:
            reasons[problem.line].append(said)
    return {line: gettext("; ").join(texts) for line, texts in sorted(reasons.items())}


def rows_back(found: HandedIn, reasons: Mapping[int, str], gettext: Gettext) -> list[list[str]]:
    """The heading and the refused rows as they were handed in, each with its reason at the end."""
    width = len(found.heading)
    rows = [
        [*row.texts[:width], *[""] * (width - len(row.texts)), reasons[row.line]]
        for row in found.rows
        if row.line in reasons
    ]
    return [[*found.heading, gettext("why it was refused")], *rows]
