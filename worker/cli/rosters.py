"""What imports share: a table as it was named, its problems by row, and the file of refused rows."""

from collections.abc import Sequence
from pathlib import Path

from schedules.problems import Problem
from schedules.source_text import SourceFile
from worker.cli.language import _, count
from worker.cli.office_folder import problem_line
from worker.cli.terminal import Refuse, complain
from worker.office_files import read_source, replace_file
from worker.refused_rows import reasons_by_line, refused_rows
from worker.tables import as_uploaded, for_excel


def named_source(path: Path) -> SourceFile:
    """The table of a file, under the name it was given by. Raises NotConfigured if it cannot be read."""
    return as_uploaded(SourceFile(str(path), read_source(path)))


def refuse_rows(problems: Sequence[Problem], source: SourceFile, path: Path) -> None:
    """Print every problem, write the refused rows with their reasons beside the table, and end with exit 1.

    With no problems it does nothing. Nothing is imported: all or nothing.
    """
    if not problems:
        return
    for problem in problems:
        complain(problem_line(problem, None))
    reasons = reasons_by_line(problems, source, _)
    if not reasons:
        raise Refuse(_("Nothing was imported."))
    refused = path.with_name(f"{path.stem}.refused.csv")
    replace_file(refused, for_excel(refused_rows(source, reasons, _)))
    rows = count(_("1 row is refused"), _("{n} rows are refused"), len(reasons))
    raise Refuse(
        _("Nothing was imported: {rows}; they are in {file} with the reasons.").format(
            rows=rows, file=refused
        )
    )
