"""`duban doctor`: is everything well, and what to do if not. Exit code 1 if something is wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from models.engine import connect
from schedules.calendar import WorkCalendar
from schedules.errors import NotFound
from schedules.loader import load
from schedules.office import OfficeSpec
from tasks.live import current
from worker.cli import failure_pages, machine_health, office_health, process_health, storage_health
from worker.cli.cells import cells, wrap
from worker.cli.command import Command
from worker.cli.finding import Finding
from worker.cli.language import N_, Option, _, count
from worker.cli.office_folder import folder_of, office_option
from worker.cli.running import database_exists
from worker.cli.terminal import Light, Refuse, as_json, paint, plain, say, watched, width
from worker.clock import machine_now, office_now
from worker.errors import EdgeError
from worker.office_files import read_folder
from worker.settings import Settings

SIGNS = {"fine": N_("[ok]"), "note": N_("[note]"), "wrong": N_("[wrong]")}
LIGHTS: dict[str, Light] = {"fine": "green", "note": "yellow", "wrong": "red"}


@click.command(
    "doctor",
    cls=Command,
    help=N_(
        "Look at settings, files, database, Redis, beat, workers, clock, disk, backups, channels, calendar and roster; say in a "
        "sentence what is wrong (red) or to note (yellow), and what to do. Exit code 1 if something is wrong."
    ),
    examples=[
        ("duban doctor", N_("everything")),
        (
            "duban doctor --json",
            N_("for other programs"),
        ),
    ],
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
@office_option()
def doctor(*, json_: bool, office: Path | None) -> None:
    """Print every finding."""
    settings = Settings.load()
    found = [_with_page(each) for each in _examine(settings, office)]
    wrong, notes = (sum(each.level == level for each in found) for level in ("wrong", "note"))
    if json_:
        as_json(
            [
                {"subject": f.subject, "level": f.level, "light": LIGHTS[f.level], "what": f.what, "advice": f.advice, "page": f.page}
                for f in found
            ]
        )  # fmt: skip
    else:
        for each in found:
            _show(each)
        if not wrong:
            say(
                count(
                    _("Nothing is wrong, 1 thing to note."), _("Nothing is wrong, {n} things to note."), notes
                )
            )
    if wrong:
        raise Refuse("" if json_ else count(_("1 thing is wrong."), _("{n} things are wrong."), wrong))


def _with_page(found: Finding) -> Finding:
    """With the page that says more, where something is to be done."""
    if found.level == "fine":
        return found
    return replace(found, page=failure_pages.of(f"{found.subject}: {found.what}"))


def _show(found: Finding) -> None:
    """One line each for programs that read lines; for people the advice stands below, within the width of the terminal."""
    sign, what = _(SIGNS[found.level]), plain(f"{found.subject}: {found.what}")
    advice = plain(f"→ {found.advice}") if found.advice else ""
    more = "→ " + _("More: duban help failures {page}").format(page=found.page) if found.page else ""
    if not watched():
        say(" ".join(each for each in (sign, what, advice, more) if each))
        return
    room = width() - cells(sign) - 1
    lines = [*wrap(what, room), *(wrap(advice, room) if advice else ()), *([more] if more else ())]
    say(f"{paint(sign, LIGHTS[found.level])} {lines[0]}")
    for line in lines[1:]:
        say(" " * (cells(sign) + 1) + line)


def _examine(settings: Settings, given: Path | None) -> Iterator[Finding]:
    yield from machine_health.of_settings(settings)
    yield from machine_health.of_database(settings)
    yield from process_health.of_redis(settings)
    yield from storage_health.of_disk(settings)
    yield from storage_health.of_backups(settings)
    folder = folder_of(given)
    try:
        loaded = load(read_folder(folder))
    except EdgeError as error:
        yield Finding(subject=_("files"), level="wrong", what=error.what.text(_))
        return
    if loaded.office is None or loaded.problems:
        n = len(loaded.problems)
        yield Finding(
            subject=_("files"),
            level="wrong",
            what=count(_("1 mistake in the files."), _("{n} mistakes in the files."), n),
            advice=_(
                "See them: duban check {folder}. Until then the last good version keeps running."
            ).format(folder=folder),
        )
        return
    office = loaded.office
    fine = _("No mistake in {folder}.").format(folder=folder.resolve())
    yield Finding(subject=_("files"), level="fine", what=fine)
    yield from office_health.of_force(settings, folder)
    yield from office_health.of_calendar(*_calendar(settings, office))
    yield from office_health.of_channels(office, settings)
    yield from office_health.of_roster(office)


def _calendar(settings: Settings, office: OfficeSpec) -> tuple[WorkCalendar, date]:
    """The working days that are counted with, those on record, else those of the files; and the office's day."""
    of_files = office.calendar, machine_now().astimezone(office.tz).date()
    if not database_exists(settings):
        return of_files
    database = connect(settings.database_url)
    try:
        with database.reading() as session:
            live = current(session)
            return live.office.calendar, live.today(office_now(session))
    except (NotFound, SQLAlchemyError):
        return of_files
    finally:
        database.dispose()
