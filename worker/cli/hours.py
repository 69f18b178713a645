"""`duban hours`: take over a table of hours of training (dry run first, all or nothing)."""

from pathlib import Path

import click

from schedules.table_forms import HOURS
from tasks.duties.hours_import import write_hours
from tasks.live import current
from worker.bootstrap import boot
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _, count
from worker.cli.rosters import (
    chosen_columns,
    json_of,
    json_option,
    map_option,
    named_source,
    pieces,
    refuse_handed_in,
    sheet_option,
    tell_found,
    tell_lines,
    yes_option,
)
from worker.cli.running import require_tables, who
from worker.cli.terminal import Refuse, progress, say
from worker.clock import office_now
from worker.directory import directory_of, mobiles_on_record
from worker.import_lines import hours_lines
from worker.record_tables import quota_of, read_hour_table
from worker.settings import Settings


@click.group("hours", cls=Group, help=N_("Hours of training toward a yearly quota: take over a table."))
def hours() -> None:
    """The commands about hours."""


@hours.command(
    "import",
    help=N_(
        "Enter hours from a table (xlsx or csv) with staff number, mobile number or name, day, hours, course and kind. The same course of "
        "the same day and person is entered once; with other hours it is a correction. Without --yes only shows what would change. All or "
        "nothing: refused rows go to an xlsx with the reason in the last column."
    ),
    examples=[
        ("duban hours import 学时.xlsx --schedule enforcement-training", N_("what would change")),
        ("duban hours import 学时.xlsx --schedule enforcement-training --yes", N_("do it")),
        ("duban hours import 学时.xlsx --map 课程=班次名称 --map 学时=H", N_("columns of other names")),
    ],
)
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    cls=Argument,
    about=N_("the table, .xlsx or .csv"),
)
@click.option(
    "--schedule",
    metavar="SCHEDULE",
    cls=Option,
    help=N_("what the hours count for; not needed if only one schedule counts hours"),
)
@map_option
@sheet_option
@yes_option
@json_option
def import_hours(
    *, file: Path, schedule: str | None, chosen: tuple[str, ...], sheet: str, yes: bool, json_: bool
) -> None:
    """Check the table against what is owed, show the change, do it."""
    columns, source = chosen_columns(HOURS, chosen), named_source(file)
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with pieces(_("Hours"), _("reading")) as begin, runtime.db.reading() as session:
        begin()
        live = current(session)
        quota = quota_of(live.office, schedule)
        directory = directory_of(live.office, mobiles_on_record(session), runtime.cipher)
        read = read_hour_table(
            session, source, columns, directory, quota, today=live.today(office_now(session)), sheet=sheet
        )
    refuse_handed_in(read.problems, read.found, file)
    groups = hours_lines(read.change, live.office)
    if not json_:
        say(
            f"{quota.title}: "
            + count(_("1 row in the table"), _("{n} rows in the table"), len(read.found.rows))
        )
        tell_found(read.found, read.notes)
        tell_lines(groups)
    done = yes and bool(read.change)
    if done:
        with progress(_("Entering hours")) as step, runtime.db.writing.begin() as session:
            live, now = current(session), office_now(session)
            again = read_hour_table(
                session, source, columns, directory, quota, today=live.today(now), sheet=sheet
            )
            if hours_lines(again.change, live.office) != groups:
                raise Refuse(
                    _("Somebody else entered hours meanwhile; nothing was written. Import it once more.")
                )
            write_hours(session, live, again.change, by=who(), clerk=None, now=now, step=step)
        runtime.nudger.nudge()
    if json_:
        json_of(read.found, read.notes, groups, written=done, schedule=quota.id)
    elif not read.change:
        say(_("No change."))
    else:
        say(_("Recorded.") if done else _("Nothing was changed; say --yes to do it."))
