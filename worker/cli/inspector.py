"""`duban inspector`: let somebody from outside read until a day, end that, and make the link that signs in."""

from datetime import date

import click

from tasks.live import current
from tasks.roster.inspectors import Inspector, end, inspectors, invite, link_for
from worker.bootstrap import boot
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.command import DAY, ROW, Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, recorded_by, yes_option
from worker.cli.owed import person_if_given
from worker.cli.running import require_tables, who
from worker.cli.terminal import as_json, say, table
from worker.clock import machine_now, office_now
from worker.settings import Settings

TITLES = (N_("no."), N_("who"), N_("sent by"), N_("last day"), N_("state"))
the_number = click.argument(
    "number", type=ROW, metavar="N", cls=Argument, about=N_("the number of the account in the list")
)


@click.group(
    "inspector",
    cls=Group,
    help=N_("Inspectors: they read everything but what is sealed until a day, and change nothing."),
)
def inspector() -> None:
    """The commands about inspectors."""


@inspector.command(
    "add",
    help=N_("Open an account and print its first sign-in link, which works once and for 24 hours."),
    examples=[
        (
            "duban inspector add 王建国 --body 区司法局 --until 2026-12-04",
            N_("he may read until that Friday"),
        ),
    ],
)
@click.argument("name", metavar="NAME", cls=Argument, about=N_("who inspects"))
@click.option("--body", default="", metavar="TEXT", cls=Option, help=N_("the authority that sends them"))
@click.option("--until", type=DAY, required=True, cls=Option, help=N_("the last day; at most 60 days away"))
@recorded_by
@json_option
def add(*, name: str, body: str, until: date, by: str | None, json_: bool) -> None:
    """Open it, in one transaction."""
    with acting() as (session, live, now):
        added = invite(
            session, live, name=name, body=body, until=until, by=person_if_given(session, by), now=now,
            machine_now=machine_now(), how=who(),
        )  # fmt: skip
    if json_:
        as_json({"id": added.id, "name": added.name, "until": until.isoformat(), "link": _link(added.id)})
        return
    say(_("No. {n}: {name} may read until {day}.").format(n=added.id, name=added.name, day=until.isoformat()))
    _say_link(added.id)


@inspector.command(
    "list",
    help=N_("Every account, the newest first."),
    examples=[
        ("duban inspector list", N_("who may read, and until when")),
        ("duban inspector list --json", N_("for other programs")),
    ],
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_inspectors(*, json_: bool) -> None:
    """Print them."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        found = inspectors(session, today=current(session).today(office_now(session)))
    if json_:
        as_json([each.to_json() for each in found])
    elif found:
        table([_(title) for title in TITLES], [_row(each) for each in found])
    else:
        say(_("There is no inspector."))


@inspector.command(
    "link",
    help=N_("Print a new sign-in link, which works once and for 24 hours."),
    examples=[("duban inspector link 3", N_("for the account with that number in the list"))],
)
@the_number
@recorded_by
@json_option
def new_link(*, number: int, by: str | None, json_: bool) -> None:
    """Make it; that it was made is noted."""
    with acting() as (session, live, now):
        link_for(session, live, inspector_id=number, by=person_if_given(session, by), now=now, how=who())
    if json_:
        as_json({"id": number, "link": _link(number)})
        return
    _say_link(number)


@inspector.command(
    "end",
    help=N_("Close an account before its day; what it has open is closed at once. Asks first."),
    examples=[
        ("duban inspector end 3", N_("the account with that number in the list")),
        ("duban inspector end 3 --yes", N_("does not ask")),
    ],
)
@the_number
@recorded_by
@yes_option
@json_option
def close(*, number: int, by: str | None, yes: bool, json_: bool) -> None:
    """Close it, in one transaction."""

    def act(context: Acting) -> Inspector:
        session, live, now = context
        return end(
            session, live, inspector_id=number, by=person_if_given(session, by), now=now, machine_now=machine_now(), how=who()
        )  # fmt: skip

    ended = after_asking(act, _question, yes=yes)
    if json_:
        as_json({"id": number, "name": ended.name, "state": "closed"})
        return
    say(_("No. {n}: {name} can open nothing any more.").format(n=number, name=ended.name))


def _question(ended: Inspector) -> str:
    return _("No. {n}, {name}: may open nothing any more, at once. Close the account?").format(
        n=ended.id, name=ended.name
    )


def _link(number: int) -> str:
    return boot(Settings.load()).tokens.sign_in_link(number, machine_now(), "inspector")


def _say_link(number: int) -> None:
    say(_("Signs in once, within 24 hours: {link}").format(link=_link(number)))


def _row(each: Inspector) -> list[str]:
    state = _("may read") if each.open else _("closed")
    return [str(each.id), each.name, each.body, each.until.isoformat(), state]
