"""`duban plan` and `duban apply`: what changes against what is in force; then the change, all or nothing, as it was shown."""

from pathlib import Path

import click

from tasks.apply import Cause, Fate
from worker.bootstrap import boot
from worker.cipher import Cipher
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.loading import load_office
from worker.cli.looking import view, with_days
from worker.cli.office_folder import office_argument, say_if_starter
from worker.cli.putting import (
    ask,
    do_apply,
    note_of,
    require_fate,
    require_plan,
    require_same_files,
)
from worker.cli.running import database_to_compare, prepare_tables
from worker.cli.terminal import Refuse, as_json, say
from worker.clock import office_now
from worker.settings import Settings
from worker.tables import as_texts

__all__ = ["apply", "do_apply", "plan"]


@click.command(
    "plan",
    cls=Command,
    help=N_(
        "Show what `duban apply` would change against what is running: schedules, days that move, people, messages of the next 30 "
        "days, open duties. Changes nothing. The fingerprint at the end names exactly this plan."
    ),
    examples=[
        ("duban plan danwei", N_("the office in the folder `danwei`")),
        ("duban plan danwei --json", N_("for other programs")),
    ],
)
@office_argument()
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def plan(*, office: Path | None, json_: bool) -> None:
    """Print the plan."""
    spec, files = load_office(office)
    say_if_starter(office)
    texts = as_texts(files)
    settings = Settings.load()
    with database_to_compare(settings) as database, database.reading() as session:
        now = office_now(session)
        found = view(session, spec, texts, Cipher(settings.secret_key), now=now)
    if found.seen.version:
        found = with_days(found, boot(settings).db, spec, now=now)
    if json_:
        as_json(found.shape())
        return
    found.tell()
    if not found.seen.plan.unchanged:
        say(_("Fingerprint of this plan: {plan}").format(plan=found.seen.fingerprint))
        say(_("Exactly this and nothing else: duban apply --plan {plan}").format(plan=found.seen.fingerprint))


@click.command(
    "apply",
    cls=Command,
    help=N_(
        "Put the office's files into force, all or nothing. With any mistake in them nothing is changed and the last good "
        "version keeps running. Shows the plan and asks; if the plan is no longer the one shown, nothing is changed."
    ),
    examples=[
        ("duban apply danwei", N_("shows the plan, asks, then does it")),
        ("duban apply danwei --note 按区里通知改期", N_("with a word for `duban history`")),
        (
            "duban apply danwei --yes --close cancel",
            N_("without asking; removed schedules end with what is open of them"),
        ),
        ("duban apply danwei --yes --plan 3f9a81c277de", N_("in scripts: only the plan that somebody read")),
    ],
)
@office_argument()
@click.option("--yes", is_flag=True, cls=Option, help=N_("do not ask"))
@click.option(
    "--close",
    type=click.Choice(["cancel", "keep"]),
    cls=Option,
    help=N_("the open duties of schedules that are no longer there: end them, or have them finished"),
)
@click.option("--removed", type=click.Choice(["cancel", "keep"]), cls=Option, hidden=True)
@click.option(
    "--plan",
    "shown",
    metavar=N_("FINGERPRINT"),
    cls=Option,
    help=N_("only if the plan still has this fingerprint"),
)
@click.option("--note", metavar=N_("TEXT"), cls=Option, help=N_("why; kept with the version"))
@click.option(
    "--again", is_flag=True, cls=Option, help=N_("with --yes: also files that a rollback went back from")
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("print what was done as JSON"))
def apply(
    *,
    office: Path | None,
    yes: bool,
    close: Fate | None,
    removed: Fate | None,
    shown: str | None,
    note: str | None,
    again: bool,
    json_: bool,
) -> None:
    """Show the plan, ask, and do exactly that."""
    spec, files = load_office(office)
    say_if_starter(office)
    texts = as_texts(files)
    settings = Settings.load()
    prepare_tables(settings)
    runtime = boot(settings)
    fate = close or removed
    with runtime.db.reading() as session:
        now = office_now(session)
        found = view(session, spec, texts, runtime.cipher, now=now, close=fate)
    found = with_days(found, runtime.db, spec, now=now)
    if not json_:
        found.tell()
    done, seen = None, found.seen
    require_plan(seen, shown)
    if not seen.plan.unchanged:
        cause = Cause(note=note_of(note))
        require_fate(seen, fate)
        if seen.undone is not None and yes and not again:
            raise Refuse(
                _(
                    "These files were gone back from; nothing was changed. Say --again to apply them all the same."
                )
            )
        ask(
            seen,
            yes=yes,
            harm=_("Put these files in place of what was gone back to?") if seen.rollback else None,
        )
        require_same_files(office, files)
        done = do_apply(
            spec, texts, settings, removed=fate, shown=seen.fingerprint, cause=cause, over_rollback=True
        )
    version = done.version_id if done else seen.version
    if json_:
        as_json({**found.shape(), "applied": done is not None, "version": version})
    elif done is not None:
        say(_("In force as version {version}.").format(version=version))
