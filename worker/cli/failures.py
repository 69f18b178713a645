"""What went wrong, as one sentence and an exit code: 1 refused, 2 used wrongly, 130 stopped. Never a traceback on the terminal."""

import contextlib
import logging
import os
import secrets
import sys
import tempfile
from pathlib import Path

import click

from schedules.errors import IllegalMove, Refused
from worker.cli import failure_pages
from worker.cli.language import _
from worker.cli.terminal import Refuse, complain
from worker.errors import EdgeError
from worker.settings import Settings

REFUSED = 1
STOPPED = 130  # as shells say it: 128 + SIGINT
_log = logging.getLogger("duban.cli")


def report(error: BaseException) -> int:
    """Print the sentence for an error on stderr and return the exit code."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        _point_to_page(error.message if isinstance(error, Refuse) else "")
        return error.exit_code
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        complain(_("Stopped."))
        return STOPPED
    if isinstance(error, BrokenPipeError):
        _forget_output()
        return REFUSED
    if isinstance(error, Refused):
        for _field, what in error.faults:
            complain(what.text(_))
        return REFUSED
    if isinstance(error, EdgeError):
        return _told(error.what.text(_))
    if isinstance(error, Exception) and (sentence := _of_database(error)):
        return _told(sentence)
    if isinstance(error, (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError)):
        why = error.strerror or type(error).__name__
        return _told(_("{file} cannot be used: {why}").format(file=error.filename, why=why))
    return _told(_unexpected(error))


def _told(sentence: str) -> int:
    complain(sentence)
    _point_to_page(sentence)
    return REFUSED


def _point_to_page(sentence: str) -> None:
    """Name the page that says more to a person; programs get the sentence alone."""
    if sentence and sys.stderr.isatty() and (page := failure_pages.of(sentence)):
        complain("→ " + _("More: duban help failures {page}").format(page=page))


def _of_database(error: Exception) -> str | None:
    """The sentence for a database that does not answer or was never prepared; the driver's module may not even be loaded."""
    module = sys.modules.get("sqlalchemy.exc")
    if module is None:
        return None
    if isinstance(error, module.ArgumentError | module.NoSuchModuleError):
        return _(
            "DUBAN_DATABASE_URL cannot be read; write sqlite:////folder/duban.sqlite3 or postgresql+psycopg://…"
        )
    found = error.orig if isinstance(error, module.DatabaseError) and error.orig else error
    names = {f"{each.__module__.partition('.')[0]}.{each.__name__}" for each in type(found).__mro__}
    words = (str(found).strip().splitlines() or [type(found).__name__])[0]
    if "no such table" in words or type(found).__name__ == "UndefinedTable":
        return _("the database has no tables yet; run `duban apply` or `duban up`")
    if (
        type(found).__name__ == "DatabaseError" and "sqlite3.DatabaseError" in names
    ):  # not one of its kinds: the file itself
        _note(error)
        return _("the database is damaged: {why}").format(why=words)
    if names & {"sqlite3.OperationalError", "psycopg.OperationalError"}:
        _note(error)
        return _("the database does not answer: {why}. See `duban doctor`.").format(why=words)
    return None


def _unexpected(error: BaseException) -> str:
    reference, file = _note(error)
    if isinstance(error, IllegalMove):
        return _("Refused: {why}. Reference {reference}, details in {file}.").format(
            why=error, reference=reference, file=file
        )
    return _(
        "Something went wrong inside duban. Nothing more was done. Reference {reference}, details in {file}."
    ).format(reference=reference, file=file)


def _note(error: BaseException) -> tuple[str, Path]:
    """Write the traceback to the log, closed to other users; return the reference and the log's place."""
    reference = secrets.token_hex(4)
    file = _log_file()
    try:
        handler = _Quiet(file, encoding="utf-8")
    except OSError:  # nowhere to write to; the sentence still comes
        return reference, file
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    file.chmod(0o600)
    _log.addHandler(handler)
    _log.propagate = False
    _log.error("reference %s: %s", reference, type(error).__name__, exc_info=error)
    _log.removeHandler(handler)
    handler.close()
    return reference, file


class _Quiet(logging.FileHandler):
    """A log that stays silent where it cannot be written, as on a full disk: a traceback helps nobody at the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name logging calls
        """Say nothing."""

    def close(self) -> None:
        """Close, written or not."""
        with contextlib.suppress(OSError):
            super().close()


def _log_file() -> Path:
    """The log of the command line in the data folder; in a temporary folder where that cannot be written."""
    try:
        settings = Settings.load()
        settings.prepare()
        if os.access(settings.logs, os.W_OK):
            return settings.logs / "cli.log"
    except (EdgeError, OSError):
        pass
    return Path(tempfile.mkdtemp(prefix="duban-")) / "cli.log"


def _forget_output() -> None:
    """Whoever read the output is gone; keep Python from complaining about it at exit."""
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, sys.stdout.fileno())
