"""What `duban up` does before the processes start: migrate the database, put the office into force.

It runs in a fork of its own, so that neither its memory nor its connections stay with the supervisor.
"""

from pathlib import Path

from schedules.errors import NotFound, Refused
from schedules.loader import load
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from tasks.apply import plan as compare
from tasks.applying.compare import in_force
from tasks.applying.history import require_no_rollback
from tasks.live import current
from worker.backups.other_files import waits_for_word
from worker.backups.restore_mark import broken_off
from worker.bootstrap import Runtime, boot
from worker.cli.language import _
from worker.cli.office_folder import problem_line
from worker.cli.putting import do_apply
from worker.cli.running import prepare_tables
from worker.cli.terminal import Refuse, complain, say
from worker.office_files import read_folder
from worker.settings import Settings
from worker.tables import as_texts


def set_up(settings: Settings, folder: Path) -> None:
    """Bring the tables to the newest revision and the folder's office into force."""
    prepare_tables(settings)
    put_into_force(boot(settings), folder)


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
    if not planned.first and not _may_apply(run):
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


def _may_apply(run: Runtime) -> bool:
    """Whether the folder may be put into force by itself: not while a rollback or a restored version runs; that is said."""
    with run.db.reading() as session:
        try:
            require_no_rollback(session)
        except Refused as error:
            complain(error.what.text(_))
            return False
        version = in_force(session)
    data = run.settings.data
    if version is None or not (broken_off(data).exists() or waits_for_word(data, version.id)):
        return True
    complain(
        _(
            "Version {number} was restored from a backup and runs; the office's folder holds other files. They are not put into force by "
            "themselves: what they open anew may have been sent before. Next: duban plan, then duban apply"
        ).format(number=version.id)
    )
    return False


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
