"""`duban api`: the other systems of the office that use the API. A key is shown once, when it is made."""

from datetime import date

import click

from models.access import ApiClientRow
from tasks.live import current
from tasks.roster.api_clients import SCOPES, Issued, add_client, clients, end_client, rotate_client
from worker.bootstrap import boot
from worker.cli.acting import acting
from worker.cli.command import DAY, Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, yes_option
from worker.cli.running import require_tables, who
from worker.cli.terminal import agreed, as_json, say, table
from worker.clock import machine_now, office_now
from worker.settings import Settings

TITLES = (N_("client"), N_("title"), N_("may do"), N_("last day"), N_("last seen"), N_("state"))
NAME = N_("what trails call it: small letters, digits and -")


@click.group("api", cls=Group, help=N_("Other systems of the office that use the API: each with its own key and scopes."))  # fmt: skip
def api() -> None:
    """The commands about clients of the API."""


@api.command(
    "add",
    help=N_(
        "Let a system in and show its key, once. The key is kept nowhere; a lost one is replaced with rotate."
    ),
    examples=[
        (
            "duban api add oa --title 协同办公 --scope events:write --scope obligations:read",
            N_("a system that records events and reads what is owed"),
        ),
        (
            "duban api add board --title 大屏 --scope overdue:read --until 2026-12-31",
            N_("one that only reads, until the end of the year"),
        ),
    ],
)
@click.argument("key", cls=Argument, about=NAME)
@click.option("--title", default="", metavar="TEXT", cls=Option, help=N_("what people call it"))
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), cls=Option, help=N_("what it may do; may be repeated")
)  # fmt: skip
@click.option("--until", type=DAY, cls=Option, help=N_("its last day; default: until it is ended"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def add(*, key: str, title: str, scopes: tuple[str, ...], until: date | None, json_: bool) -> None:
    """Make a client, in one transaction."""
    with acting() as (session, live, now):
        issued = add_client(
            session, key=key, title=title, scopes=scopes, until=until, by=who(), today=live.today(now), now=now,
            machine_now=machine_now(),
        )  # fmt: skip
    _show(issued, json_=json_)


@api.command(
    "rotate",
    help=N_("Give a client a new key and show it, once. The old key ends at once."),
    examples=[
        ("duban api rotate oa", N_("a new key for the client oa; asks first")),
        ("duban api rotate oa --yes", N_("does not ask")),
    ],
)
@click.argument("key", cls=Argument, about=NAME)
@yes_option
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def rotate(*, key: str, yes: bool, json_: bool) -> None:
    """Replace a key, in one transaction."""
    agreed(_("The key that {key} uses now ends at once. Go on?").format(key=key), yes=yes)
    with acting() as (session, _live, now):
        issued = rotate_client(session, key=key, by=who(), now=now)
    _show(issued, json_=json_)


@api.command(
    "end",
    help=N_("Shut a client out at once. What it recorded stays."),
    examples=[
        ("duban api end oa", N_("the client oa may do nothing any more; asks first")),
        ("duban api end oa --yes", N_("does not ask")),
    ],
)
@click.argument("key", cls=Argument, about=NAME)
@yes_option
@json_option
def end(*, key: str, yes: bool, json_: bool) -> None:
    """End a client, in one transaction."""
    agreed(_("{key} will not be let in any more. Go on?").format(key=key), yes=yes)
    with acting() as (session, _live, now):
        end_client(session, key=key, by=who(), now=now, machine_now=machine_now())
    if json_:
        as_json({"client": key, "state": "ended"})
        return
    say(_("{key} is not let in any more.").format(key=key))


@api.command(
    "list",
    help=N_("The clients there are and were."),
    examples=[
        ("duban api list", N_("who may do what, and who was here last when")),
        ("duban api list --json", N_("for other programs")),
    ],
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_clients(*, json_: bool) -> None:
    """Print them."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        live = current(session)
        today = live.today(office_now(session))
        found = [_shape(each, today) for each in clients(session)]
    if json_:
        as_json(found)
    elif found:
        table([_(title) for title in TITLES], [_row(each) for each in found])
    else:
        say(_("No other system uses the API. Let one in: duban api add KEY --scope SCOPE"))


def _shape(row: ApiClientRow, today: date) -> dict[str, object]:
    state = "ended" if row.ended_at else "over" if row.until_on and row.until_on < today else "in force"
    return {
        "client": row.key, "title": row.title, "scopes": row.scopes, "until": row.until_on.isoformat() if row.until_on else None,
        "seen_at": row.seen_at.isoformat() if row.seen_at else None, "state": state,
    }  # fmt: skip


def _row(each: dict[str, object]) -> list[object]:
    states = {"ended": _("ended"), "over": _("its last day is over"), "in force": _("in force")}
    seen = str(each["seen_at"] or "")[:16].replace("T", " ")
    scopes = each["scopes"]
    return [
        each["client"], each["title"], " ".join(scopes) if isinstance(scopes, list) else "", each["until"] or "", seen,
        states[str(each["state"])],
    ]  # fmt: skip


def _show(issued: Issued, *, json_: bool) -> None:
    row = issued.client
    if json_:
        as_json({"client": row.key, "scopes": row.scopes, "key": issued.secret})
        return
    say(_("{client} may: {scopes}").format(client=row.key, scopes=" ".join(row.scopes)))
    say(_("Its key, shown only now: {secret}").format(secret=issued.secret))
    say(
        _(
            "Keep it in that system's settings, not in a file that others read. It goes into each request: Authorization: Bearer KEY"
        )
    )
