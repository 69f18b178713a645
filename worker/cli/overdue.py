"""`duban overdue`: what is overdue and what is soon due, by unit. The figures are those of the summaries."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from tasks.duties.targets import progress
from tasks.live import current
from tasks.reporting.overdue import Item, OverdueReport
from tasks.reporting.overdue import overdue as read_overdue
from worker.bootstrap import boot
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.running import require_tables, unit_ids
from worker.cli.terminal import Refuse, as_json, complain, plain, say, table
from worker.clock import office_now
from worker.settings import Settings
from worker.web.supervisors.overdue_sheet import overdue_sheet

LIGHTS = {"red": N_("[red]"), "yellow": N_("[yellow]"), "green": N_("[green]"), "grey": N_("[grey]")}
TITLES = (
    N_("light"),
    N_("matter"),
    N_("unit"),
    N_("person"),
    N_("due"),
    N_("late"),
    N_("urged"),
    N_("reason"),
    N_("new date"),
)


@click.command(
    "overdue",
    cls=Command,
    help=N_(
        "What is overdue and what is soon due, with the rate of what was done in time. A day is late once it is over."
    ),
    examples=[
        ("duban overdue", N_("the whole office")),
        ("duban overdue --unit 综合执法大队", N_("one unit, by its title or id")),
        ("duban overdue --json", N_("for other programs")),
        ("duban overdue --xlsx 逾期.xlsx", N_("the long form, for a meeting")),
    ],
)
@click.option(
    "--unit",
    "units",
    multiple=True,
    cls=Option,
    help=N_("only this unit and those below it; may be repeated"),
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
@click.option(
    "--xlsx", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", cls=Option, help=N_("write the list as a spreadsheet")
)  # fmt: skip
def overdue(*, units: tuple[str, ...], json_: bool, xlsx: Path | None) -> None:
    """Print the report."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        live = current(session)
        wanted = unit_ids(session, live.office, units) if units else None
        report = read_overdue(session, live, now=office_now(session), units=wanted)
        campaigns = progress(session, live)
    if xlsx is not None:
        _write(xlsx, report)
    if json_:
        as_json({**report.to_json(_), "campaigns": [asdict(each) for each in campaigns]})
        return
    _tell(report)
    for each in campaigns:
        say(_("{title}: {done}/{total} done").format(title=each.title, done=each.done, total=each.total))


def _write(path: Path, report: OverdueReport) -> None:
    """Write the workbook."""
    sheet = overdue_sheet((*report.items, *report.coming), _)
    try:
        path.write_bytes(sheet)
    except OSError as error:
        raise Refuse(_("{file} cannot be written: {why}").format(file=path, why=error.strerror)) from error
    complain(_("Written: {file}").format(file=path))


def _tell(report: OverdueReport) -> None:
    figures = report.figures
    rate = f"{figures.on_time_rate}%" if figures.on_time_rate is not None else _("nothing was due")
    say(_("As of {at}").format(at=report.as_of.strftime("%Y-%m-%d %H:%M")))
    say(
        _(
            "Due this year {due}, done {done} (late {late}), on time {rate}; overdue {overdue}, soon due {soon}"
        ).format(
            due=figures.due,
            done=figures.done,
            late=figures.done_late,
            rate=rate,
            overdue=figures.overdue,
            soon=figures.soon,
        )
    )
    if figures.carried:
        say(
            _(
                "{n} of the overdue were due before that; they are carried over and not counted as due."
            ).format(n=figures.carried)
        )
    if report.missing_year is not None:
        say(
            _("[red] The holidays of {year} are not on record: duban calendar import FILE --yes").format(
                year=report.missing_year
            )
        )
    if report.unreached:
        names = ", ".join(plain(each.name) for each in report.unreached)
        say(_("[red] No message reaches: {names}. See: duban doctor").format(names=names))
    for each in report.silences:
        say(
            _("Silent: {what}, again from {until} ({author}: {reason})").format(
                what=each.what.text(_), until=each.until.isoformat(), author=each.author, reason=each.reason
            )
        )
    if report.items or report.coming:
        table(titles(), rows_of((*report.items, *report.coming)), right=[6], colours=light_colours())
    else:
        say(_("Nothing is overdue and nothing is soon due."))


def titles() -> list[str]:
    """The heads of a table of duties."""
    return [_(title) for title in TITLES]


def rows_of(items: Sequence[Item]) -> list[list[str]]:
    """Its rows."""
    return [_row(item) for item in items]


def light_colours() -> dict[str, str]:
    """The colour of each word that a light stands as in a table."""
    return {_(word): light for light, word in LIGHTS.items() if light != "grey"}


def _row(item: Item) -> list[str]:
    late = (
        _("{n} days ({workdays} working days)").format(n=item.days_late, workdays=item.workdays_late)
        if item.days_late
        else ""
    )
    return [
        _(LIGHTS[item.light]),
        item.name.text(_),
        item.unit,
        item.person,
        f"{item.due_on.isoformat()} {_('provisional') if item.provisional else ''}".rstrip(),
        late,
        str(item.urged),
        item.reason or "",
        item.new_date.isoformat() if item.new_date else "",
    ]
