"""Why an import refuses rows of a table: the reasons by line, and the refused rows with them in a column of its own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from schedules.problems import Problem
from schedules.source_text import SourceFile
from schedules.words import Gettext, phrase
from worker.tables import columns_of, with_reasons


def reasons_by_line(problems: Sequence[Problem], source: SourceFile, gettext: Gettext) -> dict[int, str]:
    """What is wrong with each row of a table and in which column, by the line it begins on; what is said of no row is left out."""
    of_rows = [problem for problem in problems if problem.file == source.path and problem.subject]
    if not of_rows:
        return {}
    columns = columns_of(source, above=min(problem.line for problem in of_rows))
    found: dict[int, list[str]] = defaultdict(list)
    for problem in of_rows:
        column = columns[problem.col - 1].strip() if 0 < problem.col <= len(columns) else ""
        what = said_of_row(problem, gettext)
        found[problem.line].append(
            gettext("{column}: {what}").format(column=column, what=what) if column else what
        )
    return {line: gettext("; ").join(texts) for line, texts in sorted(found.items())}


def said_of_row(problem: Problem, gettext: Gettext) -> str:
    """What is wrong and what may stand there, without the place."""
    if problem.allowed is None:
        return problem.what.text(gettext)
    return phrase("{what}; possible: {allowed}", what=problem.what, allowed=problem.allowed).text(gettext)


def refused_rows(source: SourceFile, reasons: Mapping[int, str], gettext: Gettext) -> list[list[str]]:
    """The heading and the refused rows of a table, each with its reason at the end."""
    return with_reasons(source, reasons, title=gettext("why it was refused"))
