"""`duban check`: every mistake in the office's files, in one go. Needs no database and no settings."""

from pathlib import Path

import click

from schedules.channels import unreached
from worker.cli.command import Command
from worker.cli.language import N_, _, count
from worker.cli.loading import load_office
from worker.cli.office_folder import folder_of, office_argument
from worker.cli.terminal import say
from worker.cli.unreached_words import sentences
from worker.schema_age import outdated


@click.command(
    "check",
    cls=Command,
    help=N_(
        "Check the office's files: schedules, roster, certificates, calendar. Every mistake is reported at once, on stderr, "
        "as FILE:LINE:COL with what is wrong and what is allowed. Exit code 0: fine; 1: refused."
    ),
    examples=[
        ("duban check", N_("the office of DUBAN_OFFICE or of this folder")),
        ("duban check danwei", N_("the office in the folder `danwei`")),
    ],
)
@office_argument()
def check(office: Path | None) -> None:
    """Print what the office holds, or every problem."""
    spec, _files = load_office(office)
    holds = (
        count(_("1 schedule"), _("{n} schedules"), len(spec.schedules)),
        count(_("1 summary"), _("{n} summaries"), len(spec.summaries)),
        count(_("1 person"), _("{n} people"), len(spec.people)),
        count(_("1 certificate"), _("{n} certificates"), len(spec.credentials)),
    )
    last = spec.calendar.last_announced
    say(_("Fine: {title}: {what}.").format(title=spec.file.title, what=_(", ").join(holds)))
    if last is not None:
        say(_("Working days are announced up to {day}; later dates are provisional.").format(day=last))
    for sentence in sentences(unreached(spec)):
        say(_("Warning: {sentence} They count as unreachable, never as reminded.").format(sentence=sentence))
    if outdated(folder_of(office)):
        say(_("What editors know of the files is of another version; renew it: duban schema --write"))
