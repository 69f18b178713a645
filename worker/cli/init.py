"""`duban init`: a copy of the starter office to work on."""

from pathlib import Path

import click

from schedules.loader import load
from worker.cli.command import Argument, Command
from worker.cli.language import N_, _, count, in_two
from worker.cli.options import json_option
from worker.cli.terminal import as_json, say
from worker.editor_files import schema_files, vscode_files
from worker.office_files import copy_office, read_folder
from worker.settings import packaged_office


@click.command(
    "init",
    cls=Command,
    help=N_("Copy the starter office (units, roster, certificates, calendar, schedules) to a new folder."),
    examples=[("duban init danwei", N_("a folder `danwei` to edit"))],
)
@click.argument(
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    cls=Argument,
    about=N_("the new folder; it may exist if it is empty"),
)
@json_option
def init(folder: Path, *, json_: bool) -> None:
    """Copy the starter office to FOLDER, all or nothing."""
    starter = packaged_office()
    office = load(read_folder(starter)).office
    n = copy_office(starter, folder, {**schema_files(office, in_two()), **vscode_files()})
    if json_:
        as_json({"folder": str(folder), "files": n})
        return
    say(_("{folder}: {files}.").format(folder=folder, files=count(_("1 file"), _("{n} files"), n)))
    say(_("What to do next:"))
    say(_("1. Write your own people into {file}.").format(file=folder / "people.csv"))
    say(_("2. duban check {folder}      every mistake, with line and column").format(folder=folder))
    say(_("3. export DUBAN_OFFICE={folder}, then duban up").format(folder=folder.absolute()))
