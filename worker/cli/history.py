"""`duban history`: the versions of the office, what each changed, and its files."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from tasks.applying.history import Version, before, files_of, names, titles, version, versions
from tasks.live import current
from tasks.roster.people import mobiles
from worker.bootstrap import boot
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _, count
from worker.cli.paragraphs import paragraph
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, as_json, plain, say, table
from worker.cli.version_words import ORIGINS, Called, changes_in_words, people_in, summary
from worker.settings import Settings
from worker.version_files import differences, with_numbers, write_files

TITLES = (N_("version"), N_("when"), N_("who"), N_("what"), N_("note"))
MOST_NAMES = 12
MOST_LINES = 40  # of one file


@click.command(
    "history",
    cls=Command,
    help=N_(
        "The versions of the office, the newest first: when, by whom, what changed. With a number one version, with what is others in "
        "its files. Every `duban apply`, every return and every roster taken in makes a version; none is ever changed or deleted."
    ),
    examples=[
        ("duban history", N_("every version")),
        ("duban history 5", N_("what version 5 changed, line by line")),
        ("duban history 5 --files 旧版", N_("write its files into the new folder `旧版`")),
        ("duban history --json", N_("for other programs")),
    ],
)
@click.argument(
    "number",
    required=False,
    type=click.IntRange(1),
    cls=Argument,
    about=N_("a version; without it, all of them"),
)
@click.option(
    "--files",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    cls=Option,
    help=N_("write the files of the version into a new folder, the roster with the mobile numbers on record"),
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def history(*, number: int | None, folder: Path | None, json_: bool) -> None:
    """Print versions."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        if number is None:
            if folder is not None:
                raise Refuse(_("Say which version: duban history N --files DIR"))
            _all(session, json_=json_)
            return
        found = version(session, number)
        if folder is not None:
            files = with_numbers(files_of(session, number), mobiles(session, runtime.cipher, every=True))
        elif json_:
            as_json(shape(found) | {"files": differences(*_both(session, found))})
            return
        else:
            _one(session, found)
            return
    write_files(folder, files)
    say(_("{folder}: {files} files").format(folder=folder, files=len(files)))
    paragraph(
        _(
            "The roster has the mobile numbers on record now; numbers in other tables, and of people who left, are not kept. To put it "
            "into force: duban plan {folder}, then duban apply {folder}."
        ).format(folder=folder)
    )


def _all(session: Session, *, json_: bool) -> None:
    found = versions(session)
    if json_:
        as_json([shape(each) for each in found])
        return
    called = _called(session, *found)
    zone = current(session).office.tz
    rows = [
        (
            f"{each.number}*" if each.in_force else str(each.number),
            f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}",
            each.by,
            summary(each, called),
            each.note or "",
        )
        for each in found
    ]
    table([_(title) for title in TITLES], rows)
    say(_("* in force. One of them: duban history N; back to it: duban rollback N"))


def _one(session: Session, found: Version) -> None:
    """One version: the head, the changes, the lines of its files that are others."""
    zone = current(session).office.tz
    state = _(" (in force)") if found.in_force else ""
    say(
        _("Version {number}{state}, {at}, by {by}, from: {origin}").format(
            number=found.number, state=state, at=f"{found.at.astimezone(zone):%Y-%m-%d %H:%M}", by=found.by,
            origin=_(ORIGINS.get(found.origin, found.origin)),
        )
    )  # fmt: skip
    if found.note:
        paragraph(_("Note: {note}").format(note=found.note))
    if found.returned_to is not None:
        say(_("A return to version {n}").format(n=found.returned_to))
    for text in changes_in_words(found.changes or {}, _called(session, found), most=MOST_NAMES):
        paragraph(text, indent=2)
    was, now = _both(session, found)
    if not was:
        say(count(_("The first version: 1 file"), _("The first version: {n} files"), len(now)))
        return
    changed = differences(was, now)
    say(
        _("Files that are others than in version {n}: {files}").format(
            n=before(session, found), files=len(changed)
        )
    )
    for path, lines in changed.items():
        say(f"  {path}" + (_(" (new)") if path not in was else _(" (gone)") if path not in now else ""))
        for line in lines[:MOST_LINES] if path in was and path in now else ():
            say("    " + plain(line))
        if len(lines) > MOST_LINES:
            say("    " + _("… and {n} more").format(n=len(lines) - MOST_LINES))


def _both(session: Session, found: Version) -> tuple[dict[str, str], dict[str, str]]:
    """The files of the version before and of this one, as they are kept."""
    number = before(session, found)
    return (files_of(session, number) if number is not None else {}), files_of(session, found.number)


def _called(session: Session, *found: Version) -> Called:
    people = {key for each in found for key in people_in(each.changes)}
    return Called(schedules=titles(session), people=names(session, people))


def shape(found: Version) -> dict[str, object]:
    """A version as JSON; `changes` holds ids."""
    return {
        "version": found.number,
        "in_force": found.in_force,
        "applied_at": found.at.isoformat(),
        "by": found.by,
        "origin": found.origin,
        "based_on": found.based_on,
        "returned_to": found.returned_to,
        "note": found.note,
        "changes": found.changes,
    }
