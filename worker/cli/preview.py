"""`duban preview`: what will open, and who will be told when. Needs no database and no settings, but for `--running`."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from models.schedules import ScheduleRow
from schedules.office import OfficeSpec
from schedules.preview import preview as foresee
from tasks.duties.records import as_recorded
from tasks.live import current
from worker.bootstrap import boot
from worker.cli.command import DAY, Argument, Command
from worker.cli.language import N_, Option, _, count
from worker.cli.loading import load_office
from worker.cli.office_folder import office_option
from worker.cli.running import require_tables
from worker.cli.terminal import as_json, say, table
from worker.settings import Settings

MOST_DAYS = 3_700
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
COLUMNS = (
    N_("date"),
    N_("schedule"),
    N_("opens"),
    N_("due"),
    N_("people"),
    N_("remarks"),
    N_("who is told when"),
)


NEVER = "9999-12-31"


@click.command(
    "preview",
    cls=Command,
    help=N_(
        "Show what will open between two days, by whom it is owed, and who will be told when. Changes nothing."
    ),
    examples=[
        ("duban preview --from 2026-12-01 --to 2026-12-31", N_("everything in December")),
        ("duban preview friday-study --from 2026-01-01 --to 2026-12-31", N_("one schedule, a year")),
        ("duban preview --running --from 2026-12-01 --to 2026-12-31", N_("of the running office")),
        ("duban preview --from 2026-12-01 --to 2026-12-31 --json", N_("for other programs")),
    ],
)
@click.argument(
    "ids",
    nargs=-1,
    metavar="[ID …]",
    cls=Argument,
    about=N_("schedules to show, or entries with for_each; default: all"),
)
@click.option("--from", "first", type=DAY, required=True, cls=Option, help=N_("first day"))
@click.option("--to", "last", type=DAY, required=True, cls=Option, help=N_("last day"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
@click.option(
    "--running",
    is_flag=True,
    cls=Option,
    help=N_(
        "of the office in force, with its certificates on record, completions, and what was moved or skipped by hand"
    ),
)
@office_option()
def preview(
    *, ids: tuple[str, ...], first: date, last: date, json_: bool, running: bool, office: Path | None
) -> None:
    """Print the occurrences of the span."""
    check_span(first, last)
    spec = running_office() if running else load_office(office)[0]
    found = foresee(spec, ids, first, last, gettext=_)
    still = _standing_still() if running else {}
    for item in found:
        item["paused"] = item["schedule"] in still and str(item["date"]) < still[item["schedule"]]
    if json_:
        as_json(found)
        return
    table([_(title) for title in COLUMNS], [_row(item, spec) for item in found], right=[4])
    skipped = sum(1 for item in found if item.get("skipped"))
    text = count(_("1 occurrence"), _("{n} occurrences"), len(found) - skipped)
    say(text if not skipped else text + _("; {n} skipped").format(n=skipped))


def running_office() -> OfficeSpec:
    """The office in force, as the opening sees it."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        return as_recorded(session, current(session).office)


def _standing_still() -> Mapping[str, str]:
    """By paused schedule the first day that counts again, ISO; of one that waits to be resumed a day that never comes."""
    with boot(Settings.load()).db.reading() as session:
        rows = session.scalars(
            select(ScheduleRow).where(ScheduleRow.paused_at.is_not(None), ScheduleRow.removed_at.is_(None))
        )
        return {row.key: row.paused_until.isoformat() if row.paused_until else NEVER for row in rows}


def check_span(first: date, last: date) -> None:
    """Refuse, as used wrongly, a span that ends before it begins or is longer than ten years."""
    if last < first:
        raise click.UsageError(_("--to {last} is before --from {first}").format(first=first, last=last))
    if last - first > timedelta(days=MOST_DAYS):
        raise click.UsageError(_("at most ten years at once"))


def _row(item: dict[str, Any], office: OfficeSpec) -> list[str]:
    if item.get("skipped"):
        return [
            str(item["key"]),
            str(item["title"]),
            "",
            "",
            "",
            _("skipped: {why}").format(why=item["skipped"]),
            "",
        ]
    remarks = [_("paused")] if item["paused"] else []
    if item.get("moved_from"):
        remarks.append(_("moved from {day}").format(day=item["moved_from"]))
        remarks.append(str(item["moved_why"]))
    if item.get("provisional"):
        remarks.append(_("provisional"))
    rungs = [_rung(rung, office) for rung in item["rungs"]]
    return [
        _day(str(item["date"])),
        str(item["title"]),
        _minute(item["opens_at"], office),
        _minute(item["due_at"], office),
        str(len(item["assignees"])),
        _(", ").join(remarks),
        _("; ").join(rungs),
    ]


def _rung(rung: dict[str, Any], office: OfficeSpec) -> str:
    """When and whom; the word of a coloured notice before it, and whether it is told only if nobody signs."""
    text = f"{_minute(rung['at'], office)} {_audience(str(rung['to']), office)}"
    if rung["notice"]:
        text = f"【{rung['notice']}】{text}"
    return text + _(" (if nobody signs)") if rung["unsigned"] else text


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{text} {_(WEEKDAYS[day.weekday()])}"


def _minute(text: str | None, office: OfficeSpec) -> str:
    """An instant in office time, to the minute."""
    return datetime.fromisoformat(text).astimezone(office.tz).strftime("%m-%d %H:%M") if text else ""


AUDIENCES = {
    "assignee": N_("who owes it"),
    "absent": N_("the absent"),
    "deputy": N_("who stands in"),
    "unit-head": N_("head of unit"),
    "deputy-leader": N_("deputy leader"),
    "leader": N_("leader"),
    "group": N_("the group"),
}


def _audience(to: str, office: OfficeSpec) -> str:
    kind, _colon, key = to.partition(":")
    if kind == "role" and key in office.file.roles:
        return office.file.roles[key].title
    return _(AUDIENCES[to]) if to in AUDIENCES else to
