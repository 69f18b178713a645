"""`duban up`: everything on this machine. Migrates, puts the office into force, then turns into the supervisor of all processes."""

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PersonRow
from schedules.errors import NotFound, Refused
from schedules.loader import load
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from tasks.apply import plan as compare
from tasks.live import current
from worker import processes, supervisor
from worker.bootstrap import Runtime, boot
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.office_folder import folder_of, office_option, problem_line
from worker.cli.plan import do_apply
from worker.cli.running import prepare_tables
from worker.cli.supervise import Plan, become_supervisor, lock_file
from worker.cli.terminal import Refuse, complain, say
from worker.clock import machine_now, office_now
from worker.office_files import read_folder
from worker.settings import Settings
from worker.tables import as_texts


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
    """Set up, then become the supervisor; nothing after that is run."""
    settings = Settings.load()
    settings.prepare()
    with supervisor.held(lock_file(settings.data)):
        prepare_tables(settings)
        run = boot(settings)
        put_into_force(run, folder_of(office))
        ready = ready_text(run)
    become_supervisor(
        Plan(
            processes=processes.processes(settings),
            data=settings.data,
            ready_text=ready,
            stopped_text=_("Stopped. Everything is kept; `duban up` goes on from here."),
            verbose=verbose,
        ),
        settings,
        _,
    )


def put_into_force(run: Runtime, folder: Path) -> None:
    """Apply the folder's office if it is new or changed. With mistakes in it the last good version keeps running, if there is one."""
    found = _read(run, folder)
    if found is None:
        return
    spec, files = found
    texts = as_texts(files)
    with run.db.reading() as session:
        planned = compare(session, spec, texts, cipher=run.cipher)
    if planned.unchanged:
        return
    try:
        do_apply(spec, texts, run.settings, removed=None)
    except Refused as error:
        if planned.first:
            raise
        complain(error.what.text(_))
        complain(_("The last good version keeps running; see `duban apply`."))
        return
    if not planned.first:
        say(_("The office's files have changed; they are in force now."))


def _read(run: Runtime, folder: Path) -> tuple[OfficeSpec, list[SourceFile]] | None:
    """The office in a folder; None after its mistakes were printed and an older version can run. Raises Refuse if none can."""
    files = read_folder(folder)
    loaded = load(files)
    if loaded.office is not None and not loaded.problems:
        return loaded.office, files
    for problem in loaded.problems:
        complain(problem_line(problem, folder))
    if not _in_force(run):
        raise Refuse(_("Correct these and start again; nothing is running."))
    complain(_("The office's files have mistakes; the last good version keeps running."))
    return None


def _in_force(run: Runtime) -> bool:
    with run.db.reading() as session:
        try:
            current(session)
        except NotFound:
            return False
    return True


def ready_text(run: Runtime) -> str:
    """What is said once the pages answer: where they are, and a link that signs the clerk in."""
    lines = [_("duban is running: {url}").format(url=run.settings.base_url)]
    with run.db.reading() as session:
        clerk = clerk_of(session)
        if clerk is not None:
            link = run.tokens.sign_in_link(clerk.id, machine_now())
            lines.append(_("Desk of {name}, valid for 24 hours: {link}").format(name=clerk.name, link=link))
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
