"""`duban demo`: the office through a year in a few minutes, on the real beat, workers and Redis.

The office clock stands still until nothing is due, queued or on the wire, then steps to the next instant. Simulated people do their part
through the same use cases as real ones. Board and outbox change as one watches.
"""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

import click

from schedules.office import OfficeSpec
from tasks.apply import apply
from worker import clock, processes
from worker.bootstrap import Runtime
from worker.cli.apart import into_the_outbox, own_settings, write_own_office
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.loading import load_office
from worker.cli.office_folder import office_option
from worker.cli.options import yes_option
from worker.cli.play import POLL_SECONDS, Play
from worker.cli.running import prepare_tables
from worker.cli.stopping import stopping
from worker.cli.supervise import Plan
from worker.cli.terminal import Refuse, agreed, say
from worker.cli.up import ready_text
from worker.processes import health_url
from worker.readiness import answers
from worker.settings import Settings, private_folder
from worker.supervisor import held
from worker.tables import as_texts

READY_SECONDS = 90.0
MONTH_SECONDS = 15.0  # what a month takes unless it is to be fast


@click.command(
    "demo",
    cls=Command,
    help=N_(
        "Run the office through a year in a few minutes: real beat, workers, Redis and pages, simulated people who confirm early, "
        "late or never. Everything is in a folder of its own and starts anew each time; asks before it removes the play before. "
        "Whatever the channels, nothing leaves this machine."
    ),
    examples=[
        ("duban demo", N_("the year 2026 in about three minutes; open the address it prints and watch")),
        ("duban demo --yes", N_("once more, without asking")),
        ("duban demo --year 2025 --fast", N_("another year, as fast as the machine goes")),
    ],
)
@click.option(
    "--year",
    type=click.IntRange(2000, 2100),
    default=2026,
    show_default=True,
    cls=Option,
    help=N_("the year"),
)
@click.option(
    "--months",
    type=click.IntRange(1, 12),
    default=12,
    show_default=True,
    cls=Option,
    help=N_("how many months of it"),
)
@click.option(
    "--fast",
    is_flag=True,
    cls=Option,
    help=N_("as fast as the machine goes; else a month takes a quarter of a minute"),
)
@click.option(
    "--stay/--no-stay",
    default=None,
    cls=Option,
    help=N_("keep the pages open at the end, until Ctrl-C; so it is at a terminal"),
)
@click.option("--verbose", is_flag=True, cls=Option, help=N_("show what the processes print"))
@click.option(
    "--send",
    is_flag=True,
    hidden=True,
    cls=Option,
    help=N_("channels lead where the office says; for providers that are played on this machine"),
)
@yes_option
@office_option()
def demo(
    *,
    year: int,
    months: int,
    fast: bool,
    stay: bool | None,
    verbose: bool,
    send: bool,
    yes: bool,
    office: Path | None,
) -> None:
    """Play the year and print a line for each month."""
    spec, files = load_office(office)
    if not send:
        spec, files = into_the_outbox(spec, files)
    given = Settings.load()
    given.prepare()
    folder = given.data / "demo"
    stays = sys.stdout.isatty() if stay is None else stay
    pace = 0.0 if fast else MONTH_SECONDS * months
    with held(given.data / "demo.lock"):
        processes.require_port(given)
        if folder.exists():
            agreed(_("The play before, in {folder}, is removed. Go on?").format(folder=folder), yes=yes)
        with stopping() as stop:
            shutil.rmtree(folder, ignore_errors=True)
            settings = own_settings(given, folder)
            settings.prepare()
            write_own_office(settings.office, files)
            prepare_tables(settings)
            run = Runtime(settings)
            try:
                _play(
                    run, spec, as_texts(files), year=year, months=months, pace=pace, stay=stays, verbose=verbose, stop=stop
                )  # fmt: skip
            finally:
                run.close()


def _play(
    run: Runtime, office: OfficeSpec, files: dict[str, str], *, year: int, months: int, pace: float, stay: bool,
    verbose: bool, stop: threading.Event,
) -> None:  # fmt: skip
    """Put the office into force on New Year's Day and let the processes and the people play."""
    start = _midnight(date(year, 1, 1), office)
    end = _midnight(date(year + months // 12, months % 12 + 1, 1), office)
    with run.db.writing.begin() as session:
        apply(session, office, files, by="demo", now=start, cipher=run.cipher)
        clock.step(session, start)
    with supervised(run, verbose=verbose, stop=stop):
        Play(run, office, stop, pace=pace).until(end)
        if stay and not stop.is_set():
            say(_("The play is over; the pages stay until Ctrl-C."))
            stop.wait()


def _midnight(day: date, office: OfficeSpec) -> datetime:
    return datetime.combine(day, time(), tzinfo=office.tz).astimezone(UTC)


@contextmanager
def supervised(run: Runtime, *, verbose: bool, stop: threading.Event) -> Iterator[None]:
    """Run the processes under their supervisor for the length of a `with`. Raises Refuse if they do not start."""
    settings = run.settings
    plan = Plan(
        processes=processes.processes(settings),
        data=settings.data,
        ready_text=ready_text(run),
        stopped_text=_("Stopped. What was played is in {data}.").format(data=settings.data),
        verbose=verbose,
    )
    private_folder(settings.data / "run")
    file = settings.data / "run" / "plan.json"
    file.write_text(plan.to_json(), encoding="utf-8")
    command = [sys.executable, "-m", "worker.cli.supervise", str(file)]
    # A session of its own: a Ctrl-C reaches us alone, and we end the others in order.
    with subprocess.Popen(command, env=settings.environ(), start_new_session=True) as supervisor:
        try:
            _until_ready(settings, supervisor, stop)
            yield
        finally:
            supervisor.terminate()
            supervisor.wait()


def _until_ready(settings: Settings, supervisor: "subprocess.Popen[bytes]", stop: threading.Event) -> None:
    end = clock.monotonic() + READY_SECONDS
    while not answers(health_url(settings)) and not stop.is_set():
        if supervisor.poll() is not None or clock.monotonic() > end:
            raise Refuse(_("the processes do not start; see {folder}").format(folder=settings.logs))
        stop.wait(POLL_SECONDS * 10)
