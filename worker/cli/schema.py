"""`duban schema`: the JSON Schema of the office's files, for editors. Needs no database and no settings."""

from pathlib import Path

import click

from schedules.loader import load
from schedules.office import OfficeSpec
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _, in_two
from worker.cli.office_folder import folder_of, office_option
from worker.cli.terminal import Refuse, as_json, complain, say
from worker.clock import machine_now
from worker.editor_files import OFFICE, SCHEDULES, header, schema_files, without_header
from worker.editor_files import schema as made
from worker.office_files import read_folder, replace_file
from worker.settings import packaged_office
from worker.zone import zone_among


@click.command(
    "schema",
    cls=Command,
    help=N_(
        "Print the JSON Schema of the office's YAML files. Editors use it to complete, explain and check what is typed; "
        "`duban check` still has the last word. `duban init` puts it beside the files; after an upgrade, or when roles, "
        "units or ladders have changed, write it again with --write."
    ),
    examples=[
        ("duban schema --write", N_("renew .schema/ in this office")),
        ("duban schema office", N_("print the schema of office.yaml")),
        ("duban schema --lang en", N_("print that of schedule files, English first")),
    ],
)
@click.argument(
    "file",
    metavar="[schedules|office]",
    required=False,
    default=SCHEDULES,
    type=click.Choice([SCHEDULES, OFFICE]),
    cls=Argument,
    about=N_("of which file: office.yaml, or all the others; default: schedules"),
)
@office_option()
@click.option(
    "--write", is_flag=True, cls=Option, help=N_("write both into the folder .schema of the office instead")
)
def schema(file: str, office: Path | None, *, write: bool) -> None:
    """Print one schema, or write both."""
    folder = folder_of(office)
    if write and office is None and folder == packaged_office():
        raise Refuse(_("This folder holds no office; name one: duban schema --write --office DIR"))
    spec = _names_of(folder)
    if not write:
        as_json(made(file, spec, in_two()), indent=None if file == SCHEDULES else 2)
        return
    for path, content in schema_files(spec, in_two()).items():
        (folder / path).parent.mkdir(exist_ok=True)
        replace_file(folder / path, content)
        say(_("Written: {file}").format(file=folder / path))
    bare = without_header(folder)
    if bare:
        say(_("Editors find it by the first line of a file. These files have none yet; put in front:"))
        for path in bare:
            say(f"  {path}: {header(path)}")


def _names_of(folder: Path) -> OfficeSpec | None:
    """The office as far as it names anything; None with a word about it if it has mistakes."""
    files = read_folder(folder)
    found = load(files, today=machine_now().astimezone(zone_among(files)).date()).office
    if found is None:
        complain(_("The office has mistakes (duban check), so its own names are not offered."))
    return found
