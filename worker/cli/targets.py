"""`duban targets`: take over the table of a campaign (dry run first, all or nothing)."""

from collections.abc import Sequence
from pathlib import Path

import click

from schedules.loader import load
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from schedules.table_forms import TARGETS
from worker.cipher import Cipher
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _, count
from worker.cli.office_folder import folder_of, office_option, refuse_problems
from worker.cli.office_tables import put_in_place, require_own
from worker.cli.rosters import (
    agree_to_leave,
    chosen_columns,
    json_of,
    json_option,
    leave_option,
    map_option,
    named_source,
    pieces,
    refuse_handed_in,
    sheet_option,
    tell_found,
    tell_lines,
    yes_option,
)
from worker.cli.terminal import Refuse, complain, say
from worker.directory import directory_of, mobiles_of
from worker.import_lines import many, target_lines
from worker.office_files import read_folder
from worker.roster_import import table_in_place
from worker.roster_tables import OfficeTable, read_target_table, standing_targets, table_of
from worker.settings import Settings


@click.group(
    "targets", cls=Group, help=N_("Campaigns over a list: take over the list of what they are about.")
)
def targets() -> None:
    """The commands about targets."""


@targets.command(
    "import",
    help=N_(
        "Replace the list of a campaign by a table (xlsx or csv) with number, name, and the unit or person that answers for each. What the "
        "table has no column for stays as it is. Without --yes only shows what would change. All or nothing: refused rows go to an xlsx "
        "with the reason in the last column."
    ),
    examples=[
        ("duban targets import 市场主体.xlsx --schedule shop-visits", N_("what would change")),
        ("duban targets import 市场主体.xlsx --schedule shop-visits --yes", N_("do it")),
        (
            "duban targets import 新增.csv --schedule shop-visits --keep-missing",
            N_("some rows only; the others stay"),
        ),
    ],
)
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    cls=Argument,
    about=N_("the table, .xlsx or .csv"),
)
@click.option("--schedule", required=True, metavar="SCHEDULE", cls=Option, help=N_("the campaign"))
@map_option
@sheet_option
@click.option(
    "--keep-missing",
    "keep",
    is_flag=True,
    cls=Option,
    help=N_("rows that are not in the table stay; without it they are gone"),
)
@leave_option
@yes_option
@json_option
@office_option()
def import_targets(
    *,
    file: Path,
    schedule: str,
    chosen: tuple[str, ...],
    sheet: str,
    keep: bool,
    leave: bool,
    yes: bool,
    json_: bool,
    office: Path | None,
) -> None:
    """Check the table with the whole office, show the change, do it."""
    columns, folder = chosen_columns(TARGETS, chosen), folder_of(office)
    settings = Settings.load()
    files = read_folder(folder)
    standing = _standing(files, folder)
    cipher = Cipher(settings.secret_key)
    directory = directory_of(standing, mobiles_of(standing, cipher), cipher)
    with pieces(_("List"), _("reading")) as begin:
        begin()
        found = read_target_table(
            files, named_source(file), columns, standing, schedule, directory, keep=keep, sheet=sheet
        )
    spec = _office_of(found, folder, file)
    name = table_of(standing, schedule)
    before = standing_targets(standing, name)
    groups = target_lines(before, standing_targets(spec, name), spec)
    gone = sum(len(group.lines) for group in groups if group.kind == "left")
    if not json_:
        say(count(_("1 row in the table"), _("{n} rows in the table"), len(found.found.rows)))
        tell_found(found.found, found.own_form.notes)
        tell_lines(groups)
        _warn(gone)
    same = not groups and _stands_there(found, folder)
    if yes and not same:
        if many(gone, len(before)):
            agree_to_leave(
                _("{n} of {of} rows are not in the table and would go.").format(n=gone, of=len(before)),
                leave=leave,
            )
        require_own(folder)
        done = put_in_place(_("List"), found, spec, settings, table_in_place(folder, found.file))
        if not json_:
            say(done)
    elif not json_ and not same:
        say(_("Nothing was changed; say --yes to do it."))
    if json_:
        json_of(found.found, found.own_form.notes, groups, written=yes and not same, schedule=schedule)


def _standing(files: Sequence[SourceFile], folder: Path) -> OfficeSpec:
    """The office as its folder has it; ends with exit 1 on any problem."""
    loaded = load(files)
    if loaded.office is None:
        refuse_problems(loaded.problems, folder)
        raise Refuse(_("{folder} holds no office: there is no office.yaml.").format(folder=folder))
    return loaded.office


def _office_of(found: OfficeTable, folder: Path, path: Path) -> OfficeSpec:
    """The office with this list instead of its own; ends with exit 1 on any problem."""
    refuse_handed_in(found.own, found.found, path)
    refuse_problems(found.others, folder)
    if found.office is None:
        raise Refuse(_("Nothing was imported."))
    return found.office


def _stands_there(found: OfficeTable, folder: Path) -> bool:
    """Whether the folder holds this very table already."""
    path = folder / found.file.path
    return path.is_file() and path.read_bytes() == found.file.data


def _warn(gone: int) -> None:
    if gone:
        complain(
            _(
                "Check this: {n} rows are not in the table and would go. For a table of some rows only say --keep-missing."
            ).format(n=gone)
        )
