"""`duban rehearse`: one's own office as it will be at an instant, on the real beat, workers and pages.

The office clock begins a week before, stands still until nothing is due, queued or on the wire, then steps to the next instant, and
stands at the instant asked for. Nobody does anything, so all is left to whoever watches. What is in force is not touched.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from tasks.apply import apply
from worker import clock, processes
from worker.bootstrap import Runtime
from worker.cli.apart import into_the_outbox, own_settings, write_own_office
from worker.cli.command import Argument, Command
from worker.cli.demo import supervised
from worker.cli.language import N_, Option, _
from worker.cli.loading import load_office
from worker.cli.office_folder import office_option
from worker.cli.play import Nobody, Play
from worker.cli.running import prepare_tables
from worker.cli.stopping import stopping
from worker.cli.terminal import say
from worker.settings import Settings
from worker.supervisor import held
from worker.tables import as_texts

FOLDER = "rehearsal"  # in the data folder
BEFORE = timedelta(days=7)  # what is due in a week has been told by then


def rehearsal_settings(given: Settings) -> Settings:
    """The settings of the rehearsal, whose data are in a folder of their own."""
    return own_settings(given, given.data / FOLDER)


@click.command(
    "rehearse",
    cls=Command,
    help=N_(
        "Show your own office as it will be at an instant: the messages of the week before are there, the pages are open, and nobody has "
        "done anything yet. Record, release, look around: all of it is in a folder of its own, which each rehearsal begins anew; what is "
        "in force is not touched. Whatever the channels, nothing leaves this machine."
    ),
    examples=[
        (
            'duban rehearse "2026-12-07 09:05"',
            N_("Monday morning; open the address it prints, Ctrl-C ends it"),
        ),
    ],
)
@click.argument(
    "at",
    type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    metavar='"YYYY-MM-DD HH:MM"',
    cls=Argument,
    about=N_("where the clock of the office is to stand"),
)
@click.option(
    "--stay/--no-stay",
    default=True,
    cls=Option,
    help=N_("keep the pages open at the end, until Ctrl-C; so it is if nothing is said"),
)
@click.option("--verbose", is_flag=True, cls=Option, help=N_("show what the processes print"))
@office_option()
def rehearse(*, at: datetime, stay: bool, verbose: bool, office: Path | None) -> None:
    """Play the week before and stand still."""
    spec, files = load_office(office)
    spec, files = into_the_outbox(spec, files)
    given = Settings.load()
    given.prepare()
    end = at.replace(tzinfo=spec.tz).astimezone(UTC)
    with held(given.data / f"{FOLDER}.lock"), stopping() as stop:
        processes.require_port(given)
        shutil.rmtree(given.data / FOLDER, ignore_errors=True)
        settings = rehearsal_settings(given)
        settings.prepare()
        write_own_office(settings.office, files)
        prepare_tables(settings)
        run = Runtime(settings)
        try:
            with run.db.writing.begin() as session:
                apply(session, spec, as_texts(files), by="rehearsal", now=end - BEFORE, cipher=run.cipher)
                clock.step(session, end - BEFORE)
            with supervised(run, verbose=verbose, stop=stop):
                play = Play(run, spec, stop, pace=0.0, people=Nobody())
                play.until(end)
                play.stand_at(end)
                say(
                    _(
                        "It is {time} in the office, and its clock stands still. Data of its own: {data}"
                    ).format(time=f"{at:%Y-%m-%d %H:%M}", data=settings.data)
                )
                if stay and not stop.is_set():
                    say(_("The pages stay until Ctrl-C. Messages with their links: duban outbox --rehearsal"))
                    stop.wait()
        finally:
            run.close()
