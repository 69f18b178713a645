"""`duban rollback N`: put an earlier version into force again, as a new version; nothing is ever deleted."""

import click

from schedules.errors import Refused
from schedules.loader import load
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from schedules.words import phrase
from tasks.apply import Cause, Fate
from tasks.applying.history import files_of, restored, version
from tasks.applying.reopen import ended_since
from worker.bootstrap import Runtime, boot
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _, count
from worker.cli.looking import View, view, with_days
from worker.cli.office_folder import problem_line
from worker.cli.paragraphs import listed, paragraph
from worker.cli.plan_words import names_of
from worker.cli.putting import ask, do_apply, note_of, require_fate, require_plan
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, as_json, complain, say
from worker.clock import office_now
from worker.settings import Settings

MOST_NAMES = 12


@click.command(
    "rollback",
    cls=Command,
    help=N_(
        "Put version N of the office into force again. Shows what that changes and asks. It becomes a new version: nothing is deleted, and "
        "a rollback can be rolled back. What people did, certificates and register entries stay as recorded. The office's folder is not "
        "touched; until `duban apply` is said on purpose, `duban up` leaves its files alone."
    ),
    examples=[
        ("duban history", N_("which versions there are")),
        ("duban rollback 4", N_("shows what going back to version 4 changes, asks, does it")),
        ("duban rollback 4 --yes --close cancel --note 误删日程", N_("without asking")),
    ],
)
@click.argument("number", type=click.IntRange(1), cls=Argument, about=N_("the version to go back to"))
@click.option("--yes", is_flag=True, cls=Option, help=N_("do not ask"))
@click.option(
    "--close",
    type=click.Choice(["cancel", "keep"]),
    cls=Option,
    help=N_("the open duties of schedules that are no longer there: end them, or have them finished"),
)
@click.option(
    "--plan",
    "shown",
    metavar=N_("FINGERPRINT"),
    cls=Option,
    help=N_("only if the plan still has this fingerprint"),
)
@click.option("--note", metavar=N_("TEXT"), cls=Option, help=N_("why; kept with the version"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("print what was done as JSON"))
def rollback(
    *, number: int, yes: bool, close: Fate | None, shown: str | None, note: str | None, json_: bool
) -> None:
    """Show what it changes, ask, and do exactly that."""
    settings = Settings.load()
    require_tables(settings)
    run = boot(settings)
    spec, files, bare, found = _looked_at(run, number, close)
    if not json_:
        say(_("Back to version {number}:").format(number=number))
        found.tell()
        _tell_bare(bare, found)
        _tell_again(run, found, number)
    require_plan(found.seen, shown)
    done = None
    if not found.seen.plan.unchanged:
        require_fate(found.seen, close)
        cause = Cause(origin="rollback", returned_to=number, note=note_of(note))
        ask(found.seen, yes=yes, harm=_("Go back to version {number}?").format(number=number))
        done = do_apply(
            spec,
            files,
            settings,
            removed=close,
            shown=found.seen.fingerprint,
            cause=cause,
            over_rollback=True,
        )
    running = done.version_id if done else found.seen.version
    if json_:
        as_json({**found.shape(), "applied": done is not None, "version": running, "returned_to": number})
    elif done is not None:
        _tell_done(running, number)


def _looked_at(
    run: Runtime, number: int, close: Fate | None
) -> tuple[OfficeSpec, dict[str, str], tuple[str, ...], View]:
    """The office of a version with what only the record knows, its files, who comes back without a number, and what it would change."""
    with run.db.reading() as session:
        target = version(session, number)
        if target.in_force:
            raise Refused(phrase("version {number} is in force", number=number))
        files = files_of(session, number)
        spec, bare = restored(session, _loaded(files, number), run.cipher)
        now = office_now(session)
        found = view(session, spec, files, run.cipher, now=now, close=close)
    return spec, files, bare, with_days(found, run.db, spec, now=now)


def _loaded(files: dict[str, str], number: int) -> OfficeSpec:
    """The office of kept files. They were right when they were applied; what has become a mistake since is printed, exit 1."""
    loaded = load([SourceFile(path, text.encode()) for path, text in sorted(files.items())])
    if loaded.office is None:
        for problem in loaded.problems:
            complain(problem_line(problem, None))
        raise Refuse(
            _(
                "Version {number} cannot run any more; write its files (duban history {number} --files DIR) and mend them."
            ).format(number=number)
        )
    return loaded.office


def _tell_bare(bare: tuple[str, ...], found: View) -> None:
    if bare:
        paragraph(
            _(
                "No mobile number is on record of: {who}. Those of who left are not kept; put them in by duban people import."
            ).format(who=listed(bare, names_of(found.ahead), most=MOST_NAMES))
        )


def _tell_again(run: Runtime, found: View, number: int) -> None:
    """Duties that ended with a schedule that comes back."""
    with run.db.reading() as session:
        n = ended_since(session, found.seen.plan.added, number)
    if n:
        paragraph(
            count(
                _("1 duty that ended when its schedule was removed is open again; nothing is sent twice."),
                _(
                    "{n} duties that ended when their schedules were removed are open again; nothing is sent twice."
                ),
                n,
            )
        )


def _tell_done(running: int, number: int) -> None:
    say(
        _("In force as version {version}, the same as version {number}.").format(
            version=running, number=number
        )
    )
    paragraph(
        _(
            "The office's folder was not touched and still holds the other files. `duban up` leaves them alone; the next duban apply of "
            "the folder would bring them back. To go on from here, take the files that run: duban history {version} --files DIR"
        ).format(version=running)
    )
