"""`duban credentials`: import certificates (dry run first, all or nothing), list those on record."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from schedules.office import Credential, OfficeSpec
from schedules.table_forms import CREDENTIALS
from tasks.live import current
from tasks.roster.credential_changes import compare_credentials, with_history
from tasks.roster.people import credentials_now, refresh_members, write_credentials
from worker.bootstrap import Runtime, boot
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _, count
from worker.cli.rosters import (
    chosen_columns,
    json_of,
    json_option,
    map_option,
    named_source,
    pieces,
    refuse_handed_in,
    sheet_option,
    tell_found,
    tell_lines,
    yes_option,
)
from worker.cli.running import require_tables, who
from worker.cli.terminal import as_json, say, table
from worker.clock import office_now
from worker.directory import directory_of, mobiles_on_record
from worker.import_lines import credential_lines
from worker.record_tables import read_list
from worker.settings import Settings

TITLES = (
    N_("number"),
    N_("kind"),
    N_("holder"),
    N_("issued"),
    N_("expires"),
    N_("days left"),
    N_("issuer"),
    N_("type"),
    N_("state"),
)

TYPES = {"first": N_("first"), "renewal": N_("renewal"), "temporary": N_("temporary")}
STATES = {
    "valid": N_("valid"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "cancelled": N_("taken out of the register"),
}


@click.group(
    "credentials", cls=Group, help=N_("Certificates: number, holder, and the expiry date printed on them.")
)
def credentials() -> None:
    """The commands about certificates."""


@credentials.command(
    "import",
    help=N_(
        "Record certificates from a table (xlsx or csv) as offices have it; a later one of the same holder closes the renewal, one that is "
        "revoked, cancelled or suspended ends it. Holders are known by the staff number, the mobile number, or a name that one person has. "
        "Without --yes only shows what would change. All or nothing: refused rows go to an xlsx with the reason in the last column."
    ),
    examples=[
        ("duban credentials import 新证.xlsx", N_("what would change")),
        ("duban credentials import 新证.xlsx --yes", N_("do it")),
        (
            "duban credentials import 执法证.xlsx --kind enforcement",
            N_("a table of one kind, without a column for it"),
        ),
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
    "--kind", metavar="KIND", cls=Option, help=N_("the kind of all of them, where no column says it")
)
@yes_option
@json_option
def import_credentials(
    *, file: Path, chosen: tuple[str, ...], sheet: str, kind: str | None, yes: bool, json_: bool
) -> None:
    """Check the table against the roster in force, show the change, do it."""
    columns = chosen_columns(CREDENTIALS, chosen)
    source = named_source(file)
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with pieces(_("Certificates"), _("reading"), _("comparing")) as begin, runtime.db.reading() as session:
        begin()
        office = current(session).office
        directory = directory_of(office, mobiles_on_record(session), runtime.cipher)
        read = read_list(source, columns, directory, office, kind=kind, sheet=sheet)
        begin()
        change = compare_credentials(session, read.certificates)
    refuse_handed_in(read.problems, read.found, file)
    groups = credential_lines(change, office, len(read.certificates))
    if not json_:
        say(
            count(_("1 certificate in the table"), _("{n} certificates in the table"), len(read.certificates))
        )
        tell_found(read.found, read.notes)
        tell_lines(groups)
    if yes:
        written = _write(runtime, read.certificates)
        if not json_:
            say(count(_("1 certificate recorded."), _("{n} certificates recorded."), written))
    elif not json_:
        say(_("Nothing was changed; say --yes to do it."))
    if json_:
        json_of(read.found, read.notes, groups, written=yes)


def _write(runtime: Runtime, found: Sequence[Credential]) -> int:
    with pieces(_("Certificates"), _("recording")) as begin, runtime.db.writing.begin() as session:
        begin()
        now, live = office_now(session), current(session)
        written = write_credentials(session, found, actor=who(), now=now, today=live.today(now))
        if written:  # who may handle a case is asked in the next moment already
            refresh_members(session, live.office, now=now)
    runtime.nudger.nudge()
    return written


@credentials.command(
    "list",
    help=N_("List the certificates on record."),
    examples=[
        ("duban credentials list", N_("the latest of each holder")),
        ("duban credentials list --history", N_("earlier ones too, and what replaced each")),
    ],
)
@click.option("--history", is_flag=True, cls=Option, help=N_("earlier ones too, and what replaced each"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_credentials(*, history: bool, json_: bool) -> None:
    """Print the latest certificate of each holder and kind, the first to expire on top; of a history all, by holder."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        live = current(session)
        today = live.today(office_now(session))
        found = sorted(credentials_now(session), key=lambda each: (each.expires_on, each.number))
        whole = with_history(session) if history else []
    if history and json_:
        as_json([_shape(each, today) | {"replaced_by": _replacement(after)} for each, after in whole])
        return
    if history:
        titles = [*(_(title) for title in TITLES), _("replaced by")]
        table(
            titles,
            [[*_row(each, live.office, today), _replacement(after) or ""] for each, after in whole],
            right=[5],
        )
        return
    if json_:
        as_json([_shape(each, today) for each in found])
        return
    table([_(title) for title in TITLES], [_row(each, live.office, today) for each in found], right=[5])


def _replacement(after: Credential | None) -> str | None:
    """A certificate as another one names it: two of one number are told apart by the day."""
    return f"{after.number} {after.expires_on.isoformat()}" if after else None


def _shape(each: Credential, today: date) -> dict[str, object]:
    return {
        "number": each.number,
        "kind": each.kind,
        "holder": each.holder,
        "issued_on": each.issued_on.isoformat(),
        "expires_on": each.expires_on.isoformat(),
        "days_left": (each.expires_on - today).days,
        "issuer": each.issuer,
        "state": each.state,
        "type": each.type,
    }


def _row(each: Credential, office: OfficeSpec, today: date) -> list[str]:
    left = (each.expires_on - today).days
    holder = office.person(each.holder).name if office.has_person(each.holder) else each.holder
    days = str(left) if left >= 0 else _("expired {n} days ago").format(n=-left)
    return [
        each.number,
        each.kind,
        holder,
        each.issued_on.isoformat(),
        each.expires_on.isoformat(),
        days,
        each.issuer,
        _(TYPES[each.type]),
        _(STATES[each.state]),
    ]
