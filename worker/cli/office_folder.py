"""The folder of the office that a command is about: which it is, its working days, and how its mistakes are shown."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from schedules.calendar import WorkCalendar, merge
from schedules.calendar_file import read_calendar
from schedules.problems import Problem
from worker.cli.command import Argument
from worker.cli.language import N_, Option, _
from worker.cli.terminal import Refuse, complain, plain
from worker.office_files import read_folder
from worker.office_place import office_of
from worker.roster_import import is_starter
from worker.settings import take_office

CALENDARS = frozenset({".json"})
VARIABLE = "DUBAN_OFFICE"
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def office_argument() -> Decorator:
    """The optional argument OFFICE."""
    return click.argument(
        "office",
        required=False,
        envvar=VARIABLE,
        type=click.Path(path_type=Path),
        callback=_taken,
        cls=Argument,
        about=N_(
            "folder of the office; default: DUBAN_OFFICE, this folder if it has an office.yaml, the starter office"
        ),
    )


def office_option() -> Decorator:
    """The option `--office`."""
    return click.option(
        "--office",
        envvar=VARIABLE,
        type=click.Path(path_type=Path),
        callback=_taken,
        cls=Option,
        metavar="DIR",
        help=N_(
            "folder of the office; default: DUBAN_OFFICE, this folder if it has an office.yaml, the starter office"
        ),
    )


def _taken(_context: click.Context, _parameter: click.Parameter, given: Path | None) -> Path | None:
    """The folder as given; one that was named also says where its data lies."""
    if given is not None:
        take_office(given.expanduser())
    return given.expanduser() if given is not None else None


def folder_of(given: Path | None) -> Path:
    """The folder that was named, else this one or one above it if that is an office, else the starter office."""
    return office_of(None) if given is None else given


def say_if_starter(given: Path | None) -> None:
    """Say on stderr that nobody named an office and there is none here, so that nobody takes the starter office for their own."""
    if given is None and is_starter(folder_of(None)):
        complain(
            _(
                "No office is named and this folder holds none: this is the starter office of the program. "
                "For your own go to its folder, or name it."
            )
        )


def load_calendar(given: Path | None) -> WorkCalendar:
    """The working days of an office, from its holiday notices alone. With any problem in them: print all, exit 1."""
    folder = folder_of(given)
    read = [read_calendar(file) for file in read_folder(folder, only=CALENDARS)]
    refuse_problems([problem for found in read for problem in found.problems], folder)
    return merge(
        [found.notice for found in read if found.notice is not None],
        overrides=[each for found in read for each in found.overrides],
    )


def refuse_problems(problems: Sequence[Problem], folder: Path | None) -> None:
    """Print every problem on stderr as FILE:LINE:COL, the folder before the file, then their number; exit 1.

    With no problems it does nothing.
    """
    if not problems:
        return
    for problem in problems:
        complain(problem_line(problem, folder))
    n = len(problems)
    raise Refuse(
        _("1 problem; nothing was changed.")
        if n == 1
        else _("{n} problems; nothing was changed.").format(n=n)
    )


def problem_line(problem: Problem, folder: Path | None) -> str:
    """`FILE:LINE:COL: schedule-id: what; allowed: …` on one line, in the language of this run."""
    shown = replace(problem, file=str(folder / problem.file)) if folder else problem
    return plain(shown.text(_))
