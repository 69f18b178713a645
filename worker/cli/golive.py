"""`duban go-live`: end the trial. From now on messages go to the people themselves."""

import click

from tasks.go_live import go_live as end_trial
from tasks.live import current
from worker.bootstrap import boot
from worker.cli.command import Command
from worker.cli.language import N_, _
from worker.cli.options import json_option, yes_option
from worker.cli.running import require_tables, who
from worker.cli.terminal import agreed, as_json, say
from worker.clock import office_now
from worker.settings import Settings


@click.command(
    "go-live",
    cls=Command,
    help=N_(
        "End the trial (`mode: trial`): messages no longer go to the clerk but to the people themselves."
    ),
    examples=[("duban go-live", N_("asks first")), ("duban go-live --yes", N_("does not ask"))],
)
@yes_option
@json_option
def go_live(*, yes: bool, json_: bool) -> None:
    """Ask, then end the trial."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        trial = current(session).trial
    if not trial and json_:
        as_json({"mode": "live", "changed": False})
        return
    if not trial:
        say(_("Already live: messages go to the people themselves."))
        return
    agreed(_("From now on messages go to the people themselves. Go live?"), yes=yes)
    with runtime.db.writing.begin() as session:
        end_trial(session, by=who(), now=office_now(session))
    runtime.nudger.nudge()
    if json_:
        as_json({"mode": "live", "changed": True})
        return
    say(_("Live. Messages go to the people themselves from now on."))
