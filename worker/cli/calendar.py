"""`duban calendar`: import a year's notice or single days (dry run first, all or nothing), show a year."""

import shutil
from pathlib import Path

import click

from models.engine import Database
from schedules.calendar import CalendarDay, WorkCalendar
from schedules.calendar_file import CalendarFile
from schedules.errors import Refused
from schedules.source_text import SourceFile
from tasks.days.calendar_change import Corrected, import_days
from tasks.live import current
from worker.bootstrap import boot
from worker.calendar_import import Restored, given, import_file, read_file
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.office_folder import folder_of, load_calendar, office_option
from worker.cli.rosters import json_option, named_text, refuse_rows
from worker.cli.running import database_exists, require_tables, who
from worker.cli.terminal import Refuse, as_json, say
from worker.cli.year_picture import year_picture
from worker.clock import machine_now, office_now
from worker.office_files import read_folder
from worker.settings import Settings
from worker.zone import zone_among

FIRST, LAST = 1949, 2199


@click.group(
    "calendar",
    cls=Group,
    help=N_("Working days: the yearly notice of holidays, and days that are otherwise."),
)
def calendar() -> None:
    """The commands about working days."""


@calendar.command(
    "import",
    help=N_(
        "Take in the notice of a year (JSON as holiday-cn has it, or a table with 日期,是否上班,名称), or single days that are "
        "otherwise (a table with 日期,是否上班,名称,原因). Without --yes only shows what would change. All or nothing: deadlines that "
        "are open are counted anew, and whoever's day moves is told once."
    ),
    examples=[
        ("duban calendar import 2027.json", N_("what would change")),
        ("duban calendar import 2027.json --yes", N_("do it")),
        ("duban calendar import 临时调休.csv --yes", N_("single days, each with its reason")),
    ],
)
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    cls=Argument,
    about=N_("the notice or the days, .json, .csv or .xlsx"),
)
@click.option(
    "--yes", "--apply", "yes", is_flag=True, cls=Option, help=N_("do it; without it nothing is changed")
)
@json_option
@office_option()
def import_calendar(*, file: Path, yes: bool, json_: bool, office: Path | None) -> None:
    """Check the file, show what it changes, do it."""
    source = named_text(file)
    found = _read(source, file)
    settings = Settings.load()
    require_tables(settings)
    database = boot(settings).db
    if not json_:
        _describe(found)
    if json_ and not yes:
        as_json(_outcome(found, _tried(database, found), written=False))
        return
    if not yes:
        _tell(_tried(database, found), done=False)
        say(_("Nothing was changed; say --yes to do it."))
        return
    corrected = _imported(database, found, source, folder_of(office))
    boot(settings).nudger.nudge()
    if json_:
        as_json(_outcome(found, corrected, written=True))
        return
    _tell(corrected, done=True)


def _outcome(found: CalendarFile, result: Corrected, *, written: bool) -> dict[str, object]:
    return {
        "year": found.notice.year if found.notice else None, "days": [each.day.isoformat() for each in found.overrides],
        "changed": result.changed, "recounted": result.recounted, "moved": result.moved, "told": result.told, "written": written,
    }  # fmt: skip


def _read(source: SourceFile, path: Path) -> CalendarFile:
    """What the file says; with any problem all of them are printed, exit 1."""
    try:
        found, problems = read_file(source)
    except Refused as error:
        raise Refuse(error.what.text(_)) from error
    refuse_rows(problems, source, path)
    return found


def _describe(found: CalendarFile) -> None:
    if found.notice is not None:
        off = sum(not worked for worked in found.notice.days.values())
        worked = len(found.notice.days) - off
        say(
            _("Notice of {year}: {off} days off, {worked} worked weekends").format(
                year=found.notice.year, off=off, worked=worked
            )
        )
    for each in found.overrides:
        what = _("worked") if each.is_workday else _("off")
        say(f"  {each.day}  {what}  {each.name}  {each.reason}")


def _tried(database: Database, found: CalendarFile) -> Corrected:
    """What the import would do: it is done, and rolled back."""
    with database.writing() as session:
        result = import_days(session, given(found), by=who(), now=office_now(session))
        session.rollback()
    return result


def _imported(database: Database, found: CalendarFile, source: SourceFile, folder: Path) -> Corrected:
    """Import in one transaction, and put the days into the office's folder too; if either fails, both are as before."""
    with Restored(folder, found), database.writing.begin() as session:
        return import_file(session, found, source, folder, by=who(), now=office_now(session))


def _tell(result: Corrected, *, done: bool) -> None:
    if not result.changed:
        say(_("No change: this is on record already."))
        return
    text = (
        _("{recounted} open duties counted anew, {moved} on another day; {told} people are told.")
        if done
        else _(
            "{recounted} open duties would be counted anew, {moved} on another day; {told} people would be told."
        )
    )
    say(text.format(recounted=result.recounted, moved=result.moved, told=result.told))
    if done:
        say(_("Imported and in force."))


@calendar.command(
    "show",
    help=N_(
        "Show a year: days off, worked weekends, holidays; a year that is not announced is provisional. Takes the office in force, "
        "else the office's folder."
    ),
    examples=[
        ("duban calendar show", N_("this year")),
        ("duban calendar show 2027", N_("next year, announced or not")),
        ("duban calendar show 2027 --json", N_("for other programs")),
    ],
)
@click.argument(
    "year", required=False, type=click.IntRange(FIRST, LAST), cls=Argument, about=N_("default: this year")
)
@office_option()
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def show_calendar(*, year: int | None, office: Path | None, json_: bool) -> None:
    """Print a year."""
    found, today_year = _in_force(Settings.load(), office)
    chosen = year or today_year
    if json_:
        as_json(_shape(found, chosen))
        return
    for line in year_picture(found, chosen, width=shutil.get_terminal_size().columns):
        say(line)
    say(reach(found))


def _in_force(settings: Settings, office: Path | None) -> tuple[WorkCalendar, int]:
    """The calendar of the office in force, else of the folder; and the year it is."""
    if office is None and database_exists(settings):
        require_tables(settings)
        with boot(settings).db.reading() as session:
            live = current(session)
            return live.office.calendar, live.today(office_now(session)).year
    zone = zone_among(read_folder(folder_of(office), only={".yaml"}))
    return load_calendar(office), machine_now().astimezone(zone).year


def reach(found: WorkCalendar) -> str:
    """How far the announced days reach."""
    if found.last_announced is None:
        return _("No notice is on record.")
    return _("Valid to {day}; later dates are provisional.").format(day=found.last_announced)


def _shape(found: WorkCalendar, year: int) -> dict[str, object]:
    days = found.year(year)
    return {
        "year": year, "announced": year in found.years, "workdays": sum(day.is_workday for day in days),
        "valid_to": found.last_announced.isoformat() if found.last_announced else None, "revision": found.revision,
        "days": [_day(day) for day in days if day.source in ("notice", "override") or day.name],
    }  # fmt: skip


def _day(day: CalendarDay) -> dict[str, object]:
    return {"date": day.day.isoformat(), "is_workday": day.is_workday, "name": day.name, "source": day.source}
