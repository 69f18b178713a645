"""`duban people`: import a roster (dry run first, all or nothing), list who is there."""

from dataclasses import replace
from pathlib import Path

import click

from schedules.office import OfficeSpec, Person
from schedules.source_text import SourceFile
from tasks.live import current
from tasks.roster.people import RosterChange, compare, mobiles
from worker.bootstrap import boot
from worker.cipher import Cipher
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _, count
from worker.cli.office_folder import folder_of, office_option, refuse_problems
from worker.cli.plan import do_apply
from worker.cli.prefer import prefer
from worker.cli.rosters import named_source, refuse_rows
from worker.cli.running import database_exists, database_to_compare, require_tables
from worker.cli.terminal import Refuse, as_json, say, table
from worker.office_files import read_folder
from worker.roster_import import is_roster, is_starter, roster_in_place, with_roster
from worker.settings import Settings
from worker.tables import as_texts

TITLES = (N_("id"), N_("name"), N_("unit"), N_("post"), N_("roles"), N_("mobile"), N_("WeCom"), N_("mail"))


@click.group("people", cls=Group, help=N_("The roster: who works here, where, with which roles."))
def people() -> None:
    """The commands about people."""


@people.command(
    "import",
    help=N_(
        "Replace the roster of the office by a table (csv or xlsx). Without --yes only shows what would change. All or nothing: "
        "refused rows go to a file with the reason in the last column."
    ),
    examples=[
        ("duban people import 花名册.xlsx", N_("what would change")),
        ("duban people import 花名册.xlsx --yes", N_("do it")),
    ],
)
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    cls=Argument,
    about=N_("the table, .csv or .xlsx"),
)
@click.option(
    "--yes", "--apply", "yes", is_flag=True, cls=Option, help=N_("do it; without it nothing is changed")
)
@office_option()
def import_people(*, file: Path, yes: bool, office: Path | None) -> None:
    """Check the table with the whole office, show the change, do it."""
    folder = folder_of(office)
    source = named_source(file)
    spec, files = _office_with(source, folder, file)
    settings = Settings.load()
    change = _compared(spec, settings)
    _tell(change, spec)
    if not change and _stands_there(source, folder):
        return
    if not yes:
        say(_("Nothing was changed; say --yes to do it."))
        return
    if is_starter(folder):
        raise Refuse(_("This is the starter office, which stays as it is; make your own: duban init DIR"))
    _put_in_place(source, folder, spec, files, settings)


def _stands_there(source: SourceFile, folder: Path) -> bool:
    """Whether the folder holds this very table as its roster."""
    return any(is_roster(path.name) and path.read_bytes() == source.data for path in folder.iterdir())


def _office_with(source: SourceFile, folder: Path, path: Path) -> tuple[OfficeSpec, list[SourceFile]]:
    """The office with this roster instead of its own; ends with exit 1 on any problem."""
    loaded = with_roster(read_folder(folder), source)
    refuse_rows(loaded.own, source, path)
    refuse_problems(loaded.others, folder)
    if loaded.office is None:
        raise Refuse(_("{folder} holds no office: there is no office.yaml.").format(folder=folder))
    return loaded.office, list(loaded.files)


def _compared(spec: OfficeSpec, settings: Settings) -> RosterChange:
    with database_to_compare(settings) as database, database.reading() as session:
        return compare(session, spec.people, Cipher(settings.secret_key))


def _tell(change: RosterChange, spec: OfficeSpec) -> None:
    names = {person.id: person.name for person in spec.people}
    say(count(_("1 person in the table"), _("{n} people in the table"), len(spec.people)))
    for title, ids in (
        (_("People who join"), change.joined),
        (_("People who move to another unit"), change.moved),
        (_("People with other data"), change.changed),
        (_("People who leave"), change.left),
    ):
        if ids:
            shown = "、".join(names.get(key, key) for key in ids[:12]) + ("…" if len(ids) > 12 else "")
            say(f"  {title}: {len(ids)}  {shown}")
    if not change:
        say(_("No change."))


def _put_in_place(
    source: SourceFile, folder: Path, spec: OfficeSpec, files: list[SourceFile], settings: Settings
) -> None:
    """Write the roster into the folder and, where an office is in force, put it into force; if that fails the folder is as before."""
    with roster_in_place(folder, source) as new:
        if database_exists(settings):
            require_tables(settings)
            do_apply(spec, as_texts(files), settings, removed=None)
            say(_("Imported and in force."))
        else:
            say(_("Imported into {file}; next: duban apply").format(file=new))


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
