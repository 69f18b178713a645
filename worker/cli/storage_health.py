"""What `duban doctor` says of what is kept: the disk, the backups, a restore that was cut off."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from models.engine import connect
from worker.backups.restore_mark import broken_off
from worker.cli.finding import Finding
from worker.cli.language import _, count
from worker.cli.running import database_exists
from worker.clock import machine_now, office_now
from worker.settings import Settings
from worker.vitals import MB, Backup, backup, disk, is_young
from worker.zone import zone_in_force

HOUR = 3600
DAYS_FROM = 48  # hours from which on days are said


def of_disk(settings: Settings) -> Iterator[Finding]:
    """Room on the disk of the data folder, and of a SQLite file that lies elsewhere."""
    url = make_url(settings.database_url)
    own = url.get_backend_name() == "sqlite" and url.database
    folders = {settings.data, Path(str(url.database)).absolute().parent if own else settings.data}
    for folder in sorted(folders):
        found = disk(folder)
        if found is None:
            continue
        what = _("{free} MB of {total} MB are free on the disk of {folder}.").format(
            free=found.free // MB, total=found.total // MB, folder=folder
        )
        if found.few_files:
            what += " " + _("{n} more files can be made.").format(n=found.files)
        advice = {
            "fine": "",
            "note": _("Make room soon: move old backups and logs to another disk."),
            "wrong": _(
                "Make room now: what people hand in may not be kept any more. Nothing that was confirmed is lost."
            ),
        }[found.level]
        yield Finding(subject=_("disk"), level=found.level, what=what, advice=advice)


def of_backups(settings: Settings) -> Iterator[Finding]:
    """How old the last backup is, and whether its file is still there."""
    now = machine_now()
    found = backup(settings.data, now=now, young=_young(settings))
    if broken_off(settings.data).exists():
        yield Finding(
            subject=_("restore"), level="wrong", what=_("A restore was cut off before its end."),
            advice=_("Do it again: duban restore FILE --replace. Until then do not start sending."),
        )  # fmt: skip
    yield _of_last(found, now)


def _young(settings: Settings) -> bool:
    """Whether the office is new; so also where there is none, or the database does not tell."""
    if not database_exists(settings):
        return True
    database = connect(settings.database_url)
    try:
        with database.reading() as session:
            return is_young(session, office_now(session).astimezone(zone_in_force(session)))
    except SQLAlchemyError:
        return True
    finally:
        database.dispose()


def _of_last(found: Backup, now: datetime) -> Finding:
    subject, last = _("backups"), found.last
    daily = _("Make one each day, onto another disk: duban backup --to DIR --keep 30")
    if last is None:
        return Finding(subject=subject, level=found.level, what=_("There never was a backup."), advice=daily)
    hours = int((now - last.at).total_seconds() // HOUR)
    age = _age(hours).format(file=last.file)
    if last.missing:
        n = last.missing
        age += " " + count(
            _("1 evidence file was missing or damaged."), _("{n} evidence files were missing or damaged."), n
        )
    if found.level != "fine":
        return Finding(subject=subject, level=found.level, what=age, advice=daily)
    if not found.there:
        gone = _("Its file is not there any more.")
        return Finding(
            subject=subject,
            level="note",
            what=f"{age} {gone}",
            advice=_("All is well if you moved it. Otherwise: duban backup"),
        )
    return Finding(subject=subject, level="fine", what=age)


def _age(hours: int) -> str:
    if hours < 1:
        return _("The last one is less than an hour old: {file}.")
    if hours < DAYS_FROM:
        return count(
            _("The last one is 1 hour old: {file}."),
            _("The last one is {n} hours old: {file}."),
            hours,
            file="{file}",
        )
    return _("The last one is {n} days old: {file}.").format(n=hours // 24, file="{file}")
