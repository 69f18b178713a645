"""`duban people`: import a roster (dry run first, all or nothing), list who is there."""

from dataclasses import replace
from pathlib import Path

import click

from schedules.errors import NotFound
from schedules.loader import load
from schedules.office import OfficeSpec, Person
from schedules.source_text import SourceFile
from schedules.table_forms import PEOPLE
from tasks.live import current
from tasks.roster.people import mobiles
from tasks.roster.roster_changes import RosterLines, roster_lines
from worker.bootstrap import boot
from worker.cipher import Cipher
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _, count
from worker.cli.office_folder import folder_of, office_option, refuse_problems
from worker.cli.office_tables import put_in_place, require_own
from worker.cli.prefer import prefer
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
from worker.cli.running import database_to_compare, require_tables
from worker.cli.terminal import Refuse, as_json, complain, say, table
from worker.import_lines import Lines, many, people_lines
from worker.office_files import read_folder
from worker.roster_import import is_roster, roster_in_place
from worker.roster_tables import OfficeTable, read_roster
from worker.settings import Settings

TITLES = (N_("id"), N_("name"), N_("unit"), N_("post"), N_("roles"), N_("mobile"), N_("WeCom"), N_("mail"))


@click.group("people", cls=Group, help=N_("The roster: who works here, where, with which roles."))
def people() -> None:
    """The commands about people."""


@people.command(
    "import",
    help=N_(
        "Replace the roster of the office by a table (xlsx or csv) as offices have it: the columns are found by their headings, people by "
        "the staff number or the mobile number, never by the name; what the table has no column for stays as it is. Without --yes only "
        "shows what would change. All or nothing: refused rows go to an xlsx with the reason in the last column."
    ),
    examples=[
        ("duban people import 花名册.xlsx", N_("what would change")),
        ("duban people import 花名册.xlsx --yes", N_("do it")),
        ("duban people import 花名册.xlsx --map 手机=联系电话", N_("a column of another name")),
        ("duban people import 新人.csv --keep-missing", N_("a table of some people only; the others stay")),
    ],
)
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    cls=Argument,
    about=N_("the table, .xlsx or .csv"),
)
@map_option
@sheet_option
@click.option(
    "--keep-missing",
    "keep",
    is_flag=True,
    cls=Option,
    help=N_("whoever is not in the table stays; without it they leave, after a question if they are many"),
)
@leave_option
@yes_option
@json_option
@office_option()
def import_people(
    *,
    file: Path,
    chosen: tuple[str, ...],
    sheet: str,
    keep: bool,
    leave: bool,
    yes: bool,
    json_: bool,
    office: Path | None,
) -> None:
    """Check the table with the whole office, show the change, do it."""
    columns = chosen_columns(PEOPLE, chosen)
    folder = folder_of(office)
    settings = Settings.load()
    files = read_folder(folder)
    with pieces(_("Roster"), _("reading"), _("comparing")) as begin:
        begin()
        standing = load(files).office
        found = read_roster(
            files, named_source(file), columns, standing.people if standing else (), Cipher(settings.secret_key), keep=keep, sheet=sheet
        )  # fmt: skip
        spec = _office_of(found, folder, file, keep=keep)
        begin()
        groups, leaving, of = _compared(spec, settings)
    if not json_:
        say(count(_("1 person in the table"), _("{n} people in the table"), len(found.found.rows)))
        tell_found(found.found, found.own_form.notes)
        tell_lines(groups)
        _warn(leaving, spec)
    same = not groups and _stands_there(found.file, folder)
    if yes and not same:
        require_own(folder)
        if leaving:
            agree_to_leave(
                _("{n} of {of} people are not in the table and would leave.").format(n=leaving, of=of),
                leave=leave,
            )
        done = put_in_place(_("Roster"), found, spec, settings, roster_in_place(folder, found.file))
        if not json_:
            say(done)
    elif not json_ and not same:
        say(_("Nothing was changed; say --yes to do it."))
    if json_:
        json_of(found.found, found.own_form.notes, groups, written=yes and not same)


def _stands_there(source: SourceFile, folder: Path) -> bool:
    """Whether the folder holds this very table as its roster."""
    return any(is_roster(path.name) and path.read_bytes() == source.data for path in folder.iterdir())


def _office_of(found: OfficeTable, folder: Path, path: Path, *, keep: bool) -> OfficeSpec:
    """The office with this roster instead of its own; ends with exit 1 on any problem."""
    refuse_handed_in(found.own, found.found, path)
    if found.others and not keep:
        complain(
            _(
                "Other files name people who are not in the table. For a table of some people only say --keep-missing."
            )
        )
    refuse_problems(found.others, folder)
    if found.office is None:
        raise Refuse(_("{folder} holds no office: there is no office.yaml.").format(folder=folder))
    return found.office


def _compared(spec: OfficeSpec, settings: Settings) -> tuple[list[Lines], int, int]:
    """What would change against what is in force, and how many would leave if those are many, of how many."""
    cipher = Cipher(settings.secret_key)
    with database_to_compare(settings) as database, database.reading() as session:
        try:
            live = current(session)
        except NotFound:  # nothing is in force yet
            titles = {key: unit.title for key, unit in spec.file.units.items()}
            joined = tuple((each.name, titles[each.unit]) for each in spec.people)
            return people_lines(RosterLines(joined=joined)), 0, 0
        lines = roster_lines(session, live, spec, cipher)
        leaving, of = len(lines.left), sum(each.left_on is None for each in live.office.people)
        return people_lines(lines), leaving if many(leaving, of) else 0, of


def _warn(leaving: int, spec: OfficeSpec) -> None:
    if leaving:
        complain(
            _(
                "Check this: {n} people are not in the table and would leave. For a table of some people only say --keep-missing."
            ).format(n=leaving)
        )
    if not any(spec.file.clerk in person.roles and person.left_on is None for person in spec.people):
        complain(_("Check this: nobody in the table works the desk."))


@people.command(
    "list",
    help=N_("List the people of the office in force."),
    examples=[("duban people list", N_("everybody"))],
)
@click.option("--unit", metavar="UNIT", cls=Option, help=N_("only this unit and those below it"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_people(*, unit: str | None, json_: bool) -> None:
    """Print the roster; mobile numbers are masked."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        office = current(session).office
        numbers = mobiles(session, runtime.cipher)
    below = set(office.units_below(office.unit(unit))) if unit else set(office.file.units)
    here = [
        replace(person, mobile=numbers.get(person.id))
        for person in office.people
        if person.left_on is None and person.unit in below
    ]
    if json_:
        as_json([_shape(person) for person in here])
        return
    table([_(title) for title in TITLES], [_row(person, office) for person in here])
    say(count(_("1 person"), _("{n} people"), len(here)))


people.add_command(prefer)


def masked(mobile: str | None) -> str:
    """A mobile number as it is shown: 138****0101."""
    return f"{mobile[:3]}****{mobile[-4:]}" if mobile else ""


def _shape(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "unit": person.unit,
        "post": person.post,
        "roles": person.roles,
        "tags": person.tags,
        "mobile": masked(person.mobile),
        "wecom_id": person.wecom_id,
        "email": person.email,
        "joined_on": person.joined_on.isoformat() if person.joined_on else None,
    }


def _row(person: Person, office: OfficeSpec) -> list[str]:
    return [
        person.id,
        person.name,
        office.file.units[person.unit].title,
        person.post,
        "、".join(office.file.roles[role].title for role in person.roles),
        masked(person.mobile),
        person.wecom_id or "",
        person.email or "",
    ]
