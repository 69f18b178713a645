"""`duban up`: everything on this machine. Migrates, puts the office into force, then supervises all processes.

This process imports once what all of them use and stays their supervisor. What needs the database is done in forks that end.
"""

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PersonRow
from tasks.live import current
from worker import processes
from worker.bootstrap import Runtime, boot
from worker.child import shared
from worker.cli.command import Command
from worker.cli.failures import report
from worker.cli.language import N_, Option, _
from worker.cli.office_folder import folder_of, office_option
from worker.cli.supervise import Plan, supervise
from worker.cli.terminal import say
from worker.clock import machine_now, office_now
from worker.forked import Forked
from worker.office_hint import require_office
from worker.readiness import wait_until
from worker.settings import Settings, private_folder
from worker.supervisor import Supervisor

SET_UP = "worker.cli.set_up"  # with Alembic and what reads the office's files: only the fork that does it loads that
LONGEST_SET_UP = 24 * 3600.0  # seconds; a migration may rewrite a large table


@click.command(
    "up",
    cls=Command,
    help=N_(
        "Run everything on this machine: Redis, beat, workers and pages, until Ctrl-C. The first time it sets up the database and "
        "puts the office into force; later it puts a changed office into force if it has no mistakes."
    ),
    examples=[
        ("duban up", N_("the office of DUBAN_OFFICE, of this folder, or the starter office")),
        ("duban up --office danwei", N_("the office in the folder `danwei`")),
    ],
)
@office_option()
@click.option("--verbose", is_flag=True, cls=Option, help=N_("show what the processes print"))
def up(*, office: Path | None, verbose: bool) -> None:
    """Set up and supervise until told to stop."""
    require_office(folder := folder_of(office))
    settings = Settings.load()
    settings.prepare()
    private_folder(settings.data / "run")
    stopped = _("Stopped. Everything is kept; `duban up` goes on from here.")
    plan = Plan(
        processes=processes.processes(settings),
        data=settings.data,
        ready_text="",
        stopped_text=stopped,
        verbose=verbose,
    )
    supervise(
        plan,
        prepare=partial(_prepare, settings=settings, folder=folder),
        on_ready=partial(_tell_ready, settings),
    )
    say(stopped)


def _tell_ready(settings: Settings) -> None:
    """Say where the pages are."""
    _aside(lambda: say(ready_text(boot(settings)))).wait()


def _prepare(supervisor: Supervisor, *, settings: Settings, folder: Path) -> None:
    """Set up in a fork and import meanwhile what the processes share. Raises SystemExit if the office cannot be set up."""
    processes.require_port(settings)
    setting_up = _aside(lambda: import_module(SET_UP).set_up(settings, folder))
    shared()
    wait_until(lambda: supervisor.stopping or setting_up.poll() is not None, seconds=LONGEST_SET_UP)
    setting_up.terminate()
    if (code := setting_up.wait()) and not supervisor.stopping:
        raise SystemExit(code)


def _aside(what: Callable[[], None]) -> Forked:
    """Do something in a fork, its errors reported as those of a command."""

    def main() -> None:
        try:
            what()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - reported as a sentence, logged with a reference
            sys.exit(report(error))

    return Forked(main, name="duban-setup")


def ready_text(run: Runtime) -> str:
    """What is said once the pages answer: where they are, and a link that signs the clerk in."""
    lines = [_("duban is running: {url}").format(url=run.settings.base_url)]
    with run.db.reading() as session:
        clerk = clerk_of(session)
        if clerk is not None:
            link = run.tokens.sign_in_link(clerk.id, machine_now())
            lines.append(
                _("Desk of {name}, works once within 24 hours (another: duban sign-in): {link}").format(
                    name=clerk.name, link=link
                )
            )
    outbox = f"{run.settings.base_url}/outbox"
    lines.append(
        _("Messages: {url}. Data: {data}. Stop with Ctrl-C.").format(url=outbox, data=run.settings.data)
    )
    return "\n".join(lines)


def clerk_of(session: Session) -> PersonRow | None:
    """The first clerk of the office in force."""
    live = current(session)
    on = live.today(office_now(session))
    keys = [
        person.id
        for person in live.office.people
        if live.office.file.clerk in person.roles and (person.left_on is None or person.left_on > on)
    ]
    if not keys:
        return None
    return session.scalar(select(PersonRow).where(PersonRow.key == keys[0]))
