"""`duban init`: a copy of the starter office to work on, or a small one to begin with."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from schedules.loader import load
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _, count, in_two
from worker.cli.options import json_option
from worker.cli.terminal import as_json, say
from worker.editor_files import schema_files, vscode_files
from worker.first_office import write_first_office
from worker.office_files import copy_office, read_folder
from worker.settings import packaged_office


@click.command(
    "init",
    cls=Command,
    help=N_(
        "Copy the starter office (units, roster, certificates, calendar, schedules) to a new folder. With --small an office with one "
        "duty, the Friday study, and one person: the shortest way to one's own."
    ),
    examples=[
        ("duban init danwei --small", N_("to begin with one's own people; docs/first-hour.en.md leads on")),
        ("duban init danwei", N_("all duties of a sub-district office, with 62 made-up people")),
    ],
)
@click.argument(
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    cls=Argument,
    about=N_("the new folder; it may exist if it is empty"),
)
@click.option(
    "--small", is_flag=True, cls=Option, help=N_("one duty and one person, to begin with one's own")
)
@json_option
def init(folder: Path, *, small: bool, json_: bool) -> None:
    """Copy the starter office, or the small one, to FOLDER, all or nothing."""
    with TemporaryDirectory(prefix="duban-") as drafts:
        source = packaged_office()
        if small:
            source = Path(drafts)
            write_first_office(source)
        office = load(read_folder(source)).office
        n = copy_office(source, folder, {**schema_files(office, in_two()), **vscode_files()})
    if json_:
        as_json({"folder": str(folder), "files": n})
        return
    say(_("{folder}: {files}.").format(folder=folder, files=count(_("1 file"), _("{n} files"), n)))
    say(_("What to do next:"))
    say(_("1. cd {folder}").format(folder=folder))
    if small:
        say(
            _(
                "2. In office.yaml write the name of your office and its units, in people.csv yourself as the clerk."
            )
        )
    else:
        say(_("2. Write your own people into people.csv."))
    say(_("3. duban check      every mistake, with line and column"))
    say(_("4. duban up         runs it"))
