"""`duban check`: every mistake in the office's files, in one go, and what is worth a warning. Needs no database and no settings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from schedules.advice import rows_of
from schedules.loader import Loaded, load
from schedules.office import OfficeSpec
from schedules.problems import Problem
from schedules.source_text import SourceFile
from schedules.word_end import word_ends
from schedules.words import phrase
from worker.cli.command import Command
from worker.cli.forecast import Changes, Known, forecast
from worker.cli.language import N_, Option, _, count
from worker.cli.office_folder import folder_of, office_argument, problem_line, refuse_problems
from worker.cli.terminal import Refuse, Step, as_json, progress, say
from worker.clock import machine_now
from worker.errors import NotConfigured
from worker.office_files import read_folder
from worker.office_hint import require_office
from worker.schema_age import outdated
from worker.zone import zone_among


@click.command(
    "check",
    cls=Command,
    help=N_(
        "Check the office's files: schedules, roster, certificates, calendar. Every mistake is reported at once, on stderr, "
        "as FILE:LINE:COL with what is wrong, what is allowed and what was probably meant. Warnings come apart and refuse "
        "nothing. Exit code 0: fine; 1: refused. The shape of --json is described in docs/check.md."
    ),
    examples=[
        ("duban check", N_("the office of DUBAN_OFFICE or of this folder")),
        ("duban check danwei", N_("the office in the folder `danwei`")),
        ("duban check danwei --json", N_("for editors and CI: a list of mistakes and warnings")),
        ("duban check danwei --strict", N_("warnings refuse too")),
    ],
)
@office_argument()
@click.option(
    "--json", "json_", is_flag=True, cls=Option, help=N_("print a list of all mistakes and warnings as JSON")
)
@click.option("--strict", is_flag=True, cls=Option, help=N_("exit with 1 when there are warnings, too"))
def check(office: Path | None, *, json_: bool, strict: bool) -> None:
    """Print what the office holds, or every problem."""
    folder = folder_of(office)
    now = machine_now()
    try:
        require_office(folder)
        files = read_folder(folder)
        loaded, warnings = _looked_at(files, now)
    except NotConfigured as error:
        if not json_:
            raise
        files, loaded, warnings = [], Loaded(None, (Problem("", 1, 1, "", error.what),)), ()
    if json_:
        found = (*loaded.problems, *warnings)
        end = word_ends(files)
        as_json(
            [
                replace(each, file=str(folder / each.file)).data(_, end=end(each.file, each.line, each.col))
                for each in found
            ]
        )
        if loaded.problems or (strict and warnings):
            raise Refuse("")
        return
    refuse_problems(loaded.problems, folder)
    if loaded.office is None:
        raise Refuse(_("{folder} holds no office: there is no office.yaml.").format(folder=folder))
    _say_fine(loaded.office, warned=any(each.file.endswith(".json") for each in warnings))
    _say_warnings(warnings, folder)
    if outdated(folder):
        say(_("What editors know of the files is of another version; renew it: duban schema --write"))
    if strict and warnings:
        raise Refuse(_("With --strict warnings refuse too."))


def _looked_at(files: Sequence[SourceFile], now: datetime) -> tuple[Loaded, tuple[Problem, ...]]:
    """The office or its mistakes, and the warnings."""
    with progress(_("checking")) as step:
        loaded = load(files, today=now.astimezone(zone_among(files)).date(), warn=True)
        if loaded.office is None:
            return loaded, ()
        return loaded, (*loaded.warnings, *_flooded(loaded.office, files, now, step))


def _flooded(office: OfficeSpec, files: Sequence[SourceFile], now: datetime, step: Step) -> list[Problem]:
    """Who would get more than three messages on one day of the coming 30: the worst day of each."""
    worst: dict[str, tuple[int, str]] = {}
    for person, on, n in forecast(None, office, Changes(), Known(), now=now, step=step).flooded:
        worst[person] = max(worst.get(person, (0, "")), (n, on.isoformat()))
    rows = dict(rows_of(files)) if worst else {}
    found = []
    for person, (n, day) in worst.items():
        what = phrase(
            "{name} would get {n} messages on {day}; more than 3 a day are a nuisance",
            name=office.person(person).name,
            n=n,
            day=day,
        )
        file, line = rows.get(person, ("office.yaml", 1))
        found.append(Problem(file, line, 1, person, what, severity="warning"))
    return found


def _say_fine(office: OfficeSpec, *, warned: bool) -> None:
    """What the office holds; how far its calendar reaches, if no warning says so."""
    holds = (
        count(_("1 schedule"), _("{n} schedules"), len(office.schedules)),
        count(_("1 summary"), _("{n} summaries"), len(office.summaries)),
        count(_("1 person"), _("{n} people"), len(office.people)),
        count(_("1 certificate"), _("{n} certificates"), len(office.credentials)),
    )
    say(_("Fine: {title}: {what}.").format(title=office.file.title, what=_(", ").join(holds)))
    last = office.calendar.last_announced
    if last is not None and not warned:
        say(_("Working days are announced up to {day}; later dates are provisional.").format(day=last))


def _say_warnings(warnings: Sequence[Problem], folder: Path) -> None:
    if not warnings:
        return
    say()
    say(count(_("1 warning; the office can be applied all the same:"),
              _("{n} warnings; the office can be applied all the same:"), len(warnings)))  # fmt: skip
    for warning in warnings:
        say(problem_line(warning, folder))
