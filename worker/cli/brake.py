"""`duban messages stop` and `start`: the brake for all sending. Everything is kept; what was done meanwhile is not urged for."""

import click
from sqlalchemy import update

from models.schedules import OfficeStateRow
from tasks.audit import note
from worker.bootstrap import boot
from worker.cli.command import Command
from worker.cli.language import N_, _
from worker.cli.options import json_option, yes_option
from worker.cli.running import require_tables, who
from worker.cli.terminal import agreed, as_json, say
from worker.clock import office_now
from worker.settings import Settings


@click.command(
    "stop",
    cls=Command,
    help=N_(
        "Stop all sending at once, until `duban messages start`. Duties open and are confirmed as usual, messages wait."
    ),
    examples=[
        ("duban messages stop", N_("asks first")),
        ("duban messages stop --yes", N_("does not ask")),
    ],
)
@yes_option
@json_option
def stop(*, yes: bool, json_: bool) -> None:
    """Ask, then stop."""
    _set(
        stopped=True,
        question=_("Nothing will be sent to anybody until you start it again. Stop all sending?"),
        yes=yes,
    )
    if json_:
        as_json({"sending": "stopped"})
        return
    say(_("All sending is stopped. Start it again: duban messages start"))


@click.command(
    "start",
    cls=Command,
    help=N_(
        "Start sending again after a stop. What waited is put together anew: nobody is urged for what is done."
    ),
    examples=[
        ("duban messages start", N_("asks first")),
        ("duban messages start --yes", N_("does not ask")),
    ],
)
@yes_option
@json_option
def start(*, yes: bool, json_: bool) -> None:
    """Ask, then start."""
    _set(stopped=False, question=_("Everything that is due will be sent now. Start sending?"), yes=yes)
    if json_:
        as_json({"sending": "on"})
        return
    say(_("Sending goes on."))


def _set(*, stopped: bool, question: str, yes: bool) -> None:
    settings = Settings.load()
    require_tables(settings)
    agreed(question, yes=yes)
    runtime = boot(settings)
    with runtime.db.writing.begin() as session:
        session.execute(update(OfficeStateRow).where(OfficeStateRow.id == 1).values(sending_stopped=stopped))
        note(
            session, actor=who(), act="stop-sending" if stopped else "start-sending", subject_kind="office", subject_id=1,
            at=office_now(session),
        )  # fmt: skip
    runtime.nudger.nudge()
