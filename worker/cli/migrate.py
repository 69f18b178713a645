"""`duban migrate`: bring the database to the newest revision. What a deployment runs once before it starts the processes."""

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.engine import connect
from models.migrate import configuration, upgrade
from worker.cli.command import Command
from worker.cli.language import N_, _
from worker.cli.options import json_option
from worker.cli.terminal import Refuse, as_json, progress, say
from worker.settings import Settings


@click.command(
    "migrate",
    cls=Command,
    help=N_(
        "Bring the database to the newest revision, creating its tables if there are none. Safe to run again. `duban up` and "
        "`duban apply` do it by themselves; a deployment in containers runs it before the other processes."
    ),
    examples=[
        ("duban migrate", N_("the database of DUBAN_DATABASE_URL, or the file in the data folder")),
    ],
)
@json_option
def migrate(*, json_: bool) -> None:
    """Upgrade and tell in one sentence what was done. Raises Refuse if the database is newer than this program."""
    settings = Settings.load()
    settings.prepare()
    scripts = ScriptDirectory.from_config(configuration(settings.database_url))
    newest = scripts.get_current_head()
    before = _revision(settings.database_url)
    if before is not None and before not in {script.revision for script in scripts.walk_revisions()}:
        raise Refuse(
            _(
                "The database is at revision {revision}, which this version of duban does not know; install the newer version again."
            ).format(revision=before)
        )
    if before != newest:
        with progress(_("bringing the database up to date")):
            upgrade(settings.database_url)
    if json_:
        as_json({"before": before, "revision": newest})
        return
    if before == newest:
        say(
            _("The database is at the newest revision already, {revision}; nothing was changed.").format(
                revision=newest
            )
        )
    elif before is None:
        say(_("The tables are made; the database is at revision {revision}.").format(revision=newest))
    else:
        say(
            _("The database was at revision {before}; it is at revision {revision} now.").format(
                before=before, revision=newest
            )
        )


def _revision(url: str) -> str | None:
    """The revision that a database is at; None if it has no tables yet."""
    database = connect(url)
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        database.dispose()
