"""`duban schedule`: what is in force and when it comes round next; pause and resume, with a reason that is kept."""

from datetime import date, datetime, tzinfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.schedules import SchedulePauseRow, ScheduleRow
from tasks.live import current
from tasks.open import resume_by_hand
from tasks.pausing import pause as put_on_hold
from worker.bootstrap import boot
from worker.cli.acting import acting
from worker.cli.command import DAY, Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option
from worker.cli.running import require_tables, who
from worker.cli.terminal import as_json, say, table
from worker.settings import Settings

TITLES = (N_("schedule"), N_("title"), N_("next opening"), N_("last run"), N_("state"))
NAMED = N_("id of the schedule, or of an entry with for_each: then all of its schedules")


@click.group(
    "schedule", cls=Group, help=N_("Schedules in force: list them, pause one for a while, resume it.")
)
def schedule() -> None:
    """The commands about schedules."""


@schedule.command(
    "list",
    help=N_("List the schedules in force, when each opens next, and which are paused and why."),
    examples=[
        ("duban schedule list", N_("all of them")),
        ("duban schedule list --json", N_("for other programs")),
    ],
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_schedules(*, json_: bool) -> None:
    """Print them, by id."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        zone = current(session).office.tz
        found = _in_force(session)
    if json_:
        as_json([_shape(row, pause, zone) for row, pause in found])
        return
    table([_(title) for title in TITLES], [_row(row, pause, zone) for row, pause in found])


@schedule.command(
    "pause",
    help=N_(
        "Pause a schedule: nothing opens and nobody is reminded; what is open shows a grey light and keeps its dates. "
        "What passes meanwhile is not made up for."
    ),
    examples=[
        ("duban schedule pause friday-study --reason 换届期间", N_("until it is resumed")),
        (
            "duban schedule pause friday-study --until 2026-09-01 --reason 暑期",
            N_("1 September counts again"),
        ),
    ],
)
@click.argument("schedule_id", metavar="ID", cls=Argument, about=NAMED)
@click.option("--until", type=DAY, cls=Option, help=N_("first day that counts again; default: no end"))
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why; kept with the pause"))
@json_option
def pause(*, schedule_id: str, until: date | None, reason: str, json_: bool) -> None:
    """Pause it."""
    with acting() as (session, live, now):
        found = put_on_hold(
            session, live, key=schedule_id, until=until, reason=reason, actor=who(), now=now
        )  # fmt: skip
    if json_:
        as_json({"schedules": list(found), "until": until.isoformat() if until else None})
        return
    for key in found:
        say(_("Paused: {schedule}.").format(schedule=key))


@schedule.command(
    "resume",
    help=N_(
        "Resume a paused schedule: open ladders go on with what is still to come, what is running now is opened."
    ),
    examples=[("duban schedule resume friday-study --reason 换届结束", N_("from now on"))],
)
@click.argument("schedule_id", metavar="ID", cls=Argument, about=NAMED)
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why; kept with the pause"))
@json_option
def resume(*, schedule_id: str, reason: str, json_: bool) -> None:
    """Resume it."""
    with acting() as (session, live, now):
        found = resume_by_hand(session, live, key=schedule_id, reason=reason, actor=who(), now=now)
    if json_:
        as_json({"schedules": list(found)})
        return
    for key in found:
        say(_("Resumed: {schedule}.").format(schedule=key))


Listed = tuple[ScheduleRow, SchedulePauseRow | None]


def _in_force(session: Session) -> list[Listed]:
    query = (
        select(ScheduleRow, SchedulePauseRow)
        .outerjoin(
            SchedulePauseRow,
            (SchedulePauseRow.schedule_id == ScheduleRow.id) & SchedulePauseRow.ended_at.is_(None),
        )
        .where(ScheduleRow.removed_at.is_(None), ScheduleRow.live_version_id.is_not(None))
        .order_by(ScheduleRow.key)
    )
    return [(row, pause) for row, pause in session.execute(query)]


def _shape(row: ScheduleRow, pause: SchedulePauseRow | None, zone: tzinfo) -> dict[str, object]:
    return {
        "id": row.key,
        "title": row.title,
        "kind": row.kind,
        "next_at": _at(row.next_at, zone),
        "last_run_at": _at(row.last_run_at, zone),
        "paused": pause
        and {
            "since": _at(pause.began_at, zone),
            "until": pause.until_on.isoformat() if pause.until_on else None,
            "reason": pause.reason,
            "by": pause.began_by,
        },
    }


def _at(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at else None


def _row(row: ScheduleRow, pause: SchedulePauseRow | None, zone: tzinfo) -> list[str]:
    return [row.key, row.title, _minute(row.next_at, zone), _minute(row.last_run_at, zone), _state(pause)]


def _minute(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""


def _state(pause: SchedulePauseRow | None) -> str:
    if pause is None:
        return ""
    if pause.until_on is None:
        return _("paused: {reason}").format(reason=pause.reason)
    return _("paused until {day}: {reason}").format(day=pause.until_on, reason=pause.reason)
